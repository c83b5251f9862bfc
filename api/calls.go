package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// callEvent takes what a phone system tells of a call, as JSON or as a form: POST /v1/calls. It answers who is on the other
// side.
func (a *API) callEvent(c echo.Context, q asked) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, eventBody)
	e, err := a.readEvent(c, q)
	if err != nil {
		return err
	}
	taken, err := a.takeEvent(c, q, e)
	if err != nil {
		return err
	}
	if q.access.URLKey {
		return c.NoContent(http.StatusAccepted) // whoever finds it in a desk phone learns nothing by it
	}
	a.noteNumber(q.usage, q.access, taken.Known.Number.Raw, a.Now())
	return writeJSON(c, http.StatusAccepted, taken.Known)
}

// eventBody is the longest body of an event.
const eventBody = 64 << 10

// callAction takes an event from the query string, as desk phones send it: GET /v1/calls/event. They show any body they get.
func (a *API) callAction(c echo.Context, q asked) error {
	e, err := a.formEvent(c, q, c.QueryParams())
	if err != nil {
		return err
	}
	if _, err := a.takeEvent(c, q, e); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", nil)
}

// takeEvent hands an event to the desk; what scripts ask of the server is done when the call begins to ring.
func (a *API) takeEvent(c echo.Context, q asked, e calls.Event) (calls.Taken, error) {
	e.Tenant, e.System = q.tenant, q.access.System
	start := a.Now()
	taken, err := a.Calls.Take(c.Request().Context(), e)
	a.counts.event(e.Kind, taken, err, a.Now().Sub(start))
	if err != nil {
		return taken, err
	}
	a.ring(e.CallID, taken)
	return taken, nil
}

func (a *API) ring(call string, taken calls.Taken) {
	if taken.Rings && a.Ring != nil && taken.Answer != nil {
		a.Ring.Ring(call, taken.Answer.Actions())
	}
}

// rung tells the desk of a look-up that says it rings: many phone systems only look up. The phone does not wait for it.
func (a *API) rung(c echo.Context, q asked, ask *question) {
	e := calls.Event{
		Tenant: q.tenant, System: q.access.System, CallID: ask.CallID, Kind: calls.KindRinging,
		Caller: calls.Party{Number: ask.Number, Name: ask.CallerName},
		Device: calls.Party{Number: ask.DeviceNumber, Name: ask.DeviceName},
		DDI:    calls.Party{Number: ask.DDINumber, Name: ask.DDIName},
		Start:  ask.Start, Direction: calls.Inbound,
	}
	taken, err := a.Calls.Note(c.Request().Context(), e)
	a.counts.event(e.Kind, taken, err, 0)
	if err != nil {
		a.Log.Warn("a look-up that rings was not noted as a call", "tenant", q.tenant, "error", err)
	}
}

// listCalls lists calls, newest first: GET /v1/calls.
func (a *API) listCalls(c echo.Context, q asked) (any, error) {
	f, err := a.callFilter(c, q)
	if err != nil {
		return nil, err
	}
	if c.QueryParam("live") == "1" || c.QueryParam("live") == "true" {
		return a.Calls.Live(calls.View{Tenant: q.tenant, Person: f.Person, Queue: f.Queue}).Calls, nil
	}
	page, err := a.Calls.History(c.Request().Context(), q.tenant, f)
	if err != nil {
		return nil, err
	}
	if page.Next != "" {
		next := *c.Request().URL
		values := next.Query()
		values.Set("before", page.Next)
		next.RawQuery = values.Encode()
		c.Response().Header().Set("Link", "<"+next.RequestURI()+`>; rel="next"`)
	}
	return page.Calls, nil
}

// showCall shows one call: GET /v1/calls/{call}.
func (a *API) showCall(c echo.Context, q asked) (any, error) {
	f, err := a.callFilter(c, q)
	if err != nil {
		return nil, err
	}
	call, err := a.Calls.Call(c.Request().Context(), q.tenant, param(c, "call"))
	if err == nil && f.Person != "" && !call.Of(f.Person) {
		err = calls.ErrNoCall
	}
	if errors.Is(err, calls.ErrNoCall) {
		return nil, notFound("call")
	}
	return call, err
}

