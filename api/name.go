package api

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/recognition"
)

// name answers with the one line a phone can show: GET /v1/name. Nobody known is an empty body, and so is every error,
// because phone systems show any body as the caller's name.
func (a *API) name(c echo.Context, q asked) error {
	ask := question{Question: recognition.Question{Tenant: q.tenant, System: q.access.System}}
	if err := ask.read(c.Request().URL.RawQuery); err != nil {
		return err
	}
	start := a.Now()
	answer, err := a.recognize(c, q, &ask, start)
	if err != nil {
		return err
	}
	a.counts.matched(answer, a.Now().Sub(start))
	line := answer.Name(q.access.System)
	switch ask.format {
	case "", "text":
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", []byte(line))
	case "json":
		return writeJSON(c, http.StatusOK, nameOf(answer, line))
	case "form":
		n := nameOf(answer, line)
		values := url.Values{"name": {n.Name}, "company": {n.Company}, "url": {n.URL}}
		return c.Blob(http.StatusOK, "application/x-www-form-urlencoded", []byte(values.Encode()))
	}
	return problem(http.StatusBadRequest, "format must be text, json or form")
}

// named is the answer for phone systems that read JSON, or Asterisk's HASH() from a form.
type named struct {
	Name    string `json:"name"`
	Company string `json:"company"`
	URL     string `json:"url"`
}

// nameOf adds the company and the record's page where exactly one match is meant.
func nameOf(answer *recognition.Answer, line string) named {
	n := named{Name: line}
	if m := answer.Matches(); len(m) == 1 && line != "" {
		n.Company = m[0].Company().String()
		if m[0].Quality == recognition.Exact {
			n.URL = m[0].URL().String()
		}
	}
	return n
}
