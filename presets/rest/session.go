package rest

import (
	"cmp"
	"context"
	"crypto/md5" // some CRMs ask for it in their sign-in; it protects nothing of ours
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
	"github.com/ringdex/ringdex/wording"
)

// session is what signing in by requests has given. It lives as long as the source, and only one sign-in is under way at
// a time.
type session struct {
	steps []step

	mu     sync.Mutex
	values kept // nil: there is no session
	number int  // of the session
}

// step is one request of a sign-in with its selectors read.
type step struct {
	presets.SessionStep
	keep map[string]presets.Selector
}

func newSteps(from []presets.SessionStep) ([]step, error) {
	var steps []step
	for i, s := range from {
		keep, err := selectorsOf(s.Keep)
		if err != nil {
			return nil, fmt.Errorf("auth.session[%d]: %w", i, err)
		}
		steps = append(steps, step{s, keep})
	}
	return steps, nil
}

func selectorsOf(from map[string]string) (map[string]presets.Selector, error) {
	out := map[string]presets.Selector{}
	for name, text := range from {
		sel, err := selector(text)
		if err != nil {
			return nil, err
		}
		out[name] = sel
	}
	return out, nil
}

// signIn is as whom the next request is sent: with a token, and with a session where there is one to begin.
func (c *client) signIn(ctx context.Context) (identity, error) {
	token, err := c.token(ctx)
	if err != nil || len(c.session.steps) == 0 {
		return identity{token: token}, err
	}
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	if c.session.values == nil {
		values, err := c.begin(ctx, token)
		if errors.Is(err, errLapsed) && c.hasToken() {
			if err = c.conn.Token.Reject(ctx, token); err == nil {
				if token, err = c.token(ctx); err == nil {
					values, err = c.begin(ctx, token)
				}
			}
		}
		if err != nil {
			return identity{}, err
		}
		c.session.values, c.session.number = values, c.session.number+1
	}
	return identity{token, c.session.values, c.session.number}, nil
}

// lapsed drops what the CRM no longer takes, unless somebody has renewed it meanwhile.
func (c *client) lapsed(ctx context.Context, who identity) error {
	if len(c.session.steps) == 0 {
		return c.conn.Token.Reject(ctx, who.token)
	}
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	if c.session.number == who.number {
		c.session.values = nil
	}
	return nil
}

func (c *client) hasToken() bool { return c.preset.Auth.Kind == "oauth2" && c.pasted == "" }

func (c *client) renewable() bool { return c.hasToken() || len(c.session.steps) > 0 }

// begin signs in, step by step.
func (c *client) begin(ctx context.Context, token presets.Token) (kept, error) {
	values := kept{}
	for i, s := range c.session.steps {
		if err := c.step(ctx, s, token, values); err != nil {
			return nil, fmt.Errorf("sign in, step %d: %w", i+1, err)
		}
	}
	return values, nil
}

// step sends one request of a sign-in and adds to values what it keeps.
func (c *client) step(ctx context.Context, s step, token presets.Token, values kept) error {
	what := call{request: s.Request, values: c.values()}
	what.values.auth, what.values.session = c.signer.values(token), values
	for _, name := range slices.Sorted(maps.Keys(s.MD5)) {
		text, _, err := place.Header(s.MD5[name], what.values.lookup)
		if err != nil {
			return fmt.Errorf("md5 %s: %w", name, err)
		}
		sum := md5.Sum([]byte(text))
		values.put(name, hex.EncodeToString(sum[:]))
	}
	to, err := c.target(what.values)
	if err != nil && strings.HasPrefix(cmp.Or(s.Post, s.Get), "/") {
		return &presets.Error{Op: wording.New("presets.sign", "sign in"), Text: wording.Of(err), Hint: wording.New("presets.check_options", "check the options")}
	}
	for t := newTries(); ; {
		err := c.tryStep(ctx, s, what, to, token, values)
		if more, err := c.again(ctx, t, err); !more {
			return err
		}
	}
}

func (c *client) tryStep(ctx context.Context, s step, what call, to target, token presets.Token, values kept) error {
	a, err := c.exchange(ctx, what, to, token, func(*http.Request) error { return nil })
	if err != nil {
		return connectionError(ctx, err)
	}
	if len(s.Location) > 0 {
		if err := a.returned(s.Location, values); err == nil {
			return nil
		}
	}
	v := judge(c.rules, &a, c.conn.Now())
	switch {
	case v.do == doRetry:
		return refusal(&a, v)
	case v.do == doEmpty, v.do == doPass && len(s.keep)+len(s.Location) == 0:
		return nil
	case v.do == doPass && len(s.Location) == 0:
		if err := a.parse(); err != nil {
			return unusable(&a, err)
		}
		for name, sel := range s.keep {
			if !values.take(name, sel, a.doc) {
				return noEntry(&a, v)
			}
		}
		return nil
	}
	return noEntry(&a, v)
}

// noEntry is the error of a sign-in the CRM refused, whatever it answered.
func noEntry(a *answer, v verdict) *presets.Error {
	e := refusal(a, v)
	e.ReauthNeeded = true
	e.Hint = v.hint.Or(wording.New("rest.check_sign_in", "check user name, key and the other values of the sign-in"))
	return e
}

// returned takes parameters of the address an answer redirects to, which is not followed.
func (a *answer) returned(wanted map[string]string, values kept) error {
	u, err := url.Parse(a.header.Get("Location"))
	if a.status < 300 || a.status > 399 || err != nil {
		return errNext
	}
	q := u.Query()
	if fragment, err := url.ParseQuery(u.Fragment); err == nil {
		maps.Copy(q, fragment)
	}
	for name, param := range wanted {
		if q.Get(param) == "" {
			return errNext
		}
		values.put(name, q.Get(param))
	}
	return nil
}
