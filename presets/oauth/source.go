package oauth

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Deps are what a [Source] works with. Vault, Provider and HTTP are required.
type Deps struct {
	Vault    Vault
	Provider Provider
	HTTP     *http.Client // behind the outbound guard
	Now      func() time.Time
	Sleep    func(ctx context.Context, d time.Duration) error
	Log      *slog.Logger
}

// Source gives out the access token of one connection. It is safe for concurrent use, and any number of them may share
// a vault, in one process or in several.
type Source struct {
	Deps
	name string // in leases

	mu       sync.Mutex // also over Deps.Provider and Deps.HTTP
	grant    Grant
	by       string  // what the program signs in with, as a digest; "" where a person does
	rejected string  // digest of an access token the CRM refused
	flight   *flight // the renewal under way
	running  sync.WaitGroup
}

var _ presets.TokenSource = (*Source)(nil)

// flight is one look at the vault, with a renewal where needed, that all callers wait for.
type flight struct {
	done chan struct{}
	err  error
}

// New makes a source. Close it when done.
func New(d Deps) *Source {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Sleep == nil {
		d.Sleep = presets.Sleep
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Source{Deps: d, name: rand.Text(), by: d.Provider.by()}
}

// Use changes the app that renewals are made with, as when its secret was replaced, and the client that makes them.
func (s *Source) Use(p Provider, client *http.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.HTTP.CloseIdleConnections()
	s.Provider, s.HTTP, s.by = p, client, p.by()
}

func (s *Source) provider() (Provider, *http.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Provider, s.HTTP
}

// Close waits for a renewal under way, at most for the time of a lease.
func (s *Source) Close() { s.running.Wait() }

// Token gives a token that is not known to be over. Errors are *presets.Error; ReauthNeeded says that only a person can
// help. While a provider is out of order, a token that still lives goes on being given out.
func (s *Source) Token(ctx context.Context) (presets.Token, error) {
	if t, ok := s.held(s.due); ok {
		return t, nil
	}
	err := s.wait(ctx, s.board(ctx))
	if t, ok := s.held(s.due); ok {
		return t, nil
	}
	if t, ok := s.held(s.over); ok && ctx.Err() == nil {
		return t, nil
	}
	if err == nil {
		err = &presets.Error{Op: wording.New("oauth.renew_sign", "renew the sign-in"), Text: wording.New("oauth.new_token_refused_once", "the new token was refused at once"), Retry: true}
	}
	return presets.Token{}, err
}

// Reject says that the CRM refused a token. The next Token renews, unless that has happened meanwhile.
func (s *Source) Reject(_ context.Context, t presets.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grant.Access == t.Access {
		s.rejected = digest(t.Access)
	}
	return nil
}

// held gives the token in hand, if it is none of the refused ones and not past what end says.
func (s *Source) held(end func(Grant) time.Time) (presets.Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.good(s.grant, end) {
		return presets.Token{}, false
	}
	return presets.Token{Access: s.grant.Access, Type: cmp.Or(s.grant.Type, "Bearer"), Keep: s.grant.Keep}, true
}

// good reports whether a grant's access token may be given out. The caller holds the lock.
func (s *Source) good(g Grant, end func(Grant) time.Time) bool {
	if g.Access == "" || !g.Dead.IsZero() || digest(g.Access) == s.rejected || !g.isBy(s.by) {
		return false
	}
	return g.Expires.IsZero() || s.Now().Before(end(g))
}

// over is when a token ends.
func (s *Source) over(g Grant) time.Time { return g.Expires }

// due is when a token is renewed: at four fifths of its life unless the preset says otherwise, and not before the
// provider lets it.
func (s *Source) due(g Grant) time.Time {
	early := s.Provider.Early
	if early == 0 {
		early = g.life() / 5
	}
	due := g.Expires.Add(-min(early, g.life()))
	ripe := g.Obtained.Add(s.Provider.MinAge)
	switch {
	case ripe.After(g.Expires):
		return g.Expires
	case ripe.After(due):
		return ripe
	}
	return due
}

// board joins the renewal under way or starts one. A caller that gives up does not end it: a token could be lost.
func (s *Source) board(ctx context.Context) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight != nil {
		return s.flight
	}
	f := &flight{done: make(chan struct{})}
	s.flight = f
	s.running.Go(func() {
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime+exchangeTime)
		defer cancel()
		f.err = s.renew(own)
		s.mu.Lock()
		s.flight = nil
		s.mu.Unlock()
		close(f.done)
	})
	return f
}

func (s *Source) wait(ctx context.Context, f *flight) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take puts a grant in hand.
func (s *Source) take(g Grant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grant = g
}
