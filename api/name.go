package api

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/recognition"
)

// name answers with the one line a phone can show: GET /v1/name. Nobody known is an empty body, and so is every error,
// because phone systems show any body as the caller's name.
func (a *API) name(c echo.Context, q asked) error {
	answer, ask, err := a.lookUp(c, q)
	if err != nil {
		return err
	}
	switch ask.format {
	case "", "text":
		return writeQuick(c, textType, func(dst []byte) []byte { return append(dst, answer.Name()...) })
	case "json":
		return writeJSON(c, http.StatusOK, nameOf(answer))
	case "form":
		n := nameOf(answer)
		values := url.Values{"name": {n.Name}, "company": {n.Company}, "url": {n.URL}}
		return c.Blob(http.StatusOK, "application/x-www-form-urlencoded", []byte(values.Encode()))
	}
	return problem(http.StatusBadRequest, "format must be text, json or form")
}

var textType = []string{"text/plain; charset=utf-8"}

// named is the answer for phone systems that read JSON, or Asterisk's HASH() from a form.
type named struct {
	Name    string `json:"name"`
	Company string `json:"company"`
	URL     string `json:"url"`
}

// nameOf adds the company and the record's page where exactly one match is meant.
func nameOf(answer *recognition.Answer) named {
	n := named{Name: answer.Name()}
	if m := answer.Best(); m != nil {
		n.Company, n.URL = oneLine(m.Company().String()), m.URL().String()
	}
	return n
}

// oneLine keeps control characters from what a phone system may put into a header.
func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, unicode.IsControl), " ") }
