package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

const (
	maxTries    = 6                // of one request that fails for reasons that may pass
	maxPatience = 20 * time.Minute // that one request waits because the server asks for it
	maxHops     = 5                // redirects of one request
)

// davClient sends requests to one server. What it knows of signing in goes to that server and to no other.
type davClient struct {
	preset *presets.Preset
	conn   presets.Connection
	set    settings
	home   *url.URL // whose host is the server
	digest *digest  // the server's latest challenge; nil: it gave none
	basic  bool     // it asks for user and password as they are
	most   int64    // bytes of one answer

	requests int
	bytes    int64
	replaced int
}

// ask is one request.
type ask struct {
	method string
	to     *url.URL
	depth  string
	body   string
}

// answer is what came of a request that was not understood as an error: a 207 was handed to the reader already.
type answer struct {
	status int
	at     *url.URL // where it came from, behind redirects
	header http.Header
}

// statusError carries the status of a refusal.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// refused reports one of these statuses.
func refused(err error, statuses ...int) bool {
	var is statusError
	if !errors.As(err, &is) {
		return false
	}
	for _, s := range statuses {
		if int(is) == s {
			return true
		}
	}
	return false
}

// send sends a request until its answer means something, and goes where the server sends it, within the same server. read is
// given the body of an answer that is no refusal; it may be called again where a connection broke.
func (c *davClient) send(ctx context.Context, a ask, read func(answer, io.Reader) error) (answer, error) {
	for range maxHops {
		got, err := c.insist(ctx, a, read)
		if err != nil || got.status/100 != 3 {
			return got, err
		}
		next, err := a.to.Parse(got.header.Get("Location"))
		if err != nil || got.header.Get("Location") == "" {
			return got, &presets.Error{Op: wording.New("directory.ask_address_book", "ask the address book"), Text: wording.New("directory.server_sends_elsewhere_without_saying", "the server sends elsewhere without saying where")}
		}
		if !c.isHome(next) {
			return got, elsewhere(next)
		}
		a.to = next
	}
	return answer{}, &presets.Error{Op: wording.New("directory.ask_address_book", "ask the address book"), Text: wording.New("directory.server_sends_from_one_address", "the server sends from one address to the next without end")}
}

// insist sends a request again while its error may pass.
func (c *davClient) insist(ctx context.Context, a ask, read func(answer, io.Reader) error) (answer, error) {
	patience := maxPatience
	for try := 1; ; try++ {
		got, err := c.signed(ctx, a, read)
		var e *presets.Error
		if !errors.As(err, &e) || !e.Retry || try == maxTries || e.RetryAfter > patience {
			return got, err
		}
		wait := time.Second << (try - 1)
		wait = wait/2 + rand.N(wait/2)
		if e.RetryAfter > 0 {
			wait = e.RetryAfter + rand.N(time.Second)
		}
		patience -= wait
		if err := c.conn.Sleep(ctx, wait); err != nil {
			return got, broke(ctx, wording.New("directory.ask_address_book", "ask the address book"), err)
		}
	}
}

// isHome reports an address of the server the admin named; https counts as the same server as http.
func (c *davClient) isHome(u *url.URL) bool {
	if u.Scheme != "https" && (u.Scheme != "http" || c.home.Scheme != "http") {
		return false
	}
	return strings.EqualFold(u.Hostname(), c.home.Hostname()) && (port(u) == port(c.home) || u.Scheme == "https" && c.home.Scheme == "http" && u.Port() == "")
}

func port(u *url.URL) string {
	if u.Port() != "" {
		return u.Port()
	}
	return map[string]string{"https": "443", "http": "80"}[u.Scheme]
}

// elsewhere is the refusal to take the password to another server.
func elsewhere(u *url.URL) error {
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	text := clean.String()
	if len(text) > 200 || u.Host == "" {
		text = u.Scheme + "://" + u.Host
	}
	return &presets.Error{
		Op: wording.New("directory.find_address_book", "find the address book"), Text: wording.New("directory.server_sends_another_one_which", "the server sends to another one, which the password is not given to"),
		Hint: wording.New("directory.enter_address", "if the address book is kept there, enter {Address} as the address", "Address", text),
	}
}

// signed sends a request signed in; a server that asks for another way of signing in gets it once.
func (c *davClient) signed(ctx context.Context, a ask, read func(answer, io.Reader) error) (answer, error) {
	token := presets.Token{}
	for try := 0; ; try++ {
		if c.preset.Auth.Kind == "oauth2" {
			var err error
			if token, err = c.token(ctx); err != nil {
				return answer{}, err
			}
		}
		got, err := c.once(ctx, a, token, read)
		if err != nil || got.status != http.StatusUnauthorized {
			return got, err
		}
		again, err := c.another(ctx, got, token, try)
		if err != nil {
			return got, err
		}
		if !again {
			return got, &presets.Error{
				Op: wording.New("directory.sign_address_book", "sign in to the address book"), Text: wording.New("directory.server_does_not_take_user", "the server does not take user and password"), ReauthNeeded: true, Err: statusError(got.status),
				Hint: wording.New("directory.check_both_services_two_step", "check both; services with two-step sign-in want a password made for this program only"),
			}
		}
	}
}

func (c *davClient) token(ctx context.Context) (presets.Token, error) {
	if pasted := c.preset.PastedToken(c.conn.Options); pasted != "" || c.conn.Token == nil {
		return presets.Token{Access: pasted}, nil
	}
	return c.conn.Token.Token(ctx)
}

// another finds a further way to sign in behind a refusal.
func (c *davClient) another(ctx context.Context, got answer, token presets.Token, try int) (bool, error) {
	if c.preset.Auth.Kind == "oauth2" {
		if try > 0 || c.conn.Token == nil || c.preset.PastedToken(c.conn.Options) != "" {
			return false, nil
		}
		return true, c.conn.Token.Reject(ctx, token)
	}
	if c.set.user == "" || try > 1 {
		return false, nil
	}
	basic := false
	var best *digest
	for _, one := range challenges(got.header) {
		basic = basic || one.scheme == "basic"
		if d := newDigest(one); d != nil && (best == nil || strings.HasPrefix(d.algorithm(), "SHA-256")) {
			best = d
		}
	}
	switch {
	case best != nil && (c.digest == nil || strings.EqualFold(best.params["stale"], "true") || c.digest.count > 1):
		c.digest, c.basic = best, false
		return true, nil
	case best == nil && basic && !c.basic:
		c.basic = true
		return true, nil
	}
	return false, nil
}

// multistatus sends a request whose answer is a list of resources.
func (c *davClient) multistatus(ctx context.Context, a ask, use func(response) error) (token string, at *url.URL, err error) {
	got, err := c.send(ctx, a, func(got answer, body io.Reader) error {
		if got.status != http.StatusMultiStatus {
			return fmt.Errorf("%w: status %d", errXML, got.status)
		}
		var err error
		token, err = multistatus(body, use)
		return err
	})
	if got.at == nil {
		got.at = a.to
	}
	return token, got.at, err
}

// get reads a resource whole.
func (c *davClient) get(ctx context.Context, to *url.URL) (string, error) {
	var b bytes.Buffer
	_, err := c.send(ctx, ask{method: http.MethodGet, to: to}, func(_ answer, body io.Reader) error {
		b.Reset()
		_, err := b.ReadFrom(body)
		return err
	})
	return b.String(), err
}
