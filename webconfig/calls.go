package webconfig

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) callsRoutes() []route {
	return []route{
		get("/calls", needAgent, w.listCalls),
		get("/calls/links", needAdmin, w.listLinks),
		post("/calls/links/:link/remove", needAdmin, w.removeLink),
	}
}

// callsShown is the history: everybody's for admins, one's own for agents.
type callsShown struct {
	Own      bool
	Days     int // for how long calls are kept
	Number   string
	From, To string
	Unknown  bool
	Filtered bool

	Directions, Agents []choiceShown
	Calls              []callRow
	Older              string
	Later              bool
	Links              int // how many numbers somebody said whose they are
}

// callRow is one call.
type callRow struct {
	ID, Direction, State, Dot string
	Start                     time.Time
	Took                      string
	Name, Company, Number     string
	Ask                       string // what to look up, "" where there is no number
	Known                     string // how sure it is, or that several have the number
	DDI, Queue, Agent         string
	Unknown, Later            bool // nobody is known; it became known by a later synchronisation
}

// callsOnPage is how many calls a page lists, callsLookedAt among how many it looks for them: it goes on where it stopped.
const (
	callsOnPage   = 50
	callsLookedAt = 1000
)

func (w *Web) listCalls(q *request) error {
	s := callsShown{
		Own: q.person.Role == tenant.RoleAgent, Days: int(q.account.CallHistory() / (24 * time.Hour)),
		Number: strings.TrimSpace(q.QueryParam("number")), From: q.QueryParam("from"), To: q.QueryParam("to"), Unknown: q.QueryParam("unknown") == "true",
	}
	f := calls.Filter{Number: s.Number, Unknown: s.Unknown, Before: q.QueryParam("before"), Limit: callsOnPage, Look: callsLookedAt, Direction: calls.Direction(q.QueryParam("direction"))}
	f.From, s.From = day(s.From, q.zone(), 0)
	f.To, s.To = day(s.To, q.zone(), 1)
	for _, d := range []calls.Direction{calls.Inbound, calls.Outbound, calls.Internal} {
		s.Directions = append(s.Directions, choiceShown{string(d), q.T("calls.direction_" + string(d)), f.Direction == d})
	}
	if err := w.whose(q, &f, &s); err != nil {
		return err
	}
	page, err := w.Calls.History(q.ctx(), q.tenantID(), f)
	if errors.Is(err, calls.ErrNoCall) {
		return tenant.ErrNotFound // "before" names no call
	}
	if err != nil {
		return err
	}
	for i := range page.Calls {
		s.Calls = append(s.Calls, q.callRow(&page.Calls[i], w.Now()))
	}
	s.Later = f.Before != ""
	s.Filtered = s.Number != "" || s.Unknown || s.From != "" || s.To != "" || f.Direction != "" || q.QueryParam("agent") != ""
	if page.Next != "" {
		values := url.Values{}
		for name, list := range q.QueryParams() {
			if list[0] != "" {
				values.Set(name, list[0])
			}
		}
		values.Set("before", page.Next)
		s.Older = "/calls?" + values.Encode()
	}
	return q.show("calls", "calls.title", s)
}

