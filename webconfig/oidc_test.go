package webconfig

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets/oauth/oidctest"
	"github.com/ringdex/ringdex/tenant"
)

// oidcWorld is pages that trust an identity provider nobody here wrote.
func oidcWorld(t *testing.T) (*world, *oidctest.Provider) {
	var p *oidctest.Provider
	w := newWorld(t, func(d *Deps) {
		p = oidctest.Start(t, d.PublicURL+oidcPath)
		d.OIDC = &OIDC{
			Name: "Telephony", Issuer: p.URL, ClientID: oidctest.App, ClientSecret: oidctest.Secret(oidctest.App),
			Organisation: "organisation", RoleClaim: "roles", AdminRole: "boss",
		}
	})
	return w, p
}

// comesBack begins a sign-in in the browser, goes through the provider, and returns the path the provider sends it to.
func (b *browser) comesBack(p *oidctest.Provider, login string) string {
	b.w.t.Helper()
	begun := b.get("/sign-in/oidc?next=/account")
	back := p.BrowseAs(login, begun.Header.Get("Location"))
	return back.RequestURI()
}

// TestOIDC guards sign-in with the operator's identity provider: people come into the tenant of their organisation, as agents unless the
// mapped role says admin, and nobody else comes in.
func TestOIDC(t *testing.T) {
	w, p := oidcWorld(t)
	acme, err := w.Directory.AddTenant(t.Context(), command, "", map[string]string{"name": "Acme", "region": "NL", "external_id": "42"})
	w.must(err)
	other, err := w.Directory.AddTenant(t.Context(), command, "", map[string]string{"name": "Other", "region": "NL", "external_id": "43"})
	w.must(err)
	w.person(other.ID, "taken@example.com", tenant.RoleAdmin)
	w.person(w.Directory.Operator(), "root@example.com", tenant.RoleOperator)
	if page := w.browser().get("/sign-in"); !strings.Contains(page.body, "Sign in with Telephony") {
		t.Error("the sign-in page does not offer it")
	}
	for _, c := range []struct {
		name, login string
		role        tenant.Role // "" = stays outside
		says        string
	}{
		{"first time", "ada+42", tenant.RoleAgent, ""},
		{"again, by now a boss", "ada+42+boss", tenant.RoleAdmin, ""},
		{"no boss any more", "ada+42+clerk", tenant.RoleAgent, ""},
		{"a boss at once", "bob+42+boss", tenant.RoleAdmin, ""},
		{"unknown organisation", "eve+44+boss", "", "not set up here"},
		{"no organisation", "eve", "", "not set up here"},
		{"address not confirmed", "eve+42+boss+unconfirmed", "", "confirmed e-mail"},
		{"address of another tenant's admin", "taken+42+boss", "", "another organisation"},
		{"address of the operator", "root+42+boss", "", "another organisation"},
		{"moved to another organisation", "ada+43", "", "another organisation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := w.browser()
			got := b.get(b.comesBack(p, c.login))
			if in := b.isIn(); in != (c.role != "") {
				t.Fatalf("signed in: %v, %d to %s", in, got.StatusCode, got.Header.Get("Location"))
			}
			if c.role == "" {
				if page := b.get("/sign-in"); !strings.Contains(page.body, c.says) {
					t.Errorf("the page does not say %q", c.says)
				}
				return
			}
			name, _, _ := strings.Cut(c.login, "+")
			person, err := w.Directory.PersonByEmail(t.Context(), name+"@example.com")
			if err != nil || person.Account != acme.ID || person.Role != c.role {
				t.Errorf("got %+v, %v", person, err)
			}
			if to := got.Header.Get("Location"); to != "/account" {
				t.Errorf("goes on to %q", to)
			}
		})
	}
}

// TestOIDCBound guards that a sign-in ends in the browser it began in, once, and not with another's answer (reliability rows E6, E7).
func TestOIDCBound(t *testing.T) {
	w, p := oidcWorld(t)
	_, err := w.Directory.AddTenant(t.Context(), command, "", map[string]string{"name": "Acme", "region": "NL", "external_id": "42"})
	w.must(err)
	for name, change := range map[string]func(b *browser, path string) (*browser, string){
		"another browser":  func(_ *browser, path string) (*browser, string) { return w.browser(), path },
		"another sign-in":  func(b *browser, path string) (*browser, string) { b.get("/sign-in/oidc"); return b, path },
		"another state":    func(b *browser, path string) (*browser, string) { return b, set(path, "state", "made-up") },
		"another issuer":   func(b *browser, path string) (*browser, string) { return b, set(path, "iss", "https://evil.example") },
		"another code":     func(b *browser, path string) (*browser, string) { return b, set(path, "code", "made-up") },
		"refused":          func(b *browser, path string) (*browser, string) { return b, set(path, "code", "") },
		"used once before": func(b *browser, path string) (*browser, string) { b.get(path); b.post("/sign-out"); return b, path },
	} {
		t.Run(name, func(t *testing.T) {
			b := w.browser()
			b, path := change(b, b.comesBack(p, "ada+42"))
			if got := b.get(path); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/sign-in" || b.isIn() {
				t.Errorf("%d to %q", got.StatusCode, got.Header.Get("Location"))
			}
		})
	}
}

func set(path, name, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
