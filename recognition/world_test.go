package recognition

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a Dutch tenant with a real directory and cache in memory, and a clock of its own.
type world struct {
	tb     testing.TB
	dir    *tenant.Directory
	cache  *cache.Cache
	index  Index // what the recognizer asks; the cache unless a test puts something between
	rec    *Recognizer
	clock  time.Time
	tenant tenant.ID
	fence  uint64
}

var by = tenant.Command("test")

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{tb: tb, clock: time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)}
	now := func() time.Time { return w.clock }
	control := memkv.New()
	keys, err := tenant.OpenKeyring(tb.TempDir()+"/keys", slices.Repeat([]byte{7}, 32))
	w.must(err)
	tb.Cleanup(func() { _ = keys.Close() })
	w.dir, err = tenant.Open(tb.Context(), tenant.Deps{Store: control, Keys: keys, Now: now})
	w.must(err)
	w.cache, err = cache.Open(tb.Context(), cache.Deps{Table: memkv.NewTable(), Control: control, Keys: keys, Now: now})
	w.must(err)
	w.index = w.cache
	w.rec = New(Deps{Directory: w.dir, Index: through{w}, Names: names, StandAlone: scripts.Names{Schemes: []string{"msteams"}}, Now: now})
	w.tenant = w.addTenant("Vroegop Windhoek")
	return w
}

// names are those of every integration here: its preset has the option domain and the field Tier.
func names(tenant.Integration) (scripts.Names, bool) {
	return scripts.Names{Fields: scripts.CommonFields("Tier"), Options: []string{"option.domain"}}, true
}

// through asks whatever the world's index is at the moment.
type through struct{ w *world }

func (t through) Match(in cache.Ref, n phone.Number, dst []cache.Match) ([]cache.Match, error) {
	return t.w.index.Match(in, n, dst)
}

func (t through) MatchBlock(in cache.Ref, n phone.Number, dst []cache.Match) ([]cache.Match, error) {
	return t.w.index.MatchBlock(in, n, dst)
}

func (t through) Published(in cache.Ref) (*cache.Generation, error) { return t.w.index.Published(in) }

func (w *world) must(err error) {
	w.tb.Helper()
	if err != nil {
		w.tb.Fatal(err)
	}
}

func (w *world) addTenant(name string) tenant.ID {
	w.tb.Helper()
	a, err := w.dir.AddTenant(w.tb.Context(), by, "", map[string]string{"name": name, "region": "NL"})
	w.must(err)
	return a.ID
}

// set changes settings of the tenant.
func (w *world) set(name, value string) {
	w.tb.Helper()
	_, err := w.dir.SetAccount(w.tb.Context(), by, w.tenant, map[string]string{name: value})
	w.must(err)
}

// system adds a phone system; settings are name, value, name, value …
func (w *world) system(settings ...string) tenant.SystemID {
	w.tb.Helper()
	m := map[string]string{"name": "system " + strings.Join(settings, " ")}
	for i := 0; i < len(settings); i += 2 {
		m[settings[i]] = settings[i+1]
	}
	s, err := w.dir.AddSystem(w.tb.Context(), by, w.tenant, m)
	w.must(err)
	return s.ID
}

// device gives an agent a device.
func (w *world) device(name, number string) {
	w.tb.Helper()
	_, err := w.dir.AddPerson(w.tb.Context(), by, tenant.Person{
		Account: w.tenant, Email: name + "@example.com", Name: name, Role: tenant.RoleAgent, Devices: []tenant.Device{{Number: number}},
	}, tenant.Secret{})
	w.must(err)
}

// integration adds one with contacts.
func (w *world) integration(name string, people ...person) cache.Ref {
	w.tb.Helper()
	return w.integrationOf(tenant.Integration{Name: name}, people...)
}

func (w *world) integrationOf(i tenant.Integration, people ...person) cache.Ref {
	w.tb.Helper()
	i.Preset, i.State = "northwind", tenant.StateEnabled
	if i.Notification == nil {
		i.Notification = []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}, {Field: "Email"}}
	}
	w.clock = w.clock.Add(time.Second) // integrations of one priority are in the order in which they were made
	i, err := w.dir.AddIntegration(w.tb.Context(), by, w.tenant, i)
	w.must(err)
	in := cache.Ref{Tenant: w.tenant, Integration: i.ID}
	w.publish(in, cache.RefreshOptions{}, people...)
	return in
}

func (w *world) change(in cache.Ref, change func(*tenant.Integration)) {
	w.tb.Helper()
	_, err := w.dir.SetIntegration(w.tb.Context(), by, in.Tenant, in.Integration, func(i *tenant.Integration) error {
		change(i)
		return nil
	})
	w.must(err)
}

