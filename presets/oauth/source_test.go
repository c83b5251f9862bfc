package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// Promise E9, R15: two hundred calls at expiry, in three processes, renew once.
func TestOneRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, p := newVault(t, old(time.Now())), &strict{good: "rt-0", delay: 300 * time.Millisecond}
		nodes := []*Source{New(deps(v, p)), New(deps(v, p)), New(deps(v, p))}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				if got, err := nodes[i%3].Token(t.Context()); err != nil || got.Access != "at-1" {
					t.Errorf("call %d got %q, %v", i, got.Access, err)
				}
			})
		}
		wg.Wait()
		if p.count() != 1 || p.over {
			t.Errorf("%d refreshes, grant over: %v", p.count(), p.over)
		}
	})
}

// Promise E10: a new token is durable before anybody gets it; if it cannot be saved, nobody gets it.
func TestSavedBeforeUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, p := newVault(t, old(time.Now())), &strict{good: "rt-0"}
		v.refuse = func(g Grant) error {
			if g.Access == "at-1" {
				return errors.New("disk full")
			}
			return nil
		}
		if got, err := New(deps(v, p)).Token(t.Context()); err == nil {
			t.Fatalf("an unsaved token was given out: %v", got.Access != "")
		}
		v.refuse = nil
		stored, _ := v.Load(t.Context())
		if stored.Attempt.Token == "" || stored.Version != 1 {
			t.Errorf("the note of the renewal is gone: %v", stored)
		}
	})
}

// Promise E10: a save that fails for a moment is repeated, so that the rotated token is not lost.
func TestSaveRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, p := newVault(t, old(time.Now())), &strict{good: "rt-0"}
		left := 3
		v.refuse = func(g Grant) error {
			if g.Access == "at-1" && left > 0 {
				left--
				return errors.New("busy")
			}
			return nil
		}
		if got, err := New(deps(v, p)).Token(t.Context()); err != nil || got.Access != "at-1" {
			t.Errorf("got %q, %v", got.Access, err)
		}
	})
}

// Promise E11: with a store that takes nothing, the provider is not asked.
func TestNoCallWithoutStore(t *testing.T) {
	t.Parallel()
	v, p := newVault(t, old(time.Now())), &strict{good: "rt-0"}
	v.refuse = func(Grant) error { return errors.New("read only") }
	if _, err := New(deps(v, p)).Token(t.Context()); err == nil || p.count() != 0 {
		t.Errorf("got %v after %d calls", err, p.count())
	}
}

// Promise E10, R16: after a crash between answer and save there is one more try, and then a person; never a loop.
func TestCrash(t *testing.T) {
	t.Parallel()
	now := time.Now()
	open := func(lost int) Grant {
		g := old(now)
		g.Attempt = Attempt{Token: digest("rt-0"), Started: now.Add(-time.Hour), Lost: lost}
		g.Lease = Lease{Holder: "gone", Until: now.Add(-time.Minute), Number: 4}
		return g
	}
	for _, c := range []struct {
		name   string
		grant  Grant
		p      *strict
		calls  int
		reauth bool
	}{
		{"the provider never saw the first try", open(0), &strict{good: "rt-0"}, 1, false},
		{"the provider takes an old token for a while", open(0), &strict{good: "rt-9", tolerant: true}, 1, false},
		{"the provider has rotated", open(0), &strict{good: "rt-9"}, 1, true},
		{"two tries were lost", open(1), &strict{good: "rt-0"}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New(deps(newVault(t, c.grant), c.p))
			for range 5 {
				_, err := s.Token(t.Context())
				if reauth(err) != c.reauth {
					t.Errorf("got %v", err)
				}
			}
			if c.p.count() != c.calls {
				t.Errorf("%d calls, want %d", c.p.count(), c.calls)
			}
		})
	}
}

