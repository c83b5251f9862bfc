package webconfig

import (
	"errors"
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// reviewShown is the last step.
type reviewShown struct {
	Head     wizardHead
	Sections []reviewSection
	Problems []formProblem
	Ready    bool
	Untested bool
}

type reviewSection struct {
	Title string
	Href  string // where it is changed, "" where it cannot be
	Rows  []reviewRow
	Note  string
}

type reviewRow struct{ Name, Value string }

func (w *Web) reviewStep(q *request, d *draft) error {
	s, err := w.reviewShown(q, d)
	if err != nil {
		return err
	}
	return q.show("wizard_review", "wizard.title_review", s)
}

func (w *Web) reviewShown(q *request, d *draft) (reviewShown, error) {
	s := reviewShown{Head: w.wizardHead(q, d, stepReview)}
	about := reviewSection{Title: q.T("wizard.step_preset"), Rows: []reviewRow{{q.T("wizard.crm"), d.preset.Name}}}
	if d.CopyOf() == "" {
		about.Href = "/integrations/new?draft=" + string(d.ID)
	}
	s.Sections = append(s.Sections, about)
	lacks := w.Setup.Lacks(q.ctx(), d.Integration)
	var listed option.Problems
	if lacks != nil && !errors.As(lacks, &listed) {
		s.Problems = append(s.Problems, formProblem{Text: q.told(wording.Of(lacks))})
	}
	for _, p := range listed {
		label := p.Option
		if o, ok := d.preset.Options.Find(p.Option); ok {
			label = o.Label()
		}
		s.Problems = append(s.Problems, formProblem{Label: label, Text: q.problemText(p)})
	}
	tested, err := w.Setup.Tested(q.ctx(), d.Integration)
	if err != nil {
		return s, err
	}
	s.Untested, s.Ready = !tested, tested && lacks == nil && s.Head.Meanwhile == nil
	crm, err := w.reviewCRM(q, d)
	if err != nil {
		return s, err
	}
	s.Sections = append(s.Sections, crm)
	if d.applies(stepDisplay) {
		s.Sections = append(s.Sections, q.reviewDisplay(d))
	}
	own := reviewSection{Title: q.T("wizard.step_scripts"), Href: d.at(stepScripts)}
	for _, sc := range d.Scripts {
		own.Rows = append(own.Rows, reviewRow{sc.Name, sc.URL})
	}
	if len(own.Rows) == 0 {
		own.Note = q.T("wizard.no_scripts")
	}
	s.Sections = append(s.Sections, own)
	return s, nil
}

// reviewCRM shows what was set; a secret is "saved".
func (w *Web) reviewCRM(q *request, d *draft) (reviewSection, error) {
	s := reviewSection{Title: q.T("wizard.step_crm"), Href: d.at(stepCRM), Rows: []reviewRow{{q.T("wizard.name"), d.Name}}}
	if !d.applies(stepCRM) {
		s.Href = ""
		s.Note = q.T("wizard.nothing_to_set")
		return s, nil
	}
	options, err := w.crmOptions(q, d)
	if err != nil {
		return s, err
	}
	common := setup.CommonValues(d.Integration)
	for _, o := range options.all() {
		value := d.Integration.Options[o.Name]
		if _, own := d.preset.Options.Find(o.Name); !own {
			value = common[o.Name]
		}
		if _, set := d.SecretsSet[o.Name]; set && o.IsSecret() {
			value = q.T("wizard.secret_saved")
		}
		if value != "" && value != o.Default {
			s.Rows = append(s.Rows, reviewRow{o.Label(), q.optionValue(o, value)})
		}
	}
	needed, done, err := w.Setup.SignIn(q.ctx(), d.Integration)
	if err == nil && needed {
		s.Rows = append(s.Rows, reviewRow{q.T("wizard.sign_in"), q.T("wizard." + map[bool]string{true: "signed_in", false: "not_signed_in"}[done])})
	}
	if file, err := w.fileShown(q, d); err == nil && file != nil {
		name := file.Waiting
		if name == "" {
			name = file.Used
		}
		s.Rows = append(s.Rows, reviewRow{q.T("wizard.file"), name})
	}
	return s, err
}

func (q *request) reviewDisplay(d *draft) reviewSection {
	s := reviewSection{Title: q.T("wizard.step_notification"), Href: d.at(stepDisplay), Note: q.T("wizard.copied", "Fields", strings.Join(q.copied(d), ", "))}
	var fields []string
	for _, f := range d.Notification {
		fields = append(fields, f.Title)
	}
	when := q.T("wizard.when_ringing")
	if d.Display.Answered {
		when = q.T("wizard.when_answered")
	}
	var directions []string
	for _, one := range shownDirections {
		if d.directed(one) {
			directions = append(directions, q.T("wizard.direction_"+one))
		}
	}
	s.Rows = []reviewRow{
		{q.T("wizard.fields"), strings.Join(fields, ", ")}, {q.T("wizard.when"), when}, {q.T("wizard.directions"), strings.Join(directions, ", ")},
	}
	if len(d.Display.DDIs) > 0 {
		s.Rows = append(s.Rows, reviewRow{q.T("wizard.ddis"), strings.Join(d.Display.DDIs, ", ")})
	}
	if n := len(d.Display.People); n > 0 {
		s.Rows = append(s.Rows, reviewRow{q.T("wizard.people"), q.T("wizard.people_count", "Count", n)})
	}
	return s
}

// finishSetup puts everything into effect and begins the first synchronisation.
func (w *Web) finishSetup(q *request, d *draft) error {
	revision := uint64(number(q.FormValue("revision")))
	done, err := w.Setup.Finish(q.ctx(), q.by, d.Integration, revision)
	var listed option.Problems
	switch {
	case errors.Is(err, setup.ErrUntested), errors.Is(err, setup.ErrMeanwhile), errors.Is(err, tenant.ErrRevision), errors.As(err, &listed):
		s, shownErr := w.reviewShown(q, d)
		if shownErr != nil {
			return shownErr
		}
		s.Head.Conflict = errors.Is(err, tenant.ErrRevision)
		return q.showStatus(http.StatusUnprocessableEntity, "wizard_review", "wizard.title_review", s)
	case err != nil:
		return err
	}
	w.setups.forget(d.ID)
	if d.preset.Opens() && !done.Pushed && done.State == tenant.StateEnabled {
		if _, err := w.Jobs.Sync(q.ctx(), refOf(done), jobs.Auto, jobs.Manual); err != nil && !errors.Is(err, jobs.ErrRunning) {
			w.Log.Warn("first synchronisation", "integration", done.ID, "error", err)
		}
	}
	return q.see("/integrations/"+string(done.ID), "wizard.finished", "Name", done.Name)
}
