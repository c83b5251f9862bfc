package calls

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a Dutch tenant with agents at the devices 201 to 204, one integration, and a clock of its own.
type world struct {
	tb     testing.TB
	dir    *tenant.Directory
	keys   *tenant.Keyring
	cache  *cache.Cache
	rec    *recognition.Recognizer
	store  store.Store
	desk   *Desk
	tenant tenant.ID
	agents map[string]tenant.PersonID // by device
	in     cache.Ref
	fence  uint64

	mu    sync.Mutex
	clock time.Time
}

var by = tenant.Command("test")

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{tb: tb, store: memkv.New(), agents: map[string]tenant.PersonID{}, clock: time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)}
	control := memkv.New()
	var err error
	w.keys, err = tenant.OpenKeyring(tb.TempDir()+"/keys", slices.Repeat([]byte{7}, 32))
	w.must(err)
	tb.Cleanup(func() { _ = w.keys.Close() })
	w.dir, err = tenant.Open(tb.Context(), tenant.Deps{Store: control, Keys: w.keys, Now: w.now})
	w.must(err)
	w.cache, err = cache.Open(tb.Context(), cache.Deps{Table: memkv.NewTable(), Control: control, Keys: w.keys, Now: w.now})
	w.must(err)
	w.rec = recognition.New(recognition.Deps{Directory: w.dir, Index: w.cache, Names: func(tenant.Integration) (scripts.Names, bool) {
		return scripts.Names{Fields: scripts.CommonFields()}, true
	}, Now: w.now})
	account, err := w.dir.AddTenant(tb.Context(), by, "", map[string]string{"name": "Vroegop Windhoek", "region": "NL", "own_numbers": "020 555 00 00"})
	w.must(err)
	w.tenant = account.ID
	for _, device := range []string{"201", "202", "203", "204"} {
		w.agents[device] = w.agent("Agent "+device, device)
	}
	w.in = w.integration("CRM", contact{"Ada Muster", "Muster AG", "020 123 4567"}, contact{"Bo Tester", "", "06 1234 5678"})
	w.open()
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) must(err error) {
	w.tb.Helper()
	if err != nil {
		w.tb.Fatal(err)
	}
}

// open starts a desk on the world's store.
func (w *world) open() {
	w.tb.Helper()
	var err error
	w.desk, err = Open(w.tb.Context(), Deps{Directory: w.dir, Recognizer: w.rec, Store: w.store, Keys: w.keys, Now: w.now})
	w.must(err)
	w.must(w.desk.Start(context.WithoutCancel(w.tb.Context())))
	desk := w.desk
	w.tb.Cleanup(func() { _ = desk.Close() })
}

// restart ends the desk and starts another one on the same store.
func (w *world) restart() {
	w.tb.Helper()
	w.must(w.desk.Close())
	w.open()
}

func (w *world) agent(name, device string) tenant.PersonID {
	w.tb.Helper()
	p, err := w.dir.AddPerson(w.tb.Context(), by, tenant.Person{
		Account: w.tenant, Email: device + "@example.com", Name: name, Role: tenant.RoleAgent, Devices: []tenant.Device{{Number: device}},
	}, tenant.Secret{})
	w.must(err)
	return p.ID
}

func (w *world) setPerson(id tenant.PersonID, change func(*tenant.Person)) {
	w.tb.Helper()
	_, err := w.dir.SetPerson(w.tb.Context(), by, w.tenant, id, func(p *tenant.Person) error { change(p); return nil })
	w.must(err)
}

func (w *world) set(name, value string) {
	w.tb.Helper()
	_, err := w.dir.SetAccount(w.tb.Context(), by, w.tenant, map[string]string{name: value})
	w.must(err)
}

type contact struct{ name, company, number string }

func (w *world) integration(name string, people ...contact) cache.Ref {
	w.tb.Helper()
	i, err := w.dir.AddIntegration(w.tb.Context(), by, w.tenant, tenant.Integration{
		Name: name, Preset: "northwind", State: tenant.StateEnabled, Notification: []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}},
		Scripts: []tenant.Script{{ID: tenant.NewScriptID(), Name: "Open", URL: "https://crm.example/#(Device number)/$(Identifier)/#(Direction)", Pop: true}},
	})
	w.must(err)
	in := cache.Ref{Tenant: w.tenant, Integration: i.ID}
	w.publish(in, people...)
	return in
}

// publish makes exactly these people the contacts of an integration.
func (w *world) publish(in cache.Ref, people ...contact) {
	w.tb.Helper()
	ctx := w.tb.Context()
	w.fence++
	r, err := w.cache.Refresh(ctx, in, cache.RefreshOptions{Fence: w.fence, Mode: cache.Full})
	w.must(err)
	for _, p := range people {
		found := phone.Find(p.number, phone.FieldContext{Region: "NL"})
		if len(found) != 1 {
			w.tb.Fatalf("%s: %v", p.number, found)
		}
		c := cache.Contact{Type: "contact", ID: p.name, Name: p.name, Company: p.company}
		w.must(r.Put(c, cache.DigestOf(p.name, p.company, p.number), cache.LabelledNumber{Number: found[0].Number, Label: "work"}))
	}
	_, err = r.Publish(ctx)
	w.must(err)
}

// event is an inbound one of call "1" from Ada, to which the fields given are added.
func (w *world) event(kind Kind, device string, change ...func(*Event)) Event {
	e := Event{Tenant: w.tenant, CallID: "1", Kind: kind, Caller: Party{Number: "0201234567"}, Device: Party{Number: device}}
	for _, c := range change {
		c(&e)
	}
	return e
}

func (w *world) take(events ...Event) Taken {
	w.tb.Helper()
	var last Taken
	for _, e := range events {
		var err error
		last, err = w.desk.Take(w.tb.Context(), e)
		w.must(err)
	}
	return last
}

// sees is what an agent's list shows: "device state name".
func (w *world) sees(device string) []string {
	out := []string{}
	for _, c := range w.desk.Live(View{Tenant: w.tenant, Person: w.agents[device]}).Calls {
		name := c.Known.Number.Name
		if len(c.Known.Matches) > 0 {
			name = c.Known.Matches[0].Name
		}
		out = append(out, c.Device.Number+" "+string(c.State)+" "+cmp.Or(name, "?"))
	}
	return out
}

// kept is the only call of the history.
func (w *world) kept() Call {
	w.tb.Helper()
	page, err := w.desk.History(w.tb.Context(), w.tenant, Filter{})
	w.must(err)
	if len(page.Calls) != 1 {
		w.tb.Fatalf("%d calls in the history", len(page.Calls))
	}
	return page.Calls[0]
}
