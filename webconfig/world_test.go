package webconfig

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/file"
	presetlink "github.com/ringdex/ringdex/presets/link"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/tenant/signin"
)

// world is the pages over stores in memory, on a clock of its own.
type world struct {
	*Web
	t      *testing.T
	server *httptest.Server

	mu    sync.Mutex
	clock time.Time
}

const password = "correct horse battery"

var command = tenant.Command("test")

// newWorld builds the pages; change edits what they stand on.
func newWorld(t *testing.T, change ...func(*Deps)) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC)}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.Web.ServeHTTP(rw, r) }))
	t.Cleanup(w.server.Close)
	log := slog.New(slog.DiscardHandler)
	control := memkv.New()
	keys, err := tenant.OpenKeyring(filepath.Join(t.TempDir(), "keys"), slices.Repeat([]byte{7}, 32))
	w.must(err)
	t.Cleanup(func() { _ = keys.Close() })
	d := Deps{Keys: keys, Store: control, Log: log, Now: w.now, Version: "test", PublicURL: w.server.URL, Contact: "Help desk 020 765 4321"}
	cheap := signin.NewHasher(signin.Cost{Memory: 16, Time: 1, Lanes: 1})
	d.Directory, err = tenant.Open(t.Context(), tenant.Deps{Store: control, Keys: keys, Now: w.now, Hasher: cheap})
	w.must(err)
	d.Cache, err = cache.Open(t.Context(), cache.Deps{Table: memkv.NewTable(), Control: control, Keys: keys, Now: w.now})
	w.must(err)
	d.Catalog, _ = presets.NewCatalog(map[string]presets.Kind{"file": file.Kind{}, "link": presetlink.Kind{}, "push": push.Kind{}}, presettest.Only(catalog.FS(), "csv", "vcard", "xlsx", "web-search", "push"))
	d.Setup = setup.New(setup.Deps{
		Directory: d.Directory, Catalog: d.Catalog, Guard: outbound.New(outbound.Options{}), PublicURL: w.server.URL,
		Log: log, Now: w.now, Uploads: upload.New(filepath.Join(t.TempDir(), "files"), keys),
	})
	d.Jobs, err = jobs.New(jobs.Deps{
		Store: control, Cache: d.Cache, Directory: d.Directory, Keys: keys, Preset: d.Setup.PresetOf, Open: d.Setup.Open, Log: log, Now: w.now,
	})
	w.must(err)
	t.Cleanup(func() { _ = d.Jobs.Stop(t.Context()); d.Setup.Close() }) //nolint:errcheck // what runs ends with the test
	d.Recognizer = recognition.New(recognition.Deps{Directory: d.Directory, Index: d.Cache, Names: d.Setup.Names, StandAlone: d.Setup.StandAlone(), Now: w.now})
	d.Calls, err = calls.Open(t.Context(), calls.Deps{Directory: d.Directory, Recognizer: d.Recognizer, Store: memkv.New(), Keys: keys, Now: w.now})
	w.must(err)
	t.Cleanup(func() { _ = d.Calls.Close() }) //nolint:errcheck // a store in memory
	d.Notices, err = notice.New(notice.Deps{Store: control, Directory: d.Directory, Keys: keys, PublicURL: w.server.URL, Now: w.now})
	w.must(err)
	d.Lines = exchange.New(exchange.Deps{Directory: d.Directory, Guard: outbound.New(outbound.Options{}), Desk: func() exchange.Desk { return d.Calls }})
	for _, fn := range change {
		fn(&d)
	}
	w.Web, err = New(d)
	w.must(err)
	t.Cleanup(w.Close)
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
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// customer is a tenant with one of everything that has an id.
type customer struct {
	id           tenant.ID
	admin, agent tenant.Person
	ids          map[string]string // by the name of the part of a path
}

func (w *world) customer(name string, parent tenant.ID) customer {
	w.t.Helper()
	ctx := w.t.Context()
	a, err := w.Directory.AddTenant(ctx, command, parent, map[string]string{"name": name, "region": "NL"})
	w.must(err)
	c := customer{id: a.ID, admin: w.person(a.ID, "admin@"+name+".example", tenant.RoleAdmin), agent: w.person(a.ID, "agent@"+name+".example", tenant.RoleAgent)}
	system, err := w.Directory.AddSystem(ctx, command, a.ID, map[string]string{"name": "Door of " + name})
	w.must(err)
	key, _, err := w.Directory.AddKey(ctx, command, tenant.Key{Name: "Key of " + name, Tenant: a.ID, System: system.ID, Scopes: tenant.ScopeMatch})
	w.must(err)
	script, err := w.Directory.AddScript(ctx, command, a.ID, tenant.Script{Name: "Script of " + name, URL: "https://x.example/?q=#(Caller number)"})
	w.must(err)
	i, err := w.Directory.AddIntegration(ctx, command, a.ID, tenant.Integration{Name: "CRM of " + name, Preset: "csv", State: tenant.StateDisabled})
	w.must(err)
	c.ids = map[string]string{
		"tenant": string(a.ID), "person": string(c.agent.ID), "system": string(system.ID), "key": string(key.ID),
		"script": string(script.ID), "integration": string(i.ID), "preset": "csv", "reseller": string(parent),
	}
	return c
}

func (w *world) person(account tenant.ID, email string, role tenant.Role) tenant.Person {
	w.t.Helper()
	p, err := w.Directory.AddPerson(w.t.Context(), command, tenant.Person{Account: account, Email: email, Role: role}, tenant.NewSecret(password))
	w.must(err)
	return p
}

// browser is somebody's; it follows no redirect by itself.
type browser struct {
	w *world
	*http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (w *world) signedInAs(email string) *browser {
	w.t.Helper()
	b := w.browser()
	if got := b.post("/sign-in", "email", email, "password", password); got.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("%s cannot sign in: %d", email, got.StatusCode)
	}
	return b
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, form, "Sec-Fetch-Site", "same-origin")
}

func (b *browser) send(method, path string, form url.Values, headers ...string) answer {
	b.w.t.Helper()
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.server.URL+path, strings.NewReader(form.Encode()))
	b.w.must(err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := b.Do(r)
	b.w.must(err)
	defer got.Body.Close()
	raw, err := io.ReadAll(got.Body)
	b.w.must(err)
	return answer{got, string(raw)}
}

// cookie is the session as it lies in the browser.
func (b *browser) cookie() *http.Cookie {
	at, err := url.Parse(b.w.server.URL)
	b.w.must(err)
	for _, c := range b.Jar.Cookies(at) {
		return c
	}
	return &http.Cookie{Name: "ringdex"}
}

// replay is another browser with a copied session.
func (w *world) replay(c *http.Cookie) *browser {
	b := w.browser()
	at, err := url.Parse(w.server.URL)
	w.must(err)
	b.Jar.SetCookies(at, []*http.Cookie{c})
	return b
}
