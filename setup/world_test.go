package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/rest"
	"github.com/ringdex/ringdex/presets/sql"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

// world is a Setup over a real directory, the real catalogue and real kinds, with a clock of its own and one tenant.
type world struct {
	*Setup
	t         *testing.T
	directory *tenant.Directory
	kv        store.Store
	tenant    tenant.ID
	imports   string
	clock     time.Time
	crm       *provider
	watching  bool
	opened    presets.Connection
}

// watched is the kind of web APIs, which keeps the connection and goes no further while somebody watches.
type watched struct {
	rest.Kind
	to *world
}

var errSpied = errors.New("spied")

func (k watched) Open(ctx context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	if !k.to.watching {
		return k.Kind.Open(ctx, p, c)
	}
	k.to.opened = c
	return nil, errSpied
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, kv: memkv.New(), imports: t.TempDir(), clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), crm: newProvider(t)}
	t.Cleanup(func() { _ = w.kv.Close() })
	now := func() time.Time { return w.clock }
	keys, err := tenant.OpenKeyring(filepath.Join(t.TempDir(), "keys"), bytes.Repeat([]byte{7}, 32))
	w.must(err)
	t.Cleanup(func() { _ = keys.Close() })
	w.directory, err = tenant.Open(t.Context(), tenant.Deps{Store: w.kv, Keys: keys, Now: now})
	w.must(err)
	w.tenant = w.addTenant("Acme", "").ID
	kinds := map[string]presets.Kind{"file": file.Kind{}, "rest": watched{to: w}, "sql": sql.Kind{}}
	all, _ := presets.NewCatalog(kinds, catalog.FS())
	rule, err := outbound.ParseRule("127.0.0.1/32")
	w.must(err)
	w.Setup = New(Deps{
		Directory: w.directory, Catalog: all, Guard: outbound.New(outbound.Options{Allow: []outbound.Rule{rule}}),
		Pace: rest.NewPacer(now, presets.Sleep), PublicURL: "https://ringdex.example/", ImportDir: w.imports, Now: now,
	})
	t.Cleanup(w.Close)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) addTenant(name string, parent tenant.ID) tenant.Account {
	w.t.Helper()
	a, err := w.directory.AddTenant(w.t.Context(), command, parent, map[string]string{"name": name, "region": "NL"})
	w.must(err)
	return a
}

// command is somebody at a terminal of the server's machine, admin somebody with a key of the tenant.
var command = tenant.Command("test")

func (w *world) admin() tenant.Actor {
	return tenant.Actor{Kind: tenant.ActorKey, ID: "k_test", Account: w.tenant, Role: tenant.RoleAdmin}
}

func (w *world) add(by tenant.Actor, preset string, options ...string) (tenant.Integration, error) {
	return w.Add(w.t.Context(), by, w.tenant, Draft{Preset: preset, Options: pairs(options)})
}

func (w *world) mustAdd(by tenant.Actor, preset string, options ...string) tenant.Integration {
	w.t.Helper()
	i, err := w.add(by, preset, options...)
	w.must(err)
	return i
}

func (w *world) change(i tenant.Integration, by tenant.Actor, options ...string) (tenant.Integration, error) {
	return w.Change(w.t.Context(), by, i.Tenant, i.ID, pairs(options))
}

func (w *world) mustChange(i tenant.Integration, by tenant.Actor, options ...string) tenant.Integration {
	w.t.Helper()
	i, err := w.change(i, by, options...)
	w.must(err)
	return i
}

// connection is what a source of i is opened with.
func (w *world) connection(i tenant.Integration) presets.Connection {
	w.t.Helper()
	w.watching = true
	defer func() { w.watching = false }()
	if _, err := w.Open(w.t.Context(), i.Tenant, i.ID); !errors.Is(err, errSpied) {
		w.t.Fatalf("open: %v", err)
	}
	return w.opened
}

// dump is every byte the control store holds.
func (w *world) dump() []byte {
	w.t.Helper()
	var all []byte
	w.must(w.kv.View(w.t.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			all = append(append(all, pair.Key...), pair.Value...)
		}
		return nil
	}))
	return all
}

func pairs(list []string) map[string]string {
	m := map[string]string{}
	for n := 0; n+1 < len(list); n += 2 {
		m[list[n]] = list[n+1]
	}
	return m
}

// aboutOption returns the problem an error has with one option.
func aboutOption(t *testing.T, err error, name string) option.Problem {
	t.Helper()
	var problems option.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	p, ok := problems.Of(name)
	if !ok {
		t.Fatalf("nothing about %s in %v", name, err)
	}
	return p
}

// provider is a small identity provider: it gives tokens for the code "good", once, and counts.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []url.Values
	revoked []string
	fail    int // status of all answers; 0: work
}

func newProvider(t *testing.T) *provider {
	p := &provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", p.token)
	mux.HandleFunc("POST /oauth/revoke", p.revoke)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	p.asked = append(p.asked, maps.Clone(r.PostForm))
	w.Header().Set("Content-Type", "application/json")
	if r.PostForm.Get("code") != "good" && r.PostForm.Get("grant_type") != oauth.ClientCredentials {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"canary-answer"}`))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": "canary-access", "refresh_token": "canary-refresh", "token_type": "bearer", "expires_in": 3600,
	})
}

func (p *provider) revoke(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	p.revoked = append(p.revoked, r.PostForm.Get("token"))
	if p.fail != 0 {
		w.WriteHeader(p.fail)
	}
}
