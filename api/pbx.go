package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"strings"
	"text/template"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"

	_ "embed"
)

// 3CX asks in its own way: an admin gives it a template, which names the addresses below and what to do with their answers.

// pbxContact is a contact as the template reads it. Nothing in it may hold square brackets, which the phone system takes
// for an expression.
type pbxContact struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	First   string `json:"first"`
	Last    string `json:"last"`
	Company string `json:"company"`
	Email   string `json:"email"`
	Phone   string `json:"phone"` // as it was asked
	URL     string `json:"url"`
}

type pbxContacts struct {
	Contacts []pbxContact `json:"contacts"`
}

// pbxLookup answers who is calling: GET /3cx/lookup. Nobody is an empty list.
func (a *API) pbxLookup(c echo.Context, q asked) (any, error) {
	ask, err := a.readLookup(c, q)
	if err != nil {
		return nil, err
	}
	answer, err := a.answer(c, q, ask)
	if err != nil {
		return nil, err
	}
	shown, err := a.Recognizer.Shown(c.Request().Context(), q.tenant, q.access.System)
	if err != nil {
		return nil, err
	}
	list := pbxContacts{Contacts: []pbxContact{}}
	if one, ok := answer.One(); ok {
		list.Contacts = append(list.Contacts, pbxContactOf(one, shown, ask.Number))
	}
	return list, nil
}

func pbxContactOf(one recognition.One, shown recognition.Shown, asked string) pbxContact {
	p := pbxContact{Last: shown.Text(one.Name), Company: shown.Text(one.Company), Phone: noBrackets.Replace(asked)}
	if m := one.Match; m != nil && one.Name != "" {
		p.ID, p.Type = noBrackets.Replace(m.ID().String()), noBrackets.Replace(m.Type().String())
		p.URL, p.Email = urlBrackets.Replace(m.URL().String()), shown.Text(m.FieldText("Email"))
		first, last := shown.Text(m.FieldText("FirstName")), shown.Text(m.FieldText("LastName"))
		if strings.TrimSpace(first+" "+last) == p.Last {
			p.First, p.Last = first, last
		}
	}
	if p.ID == "" {
		sum := sha256.Sum256([]byte(p.Last + "\x00" + p.Company))
		p.ID = hex.EncodeToString(sum[:8]) // the template finds nobody without an id
	}
	return p
}

var (
	noBrackets  = strings.NewReplacer("[", "(", "]", ")")
	urlBrackets = strings.NewReplacer("[", "%5B", "]", "%5D")
)

// pbxNew is a contact somebody enters in the phone system.
type pbxNew struct {
	Number  string `json:"number"`
	First   string `json:"first"`
	Last    string `json:"last"`
	Company string `json:"company"`
	Email   string `json:"email"`
}

// pbxCreate keeps whose number it is: POST /3cx/contacts. CRMs are not written to; it is what "This is …" says.
func (a *API) pbxCreate(c echo.Context, q asked) (any, error) {
	if q.access.URLKey {
		return nil, problem(http.StatusForbidden, "a URL key only tells of calls")
	}
	body, err := read[pbxNew](c)
	if err != nil {
		return nil, err
	}
	link, err := a.Calls.Link(c.Request().Context(), q.access.Actor(c.RealIP()), q.tenant, calls.Said{
		Number: body.Number, Name: strings.TrimSpace(body.First + " " + body.Last), Company: body.Company,
	})
	if err != nil {
		return nil, err
	}
	return pbxContacts{[]pbxContact{{
		ID: string(link.ID), Type: "link", First: body.First, Last: body.Last, Company: body.Company, Email: body.Email, Phone: body.Number,
	}}}, nil
}

// pbxReport is what the phone system tells of a call that is over. It has no id of the call.
type pbxReport struct {
	Type      string `json:"type"` // Inbound, Outbound, Missed, Notanswered
	Number    string `json:"number"`
	Name      string `json:"name"`
	Agent     string `json:"agent"` // extension
	AgentName string `json:"agent_name"`
	Email     string `json:"agent_email"`
	Queue     string `json:"queue"`
	Duration  string `json:"duration"` // hh:mm:ss
	Start     string `json:"start"`    // UTC
	EntityID  string `json:"entity_id"`
}

