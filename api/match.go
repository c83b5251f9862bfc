package api

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// match answers "who is calling?": GET /v1/match.
func (a *API) match(c echo.Context, q asked) error {
	answer, ask, err := a.lookUp(c, q)
	if err != nil {
		return err
	}
	if ask.rings() {
		if a.Ring != nil {
			a.Ring.Ring(ask.CallID, answer.Actions())
		}
		a.rung(c, q, &ask)
	}
	return writeQuick(c, jsonType, answer.AppendJSON)
}

// rings tells that a phone rings, and which: without them nobody could tell a call from a look-up.
func (q *question) rings() bool { return q.ring && q.CallID != "" && q.DeviceNumber+q.DeviceName != "" }

// lookUp answers the question a phone system put into the query string, and counts it.
func (a *API) lookUp(c echo.Context, q asked) (*recognition.Answer, question, error) {
	ask := question{Question: recognition.Question{Tenant: q.tenant, System: q.access.System}}
	if err := ask.read(c.Request().URL.RawQuery); err != nil {
		return nil, ask, err
	}
	start := a.Now()
	a.noteNumber(q.usage, q.access, ask.Number, start)
	answer, err := a.recognize(c, &ask)
	if err != nil {
		return nil, ask, err
	}
	a.counts.matched(answer, a.Now().Sub(start))
	return answer, ask, nil
}

// noteNumber tells somebody when a key asks for more different numbers than a phone system's callers have.
func (a *API) noteNumber(u *usage, key tenant.Access, number string, now time.Time) {
	if u.distinct.see(number, now) {
		a.counts.alarms.Inc()
		a.Log.Warn("a key asks for unusually many different numbers",
			"tenant", key.Tenant, "key", key.Key, "numbers_this_hour", distinctAlarm)
	}
}

func (a *API) recognize(c echo.Context, ask *question) (*recognition.Answer, error) {
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
	answer, err := a.recognize(c, &ask)
	if err != nil {
		return nil, err
	}
	return rawJSON(answer.AppendJSON(nil)), nil
}

// buffers keeps answers' memory; an answer larger than keepBuffer is let go.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2<<10); return &b }}

const keepBuffer = 64 << 10

// smallBody is how long an answer may be for net/http to find its length by itself; a longer one would go out in chunks.
const smallBody = 2 << 10

// writeQuick answers a look-up with what is appended to a buffer.
func writeQuick(c echo.Context, contentType []string, appendTo func([]byte) []byte) error {
	buffer := buffers.Get().(*[]byte)
	body := appendTo((*buffer)[:0])
	w := c.Response()
	w.Header()["Content-Type"] = contentType
	if len(body) > smallBody {
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(body)
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
