package oauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// asked is a token request as it arrived.
type asked struct {
	method, kind, address, body string
	params                      url.Values
}

// desk is a provider that answers by a function and remembers what it was asked.
type desk struct {
	seen   []asked
	answer func(n int, a asked) (status int, body string) // n from 1
	date   time.Time                                      // of its clock, zero: it does not say
}

func (d *desk) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, _ := io.ReadAll(req.Body)
	a := asked{req.Method, req.Header.Get("Content-Type"), req.URL.Scheme + "://" + req.URL.Host + req.URL.Path, string(raw), req.URL.Query()}
	switch {
	case strings.HasPrefix(a.kind, "application/json"):
		var object map[string]string
		_ = json.Unmarshal(raw, &object)
		for name, v := range object {
			a.params.Set(name, v)
		}
	case a.kind != "":
		form, _ := url.ParseQuery(a.body)
		for name := range form {
			a.params.Set(name, form.Get(name))
		}
	}
	d.seen = append(d.seen, a)
	resp := answer(d.answer(len(d.seen), a))
	if !d.date.IsZero() {
		resp.Header.Set("Date", d.date.UTC().Format(http.TimeFormat))
	}
	return resp, nil
}

func (d *desk) client() *http.Client { return &http.Client{Transport: d} }

func says(status int, body string) func(int, asked) (int, string) {
	return func(int, asked) (int, string) { return status, body }
}

const tokens = `{"access_token":"at-1","refresh_token":"rt-1","expires_in":"600"}`

// Promise: token requests are written as the provider wants them, and nothing secret stands in an address unless it is
// the provider's only way.
func TestTokenRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ how, method, kind, body, query string }{
		{"", "POST", "application/x-www-form-urlencoded", "client_id=app&client_secret=app-secret&grant_type=refresh_token&platform=ringdex&refresh_token=rt-0", ""},
		{"form", "POST", "application/x-www-form-urlencoded", "client_id=app&client_secret=app-secret&grant_type=refresh_token&platform=ringdex&refresh_token=rt-0", ""},
		{"json", "POST", "application/json", `{"client_id":"app","client_secret":"app-secret","grant_type":"refresh_token","platform":"ringdex","refresh_token":"rt-0"}`, ""},
		{"query", "POST", "", "", "client_id=app&client_secret=app-secret&grant_type=refresh_token&platform=ringdex&refresh_token=rt-0&v=1"},
		{"get", "GET", "", "", "client_id=app&client_secret=app-secret&grant_type=refresh_token&platform=ringdex&refresh_token=rt-0&v=1"},
	} {
		d := &desk{answer: says(200, tokens)}
		p := Provider{TokenURL: "https://id.example/token", ClientID: "app", ClientSecret: "app-secret", TokenRequest: c.how, TokenParams: map[string]string{"platform": "ringdex"}}
		if c.query != "" {
			p.TokenURL += "?v=1"
		}
		g, err := p.tokens(t.Context(), d.client(), time.Now(), refreshing("rt-0"))
		if err != nil || g.Access != "at-1" || g.life() != 10*time.Minute {
			t.Fatalf("%s: %v, %v", c.how, g, err)
		}
		got := d.seen[0]
		query := ""
		if c.query != "" {
			query = got.params.Encode()
		}
		if got.method != c.method || got.kind != c.kind || got.body != c.body || query != c.query {
			t.Errorf("%s: %s %s %q %q", c.how, got.method, got.kind, got.body, query)
		}
		broken := &http.Client{Transport: &strict{fault: func(int) (int, string, error) { return 0, "", io.ErrUnexpectedEOF }}}
		_, err = p.tokens(t.Context(), broken, time.Now(), refreshing("rt-0"))
		var e *presets.Error
		if !errors.As(err, &e) || !errors.Is(err, ErrUnheard) {
			t.Fatalf("%s: %v", c.how, err)
		}
		noSecret(t, err.Error(), e.Err.Error())
	}
}

