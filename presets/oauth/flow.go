package oauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// stateLife is how long a sign-in may take.
const stateLife = 10 * time.Minute

// ErrState says that a sign-in's answer belongs to no sign-in of this session: it came too late, twice, from another
// session or for another tenant, or was made up.
var ErrState = errors.New("this sign-in was not started here or is over")

// States keeps sign-ins that are under way. Values hold a secret and are stored sealed.
type States interface {
	Put(ctx context.Context, key string, value []byte, until time.Time) error
	// Take returns a value and removes it in one step, so that nobody gets it twice; ok is false where there is none.
	Take(ctx context.Context, key string) (value []byte, ok bool, err error)
}

// Binding is whom a sign-in is for, and in which browser session: one that was begun in none (by a command) may end in any.
type Binding struct {
	Tenant, Integration, Session string
}

// Flow does the sign-in a person takes part in.
type Flow struct {
	States States
	Now    func() time.Time
}

// pending is what has to be known when the browser comes back.
type pending struct {
	Binding  Binding   `json:"binding"`
	Verifier string    `json:"verifier"`
	Redirect string    `json:"redirect"`
	Provider string    `json:"provider"` // its identity
	Until    time.Time `json:"until"`
}

// Begin returns the address the person has to open. redirect is where the provider sends the browser back to.
func (f *Flow) Begin(ctx context.Context, p Provider, redirect string, b Binding) (string, error) {
	state, verifier := rand.Text(), oauth2.GenerateVerifier() // 130 and 256 bits
	until := f.Now().Add(stateLife)
	value, err := json.Marshal(pending{Binding: b, Verifier: verifier, Redirect: redirect, Provider: p.identity(), Until: until})
	if err != nil {
		return "", fmt.Errorf("keep sign-in: %w", err)
	}
	if err := f.States.Put(ctx, stateKey(state), value, until); err != nil {
		return "", fmt.Errorf("keep sign-in: %w", err)
	}
	return p.authorize(redirect, state, verifier), nil
}

// Answer is what came back with the browser: the query of the redirect, and whose browser it is.
type Answer struct {
	State, Code, Error, Issuer string
	Params                     url.Values // the whole query, for what a preset keeps of it
	Tenant, Session            string
}

// Accepted is an answer whose state was right. It is used once, by [Flow.Exchange].
type Accepted struct {
	Binding Binding
	code    string
	issuer  string
	params  url.Values
	pending pending
}

// Accept checks an answer's state and uses it up. A refusal by the person is a *presets.Error, everything else that is
// wrong is [ErrState].
func (f *Flow) Accept(ctx context.Context, a Answer) (Accepted, error) {
	value, ok, err := f.States.Take(ctx, stateKey(a.State))
	if err != nil {
		return Accepted{}, fmt.Errorf("find sign-in: %w", err)
	}
	var p pending
	if !ok || json.Unmarshal(value, &p) != nil || !f.Now().Before(p.Until) ||
		p.Binding.Session != "" && !same(p.Binding.Session, a.Session) || !same(p.Binding.Tenant, a.Tenant) {
		return Accepted{}, ErrState
	}
	if a.Error != "" || a.Code == "" {
		return Accepted{}, &presets.Error{
			Op: wording.New("presets.sign", "sign in"), Text: wording.New("oauth.crm_did_not_give_access", "the CRM did not give access"), Hint: wording.New("oauth.press_connect_again_allow_access", "press Connect again and allow the access"), Err: ErrProvider,
		}
	}
	return Accepted{Binding: p.Binding, code: a.Code, issuer: a.Issuer, params: a.Params, pending: p}, nil
}

// Exchange turns an accepted answer into a grant. p has to be the provider the sign-in began with.
func (f *Flow) Exchange(ctx context.Context, c *http.Client, p Provider, a Accepted) (Grant, error) {
	if !same(p.identity(), a.pending.Provider) || !p.issued(a.issuer) {
		return Grant{}, ErrState
	}
	kept, err := p.returned(a.params)
	if err != nil {
		return Grant{}, err
	}
	if p, err = p.at(kept); err != nil {
		return Grant{}, err
	}
	q := params{"grant_type": AuthorizationCode, "code": a.code, "redirect_uri": a.pending.Redirect}
	if !p.NoPKCE {
		q["code_verifier"] = a.pending.Verifier
	}
	g, err := p.tokens(ctx, c, f.Now(), q)
	if err != nil {
		return Grant{}, signIn(err)
	}
	maps.Copy(g.Keep, kept)
	g.Version = 1
	return g, nil
}

// issued reports whether an answer may be this provider's. One whose issuer the preset names always says it (RFC 9207,
// section 2.4).
func (p Provider) issued(issuer string) bool { return p.Issuer == "" || issuer == p.Issuer }

// signIn words an error of renewing for somebody who is signing in right now.
func signIn(err error) error {
	var e *presets.Error
	if errors.As(err, &e) {
		e.Op, e.ReauthNeeded = wording.New("presets.sign", "sign in"), false
	}
	return err
}

// stateKey is the name a state is kept under: whoever reads the names learns no state.
func stateKey(state string) string {
	sum := sha256.Sum256([]byte(state))
	return hex.EncodeToString(sum[:])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
