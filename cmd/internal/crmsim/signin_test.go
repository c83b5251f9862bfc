package crmsim_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
)

// vault keeps a grant in memory, as JSON.
type vault struct {
	mu     sync.Mutex
	stored []byte
}

func (v *vault) Load(context.Context) (g oauth.Grant, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	err = json.Unmarshal(v.stored, &g)
	return g, err
}

func (v *vault) Update(_ context.Context, change func(*oauth.Grant) error) (g oauth.Grant, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := json.Unmarshal(v.stored, &g); err != nil {
		return g, err
	}
	if err := change(&g); err != nil {
		return g, err
	}
	v.stored, err = json.Marshal(g)
	return g, err
}

// states keeps sign-ins under way in memory.
type states struct{ sync.Map }

func (s *states) Put(_ context.Context, key string, value []byte, _ time.Time) error {
	s.Store(key, value)
	return nil
}

func (s *states) Take(_ context.Context, key string) ([]byte, bool, error) {
	v, ok := s.LoadAndDelete(key)
	if !ok {
		return nil, false, nil
	}
	return v.([]byte), true, nil
}

// connect signs in as the wizard does, with a person who allows the access, and returns where the grant is kept.
func (b *bench) connect(t *testing.T, p *presets.Preset, values option.Values) (*vault, oauth.Provider) {
	t.Helper()
	provider, err := oauth.FromPreset(p, values)
	if err != nil {
		t.Fatal(err)
	}
	flow := &oauth.Flow{States: &states{}, Now: b.clock.Now}
	address, err := flow.Begin(t.Context(), provider, "https://ringdex.example/callback", oauth.Binding{Tenant: "t_a", Integration: "i_1", Session: "s"})
	if err != nil {
		t.Fatal(err)
	}
	back, err := b.Approve(address)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := flow.Accept(t.Context(), oauth.Answer{State: u.Query().Get("state"), Code: u.Query().Get("code"), Tenant: "t_a", Session: "s"})
	if err != nil {
		t.Fatal(err)
	}
	grant, err := flow.Exchange(t.Context(), b.conn.HTTP, provider, accepted)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(grant)
	if err != nil {
		t.Fatal(err)
	}
	return &vault{stored: raw}, provider
}

// signedIn connects to the demo's CRM and opens the source over a token source.
func (b *bench) signedIn(t *testing.T, id string, values option.Values) presets.Source {
	t.Helper()
	p := catalogue(t, id)
	if id == "democrm" {
		p.Streams[0].Page.Size = 500
	}
	v, provider := b.connect(t, p, values)
	tokens := oauth.New(oauth.Deps{Vault: v, Provider: provider, HTTP: b.conn.HTTP, Now: b.clock.Now, Sleep: b.clock.Sleep})
	t.Cleanup(tokens.Close)
	b.conn.Options, b.conn.Token = values, tokens
	return b.open(t, p)
}

func demoValues(b *bench) option.Values {
	return option.Values{"address": b.url, "client_id": "demo", "client_secret": "demo-secret"}
}

// Promise: the whole way works: authorise with PKCE, exchange, read, renew, read again.
func TestSignInAndRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 40})
	s := b.signedIn(t, "democrm", demoValues(b))
	for range 3 {
		got := read(t, s, "contact", presets.Cursor{})
		if got.err != nil {
			t.Fatal(got.err)
		}
		b.whole(t, got.records)
		_ = b.clock.Sleep(t.Context(), 2*time.Hour)
	}
	if c := b.OAuthCounts(); c.Codes != 1 || c.Refreshes != 2 || c.InvalidGrants != 0 {
		t.Errorf("%+v", c)
	}
}

