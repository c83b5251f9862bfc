package api

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
)

// readEvent reads an event from a body. Members nobody declared are left out: a phone system that tells more than we know is
// not turned away.
func (a *API) readEvent(c echo.Context, q asked) (calls.Event, error) {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if kind == echo.MIMEApplicationForm || kind == echo.MIMEMultipartForm {
		values, err := c.FormParams()
		if err != nil {
			return calls.Event{}, problem(http.StatusBadRequest, "the form cannot be read")
		}
		return a.formEvent(c, q, values)
	}
	var e calls.Event
	if err := json.NewDecoder(c.Request().Body).Decode(&e); err != nil {
		var at *time.ParseError
		if errors.As(err, &at) {
			return e, problem(http.StatusBadRequest, "a time must be one such as 2026-11-20T14:03:00Z")
		}
		return e, unreadable(err)
	}
	return e, nil
}

// formFields are the names of an event's values in a form or a query string, in small letters without dashes.
var formFields = map[string]func(e *form, value string){
	"callid":       func(f *form, v string) { f.CallID = v },
	"state":        func(f *form, v string) { f.state = v },
	"event":        func(f *form, v string) { f.state = v },
	"direction":    func(f *form, v string) { f.direction = v },
	"callernumber": func(f *form, v string) { f.Caller.Number = recognition.RestorePlus(v) },
	"caller":       func(f *form, v string) { f.Caller.Number = recognition.RestorePlus(v) },
	"remote":       func(f *form, v string) { f.Caller.Number = recognition.RestorePlus(v) },
	"from":         func(f *form, v string) { f.Caller.Number = recognition.RestorePlus(v) },
	"callername":   func(f *form, v string) { f.Caller.Name = v },
	"calledname":   func(f *form, v string) { f.DDI.Name = v },
	"ddiname":      func(f *form, v string) { f.DDI.Name = v },
	"callednumber": func(f *form, v string) { f.DDI.Number = recognition.RestorePlus(v) },
	"called":       func(f *form, v string) { f.DDI.Number = recognition.RestorePlus(v) },
	"ddi":          func(f *form, v string) { f.DDI.Number = recognition.RestorePlus(v) },
	"ddinumber":    func(f *form, v string) { f.DDI.Number = recognition.RestorePlus(v) },
	"to":           func(f *form, v string) { f.DDI.Number = recognition.RestorePlus(v) },
	"device":       func(f *form, v string) { f.Device.Number = recognition.RestorePlus(v) },
	"devicenumber": func(f *form, v string) { f.Device.Number = recognition.RestorePlus(v) },
	"local":        func(f *form, v string) { f.Device.Number = recognition.RestorePlus(v) },
	"extension":    func(f *form, v string) { f.Device.Number = recognition.RestorePlus(v) },
	"devicename":   func(f *form, v string) { f.Device.Name = v },
	"queue":        func(f *form, v string) { f.Queue = v },
	"agent":        func(f *form, v string) { f.Agent = v },
	"starttime":    func(f *form, v string) { f.Start = f.time(v) },
	"answertime":   func(f *form, v string) { f.Answer = f.time(v) },
	"endtime":      func(f *form, v string) { f.End = f.time(v) },
	"callduration": func(f *form, v string) { f.talked = talk(v) },
	"duration":     func(f *form, v string) { f.talked = talk(v) },
	"key":          func(*form, string) {},
}

// form is an event as forms and query strings tell it.
type form struct {
	calls.Event
	state, direction string
	talked           time.Duration
	location         *time.Location
}

// kinds are the words for what happened; those that also say where the call goes stand for both.
var kinds = map[string]struct {
	kind      calls.Kind
	direction calls.Direction
}{
	"ringing": {calls.KindRinging, ""}, "ring": {calls.KindRinging, ""}, "incoming": {calls.KindRinging, calls.Inbound},
	"outgoing": {calls.KindRinging, calls.Outbound}, "dialing": {calls.KindRinging, calls.Outbound},
	"answered": {calls.KindAnswered, ""}, "connected": {calls.KindAnswered, ""}, "established": {calls.KindAnswered, ""}, "talking": {calls.KindAnswered, ""},
	"ended": {calls.KindEnded, ""}, "disconnected": {calls.KindEnded, ""}, "terminated": {calls.KindEnded, ""}, "hangup": {calls.KindEnded, ""},
	"missed": {calls.KindMissed, ""},
}

var directions = map[string]calls.Direction{
	"": "", "inbound": calls.Inbound, "incoming": calls.Inbound, "in": calls.Inbound,
	"outbound": calls.Outbound, "outgoing": calls.Outbound, "out": calls.Outbound, "internal": calls.Internal, "local": calls.Internal,
}

// stateProblem says what may stand in the place of a word nobody knows. A form without any whose first name is a brace is JSON
// that came without its type.
func stateProblem(c echo.Context, state string) error {
	if state != "" {
		return problem(http.StatusBadRequest, "event (or State) must be ringing, answered, ended or missed; of a desk phone also incoming, outgoing, established or terminated")
	}
	p := problem(http.StatusBadRequest, "event (or State) is missing: ringing, answered, ended or missed")
	if c.Request().Method == http.MethodPost {
		p.Hint = "a body of JSON needs the header Content-Type: application/json"
	}
	return p
}

// formEvent reads an event from names and values; what has another name becomes an extra value for scripts.
func (a *API) formEvent(c echo.Context, q asked, values url.Values) (calls.Event, error) {
	f := form{location: time.UTC}
	if s, err := a.Directory.Snapshot(c.Request().Context(), q.tenant); err == nil {
		f.location = s.Account.Location()
	}
	for name, all := range values {
		value := strings.TrimSpace(all[0])
		if set, ok := formFields[fieldName(name)]; ok {
			set(&f, value)
		} else if value != "" {
			if f.Extra == nil {
				f.Extra = map[string]string{}
			}
			f.Extra[name] = value
		}
	}
	word, ok := kinds[fieldName(f.state)]
	if !ok {
		return f.Event, stateProblem(c, f.state)
	}
	f.Kind, f.Direction = word.kind, word.direction
	direction, ok := directions[strings.ToLower(f.direction)]
	if !ok {
		return f.Event, problem(http.StatusBadRequest, "Direction must be inbound, outbound or internal")
	}
	if direction != "" {
		f.Direction = direction
	}
	if f.talked > 0 && f.Kind == calls.KindEnded && f.Answer.IsZero() {
		end := f.End
		if end.IsZero() {
			end = a.Now().UTC()
		}
		f.Answer = end.Add(-f.talked)
	}
	return f.Event, nil
}

func fieldName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
}

// time reads what phone systems write: RFC 3339, a local time, or seconds since 1970. What cannot be read is as good as none.
func (f *form) time(text string) time.Time {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		if n > 1e11 {
			return time.UnixMilli(n).UTC()
		}
		return time.Unix(n, 0).UTC()
	}
	if at, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")); err == nil {
		return at.UTC()
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, f.location); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// talk reads a length: seconds, or hours, minutes and seconds with colons.
func talk(text string) time.Duration {
	total := 0
	for part := range strings.SplitSeq(text, ":") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || n > 1_000_000 {
			return 0
		}
		total = total*60 + n
	}
	return time.Duration(total) * time.Second
}