// Promise E10: whichever step the process dies at, the connection is alive afterwards or says that somebody has to sign
// in; with a provider that takes an old token for a while, it is always alive.
func TestCrashAtEachStep(t *testing.T) {
	for _, tolerant := range []bool{true, false} {
		for step := range 3 {
			t.Run(fmt.Sprintf("tolerant %v step %d", tolerant, step), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					v, p := newVault(t, old(time.Now())), &strict{good: "rt-0", tolerant: tolerant}
					crash(t, v, p, step)
					time.Sleep(2 * leaseTime)
					got, err := New(deps(v, p)).Token(t.Context())
					if alive := err == nil && got.Access != ""; !alive && !reauth(err) || tolerant && !alive {
						t.Errorf("got %v", err)
					}
				})
			})
		}
	}
}

// crash leaves the vault as a process does that dies before the call, before the answer or before the save.
func crash(t *testing.T, v *memoryVault, p *strict, step int) {
	t.Helper()
	s := New(deps(v, p))
	claimed, err := v.Update(t.Context(), s.claim)
	if err != nil {
		t.Fatal(err)
	}
	if step > 0 {
		if _, err := s.ask(t.Context(), claimed); err != nil {
			t.Fatal(err)
		}
	}
	if step > 1 {
		v.refuse = func(Grant) error { return errors.New("torn") }
		_, _ = v.Update(t.Context(), func(g *Grant) error { g.Access = "at-1"; return nil })
		v.refuse = nil
	}
}

// Promise E12: what a provider says is told apart; only invalid_grant needs a person, and no word of it is repeated.
func TestClassification(t *testing.T) {
	t.Parallel()
	fail := func(status int, body string, err error) func(int) (int, string, error) {
		return func(int) (int, string, error) { return status, body, err }
	}
	for _, c := range []struct {
		name              string
		fault             func(int) (int, string, error)
		want              error
		reauth, temporary bool
	}{
		{"invalid_grant", fail(400, `{"error":"invalid_grant","error_description":"`+canary+`"}`, nil), ErrGrant, true, false},
		{"invalid_grant with 200", fail(200, `{"error":"invalid_grant"}`, nil), ErrGrant, true, false},
		{"invalid_client", fail(401, `{"error":"invalid_client"}`, nil), ErrClient, false, false},
		{"401 without a code", fail(401, canary, nil), ErrClient, false, false},
		{"503", fail(503, canary, nil), ErrOverload, false, true},
		{"429", fail(429, `{}`, nil), ErrOverload, false, true},
		{"broken connection", fail(0, "", io.ErrUnexpectedEOF), ErrUnheard, false, true},
		{"sign-in page", fail(200, "<html>"+canary, nil), ErrProvider, false, false},
		{"no token", fail(200, `{"hello":"`+canary+`"}`, nil), ErrProvider, false, false},
		{"a code that is no code", fail(400, `{"error":"`+canary+` <b>"}`, nil), ErrProvider, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log strings.Builder
			d := deps(newVault(t, old(time.Now())), &strict{good: "rt-0", fault: c.fault})
			d.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			_, err := New(d).Token(t.Context())
			var e *presets.Error
			if !errors.Is(err, c.want) || !errors.As(err, &e) || e.ReauthNeeded != c.reauth || e.Temporary() != c.temporary {
				t.Errorf("got %#v", err)
			}
			noSecret(t, err.Error(), e.Hint.String(), log.String())
		})
	}
}

// Promise E12: a provider that is out of order is asked at most ten times an hour.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &strict{fault: func(int) (int, string, error) { return 500, "", nil }}
		s := New(deps(newVault(t, old(time.Now())), p))
		for range 60 * 6 {
			if _, err := s.Token(t.Context()); err == nil || reauth(err) {
				t.Fatalf("got %v", err)
			}
			time.Sleep(10 * time.Second)
		}
		if p.count() > 10 || p.count() < 5 {
			t.Errorf("%d calls in an hour", p.count())
		}
		p.fault, p.good = nil, "rt-0"
		time.Sleep(10 * time.Minute)
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-1" {
			t.Errorf("after the outage: %v", err)
		}
	})
}

