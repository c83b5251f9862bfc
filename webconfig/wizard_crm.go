package webconfig

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// crmShown is the second step.
type crmShown struct {
	Head      wizardHead
	NameValue string
	Fields    []wizardField
	App       []wizardField // a tenant's own app, where the operator has set one for all
	Advanced  []wizardField
	Open      bool // one of those is at fault
	Problems  []formProblem
	Setup     [][]howPiece // how to get the values, a paragraph or step each
	Callback  string
	Docs      string
	SignIn    bool // somebody has to sign in
	SignedIn  bool
	File      *fileShown // nil where no file is uploaded
	Testable  bool
	Test      testShown
	Refused   string // why there is nothing to choose from
}

// wizardField is an option with what the CRM has for it.
type wizardField struct {
	field
	Many   bool // several of the choices
	Chosen []string
	Load   bool // the CRM can be asked for choices
	Loaded bool
}

// Plain is the option's own name.
func (f wizardField) Plain() string { return strings.TrimPrefix(f.Name, prefix) }

// Has tells whether a choice is chosen.
func (f wizardField) Has(value string) bool { return slices.Contains(f.Chosen, value) }

// crmOptions are the options of the step: those asked for first, a tenant's own app, and what is seldom changed.
type crmOptions struct{ first, app, advanced option.Set }

func (o crmOptions) all() option.Set { return slices.Concat(o.first, o.app, o.advanced) }

func (w *Web) crmOptions(q *request, d *draft) (crmOptions, error) {
	var out crmOptions
	set, err := w.Setup.Inherited(q.ctx(), d.Tenant, d.preset)
	if err != nil {
		return out, err
	}
	needed, _, err := w.Setup.SignIn(q.ctx(), d.Integration)
	if err != nil {
		return out, err
	}
	var app option.Set // what an app registered at the CRM is known by: without it nobody can sign in
	for _, o := range d.preset.Options {
		switch {
		case needed && o.ForOperator() && !o.Advanced && o.Default == "" && !slices.Contains(set, o.Name):
			o.Required = true
			app = append(app, o)
		case o.ForOperator() && slices.Contains(set, o.Name):
			o.Required, o.Default = false, "" // what counts is what the operator set
			out.app = append(out.app, o)
		case o.Kind() == option.Path && d.Integration.Options[o.Name] == "" && d.preset.Kind == "file":
			o.Advanced = true
			out.advanced = append(out.advanced, o)
		case o.Advanced:
			out.advanced = append(out.advanced, o)
		default:
			out.first = append(out.first, o)
		}
	}
	needs := 1 + last(out.first, func(o option.Option) bool { return o.Required })
	out.first = slices.Insert(out.first, needs, app...)
	if !d.preset.Reads() {
		return out, nil
	}
	for _, o := range setup.Common() {
		if _, own := d.preset.Options.Find(o.Name); own || o.Name == "pushed" && !d.preset.Opens() || o.Name == "objects" && len(d.preset.Streams) < 2 && len(d.Objects) == 0 {
			continue
		}
		out.advanced = append(out.advanced, q.commonWords(o))
	}
	return out, nil
}

// last is the index of the last option that is so, -1 if none is.
func last(set option.Set, so func(option.Option) bool) int {
	for n, o := range slices.Backward(set) {
		if so(o) {
			return n
		}
	}
	return -1
}

// commonWords are a common setting's texts in the person's language.
func (q *request) commonWords(o option.Option) option.Option {
	if key := "wizard.common_" + o.Name; q.words.Has(key) && q.words.Lang != "en" {
		o.Title, o.Help = q.T(key), q.T(key+"_help")
	}
	return o
}

func (w *Web) crmStep(q *request, d *draft) error {
	w.loadChoicesOnce(q, d)
	s, err := w.crmShown(q, d, nil, nil)
	if err != nil {
		return err
	}
	return q.show("wizard_crm", "wizard.title_crm", s)
}

