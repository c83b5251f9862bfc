package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Problem is an error as machines read it: RFC 9457, `application/problem+json`.
// Detail says what was wrong and what to do next; it never holds a secret, a path of this host or a foreign server's words.
type Problem struct {
	Type   string         `json:"type,omitempty"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Hint   string         `json:"hint,omitempty"`
	Errors []OptionErrors `json:"errors,omitempty"`
}

// OptionErrors is what was wrong with one member of a request body or one option.
type OptionErrors struct {
	Option string `json:"option"`
	Text   string `json:"text"`
	Hint   string `json:"hint,omitempty"`
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

// listedBy is the command that lists things of a sort.
var listedBy = map[string]string{
	"tenant": "tenant", "integration": "integration", "phone system": "system", "person": "user", "key": "key",
	"script": "script", "preset": "preset",
}

func writeProblem(c echo.Context, p *Problem) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(p.Status)
	_, err = c.Response().Write(append(body, '\n'))
	return err
}

// asProblem turns whatever a handler returned into what the client may see; details of unexpected errors stay in the log.
func asProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		return &Problem{Title: http.StatusText(he.Code), Status: he.Code}
	}
	if known, ok := asKnown(err); ok {
		return known
	}
	return &Problem{
		Title: "Internal error", Status: http.StatusInternalServerError,
		Detail: "something went wrong here; the server's log has the reason under this request's id",
	}
}
