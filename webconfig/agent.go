package webconfig

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) agentRoutes() []route {
	return []route{
		get("/agent", needAgent, w.agent),
		{method: http.MethodGet, path: "/agent/events", need: needAgent, handle: w.agentEvents, long: true},
		post("/agent/calls/:call/choose", needAgent, w.chooseContact),
		post("/agent/calls/:call/this-is", needAgent, w.thisIs),
		get("/agent/dial", needAgent, w.dialForm),
		post("/agent/dial", needAgent, w.dial),
		get("/manifest.webmanifest", needNobody, w.manifest),
	}
}

// agentShown is the page: the calls of now, and those that were.
type agentShown struct {
	Live     []card
	Queue    string // the team's page of a queue
	NoDevice bool   // nothing rings for this person yet
	Devices  string // where this person enters the own ones, "" for who has to ask
	Past     []pastCall
	Search   string
	Older    string // address of the next part of the history
	Stream   string // address of the live list
}

// historyOnPage is how many calls the page lists.
const historyOnPage = 30

// agentView is whose calls a page is about: the person's own, or a queue's.
func (q *request) agentView() calls.View {
	if queue := strings.TrimSpace(q.QueryParam("queue")); queue != "" {
		return calls.View{Tenant: q.tenantID(), Queue: queue}
	}
	return calls.View{Tenant: q.tenantID(), Person: q.person.ID}
}

func (w *Web) agent(q *request) error {
	view := q.agentView()
	shown := agentShown{Queue: view.Queue, Search: q.QueryParam("search"), Stream: "/agent/events"}
	if view.Queue != "" {
		shown.Stream += "?" + url.Values{"queue": {view.Queue}}.Encode()
	}
	shown.Live = q.cards(w.Calls.Live(view), view)
	past, err := w.Calls.History(q.ctx(), q.tenantID(), calls.Filter{
		Person: view.Person, Queue: view.Queue, Number: shown.Search, Before: q.QueryParam("before"), Limit: historyOnPage,
	})
	if err != nil {
		return err
	}
	for i := range past.Calls {
		shown.Past = append(shown.Past, q.pastCall(&past.Calls[i]))
	}
	if past.Next != "" {
		values := url.Values{"before": {past.Next}}
		for _, name := range []string{"search", "queue"} {
			if text := q.QueryParam(name); text != "" {
				values.Set(name, text)
			}
		}
		shown.Older = "/agent?" + values.Encode()
	}
	shown.NoDevice = view.Person != "" && len(q.person.Devices) == 0
	if q.person.Role == tenant.RoleAdmin {
		shown.Devices = "/people/" + string(q.person.ID)
	}
	return q.show("agent", "agent.title", shown)
}

// back leads to the page an action was taken on.
func (q *request) back(key string) error {
	to := "/agent"
	if queue := q.FormValue("queue"); queue != "" {
		to += "?" + url.Values{"queue": {queue}}.Encode()
	}
	return q.see(to, key)
}

// mayUse returns the call of the path, if it is the person's own or an admin asks.
func (w *Web) mayUse(q *request) (calls.Call, error) {
	call, err := w.Calls.Call(q.ctx(), q.tenantID(), q.pathParam("call"))
	if errors.Is(err, calls.ErrNoCall) {
		return call, tenant.ErrNotFound
	}
	if err != nil {
		return call, err
	}
	if q.person.Role == tenant.RoleAgent && !call.Of(q.person.ID) && call.Queue == "" {
		return call, tenant.ErrNotFound
	}
	return call, nil
}

func (w *Web) chooseContact(q *request) error {
	call, err := w.mayUse(q)
	if err != nil {
		return err
	}
	meant := calls.Record{
		Integration: tenant.IntegrationID(q.FormValue("integration")), Type: q.FormValue("type"), ID: q.FormValue("record"),
	}
	err = w.Calls.Choose(q.ctx(), q.tenantID(), q.person.ID, call.ID, meant)
	if errors.Is(err, calls.ErrNoCall) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	return q.back("agent.chosen")
}

func (w *Web) thisIs(q *request) error {
	call, err := w.mayUse(q)
	if err != nil {
		return err
	}
	said := calls.Said{
		Number: call.Known.Number.E164, Name: strings.TrimSpace(q.FormValue("name")), Company: strings.TrimSpace(q.FormValue("company")),
	}
	_, err = w.Calls.Link(q.ctx(), q.by, q.tenantID(), said)
	if refused(err) {
		q.say("bad", q.T("agent.not_linked"))
		return q.back("")
	}
	if err != nil {
		return err
	}
	return q.back("agent.linked")
}

// dialShown is the page behind a tel: link. A link only opens it; the call starts with the button.
type dialShown struct{ Number, Problem string }

func (w *Web) dialForm(q *request) error {
	return q.show("dial", "dial.title", dialShown{Number: bareLink(q.QueryParam("number"))})
}

func (w *Web) dial(q *request) error {
	number := bareLink(q.FormValue("number"))
	err := w.Calls.Dial(q.ctx(), calls.DialRequest{Tenant: q.tenantID(), Agent: string(q.person.ID), Number: number})
	var told *calls.DialError
	problem := ""
	switch {
	case err == nil:
		return q.see("/agent", "dial.started")
	case errors.Is(err, calls.ErrNoDialer):
		problem = q.T("dial.none")
	case errors.As(err, &told):
		problem = q.advised(told.Text, told.Hint)
	case refused(err):
		problem = q.T("dial.number")
	default:
		return err
	}
	return q.showStatus(http.StatusUnprocessableEntity, "dial", "dial.title", dialShown{number, problem})
}

// bareLink is the number of a tel:, callto: or sip: link.
func bareLink(text string) string {
	text = strings.TrimSpace(text)
	for _, scheme := range []string{"web+tel:", "tel:", "callto:", "sip:"} {
		if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			text = strings.TrimPrefix(text[len(scheme):], "//")
			text, _, _ = strings.Cut(text, "@")
			text, _, _ = strings.Cut(text, ";")
		}
	}
	return text
}

// manifest lets the page be installed as a program of its own (W3C Web Application Manifest).
func (w *Web) manifest(q *request) error {
	icon, err := w.assets.Path("ringdex.svg")
	if err != nil {
		return err
	}
	q.Response().Header().Set("Content-Type", "application/manifest+json")
	return q.JSON(http.StatusOK, map[string]any{
		"name": "Ringdex", "short_name": "Ringdex", "start_url": "/agent", "scope": "/", "display": "standalone",
		"background_color": "#f5f6f6", "theme_color": "#0b6e6e",
		"icons": []map[string]string{{"src": icon, "sizes": "any", "type": "image/svg+xml"}},
	})
}

// pastCall is a line of the history.
type pastCall struct {
	ID, Name, Company, Number string
	Start                     time.Time
	State, Direction, Length  string
	URL                       string
	Relabelled                bool
}

func (q *request) pastCall(c *calls.Call) pastCall {
	out := pastCall{
		ID: c.ID, Number: shownNumber(&c.Known.Number), Start: c.Start, State: q.T("agent.state_" + string(c.State)),
		Direction: q.T("agent.direction_" + string(c.Direction)), Relabelled: !c.Relabelled.IsZero(),
	}
	if d := c.Duration(c.Answer); d > 0 { // of a call that goes on, the list above tells
		out.Length = d.Round(time.Second).String()
	}
	if m := meantOf(c); m != nil {
		out.Name, out.Company, out.URL = m.Name, m.Company, m.Record.URL
	}
	return out
}