// pbxJournal takes the report of a call: POST /3cx/journal. The same report sent twice changes nothing.
func (a *API) pbxJournal(c echo.Context, q asked) (any, error) {
	body, err := read[pbxReport](c)
	if err != nil {
		return nil, err
	}
	e, err := body.event()
	if err != nil {
		return nil, err
	}
	_, err = a.takeEvent(c, q, e)
	return nil, err
}

// event makes an event of a report.
func (r *pbxReport) event() (calls.Event, error) {
	device, other := calls.Party{Number: r.Agent, Name: r.AgentName}, calls.Party{Number: r.Number, Name: r.Name}
	e := calls.Event{Kind: calls.KindEnded, Direction: calls.Inbound, Caller: other, Device: device, Agent: r.Email, Queue: r.Queue}
	answered := true
	switch strings.ToLower(r.Type) {
	case "inbound":
	case "missed":
		e.Kind, answered = calls.KindMissed, false
	case "outbound":
		e.Direction, e.Caller, e.DDI = calls.Outbound, device, other
	case "notanswered", "unanswered":
		e.Direction, e.Caller, e.DDI, answered = calls.Outbound, device, other, false
	default:
		return e, problem(http.StatusBadRequest, "type must be Inbound, Outbound, Missed or Notanswered")
	}
	start, err := time.Parse(time.RFC3339, r.Start)
	if err != nil {
		return e, problem(http.StatusBadRequest, "start must be a time such as 2026-11-20T14:03:00Z")
	}
	e.Start, e.End = start, start.Add(clockDuration(r.Duration))
	if answered {
		e.Answer = start
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Start, r.Agent, r.Number, strings.ToLower(r.Type)}, "\x00")))
	e.CallID = "report-" + hex.EncodeToString(sum[:12])
	return e, nil
}

// clockDuration reads hh:mm:ss; what is none is nothing.
func clockDuration(text string) (d time.Duration) {
	at, err := time.Parse("15:04:05", text)
	if err != nil {
		return 0
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
}

//go:embed 3cx-template.xml
var pbxTemplateText string

var pbxTemplate = template.Must(template.New("").Funcs(template.FuncMap{"xml": escapeXML}).Parse(pbxTemplateText))

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

// pbxShowTemplate gives the template without a key, which its admin types: GET /v1/systems/{system}/3cx-template.
func (a *API) pbxShowTemplate(c echo.Context, q asked) error {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return err
	}
	system, err := a.system(c, q)
	if err != nil {
		return err
	}
	return a.pbxWriteTemplate(c, system, "")
}

// pbxMakeTemplate gives the template with a new key of the phone system in it: POST /v1/systems/{system}/3cx-template. The
// key is shown this once, in the template.
func (a *API) pbxMakeTemplate(c echo.Context, q asked) error {
	system, err := a.system(c, q)
	if err != nil {
		return err
	}
	_, key, err := a.Directory.AddKey(c.Request().Context(), q.by, tenant.Key{
		Name: "3CX template", Tenant: q.tenant, System: system.ID, Scopes: tenant.ScopeMatch | tenant.ScopeCalls, Rate: tenant.DefaultRate,
	})
	if err != nil {
		return err
	}
	return a.pbxWriteTemplate(c, system, key)
}

func (a *API) pbxWriteTemplate(c echo.Context, s tenant.System, key string) error {
	account, err := a.Directory.Snapshot(c.Request().Context(), s.Tenant)
	if err != nil {
		return err
	}
	text, err := PBXTemplate(a.publicURL(c), s.Form(account.Account.Region).Region, key)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="ringdex-3cx.xml"`)
	return c.Blob(http.StatusOK, "application/xml; charset=utf-8", text)
}

// PBXTemplate is the template for a server at that address, with a key in it or "".
func PBXTemplate(url, country, key string) ([]byte, error) {
	var b bytes.Buffer
	err := pbxTemplate.Execute(&b, map[string]string{"Country": country, "URL": url, "Key": key})
	return b.Bytes(), err
}

// system finds the phone system of the path.
func (a *API) system(c echo.Context, q asked) (tenant.System, error) {
	id, err := a.systemID(c.Request().Context(), q, param(c, "system"))
	if err != nil {
		return tenant.System{}, err
	}
	return a.Directory.FindSystem(c.Request().Context(), q.tenant, string(id))
}