// Promise: a provider that hangs for a whole night costs nobody a new sign-in.
func TestHangingProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &strict{good: "rt-0", delay: time.Hour}
		s := New(deps(newVault(t, old(time.Now())), p))
		for range 40 {
			if _, err := s.Token(t.Context()); err == nil || reauth(err) {
				t.Fatalf("got %v", err)
			}
			time.Sleep(10 * time.Minute)
		}
		p.delay = 0
		if _, err := s.Token(t.Context()); err != nil {
			t.Errorf("after the night: %v", err)
		}
	})
}

// Promise: a token is renewed at four fifths of its life, and while the provider is out of order the old one serves.
func TestEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := Grant{Access: "at-0", Refresh: "rt-0", Obtained: time.Now(), Expires: time.Now().Add(time.Hour), Version: 1}
		p := &strict{good: "rt-0", fault: func(n int) (int, string, error) {
			if n == 1 {
				return 503, "", nil
			}
			return 0, "", nil
		}}
		s := New(deps(newVault(t, g), p))
		for _, c := range []struct {
			sleep time.Duration
			want  string
			calls int
		}{{47 * time.Minute, "at-0", 0}, {2 * time.Minute, "at-0", 1}, {2 * time.Minute, "at-1", 2}} {
			time.Sleep(c.sleep)
			got, err := s.Token(t.Context())
			if err != nil || got.Access != c.want || p.count() != c.calls {
				t.Errorf("after %v: %q, %v, %d calls", c.sleep, got.Access, err, p.count())
			}
		}
	})
}

// Promise E13: where a token may not be renewed early, it is not.
func TestNotEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := Grant{Access: "at-0", Refresh: "rt-0", Obtained: time.Now(), Expires: time.Now().Add(10 * time.Minute), Version: 1}
		d := deps(newVault(t, g), &strict{good: "rt-0"})
		d.Provider.Early = 20 * time.Second
		s := New(d)
		time.Sleep(9*time.Minute + 30*time.Second)
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-0" {
			t.Errorf("got %q, %v", got.Access, err)
		}
		time.Sleep(15 * time.Second)
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-1" {
			t.Errorf("got %q, %v", got.Access, err)
		}
	})
}

// Promise: a token without an end is renewed when the CRM refuses it, once for all who met the refusal.
func TestReject(t *testing.T) {
	t.Parallel()
	g := Grant{Access: "at-0", Refresh: "rt-0", Obtained: time.Now(), Version: 1}
	p := &strict{good: "rt-0", silent: true}
	s := New(deps(newVault(t, g), p))
	first, err := s.Token(t.Context())
	if err != nil || p.count() != 0 {
		t.Fatalf("got %v after %d calls", err, p.count())
	}
	for range 3 {
		if err := s.Reject(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-1" || got.Type != "Bearer" {
			t.Errorf("got %q %q, %v", got.Access, got.Type, err)
		}
	}
	if p.count() != 1 {
		t.Errorf("%d renewals, want 1", p.count())
	}
}

// Promise: somebody who gives up waiting does not end the renewal, whose answer would be lost.
func TestCallerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, p := newVault(t, old(time.Now())), &strict{good: "rt-0", delay: 5 * time.Second}
		s := New(deps(v, p))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Token(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		s.Close()
		if stored, _ := v.Load(t.Context()); stored.Access != "at-1" {
			t.Errorf("the renewal was dropped: %v", stored)
		}
	})
}

// Promise E9: one who comes back after its lease has passed on cannot overwrite what the next holder stored.
func TestStaleHolder(t *testing.T) {
	t.Parallel()
	v, p := newVault(t, old(time.Now())), &strict{good: "rt-0"}
	late := New(deps(v, p))
	claimed, err := v.Update(t.Context(), late.claim)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := v.Update(t.Context(), func(g *Grant) error {
		g.Lease.Number++
		*g = g.renewed(Grant{Access: "at-other", Refresh: "rt-other", Obtained: time.Now()})
		return nil
	})
	if _, err := late.save(t.Context(), claimed, Grant{Access: "at-late"}); !errors.Is(err, errHeld) {
		t.Errorf("got %v", err)
	}
	if got, _ := v.Load(t.Context()); got.Access != want.Access {
		t.Error("the stale holder wrote")
	}
}