// whose limits agents to their own calls, and gives admins the choice.
func (w *Web) whose(q *request, f *calls.Filter, s *callsShown) error {
	if s.Own {
		f.Person = q.person.ID
		return nil
	}
	snapshot, err := w.Directory.Snapshot(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	s.Links = len(snapshot.Links)
	for _, p := range snapshot.People {
		here := string(p.ID) == q.QueryParam("agent")
		if here {
			f.Person = p.ID
		}
		s.Agents = append(s.Agents, choiceShown{string(p.ID), cmp.Or(p.Name, p.Email), here})
	}
	slices.SortFunc(s.Agents, func(a, b choiceShown) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
	return nil
}

// day is where a day of the tenant's calendar begins, or the one so many days later; what is no day is none.
func day(text string, zone *time.Location, later int) (time.Time, string) {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, ""
	}
	return t.AddDate(0, 0, later), text
}

var callDots = map[calls.State]string{
	calls.StateRinging: "warn", calls.StateAnswered: "good", calls.StateEnded: "off", calls.StateMissed: "bad", calls.StateElsewhere: "off",
}

func (q *request) callRow(c *calls.Call, now time.Time) callRow {
	k := &c.Known
	row := callRow{
		ID: c.ID, Direction: q.wordOr("calls.direction_"+string(c.Direction), string(c.Direction)), State: q.wordOr("calls.state_"+string(c.State), string(c.State)), Dot: callDots[c.State],
		Start: c.Start, Number: cmp.Or(k.Number.National, k.Number.Raw, c.Caller.Number), Ask: k.Number.E164,
		DDI: cmp.Or(c.DDI.Name, c.DDI.Number), Queue: c.Queue, Agent: c.Agent, Unknown: k.Unknown(), Later: !c.Relabelled.IsZero(),
	}
	if d := c.Duration(now); d > 0 {
		row.Took = durationText(d)
	}
	if row.Agent == "" {
		var rung []string
		for _, l := range c.Legs {
			for _, a := range l.Agents {
				if !slices.Contains(rung, a.Name) {
					rung = append(rung, a.Name)
				}
			}
		}
		row.Agent = strings.Join(rung, ", ")
	}
	row.Name, row.Company, row.Known = q.whoCalled(c)
	if row.Name == "" && row.Company == "" {
		if row.Name = cmp.Or(k.Number.Name, c.Caller.Name); row.Name == row.Number || row.Name == row.Ask {
			row.Name = "" // a phone system that knows no name repeats the number
		}
	}
	if row.Number == "" {
		row.Number = q.T("calls.withheld")
	}
	return row
}

// whoCalled is the one contact that is meant, or what several share.
func (q *request) whoCalled(c *calls.Call) (name, company, known string) {
	list := c.Known.Matches
	if chosen := c.Chosen; chosen != nil {
		for _, m := range list {
			if m.Record.ID == chosen.ID && m.Record.Type == chosen.Type {
				return m.Name, m.Company, ""
			}
		}
	}
	switch len(list) {
	case 0:
		return "", "", ""
	case 1:
		m := list[0]
		if m.Quality != "exact" {
			known = q.wordOr("lookup.quality_"+m.Quality, m.Quality)
		}
		return m.Name, m.Company, known
	}
	company = list[0].Company
	for _, m := range list {
		if m.Company != company {
			company = ""
		}
	}
	return "", company, q.T("calls.several", "Count", len(list))
}

// linksShown is what people said of numbers no CRM carries.
type linksShown struct {
	Links  []linkRow
	Search string
	Turn   pager
}

type linkRow struct {
	ID, Number, E164, Name, Company, By, Integration string
	Created                                          time.Time
}

func (w *Web) listLinks(q *request) error {
	snapshot, err := w.Directory.Snapshot(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	people, integrations := map[tenant.PersonID]string{}, map[tenant.IntegrationID]string{}
	for _, p := range snapshot.People {
		people[p.ID] = cmp.Or(p.Name, p.Email)
	}
	for _, i := range snapshot.Integrations {
		integrations[i.ID] = i.Name
	}
	s := linksShown{Search: q.QueryParam("search")}
	var rows []linkRow
	want := strings.ToLower(strings.TrimSpace(s.Search))
	for _, l := range snapshot.Links {
		row := linkRow{
			ID: string(l.ID), Number: l.Number, E164: l.Number, Name: l.Name, Company: l.Company, By: people[l.By], Integration: integrations[l.Integration], Created: l.Created,
		}
		if n, err := phone.ParseE164(l.Number); err == nil {
			row.Number = n.International()
			if n.Region() == q.account.Region {
				row.Number = n.National()
			}
		}
		if want == "" || strings.Contains(strings.ToLower(row.Name+" "+row.Company+" "+row.E164+" "+row.Number), want) {
			rows = append(rows, row)
		}
	}
	s.Links, s.Turn = onPage(rows, q, callsOnPage)
	return q.show("links", "calls.links", s)
}

func (w *Web) removeLink(q *request) error {
	err := w.Directory.RemoveLink(q.ctx(), q.by, q.tenantID(), tenant.LinkID(q.pathParam("link")))
	if errors.Is(err, tenant.ErrInvalid) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	return q.see("/calls/links", "calls.link_removed")
}
