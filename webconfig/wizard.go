package webconfig

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// The steps, as they stand in addresses.
const (
	stepPreset  = "preset"
	stepCRM     = "crm"
	stepDisplay = "notification"
	stepScripts = "scripts"
	stepReview  = "review"
)

var steps = []string{stepPreset, stepCRM, stepDisplay, stepScripts, stepReview}

func (w *Web) wizardRoutes() []route {
	const at = "/integrations/:integration/setup"
	return []route{
		get("/integrations/new", needAdmin, w.choosePreset),
		post("/integrations/new", needAdmin, w.beginSetup),
		get(at, needAdmin, w.goOn),
		post(at, needAdmin, w.reopen), // "step" says where to begin
		post(at+"/discard", needAdmin, w.discardSetup),
		post(at+"/meanwhile", needAdmin, w.inStep(w.settle)),
		get(at+"/crm", needAdmin, w.inStep(w.crmStep)),
		longer(post(at+"/crm", needAdmin, w.inStep(w.saveCRM))),
		longer(post(at+"/crm/test", needAdmin, w.inStep(w.startTest))),
		get(at+"/crm/test", needAdmin, w.inStep(w.watchTest)),
		post(at+"/crm/cancel", needAdmin, w.inStep(w.cancelTest)),
		{method: http.MethodPost, path: at + "/crm/file", need: needAdmin, handle: w.inStep(w.uploadFile), large: maxUpload, long: true},
		get(at+"/notification", needAdmin, w.inStep(w.displayStep)),
		post(at+"/notification", needAdmin, w.inStep(w.saveDisplay)),
		post(at+"/notification/preview", needAdmin, w.inStep(w.previewDisplay)),
		get(at+"/scripts", needAdmin, w.inStep(w.scriptsStep)),
		post(at+"/scripts", needAdmin, w.inStep(w.saveScripts)),
		get(at+"/scripts/:script", needAdmin, w.inStep(w.editOwnScript)),
		post(at+"/scripts/:script", needAdmin, w.inStep(w.saveOwnScript)),
		post(at+"/scripts/:script/preview", needAdmin, w.inStep(w.previewOwnScript)),
		get(at+"/review", needAdmin, w.inStep(w.reviewStep)),
		post(at+"/review", needAdmin, w.inStep(w.finishSetup)),
	}
}

func longer(r route) route {
	r.long = true
	return r
}

// draft is an integration that is being set up, with its preset in the person's language.
type draft struct {
	tenant.Integration
	preset *presets.Preset
}

func (d *draft) at(step string) string { return "/integrations/" + string(d.ID) + "/setup/" + step }

// applies tells whether a preset has such a step at all.
func (d *draft) applies(step string) bool {
	switch step {
	case stepCRM:
		return d.preset.Reads() || len(d.preset.Options) > 0
	case stepDisplay:
		return d.preset.Reads()
	}
	return true
}

// beside is the next step that applies, or with -1 the one before.
func (d *draft) beside(step string, by int) string {
	for n := slices.Index(steps, step) + by; n > 0 && n < len(steps); n += by {
		if d.applies(steps[n]) {
			return steps[n]
		}
	}
	return ""
}

// inStep finds the draft a step is about. An integration that is set up has its overview instead.
func (w *Web) inStep(handle func(q *request, d *draft) error) func(q *request) error {
	return func(q *request) error {
		i, err := q.integration()
		if err != nil {
			return err
		}
		if i.Wizard == nil {
			return q.Redirect(http.StatusSeeOther, "/integrations/"+string(i.ID))
		}
		p, ok := w.Setup.PresetOf(i)
		if !ok {
			return q.problem(http.StatusConflict, "wizard.gone_title", problemShown{Text: q.T("wizard.gone"), Next: "/integrations/new"})
		}
		return handle(q, &draft{i, p.In(q.words.Lang)})
	}
}

// goOn leads to the step where somebody left off.
func (w *Web) goOn(q *request) error {
	return w.inStep(func(q *request, d *draft) error {
		for _, step := range steps[1:] {
			if d.applies(step) && !slices.Contains(d.Wizard.Seen, step) {
				return q.Redirect(http.StatusSeeOther, d.at(step))
			}
		}
		return q.Redirect(http.StatusSeeOther, d.at(stepReview))
	})(q)
}

