package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/tenant/signin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the whole service on stores in memory, with a CRM that is a file and a clock of its own.
type world struct {
	*API
	tb      testing.TB
	handler http.Handler
	socket  http.Handler
	control store.Store
	imports string // the folder tenants may name files in
	log     *logged

	mu    sync.Mutex
	clock time.Time

	orders []calls.Order // to start calls
}

// logged is what the server wrote into its log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var by = tenant.Command("test")

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{tb: tb, control: memkv.New(), imports: tb.TempDir(), log: &logged{}, clock: time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	keys, err := tenant.OpenKeyring(filepath.Join(tb.TempDir(), "keys"), slices.Repeat([]byte{7}, 32))
	w.must(err)
	tb.Cleanup(func() { _ = keys.Close() })
	cheap := signin.NewHasher(signin.Cost{Memory: 16, Time: 1, Lanes: 1})
	d := Deps{Metrics: prometheus.NewRegistry(), Log: log, Now: w.now, Version: "test", PublicURL: "https://ringdex.example"}
	d.Directory, err = tenant.Open(tb.Context(), tenant.Deps{Store: w.control, Keys: keys, Now: w.now, Hasher: cheap})
	w.must(err)
	d.Cache, err = cache.Open(tb.Context(), cache.Deps{Table: memkv.NewTable(), Control: w.control, Keys: keys, Now: w.now})
	w.must(err)
	d.Catalog, _ = presets.NewCatalog(map[string]presets.Kind{"file": file.Kind{}}, presettest.Only(catalog.FS(), "csv", "vcard", "xlsx"))
	d.Shelf, _, err = shelf.Open(filepath.Join(tb.TempDir(), "presets"), d.Catalog)
	w.must(err)
	d.Setup = setup.New(setup.Deps{
		Directory: d.Directory, Catalog: d.Catalog, Guard: outbound.New(outbound.Options{}), PublicURL: "https://ringdex.example",
		ImportDir: w.imports, Log: log, Now: w.now, Uploads: upload.New(filepath.Join(tb.TempDir(), "files"), keys),
	})
	d.Jobs, err = jobs.New(jobs.Deps{
		Store: w.control, Cache: d.Cache, Directory: d.Directory, Keys: keys,
		Preset: d.Setup.PresetOf, Open: d.Setup.Open, Log: log, Now: w.now,
	})
	w.must(err)
	tb.Cleanup(func() { _ = d.Jobs.Stop(tb.Context()); d.Setup.Close() }) //nolint:errcheck // what runs ends with the test
	d.Notices, err = notice.New(notice.Deps{Store: w.control, Directory: d.Directory, Keys: keys, PublicURL: "https://ringdex.example", Log: log, Now: w.now})
	w.must(err)
	d.Recognizer = recognition.New(recognition.Deps{Directory: d.Directory, Index: d.Cache, Names: d.Setup.Names, StandAlone: d.Setup.StandAlone(), Now: w.now})
	d.Lines = exchange.New(exchange.Deps{Directory: d.Directory, Guard: outbound.New(outbound.Options{}), Desk: func() exchange.Desk { return d.Calls }})
	d.Calls, err = calls.Open(tb.Context(), calls.Deps{
		Directory: d.Directory, Recognizer: d.Recognizer, Store: memkv.New(), Keys: keys, Now: w.now,
		Dialer: func(context.Context, tenant.ID, tenant.SystemID) (calls.Dialer, error) { return w, nil },
	})
	w.must(err)
	tb.Cleanup(func() { _ = d.Calls.Close() })
	w.use(d)
	return w
}

// Dial makes the world a phone system that takes every order.
func (w *world) Dial(_ context.Context, o calls.Order) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.orders = append(w.orders, o)
	return nil
}

// use builds the API anew over other dependencies.
func (w *world) use(d Deps) {
	if w.API != nil {
		d.Metrics = prometheus.NewRegistry()
	}
	w.API = New(d)
	w.tb.Cleanup(w.API.Close)
	w.handler, w.socket = w.Handler(), w.SocketHandler()
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

// customer is a tenant with one of everything that has an id, and somebody of each role.
type customer struct {
	id          tenant.ID
	name        string
	system      tenant.SystemID
	person      tenant.PersonID
	script      tenant.ScriptID
	integration tenant.IntegrationID
	button      tenant.ScriptID // a script of the integration
	run         jobs.RunID
	spare       tenant.KeyID // a key nobody uses

	call string
	link tenant.LinkID

	notice string

	match, calls, dial, admin, url, urlCalls, pop, agent, boss credential
}

// credential is how somebody shows who they are.
type credential struct{ key, email string }

const password = "correct horse battery"

// customer adds a tenant below parent whose contacts all carry its name.
func (w *world) customer(name string, parent tenant.ID) *customer {
	w.tb.Helper()
	ctx := w.tb.Context()
	account, err := w.Directory.AddTenant(ctx, by, parent, map[string]string{"name": name, "region": "NL"})
	w.must(err)
	c := &customer{id: account.ID, name: name}
	system, err := w.Directory.AddSystem(ctx, by, c.id, map[string]string{"name": "Door of " + name})
	w.must(err)
	c.system = system.ID
	c.match.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 0})
	c.calls.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeCalls})
	c.dial.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeDial})
	c.urlCalls.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeCalls, URLKey: true})
	c.admin.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeAdmin | tenant.ScopeMatch})
	c.url.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopeMatch, URLKey: true})
	c.pop.key = w.key(c.id, tenant.Key{Scopes: tenant.ScopePop})
	spare, _, err := w.Directory.AddKey(ctx, by, tenant.Key{Name: "spare", Tenant: c.id, Scopes: tenant.ScopeMatch})
	w.must(err)
	c.spare = spare.ID
	c.agent.email, c.person = w.person(c.id, "agent@"+name+".example", tenant.RoleAgent)
	c.boss.email, _ = w.person(c.id, "boss@"+name+".example", tenant.RoleAdmin)
	script, err := w.Directory.AddScript(ctx, by, c.id, tenant.Script{Name: "Search " + name, URL: "https://search.example/?q=#(Caller number)"})
	w.must(err)
	c.script = script.ID
	told, err := w.Notices.Try(ctx, c.id)
	w.must(err)
	c.notice = told.ID
	w.sync(c, "Name;Company;Phone\nAda "+name+";Muster "+name+";020 123 4567\n")
	_, err = w.Directory.SetPerson(ctx, by, c.id, c.person, func(p *tenant.Person) error {
		p.Name, p.Devices = "Bo of "+name, []tenant.Device{{Number: "201"}}
		return nil
	})
	w.must(err)
	_, err = w.Calls.Take(ctx, calls.Event{
		Tenant: c.id, CallID: "first of " + name, Kind: calls.KindRinging, Caller: calls.Party{Number: "0201234567"}, Device: calls.Party{Number: "201"},
	})
	w.must(err)
	c.call = w.Calls.Live(calls.View{Tenant: c.id}).Calls[0].ID
	link, err := w.Calls.Link(ctx, by, c.id, calls.Said{Number: "020 620 9988", Name: "Cleo of " + name})
	w.must(err)
	c.link = link.ID
	return c
}