// Promise E14: a token that ends at page k is renewed, the page asked for again, and nothing is missing or double; with
// tokens that live for one page each, too.
func TestExpiryAtEachPage(t *testing.T) {
	t.Parallel()
	for page := 0; page <= 4; page++ {
		t.Run(fmt.Sprintf("page %d", page), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, crmsim.Options{Contacts: 2000})
			if page == 0 {
				for k := 1; k <= 4; k++ {
					b.Inject(crmsim.Fault{Kind: crmsim.Expire, Page: k, Times: 1})
				}
			} else {
				b.Inject(crmsim.Fault{Kind: crmsim.Expire, Page: page, Times: 1})
			}
			got := read(t, b.signedIn(t, "democrm", demoValues(b)), "contact", presets.Cursor{})
			if got.err != nil {
				t.Fatal(got.err)
			}
			b.whole(t, got.records)
			if c := b.OAuthCounts(); len(got.order) != 2000 || c.Refreshes != map[bool]int{true: 4, false: 1}[page == 0] {
				t.Errorf("%d records, %+v", len(got.order), c)
			}
		})
	}
}

// Promise: a CRM that refuses every token costs one renewal, not a loop, and a person is asked for.
func TestEveryTokenRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 40})
	b.Inject(crmsim.Fault{Kind: crmsim.Expire})
	got := read(t, b.signedIn(t, "democrm", demoValues(b)), "contact", presets.Cursor{})
	var e *presets.Error
	if !errors.As(got.err, &e) || !e.ReauthNeeded || b.OAuthCounts().Refreshes != 1 {
		t.Errorf("%v, %+v", got.err, b.OAuthCounts())
	}
}

// Promise: somebody who withdraws the access at the CRM is asked to sign in again, and nothing is deleted.
func TestRevoked(t *testing.T) {
	t.Parallel()
	b := newBench(t, crmsim.Options{Contacts: 40})
	s := b.signedIn(t, "democrm", demoValues(b))
	b.RevokeAll()
	got := read(t, s, "contact", presets.Cursor{})
	var e *presets.Error
	if !errors.As(got.err, &e) || !e.ReauthNeeded || got.last {
		t.Errorf("%v", got.err)
	}
}

// Promise E9, R15: 200 calls of three processes at expiry, against a provider that ends the grant when a refresh token
// comes twice: one renewal, and the grant lives.
func TestRefreshRace(t *testing.T) {
	t.Parallel()
	for range 5 {
		b := newBench(t, crmsim.Options{Contacts: 1})
		p, values := catalogue(t, "democrm"), demoValues(b)
		v, provider := b.connect(t, p, values)
		_ = b.clock.Sleep(t.Context(), 2*time.Hour)
		var nodes []*oauth.Source
		for range 3 {
			nodes = append(nodes, oauth.New(oauth.Deps{Vault: v, Provider: provider, HTTP: b.http, Now: b.clock.Now}))
		}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				if _, err := nodes[i%3].Token(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if c := b.OAuthCounts(); c.Refreshes != 1 || c.InvalidGrants != 0 || c.Families != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// Promise E10: an answer of the provider that is lost on its way ends with a live connection where the provider takes an
// old token for a while, and otherwise with a person asked for; never with a loop.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	for _, grace := range []time.Duration{0, time.Hour} {
		b := newBench(t, crmsim.Options{Contacts: 1, OAuth: crmsim.OAuth{Grace: grace}})
		v, provider := b.connect(t, catalogue(t, "democrm"), demoValues(b))
		_ = b.clock.Sleep(t.Context(), 2*time.Hour)
		b.Inject(crmsim.Fault{Kind: crmsim.Lose, Path: "/oauth/token", Times: 1})
		s := oauth.New(oauth.Deps{Vault: v, Provider: provider, HTTP: b.http, Now: b.clock.Now, Sleep: b.clock.Sleep})
		var err error
		for range 20 {
			_, err = s.Token(t.Context())
			_ = b.clock.Sleep(t.Context(), 90*time.Second)
		}
		var e *presets.Error
		if alive := err == nil; alive != (grace > 0) || !alive && (!errors.As(err, &e) || !e.ReauthNeeded) {
			t.Errorf("grace %v: %v", grace, err)
		}
		if c := b.OAuthCounts(); c.InvalidGrants > 1 {
			t.Errorf("%+v", c)
		}
	}
}
