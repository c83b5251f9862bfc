package webconfig

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) lookUpRoutes() []route {
	return []route{
		get("/look-up", needAdmin, w.lookUp),
		post("/look-up/call", needAdmin, w.simulate),
	}
}

// lookUpShown is a question with its answer.
type lookUpShown struct {
	Number, DDI, System string
	Systems             []choiceShown
	Asked               bool
	Problem             string

	E164, National, About, Location, Owner, Nobody string

	Line    string // where a phone shows one line
	Matches []matchShown
	Scripts []buttonShown
	Why     whyShown
	JSON    string

	Devices []choiceShown
	Call    *simulatedShown
}

type choiceShown struct {
	Value, Text string
	Here        bool
}

// matchShown is a contact as agents see it.
type matchShown struct {
	Name, Company, Label, Quality, Record string

	Integration, At string // whose contact it is, and where that has its page
	Synced          string
	Lines           []calls.Line
	Scripts         []buttonShown
}

// buttonShown is a script rendered for the call; Open is its address where a browser may open it.
type buttonShown struct {
	Name, URL, Open string
	Pop             bool
}

// whyShown is the explanation in words.
type whyShown struct {
	Region, Cleaned string
	Steps           []string
	Readings        []readingShown
	Asked           []askedShown
	Refused         []string
}

type readingShown struct {
	E164, How string
	Hits      int
}

type askedShown struct {
	Name, At, What, Age string
	Hits                int
}

// simulatedShown is a call that no phone system knows.
type simulatedShown struct {
	Call, Device, DeviceText, State, Text string
	Ringing, Over                         bool
}

func (w *Web) lookUp(q *request) error {
	s := lookUpShown{Number: strings.TrimSpace(q.QueryParam("number")), DDI: strings.TrimSpace(q.QueryParam("ddi")), System: q.QueryParam("system")}
	snapshot, err := w.Directory.Snapshot(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	for _, p := range snapshot.Systems {
		s.Systems = append(s.Systems, choiceShown{Value: string(p.ID), Text: q.systemName(p), Here: string(p.ID) == s.System})
	}
	if s.Number == "" {
		return q.show("lookup", "lookup.title", s)
	}
	s.Devices = devicesToRing(snapshot)
	status, err := w.answerInto(q, snapshot, &s)
	if err != nil {
		return err
	}
	if err := w.simulated(q, &s); err != nil {
		return err
	}
	return q.showStatus(status, "lookup", "lookup.title", s)
}

// systemName is a phone system's name; the one every tenant begins with has one in the person's language.
func (q *request) systemName(s tenant.System) string {
	if s.Name == tenant.DefaultSystem {
		return q.T("lookup.default_system")
	}
	return s.Name
}

// answerInto asks as a phone system would, and writes the answer down for people.
func (w *Web) answerInto(q *request, snapshot *tenant.Snapshot, s *lookUpShown) (status int, err error) {
	ask := recognition.Question{Tenant: q.tenantID(), System: tenant.SystemID(s.System), Number: s.Number, DDINumber: s.DDI}
	answer, err := w.Recognizer.Explain(q.ctx(), &ask)
	if errors.Is(err, recognition.ErrTooLong) {
		s.Problem = q.T("lookup.too_long")
		return http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return 0, err
	}
	raw := answer.AppendJSON(nil)
	var e calls.Known
	if err := json.Unmarshal(raw, &e); err != nil {
		return 0, err
	}
	s.Asked, s.Line, s.JSON = true, answer.Name(), plainJSON(raw)
	n := e.Number
	s.E164, s.National, s.Location, s.Owner = n.E164, n.National, n.Location, n.Name
	s.About = q.wordOr("lookup.kind_"+n.Kind, n.Kind)
	if n.Region != "" {
		s.About += ", " + n.Region
	}
	if len(e.Matches) == 0 {
		s.Nobody = q.nobody(n.Kind)
	}
	for i := range e.Matches {
		s.Matches = append(s.Matches, q.matchShown(&e.Matches[i]))
	}
	s.Scripts = buttons(e.Scripts)
	s.Why = q.why(answer.Explanation())
	if system, ok := snapshot.System(ask.System); ok {
		s.Why.Region = system.Form(snapshot.Account.Region).Region
	} else {
		s.Why.Region = snapshot.Account.Region
	}
	return http.StatusOK, nil
}

// nobody says why nobody is shown, as far as the number itself tells.
func (q *request) nobody(kind string) string {
	if key := "lookup.nobody_" + kind; q.words.Has(key) {
		return q.T(key)
	}
	return q.T("lookup.nobody")
}

func (q *request) matchShown(m *calls.Match) matchShown {
	at := ""
	if m.Integration.ID != "" {
		at = "/integrations/" + string(m.Integration.ID)
	}
	out := matchShown{
		Name: m.Name, Company: m.Company, Label: m.Label, Quality: q.wordOr("lookup.quality_"+m.Quality, m.Quality), Record: webURL(m.Record.URL),
		Integration: m.Integration.Name, At: at, Synced: q.words.Time(m.SyncedAt, q.zone()), Lines: m.Notification, Scripts: buttons(m.Scripts),
	}
	if at == "" {
		out.Integration = q.T("lookup.linked")
	}
	return out
}

func buttons(list []calls.Button) []buttonShown {
	var out []buttonShown
	for _, b := range list {
		out = append(out, buttonShown{Name: b.Name, URL: b.URL, Open: webURL(b.URL), Pop: b.Pop})
	}
	return out
}

// plainJSON is the answer without its explanation, one member to a line.
func plainJSON(raw []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return ""
	}
	var b bytes.Buffer
	b.WriteString("{\n")
	for n, name := range []string{"number", "matches", "scripts"} {
		if n > 0 {
			b.WriteString(",\n")
		}
		b.WriteString(`  "` + name + `": `)
		_ = json.Indent(&b, members[name], "  ", "  ") // it was unmarshalled just now
	}
	b.WriteString("\n}")
	return b.String()
}

