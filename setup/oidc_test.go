package setup

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/presets/oauth/oidctest"
	"github.com/ringdex/ringdex/tenant"
)

// withProvider is a world beside an identity provider nobody here wrote.
func withProvider(t *testing.T) (*world, *oidctest.Provider) {
	t.Helper()
	w := newWorld(t)
	all, lints := presets.NewCatalog(map[string]presets.Kind{"rest": watched{to: w}}, oidctest.Presets())
	if len(lints) > 0 {
		t.Fatalf("presets: %v", lints)
	}
	w.d.Catalog = all
	w.clock = time.Now() // the provider looks at a clock too
	return w, oidctest.Start(t, w.CallbackURL())
}

func (w *world) personal(p *oidctest.Provider) tenant.Integration {
	w.t.Helper()
	return w.mustAdd(w.admin(), "oidc", "address", p.URL, "client_id", oidctest.App, "client_secret", oidctest.Secret(oidctest.App))
}

// signIn goes through the provider's pages; what comes back may be changed first.
func (w *world) signIn(p *oidctest.Provider, i tenant.Integration, change func(url.Values)) (tenant.Integration, error) {
	w.t.Helper()
	address, err := w.AuthorizeURL(w.t.Context(), w.admin(), i.Tenant, i.ID)
	w.must(err)
	back := p.Browse(address).Query()
	if change != nil {
		change(back)
	}
	return w.Authorized(w.t.Context(), back, "")
}

// restart is the same server after it was started again: what is stored is there, what was in memory is not.
func (w *world) restart() {
	w.t.Helper()
	w.Close()
	w.Setup = New(w.d)
}