// Promise E12: invalid_grant about a token that has been replaced meanwhile ends nothing.
func TestReconnectedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(t, old(time.Now()))
		p := &strict{good: "rt-elsewhere", delay: time.Second}
		s := New(deps(v, p))
		time.AfterFunc(500*time.Millisecond, func() {
			_, _ = v.Update(context.Background(), func(g *Grant) error {
				*g = Grant{Access: "at-new", Refresh: "rt-new", Obtained: time.Now(), Expires: time.Now().Add(time.Hour), Version: 2}
				return nil
			})
		})
		if got, err := s.Token(t.Context()); err != nil || got.Access != "at-new" {
			t.Errorf("got %q, %v", got.Access, err)
		}
	})
}

// Promise: client credentials are fetched again without any refresh token.
func TestClientCredentials(t *testing.T) {
	t.Parallel()
	p := &strict{}
	d := deps(newVault(t, Grant{}), p)
	d.Provider.Grant, d.Provider.Scopes = ClientCredentials, []string{"read"}
	d.Provider.TokenParams = map[string]string{"audience": "crm"}
	d.Provider.Keep = map[string]presets.Selector{"instance": selector(t, "instance_url")}
	s := New(d)
	got, err := s.Token(t.Context())
	if err != nil || got.Access != "at-1" || got.Keep["instance"] != "https://eu.example" {
		t.Fatalf("got %v, %v", got.Keep, err)
	}
	if f := p.calls[0]; f.Get("grant_type") != "client_credentials" || f.Get("audience") != "crm" || f.Get("scope") != "read" || f.Get("client_secret") != "app-secret" {
		t.Errorf("asked with %v", f)
	}
}

// Promise: a refresh sends what the provider wants, and keeps a refresh token that is not sent again.
func TestRefreshRequest(t *testing.T) {
	t.Parallel()
	p := &strict{good: "rt-0", fault: func(int) (int, string, error) { return 200, `{"access_token":"at-7","expires_in":60}`, nil }}
	v := newVault(t, old(time.Now()))
	d := deps(v, p)
	d.Provider.TokenParams = map[string]string{"expires_in": "900"}
	if _, err := New(d).Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := p.calls[0]; f.Get("grant_type") != "refresh_token" || f.Get("refresh_token") != "rt-0" || f.Get("expires_in") != "900" {
		t.Errorf("asked with %v", f)
	}
	if g, _ := v.Load(t.Context()); g.Refresh != "rt-0" || g.Version != 2 {
		t.Errorf("stored %v", g)
	}
}

// Promise E3: no way of printing a grant shows a token.
func TestGrantPrintsNoToken(t *testing.T) {
	t.Parallel()
	g := old(time.Now())
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "grant", g)
	noSecret(t, fmt.Sprintf("%v %+v %#v %s %q %x", g, g, g, g, &g, g), fmt.Sprint([]Grant{g}), log.String())
}

// Promise E15: withdrawing tells the provider; its refusal is an error without its words.
func TestRevoke(t *testing.T) {
	t.Parallel()
	p := &strict{}
	c := &http.Client{Transport: p}
	provider := Provider{RevokeURL: "https://id.example/revoke", ClientID: "app", ClientSecret: "app-secret"}
	if err := Revoke(t.Context(), c, provider, old(time.Now())); err != nil || p.calls[0].Get("token") != "rt-0" {
		t.Errorf("got %v, %v", err, p.calls)
	}
	p.fault = func(int) (int, string, error) { return 500, canary, nil }
	err := Revoke(t.Context(), c, provider, old(time.Now()))
	if err == nil {
		t.Fatal("no error")
	}
	noSecret(t, err.Error())
}

func reauth(err error) bool {
	var e *presets.Error
	return errors.As(err, &e) && e.ReauthNeeded
}

func selector(t *testing.T, text string) presets.Selector {
	t.Helper()
	s, err := presets.ParseSelector(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
