package tenant

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestRevokedKey: a key works from when it was made until the call that revokes it returns, and not later (B2).
func TestRevokedKey(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	k, text := w.key(tn)
	_, stays := w.key(tn)
	if a, ok := w.Access(text); !ok || a.Tenant != tn || !a.Scopes.Has(ScopeMatch) || a.Rate != DefaultRate {
		t.Errorf("Access = %+v, %v", a, ok)
	}
	must(t, w.RevokeKey(t.Context(), Command("test"), tn, k.ID))
	if _, ok := w.Access(text); ok {
		t.Error("revoked key still works")
	}
	if _, ok := w.Access(stays); !ok {
		t.Error("the other key was revoked too")
	}
	if err := w.RevokeKey(t.Context(), Command("test"), tn, k.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	w.open()
	if _, ok := w.Access(text); ok {
		t.Error("revoked key works after a restart")
	}
}

// TestKeysOfSuspendedAndRemoved: their keys are unknown at once, and those of a tenant that is no longer suspended work again.
func TestKeysOfSuspendedAndRemoved(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	_, text := w.key(tn)
	for _, suspended := range []string{"true", "false"} {
		_, err := w.SetAccount(t.Context(), Command("test"), tn, map[string]string{"suspended": suspended})
		must(t, err)
		if _, ok := w.Access(text); ok == (suspended == "true") {
			t.Errorf("suspended %s: key works %v", suspended, ok)
		}
	}
	_, err := w.RemoveAccount(t.Context(), Command("test"), tn)
	must(t, err)
	if _, ok := w.Access(text); ok {
		t.Error("key of a removed tenant works")
	}
}

// TestAccessIsFree: the look-up of a key allocates nothing, known or not.
func TestAccessIsFree(t *testing.T) {
	w := newWorld(t)
	_, text := w.key(w.tenant("Muster", "").ID)
	for _, presented := range []string{text, newKeyText(), "", "short", strings.Repeat("x", 10_000)} {
		if n := testing.AllocsPerRun(100, func() { w.Access(presented) }); n != 0 {
			t.Errorf("%.4s…: %v allocations", presented, n)
		}
	}
}

// TestKeyText: a key is recognisable, has 160 random bits, and no list or record shows more than its beginning.
func TestKeyText(t *testing.T) {
	w := newWorld(t)
	k, text := w.key(w.tenant("Muster", "").ID)
	if !strings.HasPrefix(text, "rdx_") || len(text) != keyLength || !strings.HasPrefix(text, k.Prefix) || len(k.Prefix) != prefixShow {
		t.Errorf("prefix %q", k.Prefix)
	}
	if _, ok := w.Access(strings.ToUpper(text)); ok {
		t.Error("letter case does not matter")
	}
	if _, ok := w.Access(k.Prefix); ok {
		t.Error("the prefix is enough")
	}
}

// TestKeyRules: what a key must have (B3, B4).
func TestKeyRules(t *testing.T) {
	w := newWorld(t)
	tn, other := w.tenant("Muster", "").ID, w.tenant("other", "").ID
	foreign, err := w.FindSystem(t.Context(), other, "")
	must(t, err)
	for name, c := range map[string]struct {
		key  Key
		want error
	}{
		"match":                {Key{Scopes: ScopeMatch}, nil},
		"url match":            {Key{Scopes: ScopeMatch, URLKey: true}, nil},
		"url calls":            {Key{Scopes: ScopeCalls, URLKey: true}, nil},
		"pop":                  {Key{Scopes: ScopePop}, nil},
		"pop and more":         {Key{Scopes: ScopePop | ScopeMatch}, ErrInvalid},
		"no scope":             {Key{}, ErrInvalid},
		"url with two scopes":  {Key{Scopes: ScopeMatch | ScopeCalls, URLKey: true}, ErrInvalid},
		"url admin":            {Key{Scopes: ScopeAdmin, URLKey: true}, ErrInvalid},
		"negative rate":        {Key{Scopes: ScopeMatch, Rate: -1}, ErrInvalid},
		"another one's system": {Key{Scopes: ScopeMatch, System: foreign.ID}, ErrNotFound},
	} {
		c.key.Tenant = tn
		if _, _, err := w.AddKey(t.Context(), Command("test"), c.key); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUsage: when a key was last used is known at once, stored seldom, and survives a restart.
func TestUsage(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	k, text := w.key(tn)
	last := func() time.Time {
		keys, err := w.Keys(t.Context(), tn)
		must(t, err)
		return keys[0].LastUsed
	}
	if !last().IsZero() {
		t.Error("used before it was used")
	}
	first := w.clock
	w.Access(text)
	must(t, w.FlushUsage(t.Context()))
	before := w.dump()
	w.clock = w.clock.Add(usageStep - time.Second)
	w.Access(text)
	must(t, w.FlushUsage(t.Context()))
	if got := last(); !got.Equal(w.clock) {
		t.Errorf("last used %v, not %v", got, w.clock)
	}
	used := place(tn, placeUsed, string(k.ID))
	if after := w.dump(); string(after[used]) != string(before[used]) || len(after[used]) == 0 {
		t.Error("stored again within the quarter of an hour, or never")
	}
	w.open()
	if got := last(); !got.Equal(first) {
		t.Errorf("after a restart %v, not %v", got, first)
	}
}

// TestAccessConcurrent: while keys come and go, a key that exists is always known.
func TestAccessConcurrent(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	_, text := w.key(tn)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if _, ok := w.Access(text); !ok {
						t.Error("a key was unknown for a moment")
						return
					}
				}
			}
		})
	}
	var writers sync.WaitGroup
	for range 2 {
		writers.Go(func() {
			for range 10 {
				k, text, err := w.AddKey(t.Context(), Command("test"), Key{Tenant: tn, Scopes: ScopeCalls})
				if err != nil {
					t.Error(err)
					return
				}
				if _, ok := w.Access(text); !ok {
					t.Error("a new key is unknown")
				}
				if err := w.RevokeKey(t.Context(), Command("test"), tn, k.ID); err != nil {
					t.Error(err)
				}
				if _, ok := w.Access(text); ok {
					t.Error("a revoked key is known")
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
}

// BenchmarkAccess is what a request pays for its key.
func BenchmarkAccess(b *testing.B) {
	w := newWorld(b)
	_, text := w.key(w.tenant("Muster", "").ID)
	b.ReportAllocs()
	for b.Loop() {
		w.Access(text)
	}
}
