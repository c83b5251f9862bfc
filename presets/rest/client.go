package rest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
)

// maxTries bounds how often one request is sent because of errors that may pass.
const maxTries = 6

// maxPatience is the most one request waits because the CRM asks for it; then the run ends and goes on later.
const maxPatience = 20 * time.Minute

// client sends the requests of one connection.
type client struct {
	preset   *presets.Preset
	conn     presets.Connection
	rules    []rule
	pasted   string            // token instead of sign-in
	lastKeep map[string]string // $(auth.…) of the latest request
	requests int               // sent, since the last page was told
	bytes    int64
}

// result is an answer that may be used, or what to do instead of using one.
type result struct {
	answer
	do string // doPass, doEmpty, doSkip, doFull
}

// errLapsed marks the refusal of a token that may only have lapsed.
var errLapsed = errors.New("the token was refused")

// send sends a request until its answer means something: limits are kept, a lapsed token is renewed once, and errors that
// may pass are tried again with growing waits.
func (c *client) send(ctx context.Context, what call) (result, error) {
	patience, renewed := maxPatience, false
	for try := 1; ; try++ {
		token, err := c.token(ctx)
		if err != nil {
			return result{}, err
		}
		res, err := c.attempt(ctx, what, token)
		if errors.Is(err, errLapsed) && c.renewable() && !renewed {
			renewed = true
			if err := c.conn.Token.Reject(ctx, token); err != nil {
				return result{}, err
			}
			try--
			continue
		}
		var e *presets.Error
		if !errors.As(err, &e) || !e.Retry || try == maxTries || e.RetryAfter > patience {
			return res, err
		}
		waited, err := c.rest(ctx, try, e.RetryAfter)
		if err != nil {
			return result{}, err
		}
		patience -= waited
	}
}

// attempt sends a request once and says what came of it. Errors are *presets.Error.
func (c *client) attempt(ctx context.Context, what call, token presets.Token) (result, error) {
	a, err := c.once(ctx, what, token)
	if err != nil {
		return result{}, connectionError(ctx, err)
	}
	v := judge(c.rules, &a, c.conn.Now())
	switch v.do {
	case doPass:
		if err := a.parse(); err != nil {
			return result{}, unusable(&a, err)
		}
		return result{answer: a}, nil
	case doEmpty, doSkip, doFull:
		return result{answer: a, do: v.do}, nil
	}
	return result{}, refusal(&a, v)
}

// refusal is the error of an answer that may not be used.
func refusal(a *answer, v verdict) *presets.Error {
	e := &presets.Error{Op: "ask the CRM", Text: a.said(), Hint: v.hint, Err: statusError(a.status)}
	switch v.do {
	case doRefresh:
		e.Err = errLapsed
		fallthrough
	case doReauth:
		e.ReauthNeeded = true
		e.Hint = cmp.Or(v.hint, "the CRM does not take this sign-in or key; sign in again or enter a new one")
	case doRetry:
		e.Retry, e.RetryAfter = true, v.after
	}
	return e
}

// once sends a request a single time.
func (c *client) once(ctx context.Context, what call, token presets.Token) (answer, error) {
	what.values.auth, c.lastKeep = token.Keep, token.Keep
	base, err := c.base(what.values)
	if err != nil {
		return answer{}, &presets.Error{Op: "ask the CRM", Text: err.Error(), Hint: "check the options, and sign in again"}
	}
	for _, r := range c.rates() {
		if err := c.conn.Pace.Wait(ctx, c.key(r.Per, base, token), r); err != nil {
			return answer{}, err
		}
	}
	if c.preset.HTTP.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.preset.HTTP.Timeout)
		defer cancel()
	}
	req, err := what.build(ctx, base)
	if err != nil {
		return answer{}, &presets.Error{Op: "ask the CRM", Text: err.Error(), Hint: "check the options"}
	}
	if err := c.sign(req, what.values, token); err != nil {
		return answer{}, &presets.Error{Op: "ask the CRM", Text: err.Error(), Hint: "check the options"}
	}
	resp, err := c.conn.HTTP.Do(req)
	c.requests++
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	a, err := receive(resp)
	c.bytes += int64(len(a.body))
	return a, err
}

func (c *client) base(values scope) (string, error) {
	base, err := place.URL(c.preset.HTTP.BaseURL, values.lookup)
	if err != nil {
		return "", fmt.Errorf("address of the CRM: %w", err)
	}
	return base, nil
}

// token is the token of requests that need one.
func (c *client) token(ctx context.Context) (presets.Token, error) {
	if c.preset.Auth.Kind != "oauth2" || c.pasted != "" {
		keep, err := c.instead()
		return presets.Token{Access: c.pasted, Keep: keep}, err
	}
	return c.conn.Token.Token(ctx)
}