// Promise: a refusal is one whatever its status, is told apart by its code, and is never followed elsewhere.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		status     int
		p          Provider
		want       error
	}{
		{"an error with 200", `{"error":"invalid_code"}`, 200, Provider{}, ErrGrant},
		{"an error beside a token", `{"access_token":"at-1","error":"invalid_code"}`, 200, Provider{}, ErrGrant},
		{"a person has to agree again", `{"error":"interaction_required"}`, 400, Provider{}, ErrGrant},
		{"a refresh token that is not known", `{"error":"invalid_request"}`, 401, Provider{}, ErrGrant},
		{"the same with another status", `{"error":"invalid_request"}`, 400, Provider{}, ErrProvider},
		{"too early", `{"error":"access_denied"}`, 400, Provider{MinAge: time.Minute}, ErrOverload},
		{"a redirect", ``, 307, Provider{}, ErrProvider},
		{"a code that repeats a secret", `{"error":"` + "hunter_two" + `"}`, 400, Provider{ClientSecret: "hunter"}, ErrProvider},
	} {
		d := &desk{answer: says(c.status, c.body)}
		c.p.TokenURL = "https://id.example/token"
		_, err := c.p.tokens(t.Context(), d.client(), time.Now(), refreshing("rt-0"))
		if !errors.Is(err, c.want) || len(d.seen) != 1 || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: %v after %d requests", c.name, err, len(d.seen))
		}
	}
}

// Promise: a provider that answers with a form instead of JSON is understood.
func TestFormAnswer(t *testing.T) {
	t.Parallel()
	v, ok := readAnswer([]byte("access_token=at-1&expires_in=60&scope="), "application/x-www-form-urlencoded; charset=utf-8")
	if !ok || member(v, "access_token").Text() != "at-1" {
		t.Errorf("got %s, %v", v.Raw(), ok)
	}
	if _, ok := readAnswer([]byte("<html>access_token=1"), "text/html"); ok {
		t.Error("a page was taken for an answer")
	}
}

func passwordDeps(v Vault, d *desk) Deps {
	return Deps{Vault: v, HTTP: d.client(), Provider: Provider{
		Grant: Password, TokenURL: "https://id.example/token", ClientID: "sugar", Username: "canary-user", Password: "canary-pass",
		TokenRequest: asJSON, TokenParams: map[string]string{"platform": "ringdex"},
	}}
}

// Promise: with a user's name and password the program signs in by itself, renews with the refresh token, and signs in
// again once when that is refused; nobody is asked while that works.
func TestPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(n int, a asked) (int, string) {
			if n == 3 {
				return 400, `{"error":"invalid_grant"}`
			}
			return 200, `{"access_token":"at-` + a.params.Get("grant_type") + `","refresh_token":"rt-1","expires_in":3600}`
		}}
		v := newVault(t, Grant{})
		s := New(passwordDeps(v, d))
		for n, want := range []string{"at-password", "at-refresh_token", "at-password"} {
			got, err := s.Token(t.Context())
			if err != nil || got.Access != want {
				t.Fatalf("token %d: %q, %v", n, got.Access, err)
			}
			time.Sleep(2 * time.Hour)
		}
		first, refresh, last := d.seen[0].params, d.seen[1].params, d.seen[3].params
		if first.Get("username") != "canary-user" || first.Get("password") != "canary-pass" || first.Get("client_id") != "sugar" ||
			first.Get("platform") != "ringdex" || !first.Has("client_secret") || refresh.Has("password") || refresh.Get("refresh_token") != "rt-1" || last.Get("grant_type") != "password" {
			t.Errorf("asked with %v, %v, %v", first, refresh, last)
		}
		if len(d.seen) != 4 {
			t.Errorf("%d requests", len(d.seen))
		}
	})
}

