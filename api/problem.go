package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// Problem is an error as machines read it: RFC 9457, `application/problem+json`.
// Detail says what was wrong and what to do next; it never holds a secret, a path of this host or a foreign server's words.
type Problem struct {
	Type     string         `json:"type,omitempty"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail,omitempty"`
	Hint     string         `json:"hint,omitempty"`
	Code     string         `json:"code,omitempty"`     // names what was wrong, where it has a name of its own
	Instance string         `json:"instance,omitempty"` // of an internal error: what the server's log knows it by
	Line     int            `json:"line,omitempty"`     // of a body of lines: the one at fault, counted from 1
	Errors   []OptionErrors `json:"errors,omitempty"`
	Lints    []PresetLint   `json:"lints,omitempty"` // of an uploaded preset: every mistake with its place

	wait time.Duration // when to try again; 0 says nothing
}

// OptionErrors is what was wrong with one member of a request body or one option.
type OptionErrors struct {
	Option string `json:"option"`
	Text   string `json:"text"`
	Hint   string `json:"hint,omitempty"`
	Code   string `json:"code,omitempty"` // names what is wrong
}

// PresetLint is a mistake of a preset, as `preset lint` prints it.
type PresetLint struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Text    string `json:"text"`
	Hint    string `json:"hint,omitempty"`
	Excerpt string `json:"excerpt,omitempty"` // the line, with a mark below
}

func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Detail
}

func problem(status int, format string, args ...any) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// notFound is the one answer for "does not exist" and "is not yours", so that ids cannot be probed (reliability row A1).
func notFound(what string) *Problem {
	p := problem(http.StatusNotFound, "there is no such %s", what)
	if command, ok := listedBy[what]; ok {
		p.Hint = "`ringdex " + command + " list` shows all"
	}
	return p
}

// missing names what a request asked for where err says only that it is not there.
func missing(what string, err error) error {
	if errors.Is(err, tenant.ErrNotFound) || errors.Is(err, notice.ErrNone) {
		return notFound(what)
	}
	return err
}

// listedBy is the command that lists things of a sort.
var listedBy = map[string]string{
	"tenant": "tenant", "reseller": "reseller", "integration": "integration", "phone system": "system", "person": "user", "key": "key",
	"script": "script", "preset": "preset", "call": "call", "link": "call link", "notice": "notice",
}

// tooMany tells when to come back.
func tooMany(wait time.Duration, why string) *Problem {
	p := problem(http.StatusTooManyRequests, "%s; try again in %d s", why, seconds(wait))
	p.wait = wait
	return p
}

// seconds rounds up to what Retry-After can say.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func writeProblem(w http.ResponseWriter, p *Problem) {
	body, err := json.Marshal(p)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // a client that is gone needs no answer
}

// asProblem turns whatever a handler returned into what the client may see; details of unexpected errors stay in the log.
func asProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		p := &Problem{Title: http.StatusText(he.Code), Status: he.Code}
		switch he.Code {
		case http.StatusNotFound:
			p.Detail = "there is nothing at this address; /openapi.json lists all there are"
		case http.StatusMethodNotAllowed:
			p.Detail = "this address does not take this method; the header Allow has those it takes"
		}
		return p
	}
	if known, ok := asKnown(err); ok {
		known.Code = codeOf(err)
		return known
	}
	return problem(http.StatusInternalServerError, "something went wrong here; the server's log has the reason under this instance")
}

// codeOf is the key of what an error says, "" where it has none.
func codeOf(err error) string {
	var failure *presets.Error
	if errors.As(err, &failure) {
		return failure.Text.Key
	}
	return wording.Of(err).Key
}

// writeError is the last word on an error: a problem for the client, the chain for the log.
func (a *API) writeError(err error, c echo.Context) {
	p := asProblem(err)
	if c.Request().Context().Err() == nil {
		a.logFailure(p, c, err)
	}
	if c.Response().Committed {
		return
	}
	if p.wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(seconds(p.wait)))
	}
	if strings.HasPrefix(c.Path(), xmlPath) {
		_ = xmlFailure(c, p)
		return
	}
	if c.Path() == namePath {
		// Phone systems show whatever body they get as the caller's name.
		_ = c.NoContent(p.Status)
		return
	}
	writeProblem(c.Response(), p)
}

// logFailure keeps what the client may not see. A failure of ours is an error; that a CRM did not answer or a file cannot be
// read is ordinary, and its problem says all of it.
func (a *API) logFailure(p *Problem, c echo.Context, err error) {
	switch {
	case p.Status == http.StatusInternalServerError:
		p.Instance = newInstance()
		a.Log.Error("request failed", "instance", p.Instance, "method", c.Request().Method, "route", c.Path(), "error", err)
	case p.Status > http.StatusInternalServerError:
		a.Log.Info("request not served", "status", p.Status, "method", c.Request().Method, "route", c.Path(), "error", err)
	}
}
