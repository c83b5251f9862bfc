package oauth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"golang.org/x/oauth2"

	"github.com/ringdex/ringdex/presets"
)

// Causes of failed token requests, for errors.Is.
var (
	ErrGrant     = errors.New("the provider does not take the grant any more")
	ErrClient    = errors.New("the provider does not take client id or secret")
	ErrUnheard   = errors.New("the provider's answer did not arrive")
	ErrProvider  = errors.New("the provider refused the request")
	ErrOverload  = errors.New("the provider is busy or broken")
	errNoRefresh = errors.New("there is no refresh token")
)

// exchangeTime is the most one token request takes; it is shorter than a lease.
const exchangeTime = 30 * time.Second

// tokens asks the provider through get and reads its answer. now is the clock of the result.
func (p Provider) tokens(ctx context.Context, c *http.Client, now time.Time, get func(context.Context) (*oauth2.Token, error)) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTime)
	defer cancel()
	seen := &witness{base: transportOf(c)}
	guarded := *c
	guarded.Transport = seen
	t, err := get(context.WithValue(ctx, oauth2.HTTPClient, &guarded))
	if err != nil {
		return Grant{}, seen.explain(err)
	}
	return p.grant(t, seen.body, now), nil
}

// grant reads tokens and kept values out of an answer. Times come from now, not from the library's own clock.
func (p Provider) grant(t *oauth2.Token, body []byte, now time.Time) Grant {
	g := Grant{Access: t.AccessToken, Refresh: t.RefreshToken, Type: t.Type(), Obtained: now, Keep: map[string]string{}}
	doc, _ := presets.ParseValue(body)
	if life := p.lifeIn(doc); life > 0 {
		g.Expires = now.Add(life)
	}
	for name, sel := range p.Keep {
		if v := sel.Text(doc); v != "" {
			g.Keep[name] = v
		}
	}
	return g
}

var expiresIn, _ = presets.ParseSelector("expires_in")

// lifeIn is the life of an access token by its answer, else by the preset; 0: nobody knows.
func (p Provider) lifeIn(answer presets.Value) time.Duration {
	if n, ok := expiresIn.First(answer).Int(); ok && n > 0 && n < 1<<31 {
		return time.Duration(n) * time.Second
	}
	return p.Lifetime
}

// witness remembers what a token request met, so that failures are told apart by facts and not by texts.
type witness struct {
	base   http.RoundTripper
	status int
	after  string
	body   []byte
}

func transportOf(c *http.Client) http.RoundTripper {
	if c.Transport != nil {
		return c.Transport
	}
	return http.DefaultTransport
}

// maxTokenAnswer bounds a token answer, as the library does.
const maxTokenAnswer = 1 << 20

// RoundTrip implements [http.RoundTripper].
func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if w.body, err = io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer)); err != nil {
		return nil, fmt.Errorf("read token answer: %w", err)
	}
	w.status, w.after = resp.StatusCode, resp.Header.Get("Retry-After")
	resp.Body = io.NopCloser(bytes.NewReader(w.body))
	return resp, nil
}

// codeForm is what an OAuth2 error code looks like; anything else is not repeated to anybody.
var codeForm = regexp.MustCompile(`^[a-z_]{3,40}$`)

// explain turns a failure into an error of ours: status and error code, never a word of the answer.
func (w *witness) explain(err error) error {
	out := &presets.Error{Op: "renew the sign-in", Retry: true, Err: ErrUnheard, Text: "the CRM's sign-in server did not answer"}
	if w.status == 0 {
		out.Err = errors.Join(ErrUnheard, err)
		return out
	}
	code := "no OAuth2 error code"
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && codeForm.MatchString(answer.ErrorCode) {
		code = answer.ErrorCode
	}
	out.Text = fmt.Sprintf("the CRM's sign-in server answered %d, %s", w.status, code)
	switch {
	case code == "invalid_grant":
		out.Retry, out.ReauthNeeded, out.Err = false, true, ErrGrant
		out.Hint = "sign in again with Connect"
	case code == "invalid_client", code == "unauthorized_client", w.status == http.StatusUnauthorized:
		out.Retry, out.Err = false, ErrClient
		out.Hint = "check client id and client secret of the app"
	case w.status == http.StatusTooManyRequests, w.status >= 500, code == "temporarily_unavailable", code == "server_error":
		out.Err, out.RetryAfter = ErrOverload, seconds(w.after)
	default:
		out.Retry, out.Err = false, ErrProvider
		out.Hint = "check the app's settings at the CRM"
	}
	return out
}

// maxWait caps what a provider may ask for.
const maxWait = 15 * time.Minute

// seconds reads a Retry-After of plain seconds, the only form seen at token endpoints; anything else is 0.
func seconds(text string) time.Duration {
	d, err := time.ParseDuration(text + "s")
	if err != nil || d < 0 {
		return 0
	}
	return min(d, maxWait)
}