// crmShown fills the step's page. posted are values that were not saved, problem why.
func (w *Web) crmShown(q *request, d *draft, posted map[string]string, problem error) (crmShown, error) {
	s := crmShown{Head: w.wizardHead(q, d, stepCRM), NameValue: d.Name, Docs: d.preset.Docs}
	options, err := w.crmOptions(q, d)
	if err != nil {
		return s, err
	}
	values := setup.CommonValues(d.Integration)
	for name, value := range d.Integration.Options {
		values[name] = value
	}
	for name, value := range posted {
		values[name] = value
	}
	if posted != nil {
		s.NameValue = q.FormValue("name")
	}
	var listed option.Problems
	var failure *presets.Error
	switch {
	case problem == nil || errors.As(problem, &listed):
	case errors.As(problem, &failure):
		s.Problems = append(s.Problems, formProblem{Text: q.failureText(failure)})
	case errors.Is(problem, setup.ErrSignIn):
		s.Problems = append(s.Problems, formProblem{Text: q.told(wording.Of(problem))})
	default:
		s.Problems = append(s.Problems, formProblem{Text: q.told(wording.Of(problem))})
	}
	known := w.setups.get(d.ID)
	s.Refused = known.refused
	in := formInput{Values: values, Secrets: d.SecretsSet}
	made := func(set option.Set) (out []wizardField, wrong bool) {
		for _, o := range set {
			f := w.wizardField(q, d, o, in, known)
			if p, ok := listed.Of(o.Name); ok {
				f.wrong(q.problemText(p))
				s.Problems = append(s.Problems, formProblem{f.ID, f.Label, f.Problem})
				wrong = true
			}
			out = append(out, f)
		}
		return out, wrong
	}
	var wrong, wrongToo bool
	s.Fields, _ = made(options.first)
	s.App, wrong = made(options.app)
	s.Advanced, wrongToo = made(options.advanced)
	s.Open = wrong || wrongToo || strings.HasPrefix(q.FormValue("intent"), "choices:")
	all := options.all()
	for _, p := range listed {
		if _, ok := all.Find(p.Option); !ok {
			s.Problems = append(s.Problems, formProblem{Label: p.Option, Text: q.problemText(p)})
		}
	}
	s.Setup, s.Callback = w.howTo(d)
	if s.SignIn, s.SignedIn, err = w.Setup.SignIn(q.ctx(), d.Integration); err != nil {
		return s, err
	}
	if s.File, err = w.fileShown(q, d); err != nil {
		return s, err
	}
	s.Testable = d.preset.Opens() && !d.Pushed
	if s.Testable {
		s.Test, err = w.testShown(q, d)
	}
	return s, err
}

func (w *Web) wizardField(q *request, d *draft, o option.Option, in formInput, known setupState) wizardField {
	f := wizardField{field: q.field(o, in)}
	if o.Name == "objects" {
		f.Kind, f.Many = "many", true
		for _, st := range d.preset.Streams {
			title := st.Title
			if title == "" {
				title = st.ID
			}
			f.Choices = append(f.Choices, option.Choice{Value: st.ID, Title: title})
		}
	}
	if slices.Contains(d.preset.Choosable(), o.Name) {
		f.Load = true
		if list, ok := known.choices[o.Name]; ok {
			f.Loaded, f.Choices, f.Many = true, list, o.List
			f.Kind = map[bool]string{true: "many", false: "choice"}[o.List]
		}
	}
	if f.Many {
		f.Chosen = option.Values{o.Name: strings.ReplaceAll(f.Value, "\n", ",")}.List(o.Name)
	}
	for _, value := range append(slices.Clone(f.Chosen), f.Value) { // what is set stays, though the CRM lists it no more
		if f.Loaded && value != "" && (!f.Many || slices.Contains(f.Chosen, value)) &&
			!slices.ContainsFunc(f.Choices, func(c option.Choice) bool { return c.Value == value }) {
			f.Choices = append(f.Choices, option.Choice{Value: value})
		}
	}
	return f
}