// callFilter reads which calls are wanted. An agent sees the own ones only.
func (a *API) callFilter(c echo.Context, q asked) (f calls.Filter, err error) {
	ctx := c.Request().Context()
	f = calls.Filter{
		Direction: calls.Direction(c.QueryParam("direction")), State: calls.State(c.QueryParam("state")), Queue: c.QueryParam("queue"),
		Number: c.QueryParam("number"), Before: c.QueryParam("before"),
	}
	switch f.State {
	case "", calls.StateRinging, calls.StateAnswered, calls.StateEnded, calls.StateMissed:
	default:
		return f, problem(http.StatusBadRequest, "state must be ringing, answered, ended or missed")
	}
	switch f.Direction {
	case "", calls.Inbound, calls.Outbound, calls.Internal:
	default:
		return f, problem(http.StatusBadRequest, "direction must be inbound, outbound or internal")
	}
	own := q.by.Kind == tenant.ActorPerson && q.by.Role == tenant.RoleAgent
	switch {
	case own:
		f.Person = tenant.PersonID(q.by.ID)
	case !q.access.Scopes.Has(tenant.ScopeCalls):
		if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.ReadCalls); err != nil {
			return f, err
		}
	}
	if name := c.QueryParam("agent"); name != "" && !own {
		if f.Person, err = a.personID(ctx, q, name); err != nil {
			return f, err
		}
	}
	for name, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		text := strings.ReplaceAll(c.QueryParam(name), " ", "+")
		if text == "" {
			continue
		}
		if *into, err = time.Parse(time.RFC3339, text); err != nil {
			return f, problem(http.StatusBadRequest, "%s must be a time such as 2026-11-20T14:03:00Z", name)
		}
	}
	if text := c.QueryParam("limit"); text != "" {
		if f.Limit, err = strconv.Atoi(text); err != nil || f.Limit < 0 {
			return f, problem(http.StatusBadRequest, "limit must be a whole number, not negative")
		}
	}
	return f, nil
}

// dialBody asks for a call.
type dialBody struct {
	Agent  string `json:"agent"`  // e-mail address, name, id or device number
	Number string `json:"number"` // as typed
}

// dial starts a call: POST /v1/dial.
func (a *API) dial(c echo.Context, q asked) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, adminBody)
	body, err := read[dialBody](c)
	if err != nil {
		return err
	}
	err = a.Calls.Dial(c.Request().Context(), calls.DialRequest{Tenant: q.tenant, System: q.access.System, Agent: body.Agent, Number: body.Number})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusAccepted)
}

// linkBody says whose a number is.
type linkBody struct {
	Number  string `json:"number"`
	Name    string `json:"name"`
	Company string `json:"company"`
	// Of a contact that a CRM has under another number, that number and the record; name and company come from there.
	Via    string       `json:"via"`
	Record calls.Record `json:"record"`
}

func (a *API) listLinks(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	return orEmpty(a.Directory.Links(ctx, q.tenant))
}

func (a *API) addLink(c echo.Context, q asked) (any, error) {
	body, err := read[linkBody](c)
	if err != nil {
		return nil, err
	}
	link, err := a.Calls.Link(c.Request().Context(), q.by, q.tenant, calls.Said(body))
	if err != nil {
		return nil, err
	}
	return created{link}, nil
}

func (a *API) removeLink(c echo.Context, q asked) (any, error) {
	return nil, missing("link", a.Directory.RemoveLink(c.Request().Context(), q.by, q.tenant, tenant.LinkID(param(c, "link"))))
}

// asCallError turns an error of the desk into what the client may read.
func asCallError(err error) (*Problem, bool) {
	var dial *calls.DialError
	switch {
	case errors.As(err, &dial):
		p := problem(http.StatusUnprocessableEntity, "%s", dial.Text)
		p.Hint = dial.Hint.String()
		return p, true
	case errors.Is(err, calls.ErrNoDialer):
		return problem(http.StatusConflict, "%s", calls.ErrNoDialer.Error()), true
	case errors.Is(err, recognition.ErrTooLong):
		return problem(http.StatusBadRequest, "number is too long: at most 512 characters around a number of at most 64"), true
	case errors.Is(err, calls.ErrEvent):
		return problem(http.StatusBadRequest, "%s", strings.TrimPrefix(err.Error(), calls.ErrEvent.Error()+": ")), true
	}
	return nil, false
}
