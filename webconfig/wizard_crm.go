package webconfig

import (
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
