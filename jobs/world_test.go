package jobs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
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

// crm is one account of a CRM with contacts, which can be made to fail.
type crm struct {
	mu       sync.Mutex
	records  []presets.Record
	revision []int // of each record
	now      int   // the newest revision
	size     int   // of a page
	whole    bool  // it cannot tell changes
	fault    func(page int) error
	gate     chan struct{} // reads wait for it, if there is one
	reads    atomic.Int64  // pages read
	most     *counter
}

// counter keeps the most that were under way at a time.
type counter struct{ now, most atomic.Int64 }

func (c *counter) enter() {
	n := c.now.Add(1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
}

var (
	errCut = errors.New("cut")    // the stream ends without its end marker
	errBug = errors.New("panics") // the source panics
	errOff = &presets.Error{Text: "503", Retry: true, Hint: "Wait."}
	errBad = &presets.Error{Text: "400", Hint: "Look at the field list."}
	errOut = &presets.Error{Text: "invalid_grant", ReauthNeeded: true, Hint: "Sign in again."}
)

func contactNumber(i int) string { return fmt.Sprintf("020 7%06d", i) }

func e164(t testing.TB, text string) phone.Number {
	t.Helper()
	n, err := phone.ParseE164(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func record(i int) presets.Record {
	return presets.Record{
		ID: strconv.Itoa(i), Name: fmt.Sprint("Contact ", i), Email: fmt.Sprintf("c%d@example.com", i),
		Phones: []presets.Phone{{Raw: contactNumber(i), Label: "business", Column: "Phone"}},
	}
}

// newCRM has n contacts, ten to a page.
func newCRM(n int) *crm {
	c := &crm{size: 10}
	for i := range n {
		c.set(i, record(i))
	}
	return c
}

// set puts a record, as changed now.
func (c *crm) set(i int, r presets.Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	if i == len(c.records) {
		c.records, c.revision = append(c.records, r), append(c.revision, 0)
	}
	c.records[i], c.revision[i] = r, c.now
}

// keep drops all but the first n records, without a trace.
func (c *crm) keep(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records, c.revision = c.records[:n], c.revision[:n]
}

func (c *crm) fail(fault func(page int) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

func (c *crm) Check(context.Context) (presets.Report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return presets.Report{Account: "ada@example.com", Total: len(c.records), Sample: c.records[:min(10, len(c.records))]}, nil
}

func (c *crm) Close() error { return nil }

// list returns the records to read, the watermark behind them, and the fault.
func (c *crm) list(from presets.Cursor) ([]presets.Record, string, func(int) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	since, _ := strconv.Atoi(from.Since)
	var list []presets.Record
	for i, r := range c.records {
		if c.revision[i] > since {
			list = append(list, r)
		}
	}
	mark := strconv.Itoa(c.now)
	if c.whole {
		mark = ""
	}
	return list, mark, c.fault
}

func (c *crm) Read(ctx context.Context, _ string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if c.most != nil {
			c.most.enter()
			defer c.most.now.Add(-1)
		}
		if c.gate != nil {
			select {
			case <-c.gate:
			case <-ctx.Done():
				yield(presets.Page{}, ctx.Err())
				return
			}
		}
		list, mark, fault := c.list(from)
		at, _ := strconv.Atoi(from.Resume)
		for {
			if fault != nil {
				switch err := fault(at / c.size); {
				case errors.Is(err, errCut):
					return
				case errors.Is(err, errBug):
					panic("a bug in the source")
				case err != nil:
					yield(presets.Page{}, err)
					return
				}
			}
			c.reads.Add(1)
			end := min(at+c.size, len(list))
			page := presets.Page{Records: list[at:end], Resume: strconv.Itoa(end), Last: end == len(list), Requests: 1, Bytes: 100}
			if page.Last {
				page.Resume, page.Since = "", mark
			}
			if !yield(page, nil) || page.Last {
				return
			}
			at = end
		}
	}
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
		Preset: func(id string) (*presets.Preset, bool) { return w.preset, id == w.preset.ID },
		Open: func(_ context.Context, t tenant.ID, i tenant.IntegrationID) (presets.Source, error) {
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
