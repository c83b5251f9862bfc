package notice

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// stateEnded is what a webhook is told of an occasion that is over; the others are below.
const (
	stateBegun = "begun"
	stateAgain = "again" // it goes on, and is told once more
	stateEnded = "ended"
)

// recipient is somebody a notice is mailed to.
type recipient struct{ address, language string }

// recipients are the account's contacts, or without any its admins: those who can do something. A customer that has neither is
// looked after by those above it.
func (d *Desk) recipients(ctx context.Context, a tenant.Account) ([]recipient, error) {
	to, err := d.recipientsOf(ctx, a)
	if err != nil || len(to) > 0 || a.Parent == "" {
		return to, err
	}
	above, err := d.Directory.Account(ctx, a.Parent)
	if err != nil {
		return nil, err
	}
	return d.recipients(ctx, above)
}

func (d *Desk) recipientsOf(ctx context.Context, a tenant.Account) ([]recipient, error) {
	var to []recipient
	for _, address := range (option.Values{"contact": a.Contact}).List("contact") {
		to = append(to, recipient{address, a.Language})
	}
	if len(to) > 0 {
		return to, nil
	}
	people, err := d.Directory.People(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Role != tenant.RoleAgent {
			to = append(to, recipient{p.Email, cmp.Or(p.Language, a.Language)})
		}
	}
	return to, nil
}

// compose writes the mails and the webhook of a notice.
func (d *Desk) compose(ctx context.Context, account tenant.ID, n Notice, state string) ([]letter, error) {
	a, err := d.Directory.Account(ctx, account)
	if err != nil {
		return nil, err
	}
	var letters []letter
	if d.Mail != nil && !(n.Kind == Undelivered && n.Reason == string(ByMail)) {
		to, err := d.recipients(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, r := range to {
			l := d.mail(d.text(n, a, state, r.language), r.address)
			l.Notice = n.ID
			letters = append(letters, l)
		}
	}
	if d.Client != nil && a.Webhook != "" && !(n.Kind == Undelivered && n.Reason == string(ByWebhook)) {
		l, err := d.hook(n, a, state)
		if err != nil {
			return nil, err
		}
		letters = append(letters, l)
	}
	return letters, nil
}

// Said is a notice in somebody's language.
type Said struct {
	Language string `json:"-"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Action   string `json:"action,omitempty"` // what to do
	URL      string `json:"url,omitempty"`    // where
	button   string
	footer   string
}

// Say puts a notice into the first of the languages there are texts in.
func (d *Desk) Say(n Notice, a tenant.Account, languages ...string) Said {
	state := ""
	if !n.Ended.IsZero() && n.Kind != Test && n.Kind != Undelivered {
		state = stateEnded
	}
	return d.text(n, a, state, append(languages, a.Language)...)
}

func (d *Desk) text(n Notice, a tenant.Account, state string, wishes ...string) Said {
	values := map[string]string{
		"Name": oneLine(n.Name), "Tenant": oneLine(a.Name), "Since": moment(n.Since, a), "Day": n.Since.In(a.Location()).Format(time.DateOnly),
		"Ended": moment(n.Ended, a),
	}
	p := d.texts.in(values, wishes...)
	values["Reason"] = oneLine(n.Words.Or(wording.Plain(n.Reason)).Upper(p.Lang))
	kind := "notice." + string(n.Kind)
	s := Said{Language: p.Lang, URL: d.PublicURL + path(n), button: p.T("notice.open"), footer: p.T("notice.footer")}
	if state == stateEnded {
		s.Title, s.Text = p.T(kind+".over"), p.T("notice.over")
		return s
	}
	s.Title, s.Text, s.Action = p.T(kind+".title"), p.T(kind+".text"), p.T(kind+".action")
	if n.Step > 0 && p.has(kind+".again") {
		s.Text = p.T(kind + ".again")
	}
	if n.Kind == Expiring && n.Step >= expired {
		s.Title, s.Text = p.T(kind+".ended_title"), p.T(kind+".ended_text")
	}
	if n.Kind == Undelivered && n.Reason == string(ByWebhook) {
		s.Text = p.T(kind + ".webhook")
	} else if n.Reason != "" && n.Kind != Undelivered {
		s.Text += " " + p.T("notice.reason")
	}
	return s
}

// expired is the step of [Expiring] at which the secret has ended.
const expired = 2

// path is where a page helps.
func path(n Notice) string {
	switch {
	case n.Integration != "":
		return "/integrations/" + string(n.Integration)
	case n.Kind == ReadOnly:
		return "/"
	}
	return "/settings"
}

// moment is a time as the people of an account read it, in every language.
func moment(t time.Time, a tenant.Account) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.Location()).Format("2006-01-02 15:04")
}

// oneLine keeps what a person or a CRM wrote from looking like lines of ours.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))), " ")
	if runes := []rune(text); len(runes) > 300 {
		text = string(runes[:300]) + " …"
	}
	return text
}

// page is the HTML of a mail. What is put in is escaped; there is no style sheet, picture or script.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="font-family:sans-serif;max-width:36em;line-height:1.5">
<h1 style="font-size:1.2em">{{.Title}}</h1>
<p>{{.Text}}</p>
{{with .Action}}<p>{{.}}</p>
{{end}}{{if .URL}}<p><a href="{{.URL}}">{{.Button}}</a></p>
{{end}}<p style="color:#666;font-size:.85em">{{.Footer}}</p>
</body></html>
`))

// mail makes the letter of one person.
func (d *Desk) mail(s Said, to string) letter {
	l := d.letter(ByMail)
	l.To, l.Language, l.Subject = to, s.Language, s.Title
	parts := []string{s.Text}
	for _, part := range []string{s.Action, s.URL} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	l.Text = strings.Join(parts, "\n\n") + "\n\n-- \n" + s.footer + "\n"
	var html bytes.Buffer
	err := page.Execute(&html, struct{ Language, Title, Text, Action, URL, Button, Footer string }{
		s.Language, s.Title, s.Text, s.Action, s.URL, s.button, s.footer,
	})
	if err == nil {
		l.HTML = html.String()
	}
	return l
}

// hookBody is what a webhook gets.
type hookBody struct {
	ID          string     `json:"id"` // of the occasion
	Kind        Kind       `json:"kind"`
	State       string     `json:"state"` // begun, again, ended
	Step        int        `json:"step"`
	Tenant      named      `json:"tenant"`
	Integration *named     `json:"integration,omitempty"`
	Since       time.Time  `json:"since"`
	Ended       *time.Time `json:"ended,omitempty"`
	Said
}

type named struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	ExternalID string `json:"external_id,omitempty"`
}

func (d *Desk) hook(n Notice, a tenant.Account, state string) (letter, error) {
	l := d.letter(ByWebhook)
	l.Notice = n.ID
	body := hookBody{
		ID: n.ID, Kind: n.Kind, State: cmp.Or(state, stateBegun), Step: n.Step, Since: n.Since,
		Tenant: named{string(a.ID), a.Name, a.ExternalID}, Said: d.text(n, a, state, a.Language),
	}
	if state == "" && n.Step > 0 {
		body.State = stateAgain
	}
	if n.Integration != "" {
		body.Integration = &named{ID: string(n.Integration), Name: n.Name}
	}
	if !n.Ended.IsZero() {
		body.Ended = &n.Ended
	}
	var err error
	if l.Body, err = json.Marshal(body); err != nil {
		return l, fmt.Errorf("write webhook: %w", err)
	}
	return l, nil
}