// Promise: a refused password asks for a person, is not tried in a loop, shows itself to nobody, and a new one counts at
// once and for everything: the token of the user before is not given out any more.
func TestPasswordRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: says(401, `{"error":"need_login","error_message":"canary-pass is wrong for canary-user"}`)}
		v := newVault(t, Grant{})
		s := New(passwordDeps(v, d))
		for range 14 {
			_, err := s.Token(t.Context())
			var e *presets.Error
			if !errors.As(err, &e) || !e.ReauthNeeded || e.Hint.IsZero() || strings.Contains(err.Error()+e.Hint.String(), "canary") {
				t.Fatalf("got %v", err)
			}
			time.Sleep(time.Minute)
		}
		if len(d.seen) != 1 {
			t.Errorf("tried %d times in 14 minutes", len(d.seen))
		}
		time.Sleep(time.Minute)
		d.answer = says(200, tokens)
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-1" {
			t.Errorf("after it was put right at the CRM: %v", err)
		}
		other := passwordDeps(v, d).Provider
		other.Username = "somebody-else"
		d.answer = says(401, `{"error":"invalid_grant"}`)
		s.Use(other, d.client())
		if _, err := s.Token(t.Context()); !reauth(err) {
			t.Errorf("the token of the user before goes on: %v", err)
		}
		other.Password = "right"
		d.answer = says(200, `{"access_token":"at-2"}`)
		s.Use(other, d.client())
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-2" {
			t.Errorf("a new password: %v", err)
		}
		if last := d.seen[len(d.seen)-1].params; last.Has("refresh_token") || last.Get("username") != "somebody-else" {
			t.Errorf("asked with %v", last)
		}
	})
}

// Promise: a token younger than the provider lets us renew is not renewed, even where the CRM refuses it; whoever asks
// is told when to come back.
func TestMinAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := Grant{Access: "at-0", Refresh: "rt-0", Obtained: time.Now(), Expires: time.Now().Add(10 * time.Minute), Version: 1}
		p := &strict{good: "rt-0"}
		d := deps(newVault(t, g), p)
		d.Provider.MinAge = 9*time.Minute + 30*time.Second
		s := New(d)
		time.Sleep(9 * time.Minute)
		got, err := s.Token(t.Context())
		if err != nil || got.Access != "at-0" {
			t.Fatalf("got %q, %v", got.Access, err)
		}
		if err := s.Reject(t.Context(), got); err != nil {
			t.Fatal(err)
		}
		_, err = s.Token(t.Context())
		var e *presets.Error
		if !errors.As(err, &e) || !e.Temporary() || e.RetryAfter != 30*time.Second || p.count() != 0 {
			t.Fatalf("got %v after %d requests", err, p.count())
		}
		time.Sleep(e.RetryAfter)
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-1" {
			t.Errorf("got %q, %v", got.Access, err)
		}
	})
}