// howTo is the preset's own instruction with this installation's callback address.
func (w *Web) howTo(d *draft) (lines [][]howPiece, callback string) {
	text, err := presets.ParseText(d.preset.Setup)
	if err != nil {
		return nil, ""
	}
	said, err := text.Expand(func(p presets.Part) (string, error) {
		switch {
		case p.Space == "server" && p.Name == "callback_url":
			callback = w.Setup.CallbackURL()
			return "`" + callback + "`", nil // to be typed as it stands
		case p.Space == "server" && p.Name == "integration":
			return string(cmp.Or(d.CopyOf(), d.ID)), nil
		case p.Space == "server":
			return strings.TrimRight(w.at("/"), "/"), nil
		}
		return d.Integration.Options[p.Name], nil
	}, func(value string) (string, error) { return value, nil })
	if err != nil {
		return nil, ""
	}
	var whole []string
	for line := range strings.SplitSeq(said, "\n") {
		line = strings.TrimSpace(line)
		last := len(whole) - 1
		switch {
		case line == "":
		case last >= 0 && !strings.HasSuffix(whole[last], ".") && !strings.HasSuffix(whole[last], ":") && !isItem(line):
			whole[last] += " " + line
		default:
			whole = append(whole, line)
		}
	}
	for _, line := range whole {
		var pieces []howPiece
		for n, text := range strings.Split(line, "`") {
			if text != "" {
				pieces = append(pieces, howPiece{text, n%2 == 1})
			}
		}
		lines = append(lines, pieces)
	}
	return lines, callback
}

// howPiece is a piece of an instruction: words, or something to type as it stands.
type howPiece struct {
	Text string
	Code bool
}

// isItem tells whether a line begins a step: "1. …" or "- …".
func isItem(line string) bool {
	number, _, ok := strings.Cut(line, ". ")
	return strings.HasPrefix(line, "- ") || ok && number != "" && strings.Trim(number, "0123456789") == ""
}

// crmValues reads the form. A list has all that was chosen, a secret that is to be removed is empty. What is as usual and was
// never set is left out, so that it is not set now.
func (q *request) crmValues(d *draft, set option.Set) map[string]string {
	out := q.values(set)
	form, err := q.FormParams()
	if err != nil {
		return out
	}
	for _, o := range set {
		switch {
		case o.List && len(form[prefix+o.Name]) > 0:
			out[o.Name] = strings.TrimSpace(strings.Join(form[prefix+o.Name], "\n"))
		case o.IsSecret() && form.Get("remove."+o.Name) != "":
			out[o.Name] = ""
		}
		usual := o.Default
		if o.Kind() == option.Boolean && usual == "" {
			usual = "false"
		}
		_, stored := d.Integration.Options[o.Name]
		if value, given := out[o.Name]; given && !stored && !o.IsSecret() && (value == usual || value == "") {
			if _, own := d.preset.Options.Find(o.Name); own {
				delete(out, o.Name)
			}
		}
	}
	return out
}

// saveCRM keeps the form and does what the button says: go on, test, connect, ask for choices, or only save.
func (w *Web) saveCRM(q *request, d *draft) error {
	intent, _, _ := strings.Cut(q.FormValue("intent"), ":")
	posted, conflict, err := w.keepCRM(q, d)
	if err != nil || conflict {
		return w.crmAgain(q, d, posted, conflict, err)
	}
	switch intent {
	case "connect":
		return w.connect(q, d)
	case "choices":
		w.loadChoices(q, d)
		return w.crmAgain(q, d, nil, false, nil)
	case "test":
		if err := w.Setup.Lacks(q.ctx(), d.Integration); err != nil {
			return w.crmAgain(q, d, nil, false, err)
		}
		w.test(q.ctx(), d)
		return q.Redirect(http.StatusSeeOther, d.at(stepCRM)+"#test")
	case "save":
		return q.see(d.at(stepCRM), "wizard.saved")
	}
	if err := w.Setup.Lacks(q.ctx(), d.Integration); err != nil {
		return w.crmAgain(q, d, nil, false, err)
	}
	return q.Redirect(http.StatusSeeOther, d.at(d.beside(stepCRM, 1)))
}

