package jobs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// keyring gives each integration a key of its own.
type keyring struct{}

func (keyring) IntegrationKey(t tenant.ID, i tenant.IntegrationID) ([32]byte, error) {
	return sha256.Sum256([]byte(string(t) + string(i))), nil
}

// directory is the customers, in memory.
type directory struct {
	mu           sync.Mutex
	accounts     map[tenant.ID]tenant.Account
	people       map[tenant.ID][]tenant.Person
	integrations map[cache.Ref]tenant.Integration
	revisions    map[tenant.ID]uint64
	of           map[tenant.ID][]cache.Ref
}

func newDirectory() *directory {
	return &directory{
		accounts: map[tenant.ID]tenant.Account{}, people: map[tenant.ID][]tenant.Person{},
		integrations: map[cache.Ref]tenant.Integration{}, revisions: map[tenant.ID]uint64{},
		of: map[tenant.ID][]cache.Ref{},
	}
}

func (d *directory) Accounts(context.Context, tenant.Actor) ([]tenant.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.Collect(maps.Values(d.accounts))
	for i := range all {
		all[i].Revision = d.revisions[all[i].ID]
	}
	return all, nil
}

func (d *directory) Account(_ context.Context, id tenant.ID) (tenant.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, ok := d.accounts[id]
	if !ok {
		return a, fmt.Errorf("account %s: %w", id, tenant.ErrNotFound)
	}
	a.Revision = d.revisions[id]
	return a, nil
}

func (d *directory) People(_ context.Context, id tenant.ID) ([]tenant.Person, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.people[id], nil
}

func (d *directory) Integrations(_ context.Context, id tenant.ID) ([]tenant.Integration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []tenant.Integration
	for _, in := range d.of[id] {
		if i, ok := d.integrations[in]; ok {
			all = append(all, i)
		}
	}
	return all, nil
}

func (d *directory) Integration(_ context.Context, t tenant.ID, id tenant.IntegrationID) (tenant.Integration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.integrations[cache.Ref{Tenant: t, Integration: id}]
	if !ok {
		return i, fmt.Errorf("integration %s: %w", id, tenant.ErrNotFound)
	}
	return i, nil
}

func (d *directory) SetConnection(_ context.Context, t tenant.ID, id tenant.IntegrationID, c tenant.ConnectionState) error {
	return d.change(cache.Ref{Tenant: t, Integration: id}, func(i *tenant.Integration) { i.Connection = c })
}

// Revision is unknown here, as in the real directory for a tenant nobody has asked about.
func (d *directory) Revision(tenant.ID) uint64 { return 0 }

func (d *directory) FlushUsage(context.Context) error { return nil }

func (d *directory) change(in cache.Ref, fn func(*tenant.Integration)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.integrations[in]
	if !ok {
		return tenant.ErrNotFound
	}
	fn(&i)
	d.integrations[in] = i
	d.revisions[in.Tenant]++
	return nil
}

// world is a server with one integration of one tenant, unless more are added.
type world struct {
	t       testing.TB
	dir     *directory
	store   store.Store
	table   store.Table
	deps    Deps
	s       *Scheduler
	in      cache.Ref
	crm     *crm
	sources map[cache.Ref]*crm
	preset  *presets.Preset
	texts   atomic.Int64 // that were normalised
}

func newWorld(t testing.TB, c *crm) *world {
	t.Helper()
	w := &world{
		t: t, dir: newDirectory(), store: memkv.New(), table: memkv.NewTable(), crm: c, sources: map[cache.Ref]*crm{},
		preset: &presets.Preset{ID: "crm", Streams: []presets.Stream{{ID: "contact"}}},
	}
	w.in = w.add(c)
	w.open()
	return w
}

// add makes a tenant in Amsterdam with an enabled integration.
func (w *world) add(c *crm) cache.Ref {
	t, i := tenant.NewID(), tenant.NewIntegrationID()
	in := cache.Ref{Tenant: t, Integration: i}
	w.dir.mu.Lock()
	defer w.dir.mu.Unlock()
	w.dir.accounts[t] = tenant.Account{ID: t, Kind: tenant.KindTenant, Region: "NL", TimeZone: "Europe/Amsterdam", Language: "nl"}
	w.dir.integrations[in] = tenant.Integration{ID: i, Tenant: t, Preset: "crm", State: tenant.StateEnabled}
	w.dir.revisions[t], w.dir.of[t] = 1, []cache.Ref{in}
	w.sources[in] = c
	return in
}

// open starts the server anew on what is stored.
func (w *world) open() {
	w.t.Helper()
	c, err := cache.Open(w.t.Context(), cache.Deps{Table: w.table, Control: w.store, Keys: keyring{}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.deps = Deps{
		Store: w.store, Cache: c, Directory: w.dir, Keys: keyring{},
		Preset: func(i tenant.Integration) (*presets.Preset, bool) { return w.preset, i.Preset == w.preset.ID },
		Open: func(_ context.Context, t tenant.ID, i tenant.IntegrationID, allow ...outbound.Rule) (presets.Source, error) {
			return w.sources[cache.Ref{Tenant: t, Integration: i}], nil
		},
	}
	w.s = w.scheduler()
}

func (w *world) scheduler() *Scheduler {
	w.t.Helper()
	s, err := New(w.deps)
	if err != nil {
		w.t.Fatal(err)
	}
	s.read = func(raw string, ctx phone.FieldContext) phone.Cell {
		w.texts.Add(1)
		return phone.Read(raw, ctx)
	}
	return s
}

// sync runs to the end.
func (w *world) sync(mode Mode) Run {
	w.t.Helper()
	id, err := w.s.Sync(w.t.Context(), w.in, mode, Manual)
	if err != nil {
		w.t.Fatal(err)
	}
	run, err := w.s.Wait(w.t.Context(), w.in, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}

// mustSync runs to the end, which has to be good.
func (w *world) mustSync(mode Mode) Run {
	w.t.Helper()
	run := w.sync(mode)
	if run.State != Succeeded {
		w.t.Fatalf("run is %s: %s %s", run.State, run.Error, run.Reason)
	}
	return run
}

// answers returns whom the cache knows for contacts 0 to n-1, "" for nobody.
func (w *world) answers(n int) []string {
	w.t.Helper()
	var names []string
	for i := range n {
		names = append(names, w.answer(fmt.Sprintf("+31207%06d", i)))
	}
	return names
}

func (w *world) answer(number string) string {
	w.t.Helper()
	matches, err := w.deps.Cache.Match(w.in, e164(w.t, number), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(matches) == 0 {
		return ""
	}
	return matches[0].Name().String()
}

// names are the answers when contacts 0 to n-1 are known, of m asked for.
func names(n, m int) []string {
	all := make([]string, m)
	for i := range n {
		all[i] = fmt.Sprint("Contact ", i)
	}
	return all
}

func (w *world) due() due {
	w.t.Helper()
	dues, err := readDues(w.t.Context(), w.store, w.in.Tenant)
	if err != nil {
		w.t.Fatal(err)
	}
	return dues[w.in.Integration]
}

func (w *world) runs() []Run {
	w.t.Helper()
	runs, err := w.s.Runs(w.t.Context(), w.in, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	return runs
}

func (w *world) start() {
	w.t.Helper()
	if err := w.s.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) stop() {
	w.t.Helper()
	if err := w.s.Stop(context.Background()); err != nil {
		w.t.Error(err)
	}
}

// until sleeps in the bubble until that moment.
func until(t time.Time) { time.Sleep(time.Until(t)) }