// Promise E6, E9, E10, E12 at a provider nobody here wrote, with PKCE, rotating refresh tokens and revocation of the whole
// grant: sign in; two hundred calls at expiry renew once; a restart goes on with the newest token; an old one that is used
// again ends the grant, which asks for a person and is healed by one.
func TestProvider(t *testing.T) {
	w, p := withProvider(t)
	i, err := w.signIn(p, w.personal(p), nil)
	if err != nil || i.State != tenant.StateEnabled {
		t.Fatalf("%s, %v", i.State, err)
	}
	token := func() (presets.Token, error) { return w.connection(i).Token.Token(t.Context()) }
	first, err := token()
	if err != nil || first.Keep["people"] != p.URL+"/api" {
		t.Fatalf("kept %v, %v", first.Keep, err)
	}
	last := first.Access
	for round := 1; round <= 3; round++ {
		w.clock = w.clock.Add(2 * time.Hour)
		source := w.connection(i).Token
		var calls sync.WaitGroup
		got := make([]string, 200)
		for n := range got {
			calls.Go(func() {
				one, err := source.Token(t.Context())
				if err != nil || one.Keep["people"] != p.URL+"/api" {
					t.Errorf("call %d: %v", n, err)
				}
				got[n] = one.Access
			})
		}
		calls.Wait()
		for _, one := range got {
			if one != got[0] || one == last {
				t.Fatalf("round %d: tokens differ or are the old one", round)
			}
		}
		last = got[0]
		if c := p.Counts(); c["refresh_token given"] != round || len(c) != 2 {
			t.Fatalf("round %d: %v", round, c)
		}
		w.restart()
	}
	old, err := w.sign.vaultOf(i, oauth.AuthorizationCode).Load(t.Context())
	w.must(err)
	w.clock = w.clock.Add(2 * time.Hour)
	if _, err := token(); err != nil {
		t.Fatal(err)
	}
	w.put(i, func(g *oauth.Grant) { g.Refresh = old.Refresh }) // as a copy of the server would have it
	w.clock = w.clock.Add(2 * time.Hour)
	w.restart()
	for range 3 {
		_, err = token()
		var failure *presets.Error
		if !errors.As(err, &failure) || !failure.ReauthNeeded || failure.Hint.IsZero() || strings.Contains(err.Error(), "canary") {
			t.Fatalf("an old refresh token: %v", err)
		}
	}
	if c := p.Counts(); c["refresh_token invalid_grant"] != 1 || c["grant revoked"] != 1 {
		t.Errorf("counts %v", c)
	}
	if i, err = w.signIn(p, i, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := token(); err != nil {
		t.Errorf("after signing in again: %v", err)
	}
}

// put changes the stored grant.
func (w *world) put(i tenant.Integration, change func(*oauth.Grant)) {
	w.t.Helper()
	_, err := w.sign.vaultOf(i, oauth.AuthorizationCode).Update(w.t.Context(), func(g *oauth.Grant) error {
		change(g)
		return nil
	})
	w.must(err)
}

// Promise E6, E7 at a provider nobody here wrote: a code of another sign-in, whose verifier is another one, another issuer
// and a code that was used give nothing.
func TestProviderRefuses(t *testing.T) {
	w, p := withProvider(t)
	i := w.mustChange(w.personal(p), w.admin(), "user", "nobody")
	if i.State != tenant.StateDraft {
		t.Errorf("an option that has nothing to do with it lets it begin: %s", i.State)
	}
	address, err := w.AuthorizeURL(t.Context(), w.admin(), i.Tenant, i.ID)
	w.must(err)
	stolen := p.Browse(address).Query().Get("code")
	for name, change := range map[string]func(url.Values){
		"wrong verifier": func(q url.Values) { q.Set("code", stolen) },
		"other issuer":   func(q url.Values) { q.Set("iss", "https://evil.example") },
		"no issuer":      func(q url.Values) { q.Del("iss") },
		"made-up state":  func(q url.Values) { q.Set("state", "x") },
	} {
		if _, err := w.signIn(p, i, change); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
		if now := w.stateOf(i); now.State != tenant.StateDraft {
			t.Errorf("%s: state %s", name, now.State)
		}
	}
	if c := p.Counts(); c["authorization_code invalid_grant"] != 1 || c["authorization_code given"] != 0 {
		t.Errorf("counts %v", c)
	}
}

// Promise: where the program signs in by itself no person is asked, the grant is run again when its token is over, and
// refused credentials name nobody and no secret.
func TestProviderAlone(t *testing.T) {
	w, p := withProvider(t)
	for _, c := range []struct {
		name    string
		options []string
		wrong   []string
	}{
		{"client_credentials", []string{"client_auth", "basic", "client_id", oidctest.Service, "client_secret", oidctest.Secret(oidctest.Service)}, []string{"client_secret", "wrong-canary"}},
		{"jwt_bearer RS256", []string{"key", p.Keys["RS256"], "algorithm", "RS256", "user", "ada@example.com", "client_id", oidctest.Signer, "client_secret", oidctest.Secret(oidctest.Signer)}, []string{"user", "canary@example.com"}},
		{"jwt_bearer ES256", []string{"key", p.Keys["ES256"], "algorithm", "ES256", "user", "ada@example.com", "client_id", oidctest.Signer, "client_secret", oidctest.Secret(oidctest.Signer)}, []string{"user", "canary@example.com"}},
		{"password", []string{"user", "ada", "password", "password-canary", "client_id", oidctest.Form, "client_secret", oidctest.Secret(oidctest.Form)}, []string{"password", "wrong-canary"}},
	} {
		grant, _, _ := strings.Cut(c.name, " ")
		i := w.mustAdd(w.admin(), "oidc", append([]string{"address", p.URL, "grant", grant}, c.options...)...)
		if i.State != tenant.StateEnabled {
			t.Errorf("%s: state %s", c.name, i.State)
		}
		var seen []string
		for range 2 {
			got, err := w.connection(i).Token.Token(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			seen = append(seen, got.Access)
			w.clock = w.clock.Add(2 * time.Hour)
			if grant == "jwt_bearer" { // a statement is made by our clock
				w.clock = time.Now()
				w.must(w.connection(i).Token.Reject(t.Context(), got))
			}
		}
		if seen[0] == seen[1] {
			t.Errorf("%s: one token twice", c.name)
		}
		i = w.mustChange(i, w.admin(), c.wrong...)
		_, err := w.connection(i).Token.Token(t.Context())
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s, wrong: %v", c.name, err)
		}
		if _, err := w.AuthorizeURL(t.Context(), w.admin(), i.Tenant, i.ID); !errors.Is(err, ErrSignIn) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Promise: a private key that cannot be read is told when it is entered, not in the night.
func TestUnreadableKey(t *testing.T) {
	w, p := withProvider(t)
	_, err := w.add(w.admin(), "oidc", "address", p.URL, "grant", "jwt_bearer", "client_id", oidctest.Signer, "user", "ada@example.com", "key", "canary")
	var failure *presets.Error
	if !errors.As(err, &failure) || !strings.Contains(failure.Hint.String(), "PEM") || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}