func centres(t *testing.T) Provider {
	t.Helper()
	p, err := FromPreset(&presets.Preset{
		ID: "x", Options: option.Set{{Name: "client_id"}, {Name: "client_secret", Type: option.Secret}},
		Auth: presets.Auth{
			Kind: "oauth2", AuthorizeURL: "https://accounts.vendor.example/auth", ScopeJoin: ",", Scopes: []string{"a.read", "b.read"}, NoPKCE: true,
			TokenURL: "$(auth.server)/token", RevokeURL: "$(auth.server)/revoke", Keep: map[string]string{"api": "api_domain"},
			Claims:   map[string]string{"web": "http://vendor.example/web_url"},
			Redirect: map[string]presets.Returned{"server": {Param: "accounts-server", Pattern: `https://accounts\.vendor\.(example|test)`}},
		},
	}, option.Values{"client_id": "app", "client_secret": "app-secret"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func idToken(claims string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

// Promise: what the redirect, the answer and its id_token say is kept through renewals that do not repeat it, and says
// where they go; a redirect that leads elsewhere ends the sign-in before anything is sent.
func TestKeptOfRedirect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{answer: func(n int, _ asked) (int, string) {
			if n > 1 {
				return 200, `{"access_token":"at-2","expires_in":3600}`
			}
			return 200, `{"access_token":"at-1","refresh_token":"rt-1","expires_in":3600,"api_domain":"https://api.vendor.test","id_token":"` +
				idToken(`{"aud":["app"],"http://vendor.example/web_url":"https://web7.vendor.test/c1"}`) + `"}`
		}}
		p, f := centres(t), &Flow{States: &memoryStates{}, Now: time.Now}
		back := func(p Provider, params url.Values) (Grant, error) {
			address, err := f.Begin(t.Context(), p, "https://ringdex.example/callback", binding)
			if err != nil {
				t.Fatal(err)
			}
			u, _ := url.Parse(address)
			if q := u.Query(); q.Get("scope") != "a.read,b.read" || q.Has("code_challenge") {
				t.Errorf("asks with %v", q)
			}
			a, err := f.Accept(t.Context(), Answer{State: u.Query().Get("state"), Code: "good-code", Tenant: "t_a", Session: "browser-1", Params: params})
			if err != nil {
				t.Fatal(err)
			}
			return f.Exchange(t.Context(), d.client(), p, a)
		}
		for _, bad := range []url.Values{
			{},
			{"accounts-server": {"https://evil.example"}},
			{"accounts-server": {"https://accounts.vendor.example.evil.example"}},
			{"accounts-server": {"https://accounts.vendor.test", "https://evil.example"}},
			{"accounts-server": {"https://accounts.vendor.test\n"}},
		} {
			if _, err := back(p, bad); !errors.Is(err, ErrProvider) || strings.Contains(err.Error(), "evil") {
				t.Errorf("%v: got %v", bad, err)
			}
		}
		if len(d.seen) > 0 {
			t.Fatalf("%d requests were sent", len(d.seen))
		}
		g, err := back(p, url.Values{"accounts-server": {"https://accounts.vendor.test"}})
		if err != nil {
			t.Fatal(err)
		}
		s := New(Deps{Vault: newVault(t, g), Provider: p, HTTP: d.client()})
		time.Sleep(2 * time.Hour)
		got, err := s.Token(t.Context())
		want := map[string]string{"server": "https://accounts.vendor.test", "api": "https://api.vendor.test", "web": "https://web7.vendor.test/c1"}
		if err != nil || got.Access != "at-2" || len(got.Keep) != 3 {
			t.Fatalf("got %q %v, %v", got.Access, got.Keep, err)
		}
		for name, v := range want {
			if got.Keep[name] != v {
				t.Errorf("%s is %q", name, got.Keep[name])
			}
		}
		if err := Revoke(t.Context(), d.client(), p, g); err != nil {
			t.Error(err)
		}
		for n, end := range []string{"/token", "/token", "/revoke"} {
			if d.seen[n].address != "https://accounts.vendor.test"+end {
				t.Errorf("request %d went to %s", n, d.seen[n].address)
			}
		}
	})
}

// Promise: an id_token for another app, or none that can be read, ends the sign-in.
func TestForeignClaims(t *testing.T) {
	t.Parallel()
	for _, token := range []string{idToken(`{"aud":"other","x":"1"}`), idToken(`{"x":"1"}`), idToken(`[`), "a.b", "x.%%.y"} {
		p := Provider{ClientID: "app", Claims: map[string]string{"x": "x"}}
		if err := p.readClaims(token, map[string]string{}); !errors.Is(err, ErrProvider) {
			t.Errorf("%s: got %v", token, err)
		}
	}
}

// Promise E7: a provider whose preset names its issuer has to send it back.
func TestIssuer(t *testing.T) {
	t.Parallel()
	for issuer, want := range map[string]bool{"https://id.example": true, "": false, "https://id.example/": false, "https://evil.example": false} {
		if got := (Provider{Issuer: "https://id.example"}).issued(issuer); got != want {
			t.Errorf("%q: %v", issuer, got)
		}
	}
	if !(Provider{}).issued("https://anything.example") {
		t.Error("an issuer nobody asked for ends the sign-in")
	}
}

// Promise: what a grant lacks is told before anything is sent.
func TestMissing(t *testing.T) {
	t.Parallel()
	app := option.Set{{Name: "client_id"}}
	for _, c := range []struct {
		auth    presets.Auth
		options option.Set
		says    string
	}{
		{presets.Auth{}, nil, "client id"},
		{presets.Auth{Grant: ClientCredentials}, nil, "client id"},
		{presets.Auth{Grant: Password}, app, "client id"},
		{presets.Auth{Grant: Password, Username: "u"}, nil, "user name or password"},
		{presets.Auth{Grant: JWTBearer}, nil, "private key is not set"},
		{presets.Auth{Grant: Password, Username: "u", Password: "p"}, nil, ""},
	} {
		_, err := FromPreset(&presets.Preset{Auth: c.auth, Options: c.options}, option.Values{})
		if c.says == "" && err != nil || c.says != "" && (err == nil || !regexp.MustCompile(c.says).MatchString(err.Error())) {
			t.Errorf("%s: got %v", c.auth.Grant, err)
		}
	}
}
