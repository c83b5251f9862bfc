package webconfig

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// editor edits one script: a tenant's own, or one of an integration that is being set up.
type editor struct {
	w            *Web
	q            *request
	back, action string
	usual        tenant.When // when it is offered if it does not say
	draft        *draft      // nil for a tenant's own
	stored       tenant.Script
	exists       bool
	conflict     bool
	problems     []formProblem
}

// editorShown is the page.
type editorShown struct {
	Head      *wizardHead // nil for a tenant's own
	Action    string
	Back      string
	Remove    string // address, "" where it is removed elsewhere
	Revision  uint64
	Conflict  bool
	New       bool
	NameValue string
	URL       string
	When      []wizardChoice
	Pop       bool
	Server    bool
	Problems  []formProblem
	Groups    []insertGroup
	Samples   []wizardChoice
	Result    previewShown
}

// insertGroup is a list of what can be put into a template.
type insertGroup struct {
	Title string
	Items []insertItem
}

type insertItem struct{ Text, Help, Example string }

// previewShown is what a template gives.
type previewShown struct {
	Pieces   []previewPiece // of the template, where something is wrong with it
	Mistakes []mistakeShown
	URL      string // it opens
	Href     string // the same as a link, "" where a browser has nothing to open
	Empty    bool   // every placeholder is empty
	Refused  string
	Contact  string
	Invented bool
	Started  bool // there is a template at all
}

type previewPiece struct {
	Text string
	Bad  bool
}

type mistakeShown struct {
	Line, Column     int
	What, Suggestion string
}

func (e *editor) problem(text string) {
	e.problems = append(e.problems, formProblem{Text: text})
}

// open shows the script as it is.
func (e *editor) open() error {
	s := e.stored
	if !e.exists {
		s.URL = e.q.QueryParam("url")
	}
	return e.q.show("script", "scripts.edit", e.shown(s))
}

// again shows what was typed, with what is wrong.
func (e *editor) again(s tenant.Script) error {
	status := http.StatusUnprocessableEntity
	if len(e.problems) == 0 && !e.conflict {
		status = http.StatusOK
	}
	return e.q.showStatus(status, "script", "scripts.edit", e.shown(s))
}

// preview is the box of the result alone.
func (e *editor) preview() error {
	s, _ := e.posted()
	return e.q.part("script", "result", e.result(s))
}

// posted reads the form and checks it. Its address is as it was understood, so a pasted one that was percent-encoded is readable
// from then on.
func (e *editor) posted() (s tenant.Script, ok bool) {
	q := e.q
	s = e.stored
	if !e.exists {
		s.ID = tenant.NewScriptID()
	}
	s.Name, s.Pop = strings.TrimSpace(q.FormValue("name")), q.FormValue("pop") == "true"
	s.When = tenant.When(q.FormValue("when"))
	if s.Server != nil { // what the server sends is the preset's, and opens nothing
		s.Pop = false
		return s, true
	}
	s.URL = strings.TrimSpace(q.FormValue("url"))
	if s.Name == "" || len(s.Name) > 100 {
		e.problems = append(e.problems, formProblem{"name", q.T("scripts.name"), q.T("scripts.name_missing")})
	}
	t, err := scripts.Parse(s.URL, e.names(s))
	if err != nil {
		e.problems = append(e.problems, formProblem{"url", q.T("scripts.url"), q.T("scripts.url_wrong")})
		return s, false
	}
	if !e.untouched(s) {
		s.URL = t.String()
	}
	return s, len(e.problems) == 0
}

// untouched tells that a template is as it was stored: then it may be a preset's own, which may name options.
func (e *editor) untouched(s tenant.Script) bool { return e.exists && s.URL == e.stored.URL }

// names are those a script may use. One that is offered without a match has no record whose fields it could show.
func (e *editor) names(s tenant.Script) scripts.Names {
	alone := e.w.Setup.StandAlone()
	if e.draft == nil {
		return alone
	}
	names, ok := e.w.Setup.Names(e.draft.Integration)
	if !ok {
		return alone
	}
	if !e.untouched(s) {
		names.Options = nil
	}
	if s.When == tenant.WhenNoMatch || s.When == tenant.WhenAlways {
		alone.Options = names.Options
		return alone
	}
	if names.AnyField {
		if _, real := e.w.sampleContacts(e.draft.ID); real {
			names.AnyField, names.Fields = false, e.w.possibleFields(e.draft)
		}
	}
	return names
}