// devicesToRing are the devices of everybody in the tenant.
func devicesToRing(s *tenant.Snapshot) []choiceShown {
	var out []choiceShown
	for _, p := range s.People {
		for _, d := range p.Devices {
			out = append(out, choiceShown{Value: d.Number, Text: deviceText(d, p)})
		}
	}
	return out
}

func deviceText(d tenant.Device, p tenant.Person) string {
	who := p.Name
	if who == "" {
		who = p.Email
	}
	if d.Name != "" {
		who = d.Name + ", " + who
	}
	return d.Number + " (" + who + ")"
}

// simulatedCalls begin so; the page tells of no others.
const simulatedCalls = "simulated-"

// simulate lets a device ring, answer or hang up as a phone system would tell of it.
func (w *Web) simulate(q *request) error {
	kind := calls.Kind(q.FormValue("event"))
	id := q.FormValue("call")
	if kind == calls.KindRinging || !strings.HasPrefix(id, simulatedCalls) {
		kind, id = calls.KindRinging, simulatedCalls+rand.Text()
	}
	e := calls.Event{
		Tenant: q.tenantID(), System: tenant.SystemID(q.FormValue("system")), CallID: id, Kind: kind, Direction: calls.Inbound,
		Caller: calls.Party{Number: q.FormValue("number")}, Device: calls.Party{Number: q.FormValue("device")}, DDI: calls.Party{Number: q.FormValue("ddi")},
	}
	back := url.Values{}
	for _, name := range []string{"number", "ddi", "system", "device"} {
		if text := q.FormValue(name); text != "" {
			back.Set(name, text)
		}
	}
	_, err := w.Calls.Take(q.ctx(), e)
	if errors.Is(err, calls.ErrEvent) || errors.Is(err, recognition.ErrTooLong) {
		q.say("bad", q.T("lookup.no_call"))
		return q.Redirect(http.StatusSeeOther, "/look-up?"+back.Encode())
	}
	if err != nil {
		return err
	}
	back.Set("call", id)
	back.Set("state", string(kind))
	return q.Redirect(http.StatusSeeOther, "/look-up?"+back.Encode()+"#call")
}

// simulated adds the call that was begun from this page.
func (w *Web) simulated(q *request, s *lookUpShown) error {
	device := q.QueryParam("device")
	for n := range s.Devices {
		s.Devices[n].Here = s.Devices[n].Value == device
	}
	id := q.QueryParam("call")
	if !strings.HasPrefix(id, simulatedCalls) {
		return nil
	}
	c := &simulatedShown{Call: id, Device: device, DeviceText: device, State: string(calls.KindEnded)}
	for _, d := range s.Devices {
		if d.Here {
			c.DeviceText = d.Text
		}
	}
	for _, live := range w.Calls.Live(calls.View{Tenant: q.tenantID()}).Calls {
		if live.CallID == id {
			c.State = string(live.State)
		}
	}
	c.Ringing = c.State == string(calls.StateRinging)
	c.Over = !c.Ringing && c.State != string(calls.StateAnswered)
	key := map[bool]string{true: "ended"}[c.Over]
	if key == "" {
		key = c.State
	}
	c.Text = q.T("lookup.call_"+key, "Device", c.DeviceText)
	s.Call = c
	return nil
}
