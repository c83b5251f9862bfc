package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// memoryStates keeps sign-ins in memory.
type memoryStates struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (m *memoryStates) Put(_ context.Context, key string, value []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string][]byte{}
	}
	m.kept[key] = value
	return nil
}

func (m *memoryStates) Take(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[key]
	delete(m.kept, key)
	return v, ok, nil
}

var provider = Provider{
	AuthorizeURL: "https://id.example/authorize?tenant=1", TokenURL: "https://id.example/token", Issuer: "https://id.example",
	ClientID: "app", ClientSecret: "app-secret", Scopes: []string{"api", "refresh_token"}, Params: map[string]string{"prompt": "consent"},
}

var binding = Binding{Tenant: "t_a", Integration: "i_1", Session: "browser-1"}

// begin starts a sign-in and gives its state.
func begin(t *testing.T, f *Flow) (string, url.Values) {
	t.Helper()
	address, err := f.Begin(t.Context(), provider, "https://ringdex.example/callback", binding)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state"), u.Query()
}

// Promise E6: a sign-in works, with PKCE S256 and a state of at least 128 bits.
func TestFlow(t *testing.T) {
	t.Parallel()
	f, p := &Flow{States: &memoryStates{}, Now: time.Now}, &strict{}
	state, q := begin(t, f)
	if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(state) < 26 ||
		q.Get("scope") != "api refresh_token" || q.Get("prompt") != "consent" || q.Get("tenant") != "1" {
		t.Errorf("asks with %v", q)
	}
	a, err := f.Accept(t.Context(), Answer{State: state, Code: "good-code", Tenant: "t_a", Session: "browser-1", Issuer: "https://id.example"})
	if err != nil || a.Binding != binding {
		t.Fatalf("got %v, %v", a.Binding, err)
	}
	g, err := f.Exchange(t.Context(), &http.Client{Transport: p}, provider, a)
	if err != nil || g.Access != "at-1" || g.Refresh != "rt-1" || g.Version != 1 || g.life() != time.Hour {
		t.Errorf("got %v, %v", g, err)
	}
}

// Promise E6: a state that is not exactly this sign-in's, of this session and tenant, in its time, gives nothing.
func TestStateRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Answer)
		wait   time.Duration
		twice  bool
	}{
		"another state":   {change: func(a *Answer) { a.State += "x" }},
		"no state":        {change: func(a *Answer) { a.State = "" }},
		"another session": {change: func(a *Answer) { a.Session = "browser-2" }},
		"no session":      {change: func(a *Answer) { a.Session = "" }},
		"another tenant":  {change: func(a *Answer) { a.Tenant = "t_b" }},
		"too late":        {change: func(*Answer) {}, wait: 10 * time.Minute},
		"twice":           {change: func(*Answer) {}, twice: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &Flow{States: &memoryStates{}, Now: time.Now}
				state, _ := begin(t, f)
				a := Answer{State: state, Code: "good-code", Tenant: "t_a", Session: "browser-1"}
				if c.twice {
					if _, err := f.Accept(t.Context(), a); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(c.wait)
				c.change(&a)
				if _, err := f.Accept(t.Context(), a); !errors.Is(err, ErrState) {
					t.Errorf("got %v, want ErrState", err)
				}
			})
		})
	}
}

// Promise E7: a code is exchanged only at the provider the sign-in began with.
func TestMixUp(t *testing.T) {
	t.Parallel()
	f, p := &Flow{States: &memoryStates{}, Now: time.Now}, &strict{}
	for _, c := range []struct {
		issuer string
		to     string
	}{{"https://evil.example", provider.TokenURL}, {"", "https://evil.example/token"}} {
		state, _ := begin(t, f)
		a, err := f.Accept(t.Context(), Answer{State: state, Code: "good-code", Tenant: "t_a", Session: "browser-1", Issuer: c.issuer})
		if err != nil {
			t.Fatal(err)
		}
		other := provider
		other.TokenURL = c.to
		if _, err := f.Exchange(t.Context(), &http.Client{Transport: p}, other, a); !errors.Is(err, ErrState) {
			t.Errorf("got %v", err)
		}
	}
	if p.count() != 0 {
		t.Errorf("the provider was asked %d times", p.count())
	}
}

// Promise: somebody who says no at the CRM is told what to do, without the CRM's words.
func TestDenied(t *testing.T) {
	t.Parallel()
	f := &Flow{States: &memoryStates{}, Now: time.Now}
	state, _ := begin(t, f)
	_, err := f.Accept(t.Context(), Answer{State: state, Error: canary, Tenant: "t_a", Session: "browser-1"})
	var e *presets.Error
	if !errors.As(err, &e) || e.Hint.IsZero() {
		t.Fatalf("got %v", err)
	}
	noSecret(t, err.Error())
}
