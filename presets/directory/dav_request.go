package directory

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// once sends a request a single time.
func (c *davClient) once(ctx context.Context, a ask, token presets.Token, read func(answer, io.Reader) error) (answer, error) {
	op := wording.New("directory.ask_address_book", "ask the address book")
	ctx, cancel := context.WithTimeout(ctx, 2*askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, a.method, a.to.String(), strings.NewReader(a.body))
	if err != nil {
		return answer{}, &presets.Error{Op: op, Text: wording.New("directory.address_cannot_asked", "an address cannot be asked"), Err: err}
	}
	if a.body != "" {
		req.Header.Set("Content-Type", "application/xml; charset=utf-8")
	}
	if a.depth != "" {
		req.Header.Set("Depth", a.depth)
	}
	c.sign(req, token)
	resp, err := c.conn.HTTP.Do(req)
	c.requests++
	if err != nil {
		return answer{}, broke(ctx, op, err)
	}
	defer func() { _ = resp.Body.Close() }()
	got := answer{status: resp.StatusCode, at: a.to, header: resp.Header}
	body := &capped{r: resp.Body, left: c.most}
	defer func() { c.bytes += c.most - body.left }()
	if resp.StatusCode/100 == 2 {
		clean := newCleaner(body)
		err := read(got, clean)
		c.replaced += clean.replaced
		return got, readError(ctx, err)
	}
	return got, c.refusal(got)
}

// sign shows who is asking. Where the way there is not encrypted, the password is not said before the server has asked.
func (c *davClient) sign(req *http.Request, token presets.Token) {
	switch {
	case c.preset.Auth.Kind == "oauth2":
		req.Header.Set("Authorization", "Bearer "+token.Access)
	case c.set.user == "":
	case c.digest != nil:
		req.Header.Set("Authorization", c.digest.authorization(req.Method, req.URL.RequestURI(), c.set.user, c.set.password))
	case c.basic, req.URL.Scheme == "https":
		c.basic = true // said once is enough: a wrong password said twice may lock the account
		req.SetBasicAuth(c.set.user, c.set.password)
	}
}

// refusal is the error of a status; redirects and 401 are not errors yet.
func (c *davClient) refusal(got answer) error {
	e := &presets.Error{Op: wording.New("directory.ask_address_book", "ask the address book"), Text: wording.New("directory.server_answered_status_status", "the server answered with status {Status}", "Status", got.status), Err: statusError(got.status)}
	switch s := got.status; {
	case s/100 == 3, s == http.StatusUnauthorized:
		return nil
	case s == http.StatusTooManyRequests, s/100 == 5 && s != http.StatusNotImplemented && s != http.StatusInsufficientStorage:
		e.Retry, e.RetryAfter = true, c.after(got.header.Get("Retry-After"))
	case s == http.StatusForbidden:
		e.Text, e.Hint = wording.New("directory.user_may_not_read", "this user may not read there"), wording.New("directory.check_address_what_user_may", "check the address, and what this user may see")
	case s == http.StatusNotFound, s == http.StatusGone:
		e.Text, e.Hint = wording.New("directory.nothing_address", "there is nothing at this address"), wording.New("directory.check_address_one_server_one", "check the address; it is the one of the server, or of one address book")
	case s == http.StatusMethodNotAllowed, s == http.StatusNotImplemented:
		e.Text, e.Hint = wording.New("directory.no_carddav_address", "there is no CardDAV at this address"), wording.New("directory.check_address_may_need_path", "check the address; it may need a path such as /remote.php/dav or /dav")
	}
	return e
}

func (c *davClient) after(text string) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(0, t.Sub(c.conn.Now()))
	}
	return 0
}

// readError words what went wrong while an answer was read.
func readError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errXML) && errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errXML) && errors.Is(err, io.EOF):
		return &presets.Error{Op: wording.New("directory.read_address_book_answer", "read the address book's answer"), Text: wording.New("directory.answer_breaks_off", "the answer breaks off"), Retry: true, Err: err}
	case errors.Is(err, errXML):
		return &presets.Error{
			Op: wording.New("directory.read_address_book_answer", "read the address book's answer"), Text: wording.Of(errXML), Err: err,
			Hint: wording.New("directory.check_address_may_ordinary_web", "check the address: that may be an ordinary web page, not an address book"),
		}
	}
	return broke(ctx, wording.New("directory.read_address_book_answer", "read the address book's answer"), err)
}

// capped gives no more bytes than an answer may have.
type capped struct {
	r    io.Reader
	left int64
}

func (b *capped) Read(p []byte) (int, error) {
	n, err := b.r.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return 0, errLarge
	}
	return n, err
}
