package webconfig

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// popPath is where an address leads that opens who is calling; the key is the last part of it.
const popPath = "/pop/"

func (w *Web) popRoutes() []route {
	return []route{get(popPath+":token", needNobody, w.pop)}
}

// popAddress is what a softphone is told to open; it puts the number behind it.
func (w *Web) popAddress(key string) string { return w.at(popPath+key) + "?number=" }

// popShown is what is said where no page can be opened at once: somebody has to choose, or nobody is known.
type popShown struct {
	Text         string
	Number, Area string
	People       []popPerson
	Scripts      []calls.Button
}

// popPerson is a contact it may be, with what can be opened for it.
type popPerson struct {
	Name, Company, Label, Quality, Source string
	Open                                  []calls.Button
}

// pop opens the page of who is calling, for a program that can open an address and nothing else. Nobody signs in here: the address
// is the key. It answers about the number it is asked about and changes nothing.
func (w *Web) pop(q *request) error {
	key, ok := w.Directory.Access(q.pathParam("token"))
	if !ok || key.Scopes != tenant.ScopePop {
		return q.popSays(http.StatusNotFound, "pop.revoked_title", popShown{Text: q.T("pop.revoked")})
	}
	p := popping{request: q, key: key}
	if err := p.whose(); err != nil {
		return err
	}
	if !p.read(q.Request().URL.RawQuery) {
		return q.popSays(http.StatusBadRequest, "pop.invalid_title", popShown{Text: q.T("pop.no_number")})
	}
	answer, wait, err := w.ask(q.ctx(), key, &p.question)
	switch {
	case errors.Is(err, recognition.ErrTooLong):
		return q.popSays(http.StatusBadRequest, "pop.invalid_title", popShown{Text: q.T("pop.too_long")})
	case err != nil:
		return err
	case wait > 0:
		q.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		return q.popSays(http.StatusTooManyRequests, "pop.often_title", popShown{Text: q.T("pop.often")})
	}
	view := calls.View{Tenant: key.Tenant, Person: key.Person}
	call, err := w.Calls.Seen(q.ctx(), view, answer, calls.Inbound, p.question.DDINumber)
	if err != nil {
		return err
	}
	if to := opensAt(&call.Known, answer); to != "" {
		return q.Redirect(http.StatusSeeOther, to)
	}
	return p.show(&call)
}

// popping is one such request.
type popping struct {
	*request
	key      tenant.Access
	question recognition.Question
}

// whose prepares the question as the address's owner would ask it, and the language of the page.
func (p *popping) whose() error {
	snapshot, err := p.w.Directory.Snapshot(p.ctx(), p.key.Tenant)
	if err != nil {
		return err
	}
	p.question = recognition.Question{Tenant: p.key.Tenant, System: p.key.System}
	language := ""
	for i := range snapshot.People {
		one := &snapshot.People[i]
		if one.ID != p.key.Person {
			continue
		}
		language = one.Language
		p.question.Told = &recognition.Told{Direction: string(calls.Inbound), AgentName: one.Name, AgentEmail: one.Email}
		if len(one.Devices) == 1 {
			p.question.DeviceNumber, p.question.DeviceName = one.Devices[0].Number, one.Devices[0].Name
		}
	}
	p.words = p.w.texts.Choose(language, p.Request().Header.Get("Accept-Language"), snapshot.Account.Language)
	return nil
}

// read takes the parameters; ok is false where none of them is the number.
func (p *popping) read(query string) (ok bool) {
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if slices.Contains(recognition.NumberNames, name) {
			name, ok = "number", true
		}
		p.question.Parameter(name, value)
	}
	p.question.Limit = 0
	return ok
}

// ask answers a question of a key; wait is above 0 where it asks more often than it may.
func (w *Web) ask(ctx context.Context, key tenant.Access, question *recognition.Question) (answer *recognition.Answer, wait time.Duration, err error) {
	if w.Ask != nil {
		return w.Ask(ctx, key, question)
	}
	answer, err = w.Recognizer.Recognize(ctx, question)
	return answer, 0, err
}

// opensAt is the address to go to without asking: the one that pops up for the only contact, or for a number that is nobody's.
// "" wherever it may be somebody else, and for addresses that a browser should not be sent to without a click.
func opensAt(k *calls.Known, a *recognition.Answer) string {
	if !a.Subscriber() || a.Damaged() || len(k.Matches) > 1 {
		return ""
	}
	scripts := k.Scripts
	if len(k.Matches) == 1 {
		m := &k.Matches[0]
		if m.Quality != string(recognition.Exact) || m.Capped {
			return ""
		}
		scripts = slices.Concat(m.Scripts, scripts)
	}
	for _, s := range scripts {
		if s.Pop {
			return pageURL(s.URL)
		}
	}
	return ""
}

// pageURL is an address of a page in the web, "" where it is something else.
func pageURL(text string) string {
	u, err := url.Parse(webURL(text))
	if err != nil || u.Host == "" {
		return ""
	}
	return text
}

// show says who it may be, or that nobody is known, with what can be opened.
func (p *popping) show(call *calls.Call) error {
	k := &call.Known
	shown := popShown{Number: shownNumber(&k.Number), Area: k.Number.Location, Scripts: k.Scripts}
	meant := meantOf(call)
	for i := range k.Matches {
		m := &k.Matches[i]
		one := popPerson{Name: m.Name, Company: m.Company, Label: m.Label, Source: m.Integration.Name, Open: m.Scripts}
		if one.Name == "" {
			one.Name, one.Company = m.Company, ""
		}
		if m.Quality != string(recognition.Exact) {
			one.Quality = p.T("agent.quality_" + m.Quality)
		}
		if page := pageURL(m.Record.URL); page != "" && !slices.ContainsFunc(m.Scripts, func(b calls.Button) bool { return b.URL == page }) {
			one.Open = append(slices.Clip(one.Open), calls.Button{Name: p.T("lookup.record"), URL: page})
		}
		if m == meant {
			shown.People = slices.Insert(shown.People, 0, one)
		} else {
			shown.People = append(shown.People, one)
		}
	}
	title := "pop.unknown_title"
	switch n := len(k.Matches); {
	case n > 1:
		title, shown.Text = "pop.several_title", p.T("pop.several")
	case n == 1:
		title = "pop.one_title"
	case k.Number.Name != "":
		title, shown.Text = "pop.own_title", k.Number.Name
	default:
		switch kind := k.Number.Kind; kind {
		case string(recognition.Withheld), string(recognition.Internal), string(recognition.Own), string(recognition.Invalid):
			title, shown.Text = "pop."+kind+"_title", p.T("pop."+kind)
		default:
			shown.Text = p.T("pop.unknown")
		}
	}
	return p.popSays(http.StatusOK, title, shown)
}

// popSays is a page for whoever has the address, signed in or not.
func (q *request) popSays(status int, title string, shown popShown) error {
	return q.w.writePage(q.Response(), status, "pop", q.blank(title, shown))
}