func (e *editor) shown(s tenant.Script) editorShown {
	q := e.q
	out := editorShown{
		Action: e.action, Back: e.back, New: !e.exists, NameValue: s.Name, URL: s.URL, Pop: s.Pop, Server: s.Server != nil,
		Problems: e.problems, Conflict: e.conflict, Result: e.result(s),
	}
	if e.draft != nil {
		h := e.w.wizardHead(q, e.draft, stepScripts)
		h.Conflict, out.Revision = e.conflict, h.Revision
		out.Head = &h
	} else if e.exists {
		out.Remove = e.action + "/remove"
	}
	when := s.When
	if when == "" {
		when = e.usual
	}
	for _, one := range []tenant.When{tenant.WhenMatch, tenant.WhenNoMatch, tenant.WhenAlways} {
		out.When = append(out.When, wizardChoice{string(one), q.T("scripts.when_" + string(one)), one == when})
	}
	_, out.Samples, _ = e.contact()
	if e.draft != nil && e.draft.preset.Reads() {
		fields := insertGroup{Title: q.T("scripts.fields")}
		contact, _, _ := e.contact()
		names := e.w.possibleFields(e.draft)
		for _, name := range names {
			fields.Items = append(fields.Items, insertItem{"$(" + name + ")", q.fieldTitle(e.draft.preset, name), contact.Values[name]})
		}
		out.Groups = append(out.Groups, fields)
	}
	properties := insertGroup{Title: q.T("scripts.properties")}
	for _, p := range scripts.Properties() {
		help := p.Description
		if key := "scripts.property_" + strings.ReplaceAll(strings.ToLower(p.Name), " ", "_"); q.words.Has(key) {
			help = q.T(key)
		}
		properties.Items = append(properties.Items, insertItem{"#(" + p.Name + ")", upperFirst(help), p.Example})
	}
	out.Groups = append(out.Groups, properties)
	return out
}

func (e *editor) contact() (c jobs.CheckedContact, list []wizardChoice, real bool) {
	id := tenant.IntegrationID("")
	if e.draft != nil {
		id = e.draft.ID
	}
	return e.w.sampleContact(e.q, id)
}

// result renders a script with a sample call of a sample contact.
func (e *editor) result(s tenant.Script) previewShown {
	contact, _, real := e.contact()
	out := previewShown{Contact: contact.Name, Invented: !real, Started: s.URL != ""}
	if !out.Started {
		return out
	}
	t, err := scripts.Parse(s.URL, e.names(s))
	if err != nil {
		out.Mistakes, out.Pieces = e.q.mistakes(s.URL, err)
		return out
	}
	values := scripts.Values{
		Call: e.call(contact), Region: e.q.account.Region,
		Field: func(name string) string { return contact.Values[name] },
	}
	if e.draft != nil {
		options := e.w.Setup.ScriptOptions(e.draft.Integration)
		values.Option = func(name string) string { return options[strings.TrimPrefix(name, "option.")] }
	}
	url, err := t.Render(values)
	switch {
	case errors.Is(err, scripts.ErrEmpty):
		out.Empty = true
	case err != nil:
		out.Refused = e.q.told(wording.Of(err))
	default:
		out.URL = url
		if s.Server == nil {
			out.Href = url
		}
	}
	return out
}

// call is a call such as a phone system tells of, from the sample contact.
func (e *editor) call(c jobs.CheckedContact) *scripts.Call {
	call := &scripts.Call{Location: e.q.account.Location()}
	read := func(raw string) phone.Number {
		found := phone.Find(raw, phone.FieldContext{Region: e.q.account.Region})
		if len(found) != 1 || found[0].Number.IsShort() {
			return phone.Number{}
		}
		return found[0].Number
	}
	for _, p := range scripts.Properties() {
		if strings.HasSuffix(p.Name, "NAME") {
			continue
		}
		_ = call.Set(p.Name, p.Example, read) // an example that cannot be read stays empty
	}
	for _, n := range c.Numbers {
		if n.E164 != "" {
			_ = call.Set("Caller number", n.E164, read)
			break
		}
	}
	_ = call.Set("Caller name", c.Name, read)
	return call
}

// mistakes are what is wrong with a template, and the template in pieces, so that the wrong ones can be underlined.
func (q *request) mistakes(text string, err error) (list []mistakeShown, pieces []previewPiece) {
	var all scripts.SyntaxErrors
	if !errors.As(err, &all) {
		return []mistakeShown{{What: q.told(wording.Of(err))}}, nil
	}
	from := 0
	for _, one := range all {
		list = append(list, mistakeShown{one.Line, one.Column, q.told(one.What), one.Suggestion})
		at := min(max(one.Offset, from), len(text))
		end := mistakeEnd(text, at)
		pieces = append(pieces, previewPiece{text[from:at], false}, previewPiece{text[at:end], true})
		from = end
	}
	pieces = append(pieces, previewPiece{text[from:], false})
	return list, slices.DeleteFunc(pieces, func(p previewPiece) bool { return p.Text == "" })
}

// mistakeEnd is where what is underlined ends: behind its bracket, or where the next thing begins.
func mistakeEnd(text string, at int) int {
	rest := text[at:]
	if strings.HasPrefix(rest, "$(") || strings.HasPrefix(rest, "#(") || strings.HasPrefix(rest, "%2") {
		for _, close := range []string{")", "%29"} {
			if n := strings.Index(rest, close); n >= 0 {
				return at + n + len(close)
			}
		}
		return len(text)
	}
	if n := strings.IndexAny(rest, "/?#&= \n"); n > 0 {
		return at + n
	}
	if rest == "" {
		return at
	}
	_, size := utf8.DecodeRuneInString(rest)
	return at + size
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
