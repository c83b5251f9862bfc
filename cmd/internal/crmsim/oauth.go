package crmsim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

// OAuth configures the identity provider.
type OAuth struct {
	ClientID     string // "demo" if empty
	ClientSecret string // "demo-secret" if empty
	AccessLife   time.Duration
	RefreshLife  time.Duration
	CodeLife     time.Duration
	Silent       bool          // token answers do not say how long the token lives
	Keep         bool          // refresh tokens are not rotated
	Grace        time.Duration // how long a used refresh token is still taken; 0: not at all, and its family ends
}

func (o OAuth) withDefaults() OAuth {
	o.ClientID = or(o.ClientID, "demo")
	o.ClientSecret = or(o.ClientSecret, "demo-secret")
	o.AccessLife = or(o.AccessLife, time.Hour)
	o.RefreshLife = or(o.RefreshLife, 90*24*time.Hour)
	o.CodeLife = or(o.CodeLife, time.Minute)
	return o
}

// Grant is a pair of tokens, as a token answer holds it.
type Grant struct {
	Access, Refresh string
	Expires         time.Time
}

// Counts says what the identity provider has done.
type Counts struct {
	Codes         int // authorization codes exchanged
	Refreshes     int // refresh tokens exchanged
	Clients       int // client credentials exchanged
	InvalidGrants int // answers with invalid_grant
	Families      int // families ended because an old refresh token came again
}

// family is everything that came from one consent.
type family struct{ ended bool }

type issued struct {
	family  *family
	expires time.Time
	used    time.Time // of refresh tokens: when it was exchanged; zero: not yet
}

type pendingCode struct {
	issued
	challenge, redirect, client string
}

// idp is the identity provider's memory.
type idp struct {
	mu      sync.Mutex
	o       OAuth
	now     func() time.Time
	codes   map[string]*pendingCode
	access  map[string]*issued
	refresh map[string]*issued
	counts  Counts
}

func newIDP(o OAuth, now func() time.Time) *idp {
	return &idp{
		o: o, now: now,
		codes: map[string]*pendingCode{}, access: map[string]*issued{}, refresh: map[string]*issued{},
	}
}

// Grant issues tokens without asking anybody, for set-ups that have no browser.
func (s *Server) Grant() Grant {
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	return s.idp.issue(&family{})
}

// OAuthCounts says what the identity provider has done so far.
func (s *Server) OAuthCounts() Counts {
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	return s.idp.counts
}

// ExpireAccess ends all access tokens; refresh tokens stay.
func (s *Server) ExpireAccess() {
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	s.idp.access = map[string]*issued{}
}

// RevokeAll ends every consent: nothing but a new sign-in helps.
func (s *Server) RevokeAll() {
	s.idp.mu.Lock()
	defer s.idp.mu.Unlock()
	for _, list := range []map[string]*issued{s.idp.access, s.idp.refresh} {
		for _, t := range list {
			t.family.ended = true
		}
	}
}

// issue makes an access and a refresh token. The caller holds the lock.
func (p *idp) issue(f *family) Grant {
	now := p.now()
	g := Grant{Access: "at-" + random(), Refresh: "rt-" + random(), Expires: now.Add(p.o.AccessLife)}
	p.access[g.Access] = &issued{family: f, expires: g.Expires}
	p.refresh[g.Refresh] = &issued{family: f, expires: now.Add(p.o.RefreshLife)}
	return g
}

func (p *idp) live(access string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.access[access]
	return ok && !t.family.ended && p.now().Before(t.expires)
}

func (p *idp) end(access string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.access, access)
}

func (p *idp) code(challenge, redirect, client string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	code := "ac-" + random()
	p.codes[code] = &pendingCode{
		issued:    issued{family: &family{}, expires: p.now().Add(p.o.CodeLife)},
		challenge: challenge, redirect: redirect, client: client,
	}
	return code
}

// redeem exchanges a code; used twice, it ends what the first use brought.
func (p *idp) redeem(code, verifier, redirect, client string) (Grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.codes[code]
	switch {
	case !ok:
		return p.refuseGrant()
	case !c.used.IsZero():
		c.family.ended = true
		return p.refuseGrant()
	}
	c.used = p.now()
	if c.redirect != redirect || c.client != client || c.challenge != challengeOf(verifier) || !p.now().Before(c.expires) {
		return p.refuseGrant()
	}
	p.counts.Codes++
	return p.issue(c.family), true
}

// rotate exchanges a refresh token. One that was used before ends the whole family, unless the grace time still runs.
func (p *idp) rotate(token string) (Grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, ok := p.refresh[token]
	if !ok || old.family.ended || !p.now().Before(old.expires) {
		return p.refuseGrant()
	}
	if !old.used.IsZero() && p.now().Sub(old.used) > p.o.Grace {
		old.family.ended = true
		p.counts.Families++
		return p.refuseGrant()
	}
	p.counts.Refreshes++
	g := p.issue(old.family)
	if p.o.Keep {
		delete(p.refresh, g.Refresh)
		g.Refresh = token
	} else if old.used.IsZero() {
		old.used = p.now()
	}
	return g, true
}

func (p *idp) refuseGrant() (Grant, bool) {
	p.counts.InvalidGrants++
	return Grant{}, false
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// random is 160 bits of text.
func random() string { return rand.Text() + rand.Text()[:6] }