// keepCRM saves what the form says.
func (w *Web) keepCRM(q *request, d *draft) (posted map[string]string, conflict bool, err error) {
	options, err := w.crmOptions(q, d)
	if err != nil {
		return nil, false, err
	}
	posted = q.crmValues(d, options.all())
	name := q.integrationName()
	untouched := !slices.Contains(d.Wizard.Seen, stepDisplay)
	conflict, err = w.save(q, d, posted, func(i *tenant.Integration) {
		saw(i, stepCRM)
		if name != "" {
			i.Name = name
		}
		if untouched && i.CopyOf() == "" {
			if p, ok := w.Setup.PresetOf(*i); ok {
				i.Notification = q.firstNotification(p.In(q.words.Lang))
			}
		}
	})
	return posted, conflict, err
}

// integrationName is the name in the form as it can be kept: on one line, and not too long.
func (q *request) integrationName() string {
	name := strings.Join(strings.FieldsFunc(q.FormValue("name"), unicode.IsControl), " ")
	return strings.TrimSpace(strings.ToValidUTF8(name[:min(len(name), 100)], ""))
}

// crmAgain shows the form again with what was typed.
func (w *Web) crmAgain(q *request, d *draft, posted map[string]string, conflict bool, problem error) error {
	var listed option.Problems
	var failure *presets.Error
	if problem != nil && !errors.As(problem, &listed) && !errors.As(problem, &failure) && !errors.Is(problem, setup.ErrSignIn) && !errors.Is(problem, tenant.ErrInvalid) {
		return problem
	}
	s, err := w.crmShown(q, d, posted, problem)
	if err != nil {
		return err
	}
	s.Head.Conflict = conflict
	status := http.StatusOK
	if problem != nil || conflict {
		status = http.StatusUnprocessableEntity
	}
	return q.showStatus(status, "wizard_crm", "wizard.title_crm", s)
}

// connectShown is the page between here and the CRM.
type connectShown struct {
	Head wizardHead
	Href string
	Host string
}

// connect shows the link to the CRM, where somebody signs in and comes back to the same step.
func (w *Web) connect(q *request, d *draft) error {
	missing, err := w.missing(q, d)
	if err == nil && len(missing) > 0 {
		err = missing
	}
	var to string
	if err == nil {
		to, err = w.beginSignIn(q, d.Integration, d.at(stepCRM))
	}
	if err != nil {
		return w.crmAgain(q, d, nil, false, err)
	}
	w.setups.change(d.ID, func(s *setupState) { s.refused, s.choices = "", nil })
	s := connectShown{Head: w.wizardHead(q, d, stepCRM), Href: to, Host: hostOf(to)}
	return q.show("wizard_connect", "wizard.title_connect", s)
}

// missing is what has to be set before anybody can sign in.
func (w *Web) missing(q *request, d *draft) (list option.Problems, err error) {
	options, err := w.crmOptions(q, d)
	for _, o := range options.first {
		if _, secret := d.SecretsSet[o.Name]; o.Required && o.Default == "" && !secret && d.Integration.Options[o.Name] == "" {
			list = append(list, o.Missing())
		}
	}
	return list, err
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// choicesWithin is how long a page waits for a CRM to say what there is.
const choicesWithin = 10 * time.Second

// loadChoicesOnce asks the CRM what there is as soon as it can be asked.
func (w *Web) loadChoicesOnce(q *request, d *draft) {
	known := w.setups.get(d.ID)
	if len(d.preset.Choosable()) == 0 || known.choices != nil || known.refused != "" {
		return
	}
	needed, done, err := w.Setup.SignIn(q.ctx(), d.Integration)
	if err == nil && needed && done {
		w.loadChoices(q, d)
	}
}

func (w *Web) loadChoices(q *request, d *draft) {
	ctx, cancel := context.WithTimeout(q.ctx(), choicesWithin)
	defer cancel()
	choices, refused := map[string][]option.Choice{}, ""
	for _, name := range d.preset.Choosable() {
		list, err := w.Setup.Choices(ctx, d.Integration, name)
		var failure *presets.Error
		switch {
		case err == nil:
			choices[name] = list
		case errors.As(err, &failure):
			refused = q.failureText(failure)
		default:
			refused = q.T("wizard.no_choices")
			w.Log.Info("choices", "integration", d.ID, "error", err)
		}
	}
	w.setups.change(d.ID, func(s *setupState) { s.choices, s.refused = choices, refused })
}
