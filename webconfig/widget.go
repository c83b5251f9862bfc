package webconfig

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) widgetRoutes() []route {
	const at = "/widget/:tenant"
	return []route{
		get("/widget", needWidget, w.widget),
		get(at, needWidget, w.widget),
		post(at, needWidget, w.redeem),
		post(at+"/disconnect", needWidget, w.disconnect),
		{method: http.MethodGet, path: at + "/events", need: needWidget, handle: w.widgetEvents, long: true},
		get(at+"/connect", needAgent, w.showConnect),
		post(at+"/connect", needAgent, w.confirmConnect),
	}
}

// widgetShown is the widget: its agent's calls, or how it is connected.
type widgetShown struct {
	At, Email, Stream string
	Live              []card
	Asked             *card  // of the number the page around it told
	AskedNumber       string // as cards show it
	Problem           string
	Unclear           bool // the address does not say whose widget it is
}

// surround says who may show the widget of the path's tenant, and lets go of the person where it is another tenant's.
func (w *Web) surround(q *request) error {
	if id := tenant.ID(q.pathParam("tenant")); id != "" && id != q.tenantID() {
		q.person, q.home, q.account = nil, tenant.Account{}, tenant.Account{}
		account, err := w.Directory.Account(q.ctx(), id)
		if errors.Is(err, tenant.ErrInvalid) || err == nil && (account.Kind != tenant.KindTenant || account.Suspended) {
			err = tenant.ErrNotFound
		}
		if err != nil {
			return err
		}
		q.account = account
	}
	if len(q.account.WidgetOrigins) > 0 {
		q.Response().Header().Set("Content-Security-Policy", policy+strings.Join(q.account.WidgetOrigins, " "))
	}
	return nil
}

func (q *request) widgetPath() string { return "/widget/" + string(q.tenantID()) }

func (w *Web) widget(q *request) error {
	if err := w.surround(q); err != nil {
		return err
	}
	shown := widgetShown{At: q.widgetPath(), Unclear: q.tenantID() == ""}
	if q.person == nil {
		return w.widgetPage(q, http.StatusOK, shown)
	}
	view := calls.View{Tenant: q.tenantID(), Person: q.person.ID}
	shown.Email, shown.Stream = q.person.Email, q.widgetPath()+"/events"
	shown.Live = q.cards(w.Calls.Live(view), view)
	if number, told := q.QueryParams()["clid"]; told {
		asked, err := w.asked(q, view, number[0])
		if err != nil {
			return err
		}
		shown.Asked, shown.AskedNumber = asked, asked.Number
		for i := range shown.Live {
			if shown.Live[i].Number == asked.Number {
				shown.Asked = nil // it is that call
			}
		}
	}
	return w.widgetPage(q, http.StatusOK, shown)
}

func (w *Web) widgetPage(q *request, status int, shown widgetShown) error {
	return w.writePage(q.Response(), status, "widget", q.blank("widget.title", shown))
}

// asked is the card of a number the page around the widget told, whether or not the phone system told of a call.
func (w *Web) asked(q *request, view calls.View, number string) (*card, error) {
	direction, state := toldDirection(q.QueryParam("direction")), toldState(q.QueryParam("activity"))
	ask := recognition.Question{
		Tenant: view.Tenant, Number: recognition.RestorePlus(number), CallID: q.QueryParam("callid"),
		Told: &recognition.Told{Direction: string(direction), AgentName: q.person.Name, AgentEmail: q.person.Email},
	}
	// Whoever has the widget may ask as often as an address of the person's own may.
	answer, wait, err := w.ask(q.ctx(), tenant.Access{Key: tenant.KeyID(view.Person), Tenant: view.Tenant, Rate: tenant.OwnRate}, &ask)
	switch {
	case errors.Is(err, recognition.ErrTooLong):
		return &card{ID: "asked", Title: q.T("pop.invalid_title"), Fixed: true}, nil
	case err != nil:
		return nil, err
	case wait > 0:
		return &card{ID: "asked", Title: q.T("pop.often_title"), Fixed: true}, nil
	}
	call, err := w.Calls.Seen(q.ctx(), view, answer, direction, "")
	if err != nil {
		return nil, err
	}
	call.ID, call.State = "asked", state
	n := &call.Known.Number
	if key := "pop." + n.Kind + "_title"; n.Name == "" && len(call.Known.Matches) == 0 && q.words.Has(key) {
		n.Name = q.T(key) // what is no caller has no other title
	}
	c := q.card(&call, view)
	if state == "" {
		c.StateText = q.T("widget.asked")
	}
	return &c, nil
}

// toldDirection reads the word another page has for where a call goes.
func toldDirection(word string) calls.Direction {
	switch word = strings.ToLower(word); {
	case strings.HasPrefix(word, "out"):
		return calls.Outbound
	case strings.HasPrefix(word, "int"), word == "local":
		return calls.Internal
	}
	return calls.Inbound
}

// toldState reads the word another page has for what a call does; "" where it says something else.
func toldState(word string) calls.State {
	switch strings.ToLower(word) {
	case "ring", "ringing", "incoming", "dialing", "alerting":
		return calls.StateRinging
	case "answered", "connected", "established", "talking", "active":
		return calls.StateAnswered
	case "ended", "disconnected", "terminated", "hangup":
		return calls.StateEnded
	case "missed":
		return calls.StateMissed
	}
	return ""
}

// widgetEvents sends the agent's live calls as the agent's page gets them. A widget that is not connected any more is led to
// where it can be.
func (w *Web) widgetEvents(q *request) error {
	if err := w.surround(q); err != nil {
		return err
	}
	if q.person == nil {
		return q.Redirect(http.StatusSeeOther, q.widgetPath())
	}
	return w.events(q, calls.View{Tenant: q.tenantID(), Person: q.person.ID}, streamSession{
		w: w, token: q.widgetToken(), person: q.person.ID, home: q.home.ID, tenant: q.tenantID(), widget: true,
	})
}

func (w *Web) disconnect(q *request) error {
	if err := w.surround(q); err != nil {
		return err
	}
	if q.person != nil {
		if err := w.kept.drop(q.ctx(), widgetHash(q.widgetToken())); err != nil {
			return err
		}
		w.setWidgetCookie(q, "", -1)
	}
	return q.Redirect(http.StatusSeeOther, q.widgetPath())
}

// again is the widget with the parameters of the page around it.
func (q *request) again() string {
	return (&url.URL{Path: q.widgetPath(), RawQuery: q.Request().URL.RawQuery}).RequestURI()
}