func (w *world) key(t tenant.ID, k tenant.Key) string {
	w.tb.Helper()
	k.Tenant = t
	_, text, err := w.Directory.AddKey(w.tb.Context(), by, k)
	w.must(err)
	return text
}

func (w *world) person(account tenant.ID, email string, role tenant.Role) (string, tenant.PersonID) {
	w.tb.Helper()
	p, err := w.Directory.AddPerson(w.tb.Context(), by, tenant.Person{Account: account, Email: email, Role: role}, tenant.NewSecret(password))
	w.must(err)
	return email, p.ID
}

// sync makes the customer's integration and brings contacts into it.
func (w *world) sync(c *customer, csv string) {
	w.tb.Helper()
	ctx := w.tb.Context()
	path := filepath.Join(w.imports, c.name+".csv")
	w.must(os.WriteFile(path, []byte(csv), 0o600))
	i, err := w.Setup.Add(ctx, by, c.id, setup.Draft{Name: "Contacts of " + c.name, Preset: "csv", Options: map[string]string{"path": path}})
	w.must(err)
	c.integration, c.button = i.ID, i.Scripts[0].ID
	in := refOf(i)
	c.run, err = w.Jobs.Sync(ctx, in, jobs.Full, jobs.Manual)
	w.must(err)
	run, err := w.Jobs.Wait(ctx, in, c.run)
	w.must(err)
	if run.State != jobs.Succeeded {
		w.tb.Fatalf("sync of %s: %+v", c.name, run)
	}
}

// operator adds one of the operator's people.
func (w *world) operator() credential {
	w.tb.Helper()
	email, _ := w.person(w.Directory.Operator(), "operator@example.com", tenant.RoleOperator)
	return credential{email: email}
}

// reseller adds a reseller without tenants, with one of its people.
func (w *world) reseller() (tenant.ID, credential) {
	w.tb.Helper()
	account, err := w.Directory.AddReseller(w.tb.Context(), by, map[string]string{"name": "reseller"})
	w.must(err)
	email, _ := w.person(account.ID, "reseller@example.com", tenant.RoleReseller)
	return account.ID, credential{email: email}
}

// request is one call of the API. The body may be a text.
type request struct {
	method, path string
	body         string
	as           credential
	header       http.Header
	socket       bool
}

// answered is what came back.
type answered struct {
	status int
	header http.Header
	body   string
}

func (w *world) do(r request) answered {
	w.tb.Helper()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req := httptest.NewRequestWithContext(w.tb.Context(), r.method, r.path, body)
	for name, values := range r.header {
		req.Header[name] = values
	}
	switch {
	case r.as.email != "":
		req.SetBasicAuth(r.as.email, password)
	case r.as.key != "":
		req.Header.Set("Authorization", "Bearer "+r.as.key)
	}
	rec := httptest.NewRecorder()
	h := w.handler
	if r.socket {
		h = w.socket
	}
	h.ServeHTTP(rec, req)
	return answered{rec.Code, rec.Header(), rec.Body.String()}
}

func (w *world) get(as credential, path string) answered {
	w.tb.Helper()
	return w.do(request{method: http.MethodGet, path: path, as: as})
}

// problem is the problem in an error's body.
func (a answered) problem(tb testing.TB) Problem {
	tb.Helper()
	var p Problem
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		tb.Errorf("%d has type %q, want application/problem+json: %s", a.status, got, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.status || p.Title == "" {
		tb.Errorf("%d is no problem: %v in %s", a.status, err, a.body)
	}
	return p
}

// names are those of the matches in a body of /v1/match.
func (a answered) names(tb testing.TB) string {
	tb.Helper()
	var body struct{ Matches []struct{ Name string } }
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		tb.Fatalf("%d: %v in %s", a.status, err, a.body)
	}
	var names []string
	for _, m := range body.Matches {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}