// publish makes exactly these people the contacts of an integration.
func (w *world) publish(in cache.Ref, o cache.RefreshOptions, people ...person) {
	w.tb.Helper()
	if len(people) == 0 {
		return
	}
	w.fence++
	o.Fence = w.fence
	r, err := w.cache.Refresh(w.tb.Context(), in, o)
	w.must(err)
	for _, p := range people {
		digest := cache.DigestOf(p.id(), p.Name)
		if same, err := r.Unchanged("contact", p.id(), digest); err != nil || same {
			w.must(err)
			continue
		}
		w.must(r.Put(p.contact(), digest, p.numbers(w.tb)...))
	}
	_, err = r.Publish(context.WithoutCancel(w.tb.Context()))
	w.must(err)
}

// person is a contact of a CRM. Phones are E.164, with ";ext=22", ";stem" or ";head" behind.
type person struct {
	Name, Company string
	Order, Age    int // Age: days since it was changed
	Phones        []string
	Fields        []cache.Field
}

func contact(name, company string, phones ...string) person {
	return person{Name: name, Company: company, Phones: phones}
}

func (p person) id() string { return strings.ReplaceAll(p.Name+"/"+p.Company, " ", "") }

func (p person) contact() cache.Contact {
	return cache.Contact{
		Type: "contact", ID: p.id(), Order: p.Order, Name: p.Name, Company: p.Company, URL: "https://crm.example/" + p.id(),
		Fields:  append([]cache.Field{{Name: "Email", Value: strings.ToLower(strings.Fields(p.Name + " x")[0]) + "@example.com"}}, p.Fields...),
		Changed: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -p.Age),
	}
}

func (p person) numbers(tb testing.TB) []cache.LabelledNumber {
	tb.Helper()
	var out []cache.LabelledNumber
	for _, text := range p.Phones {
		parts := strings.Split(text, ";")
		l := cache.LabelledNumber{Number: number(tb, parts[0]), Label: "business"}
		for _, part := range parts[1:] {
			ext, isExt := strings.CutPrefix(part, "ext=")
			if isExt {
				l.Extension = ext
			}
			l.Stem, l.Head = l.Stem || part == "stem", l.Head || part == "head"
		}
		out = append(out, l)
	}
	return out
}

func number(tb testing.TB, e164 string) phone.Number {
	tb.Helper()
	n, err := phone.ParseE164(e164)
	if err != nil {
		tb.Fatalf("%s: %v", e164, err)
	}
	return n
}

// ask puts a question of the default phone system.
func (w *world) ask(text string) *Answer {
	w.tb.Helper()
	return w.asks(Question{Number: text})
}

func (w *world) asks(q Question) *Answer {
	w.tb.Helper()
	if q.Tenant == "" {
		q.Tenant = w.tenant
	}
	a, err := w.rec.Recognize(w.tb.Context(), &q)
	w.must(err)
	return a
}

func (w *world) explain(q Question) *Explanation {
	w.tb.Helper()
	q.Tenant = w.tenant
	a, err := w.rec.Explain(w.tb.Context(), &q)
	w.must(err)
	return a.why
}

// who lists an answer as "name/company quality", and for nobody the kind of the number.
func who(a *Answer) string {
	var out []string
	for i := range a.Matches() {
		m := &a.Matches()[i]
		out = append(out, m.Name().String()+"/"+m.Company().String()+" "+string(m.Quality))
	}
	if len(out) == 0 {
		return "nobody " + string(a.facts().kind)
	}
	return strings.Join(out, ", ")
}

// body is the answer as a phone system reads it.
type body struct {
	Number struct {
		Raw, E164, National, Region, Kind, Location, Name string
	}
	Matches []struct {
		Integration  struct{ ID, Name, Preset string }
		Record       struct{ ID, Type, URL string }
		Name         string
		Company      string
		Label        string
		Quality      string
		Fields       map[string]string
		Notification []struct{ Title, Value string }
		Scripts      []Button
		Capped       bool
		Total        int
		Generation   uint64
		Synced       time.Time `json:"synced_at"`
	}
	Scripts []Button
	Explain *Explanation
}

func (w *world) body(a *Answer) body {
	w.tb.Helper()
	var b body
	raw := a.AppendJSON(nil)
	if err := json.Unmarshal(raw, &b); err != nil {
		w.tb.Fatalf("%v in %s", err, raw)
	}
	return b
}

func buttonNames(list []Button) string {
	var out []string
	for _, b := range list {
		out = append(out, b.Name)
	}
	return strings.Join(out, ", ")
}

func button(name, url string, when tenant.When) tenant.Script {
	return tenant.Script{ID: tenant.NewScriptID(), Name: name, URL: url, When: when}
}
