package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/recognition"
)

// lookup answers in the JSON a phone system wants, which is a setting of it: GET and POST /v1/lookup. The number may have
// any of the names such phone systems use, in the query or in a JSON body.
func (a *API) lookup(c echo.Context, q asked) error {
	ask, err := a.readLookup(c, q)
	if err != nil {
		return err
	}
	answer, err := a.answer(c, q, ask)
	if err != nil {
		return err
	}
	shown, err := a.Recognizer.Shown(c.Request().Context(), q.tenant, q.access.System)
	if err != nil {
		return err
	}
	body, err := shown.Lookup(answer)
	if err != nil {
		return problem(http.StatusUnprocessableEntity, "the phone system's lookup-template makes no JSON of this contact: %s", err)
	}
	return c.Blob(http.StatusOK, "application/json", body)
}

// lookupBody is the longest body of a look-up.
const lookupBody = 8 << 10

func (a *API) readLookup(c echo.Context, q asked) (*question, error) {
	ask := &question{Question: recognition.Question{Tenant: q.tenant, System: q.access.System}}
	for pair := range strings.SplitSeq(c.Request().URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if slices.Contains(recognition.NumberNames, name) {
			ask.set("number", value)
		}
	}
	if c.Request().Method == http.MethodPost && !ask.asked {
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, lookupBody)
		var body map[string]json.RawMessage
		if err := json.NewDecoder(c.Request().Body).Decode(&body); err != nil {
			return nil, unreadable(err)
		}
		ask.fromJSON(body)
		var inner map[string]json.RawMessage
		if raw := body["inputs"]; raw != nil && json.Unmarshal(raw, &inner) == nil {
			ask.fromJSON(inner)
		}
	}
	if !ask.asked {
		return nil, problem(http.StatusBadRequest, "the parameter number is missing: ?number=%%2B31201234567; an empty one is a withheld number")
	}
	return ask, nil
}

// fromJSON takes the number from a body, as text or as digits.
func (q *question) fromJSON(body map[string]json.RawMessage) {
	for _, name := range recognition.NumberNames {
		if raw, ok := body[name]; ok && !q.asked {
			q.set("number", url.QueryEscape(strings.Trim(string(raw), `"`)))
		}
	}
}

// answer looks a question up and counts it.
func (a *API) answer(c echo.Context, q asked, ask *question) (*recognition.Answer, error) {
	start := a.Now()
	a.noteNumber(q.usage, q.access, ask.Number, start)
	answer, err := a.recognize(c, ask)
	if err != nil {
		return nil, err
	}
	a.counts.matched(answer, a.Now().Sub(start))
	return answer, nil
}
