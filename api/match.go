package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/recognition"
)

// match answers "who is calling?": GET /v1/match.
func (a *API) match(c echo.Context, q asked) error {
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
	return writeAnswer(c, answer)
}

func (a *API) recognize(c echo.Context, q asked, ask *question, now time.Time) (*recognition.Answer, error) {
	if a.meters.of(q.access.Key).distinct.see(ask.Number, now) {
		a.counts.alarms.Inc()
		a.Log.Warn("a key asks for unusually many different numbers",
			"tenant", q.tenant, "key", q.access.Key, "numbers_this_hour", distinctAlarm)
	}
	recognize := a.Recognizer.Recognize
	if ask.explain {
		recognize = a.Recognizer.Explain
	}
	answer, err := recognize(c.Request().Context(), &ask.Question)
	if errors.Is(err, recognition.ErrTooLong) {
		return nil, problem(http.StatusBadRequest, "number is too long: at most 512 characters around a number of at most 64")
	}
	return answer, err
}

// explain answers for people with admin rights what a phone system of the tenant would get, and why.
func (a *API) explain(c echo.Context, q asked) (any, error) {
	ask := question{Question: recognition.Question{Tenant: q.tenant}, explain: true}
	if err := ask.read(c.Request().URL.RawQuery); err != nil {
		return nil, err
	}
	if name := c.QueryParam("system"); name != "" {
		id, err := a.systemID(c.Request().Context(), q, name)
		if err != nil {
			return nil, err
		}
		ask.System = id
	}
	answer, err := a.recognize(c, q, &ask, a.Now())
	if err != nil {
		return nil, err
	}
	return bodyOf(answer), nil
}

// buffers keeps answers' memory; an answer larger than keepBuffer is let go.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2<<10); return &b }}

const keepBuffer = 64 << 10

func writeAnswer(c echo.Context, answer *recognition.Answer) error {
	buffer := buffers.Get().(*[]byte)
	body := answer.AppendJSON((*buffer)[:0])
	header := c.Response().Header()
	header["Content-Type"] = jsonType
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write(body)
	if cap(body) <= keepBuffer {
		*buffer = body
		buffers.Put(buffer)
	}
	return err
}

var jsonType = []string{"application/json"}

// rawJSON is a body that is JSON already.
type rawJSON []byte

func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

func bodyOf(answer *recognition.Answer) rawJSON { return answer.AppendJSON(nil) }

// question is a look-up as the query string asks it.
type question struct {
	recognition.Question
	explain bool
	format  string
}

// read takes the parameters of the contract; others are ignored, as phone systems add their own.
func (q *question) read(query string) error {
	asked := false
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		value, err := unescaped(value)
		if err != nil {
			return problem(http.StatusBadRequest, "parameter %q is not percent-encoded correctly", printableName(name))
		}
		if name == "number" {
			asked = true
		}
		if err := q.set(name, value); err != nil {
			return err
		}
	}
	if !asked {
		return problem(http.StatusBadRequest, "the parameter number is missing: /v1/match?number=%%2B31201234567")
	}
	return nil
}

func unescaped(s string) (string, error) {
	if !strings.ContainsAny(s, "%+") {
		return s, nil
	}
	return url.QueryUnescape(s)
}

func (q *question) set(name, value string) error {
	switch name {
	case "number":
		q.Number = restorePlus(value)
	case "region":
		q.Region = strings.ToUpper(value)
		if value != "" && !phone.IsRegion(q.Region) {
			return problem(http.StatusBadRequest, "region must be an ISO country code such as NL")
		}
	case "caller_name":
		q.CallerName = value
	case "device_name":
		q.DeviceName = value
	case "device_number":
		q.DeviceNumber = restorePlus(value)
	case "ddi_name":
		q.DDIName = value
	case "ddi_number":
		q.DDINumber = restorePlus(value)
	case "call_id":
		q.CallID = value
	case "format":
		q.format = value
	case "explain":
		q.explain = value == "1" || value == "true"
	case "start_time":
		return q.setStart(value)
	case "limit":
		return q.setLimit(value)
	}
	return nil
}

// restorePlus undoes what query strings do to a plus that was not encoded: it arrives as a blank.
func restorePlus(s string) string {
	if rest := strings.TrimLeft(s, " "); len(rest) < len(s) && rest != "" && rest[0] >= '1' && rest[0] <= '9' {
		return "+" + rest
	}
	return s
}

func (q *question) setStart(value string) error {
	if value == "" {
		return nil
	}
	// A zone's plus may have arrived as a blank, like a number's.
	at, err := time.Parse(time.RFC3339, strings.ReplaceAll(value, " ", "+"))
	if err != nil {
		return problem(http.StatusBadRequest, "start_time must be like 2026-11-20T14:03:00Z (RFC 3339)")
	}
	q.Start = at
	return nil
}

func (q *question) setLimit(value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 25 {
		return problem(http.StatusBadRequest, "limit must be a whole number from 1 to 25")
	}
	q.Limit = n
	return nil
}

// printableName keeps a hostile parameter name from filling an error.
func printableName(s string) string {
	if len(s) > 32 {
		s = s[:32]
	}
	return s
}
