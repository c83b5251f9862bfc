package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/place"
	"github.com/ringdex/ringdex/wording"
)

// maxTries bounds how often one request is sent because of errors that may pass.
const maxTries = 6

// maxPatience is the most one request waits because the CRM asks for it; then the run ends and goes on later.
const maxPatience = 20 * time.Minute

// client sends the requests of one connection.
type client struct {
	preset   *presets.Preset
	conn     presets.Connection
	http     *http.Client // follows no redirect
	signer   signer
	rules    []rule
	pasted   string // token instead of sign-in
	session  session
	last     identity // of the latest request
	requests int      // sent, since the last page was told
	bytes    int64
}

// identity is as whom a request is sent.
type identity struct {
	token   presets.Token
	session kept
	number  int // of the session
}

func newClient(p *presets.Preset, c presets.Connection) (*client, error) {
	plain := *c.HTTP
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	cl := &client{preset: p, conn: c, http: &plain, pasted: p.PastedToken(c.Options)}
	var err error
	if cl.signer, err = newSigner(p.Auth, cl.pasted != "", cl.values()); err != nil {
		return nil, err
	}
	for _, r := range p.HTTP.Errors {
		one, err := newRule(p, r)
		if err != nil {
			return nil, err
		}
		cl.rules = append(cl.rules, one)
	}
	cl.session.steps, err = newSteps(p.Auth.Session)
	return cl, err
}

// values are what texts may use of the connection itself.
func (c *client) values() scope { return scope{declared: c.preset.Options, options: c.conn.Options} }

// result is an answer that may be used, or what to do instead of using one.
type result struct {
	answer
	do string // doPass, doEmpty, doSkip, doFull
}

// errLapsed marks the refusal of a token or session that may only have lapsed.
var errLapsed = errors.New("the token was refused")

// send sends a request until its answer means something: limits are kept, a lapsed token or session is renewed once, and
// errors that may pass are tried again with growing waits.
func (c *client) send(ctx context.Context, what call) (result, error) {
	renewed := false
	for t := newTries(); ; {
		who, err := c.signIn(ctx)
		if err != nil {
			return result{}, err
		}
		res, err := c.attempt(ctx, what, who)
		if errors.Is(err, errLapsed) && c.renewable() && !renewed {
			renewed = true
			if err := c.lapsed(ctx, who); err != nil {
				return result{}, err
			}
			continue
		}
		if more, err := c.again(ctx, t, err); !more {
			return res, err
		}
	}
}

// tries is how often and how long one request is tried again.
type tries struct {
	made int
	left time.Duration
}

func newTries() *tries { return &tries{left: maxPatience} }

// again waits before the next try where an error may pass; otherwise it gives the error back.
func (c *client) again(ctx context.Context, t *tries, err error) (bool, error) {
	var e *presets.Error
	if t.made++; !errors.As(err, &e) || !e.Retry || t.made == maxTries || e.RetryAfter > t.left {
		return false, err
	}
	waited, ended := c.rest(ctx, t.made, e.RetryAfter)
	t.left -= waited
	if errors.Is(ended, context.DeadlineExceeded) { // what the last try said tells more than that there was no time for another
		last := *e
		last.Err = errors.Join(e.Err, ended)
		return false, &last
	}
	return ended == nil, ended
}

// attempt sends a request once and says what came of it. Errors are *presets.Error.
func (c *client) attempt(ctx context.Context, what call, who identity) (result, error) {
	a, err := c.once(ctx, what, who)
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
	e := &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: a.said(), Hint: v.hint, Err: statusError(a.status)}
	switch v.do {
	case doRefresh:
		e.Err = errLapsed
		fallthrough
	case doReauth:
		e.ReauthNeeded = true
		e.Hint = v.hint.Or(wording.New("rest.sign_in_again", "the CRM does not take this sign-in or key; sign in again or enter a new one"))
	case doRetry:
		e.Retry, e.RetryAfter = true, v.after
	}
	return e
}

// once sends a request a single time, signed.
func (c *client) once(ctx context.Context, what call, who identity) (answer, error) {
	what.values.auth, what.values.session, c.last = c.signer.values(who.token), who.session, who
	to, err := c.target(what.values)
	if err != nil {
		return answer{}, &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.Of(err), Hint: wording.New("rest.check_options_sign_again", "check the options, and sign in again")}
	}
	return c.exchange(ctx, what, to, who.token, func(req *http.Request) error {
		return c.signer.sign(req, what.values, who.token)
	})
}

// exchange waits for the limits, sends a request and receives its answer.
func (c *client) exchange(ctx context.Context, what call, to target, token presets.Token, sign func(*http.Request) error) (answer, error) {
	if err := c.conn.Pace.Wait(ctx, c.shares(to.base, token)...); err != nil {
		return answer{}, err
	}
	if c.preset.HTTP.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.preset.HTTP.Timeout)
		defer cancel()
	}
	req, err := what.build(ctx, to)
	if err == nil {
		err = sign(req)
	}
	if err != nil {
		return answer{}, &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.Of(err), Hint: wording.New("presets.check_options", "check the options")}
	}
	resp, err := c.http.Do(req)
	c.requests++
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	a, err := receive(resp, c.preset.HTTP.Answer == "xml")
	c.bytes += int64(len(a.body))
	return a, err
}

// target is where requests go at this moment.
func (c *client) target(values scope) (target, error) {
	to := target{headers: c.preset.HTTP.Headers, accept: "application/json"}
	if c.preset.HTTP.Answer == "xml" {
		to.accept = "application/xml, text/xml"
	}
	var err error
	if to.base, err = place.URL(c.preset.HTTP.BaseURL, values.lookup); err != nil {
		return to, fmt.Errorf("address of the CRM: %w", err)
	}
	to.key, err = c.signer.key(values)
	return to, err
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
	values := c.values()
	for name, text := range c.preset.Auth.TokenKeep {
		v, _, err := place.Literal(text, values.lookup)
		if err != nil {
			return nil, &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.New("rest.value", "value {Name}: {Reason}", "Name", name, "Reason", err), Hint: wording.New("presets.check_options", "check the options")}
		}
		keep[name] = v
	}
	return keep, nil
}

// connectionError words an error that came instead of an answer; it shows no address, which may hold a key.
func connectionError(ctx context.Context, err error) *presets.Error {
	var ours *presets.Error
	if errors.As(err, &ours) {
		return ours
	}
	if ctx.Err() != nil {
		return &presets.Error{Op: wording.New("rest.ask_crm", "ask the CRM"), Text: wording.New("presets.run_stopped", "the run was stopped"), Err: ctx.Err(), Retry: false}
	}
	return wordConnection(err)
}

func unusable(a *answer, err error) *presets.Error {
	return &presets.Error{
		Op: wording.New("rest.read_crm_answer", "read the CRM's answer"), Text: wording.New("rest.said_and", "{Said}, and {Reason}", "Said", a.said(), "Reason", err),
		Hint:  unusableHint(err),
		Retry: !errors.Is(err, errDeep) && !errors.Is(err, errHTML),
		Err:   err,
	}
}

func unusableHint(err error) wording.Text {
	if errors.Is(err, errHTML) {
		return wording.New("rest.web_page", "that looks like a sign-in or maintenance page; check the address of the CRM in the options")
	}
	return wording.Text{}
}