// reopen begins to change an integration, which goes on meanwhile.
func (w *Web) reopen(q *request) error {
	i, err := w.Setup.Reopen(q.ctx(), q.by, q.tenantID(), tenant.IntegrationID(q.pathParam("integration")))
	if err != nil {
		return err
	}
	p, ok := w.Setup.PresetOf(i)
	step := q.FormValue("step")
	if d := (&draft{i, p}); ok && slices.Contains(steps[1:], step) && d.applies(step) {
		return q.Redirect(http.StatusSeeOther, d.at(step))
	}
	return q.Redirect(http.StatusSeeOther, "/integrations/"+string(i.ID)+"/setup")
}

func (w *Web) discardSetup(q *request) error {
	i, err := q.integration()
	if err != nil {
		return err
	}
	if seen, err := strconv.ParseUint(q.FormValue("revision"), 10, 64); err == nil && i.Wizard != nil && i.Wizard.Revision != seen {
		q.say("warn", q.T("wizard.discard_conflict"))
		return q.Redirect(http.StatusSeeOther, "/integrations/"+string(i.ID)+"/setup")
	}
	if err := w.Setup.Abandon(q.ctx(), q.by, i); err != nil {
		return err
	}
	w.setups.forget(i.ID)
	to := "/"
	if i.CopyOf() != "" {
		to = "/integrations/" + string(i.CopyOf())
	}
	return q.see(to, "wizard.discarded", "Name", i.Name)
}

// wizardHead is what stands above each step.
type wizardHead struct {
	ID, Name, Icon string
	Preset         string
	Steps          []wizardStep
	Changing       bool   // a copy of an integration that goes on
	Conflict       bool   // somebody else saved meanwhile
	Step           string // the address's last part
	Meanwhile      *meanwhileShown
	Revision       uint64 // the form is about
	Back           string // address of the step before
	Action         string // of the step's form
}

// wizardStep is one of the ribbon.
type wizardStep struct {
	Name  string
	Kind  string // done, current, attention, later, skipped
	State string // the same in words
	Href  string
}

func (w *Web) wizardHead(q *request, d *draft, step string) wizardHead {
	h := wizardHead{
		ID: string(d.ID), Name: d.Name, Icon: w.presetIcon(d.Integration.Preset), Preset: d.preset.Name, Changing: d.CopyOf() != "",
		Revision: d.Wizard.Revision, Action: d.at(step), Step: step, Meanwhile: w.meanwhile(q, d),
	}
	if before := d.beside(step, -1); before != "" {
		h.Back = d.at(before)
	}
	for _, s := range steps {
		one := wizardStep{Name: q.T("wizard.step_" + s), Kind: "later"}
		switch {
		case s == step:
			one.Kind = "current"
		case !d.applies(s):
			one.Kind = "skipped"
		case s == stepPreset:
			one.Kind = "done"
			if !h.Changing {
				one.Href = "/integrations/new?draft=" + h.ID
			}
		case slices.Contains(d.Wizard.Seen, s):
			one.Kind, one.Href = "done", d.at(s)
			if s == stepCRM && !w.ready(q, d) {
				one.Kind = "attention"
			}
		case h.Changing || s == d.beside(step, 1):
			one.Href = d.at(s)
		}
		one.State = q.T("wizard.state_" + one.Kind)
		if h.Changing && one.Kind == "later" {
			one.State = q.T("wizard.state_unchanged")
		}
		h.Steps = append(h.Steps, one)
	}
	return h
}

// ready tells whether the second step is really done.
func (w *Web) ready(q *request, d *draft) bool {
	if w.Setup.Lacks(q.ctx(), d.Integration) != nil {
		return false
	}
	tested, err := w.Setup.Tested(q.ctx(), d.Integration)
	return err == nil && tested
}

// saw notes that somebody has been through a step.
func saw(i *tenant.Integration, step string) {
	if !slices.Contains(i.Wizard.Seen, step) {
		i.Wizard.Seen = append(i.Wizard.Seen, step)
	}
}

// save keeps what a step's form says. conflict means that somebody else was faster: the page then shows what was typed, and the
// revision that would be written over.
func (w *Web) save(q *request, d *draft, options map[string]string, more func(i *tenant.Integration)) (conflict bool, err error) {
	revision, err := strconv.ParseUint(q.FormValue("revision"), 10, 64)
	if err != nil {
		revision = d.Wizard.Revision
	}
	i, err := w.Setup.SaveDraft(q.ctx(), q.by, d.Integration, revision, options, more)
	if errors.Is(err, tenant.ErrRevision) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	d.Integration = i
	if p, ok := w.Setup.PresetOf(i); ok {
		d.preset = p.In(q.words.Lang)
	}
	return false, nil
}