// instead is what $(auth.…) means with a pasted token.
func (c *client) instead() (map[string]string, error) {
	if c.pasted == "" {
		return nil, nil
	}
	keep := map[string]string{}
	values := scope{options: c.conn.Options}
	for name, text := range c.preset.Auth.TokenKeep {
		v, _, err := place.Literal(text, values.lookup)
		if err != nil {
			return nil, &presets.Error{Op: "ask the CRM", Text: fmt.Sprintf("value %s: %s", name, err), Hint: "check the options"}
		}
		keep[name] = v
	}
	return keep, nil
}

func (c *client) renewable() bool { return c.preset.Auth.Kind == "oauth2" && c.pasted == "" }

// sign puts into a request what shows who is asking.
func (c *client) sign(req *http.Request, values scope, token presets.Token) error {
	auth := c.preset.Auth
	if err := setHeaders(req.Header, c.preset.HTTP.Headers, values); err != nil {
		return err
	}
	if c.pasted != "" && len(auth.TokenHeaders) > 0 {
		return setHeaders(req.Header, auth.TokenHeaders, values)
	}
	switch auth.Kind {
	case "oauth2":
		kind := token.Type
		if kind == "" || kind == "bearer" {
			kind = "Bearer"
		}
		req.Header.Set("Authorization", kind+" "+token.Access)
	case "basic":
		user, err := place.Header(auth.Username, values.lookup)
		if err != nil {
			return fmt.Errorf("user name: %w", err)
		}
		password, err := place.Header(auth.Password, values.lookup)
		if err != nil {
			return fmt.Errorf("password: %w", err)
		}
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	case "query":
		return signQuery(req.URL, auth.Query, values)
	}
	return setHeaders(req.Header, auth.Headers, values)
}

func setHeaders(h http.Header, from map[string]string, values scope) error {
	for name, text := range from {
		v, err := place.Header(text, values.lookup)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		if v != "" && h.Get(name) == "" {
			h.Set(name, v)
		}
	}
	return nil
}

func signQuery(u *url.URL, from map[string]string, values scope) error {
	q := u.Query()
	for name, text := range from {
		v, _, err := place.Literal(text, values.lookup)
		if err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
		q.Set(name, v)
	}
	u.RawQuery = encoded(q)
	return nil
}

// rates are the preset's limits. There is always one of the connection, for the sake of [presets.Pace.Hold].
func (c *client) rates() []presets.Rate {
	rates := c.preset.HTTP.Rate
	if !slices.ContainsFunc(rates, func(r presets.Rate) bool { return r.Per == "connection" }) {
		rates = append(slices.Clip(rates), presets.Rate{Per: "connection"})
	}
	return rates
}

// key names who shares a limit.
func (c *client) key(per, base string, token presets.Token) string {
	switch per {
	case "account":
		sum := sha256.New()
		_, _ = fmt.Fprintf(sum, "%s %v", base, token.Keep)
		return c.preset.ID + "/account/" + hex.EncodeToString(sum.Sum(nil)[:12])
	case "app":
		return c.preset.ID + "/app/" + c.conn.Options.Get("client_id")
	}
	return c.preset.ID + "/connection/" + c.conn.ID
}

// rest waits before the next try: as long as the CRM asked, else longer each time, with jitter in both. The whole
// connection waits, and nobody else.
func (c *client) rest(ctx context.Context, try int, asked time.Duration) (time.Duration, error) {
	d := time.Second << (try - 1)
	if asked > 0 {
		d = min(asked, maxWait)
		d += jitter(min(d/10, 5*time.Second))
		c.conn.Pace.Hold(c.key("connection", "", presets.Token{}), c.conn.Now().Add(d))
	} else {
		d = d/2 + jitter(d/2)
	}
	return d, c.conn.Sleep(ctx, d)
}

// connectionError words an error that came instead of an answer; it shows no address, which may hold a key.
func connectionError(ctx context.Context, err error) *presets.Error {
	var ours *presets.Error
	if errors.As(err, &ours) {
		return ours
	}
	if ctx.Err() != nil {
		return &presets.Error{Op: "ask the CRM", Text: "the run was stopped", Err: ctx.Err(), Retry: false}
	}
	return wordConnection(err)
}

func unusable(a *answer, err error) *presets.Error {
	return &presets.Error{
		Op: "read the CRM's answer", Text: fmt.Sprintf("%s, and %s", a.said(), err),
		Hint:  unusableHint(err),
		Retry: !errors.Is(err, errDeep) && !errors.Is(err, errHTML),
		Err:   err,
	}
}

func unusableHint(err error) string {
	if errors.Is(err, errHTML) {
		return "that looks like a sign-in or maintenance page; check the address of the CRM in the options"
	}
	return ""
}
