package webconfig

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// meanwhileShown is what others have changed in the integration that a copy is of.
type meanwhileShown struct {
	Action string
	Of     uint64 // the revision of the integration that is shown
	Rows   []meanwhileRow
	Gone   bool // it was deleted
}

// meanwhileRow is one change: what it is now, what it is in the copy, and who made it when.
type meanwhileRow struct {
	ID, Name, Label string
	Theirs, Mine    string
	Touched, Bound  bool
	Who             string
	When            time.Time
}

// partLabels are the keys of what the steps are about, where it is not a common setting of the same name.
var partLabels = map[string]string{
	"name": "wizard.name", "age_limit": "wizard.common_max_age", "window": "wizard.part_window", "guard": "wizard.part_guard",
	"notification": "wizard.step_notification", "display": "wizard.which_calls", "scripts": "wizard.step_scripts",
}

// meanwhile is nil where nothing was changed meanwhile.
func (w *Web) meanwhile(q *request, d *draft) *meanwhileShown {
	of, list, err := w.Setup.Meanwhile(q.ctx(), d.Integration)
	s := &meanwhileShown{Action: d.at("meanwhile"), Of: of.Revision}
	switch {
	case errors.Is(err, tenant.ErrNotFound):
		s.Gone = true
		return s
	case err != nil:
		w.Log.Error("changes meanwhile", "tenant", d.Tenant, "integration", d.ID, "error", err)
		return nil
	case len(list) == 0:
		return nil
	}
	entries, err := w.Directory.Audit(q.ctx(), d.Tenant, d.Wizard.Entry+1, 10*auditOnPage)
	if err != nil {
		w.Log.Error("changes meanwhile", "tenant", d.Tenant, "integration", d.ID, "error", err)
	}
	for n, one := range list {
		row := meanwhileRow{ID: "m" + strconv.Itoa(n), Name: one.Name, Touched: one.Touched, Bound: one.Bound}
		row.Label, row.Theirs = q.partOf(d, of, one.Name)
		_, row.Mine = q.partOf(d, d.Integration, one.Name)
		name := strings.TrimPrefix(one.Name, setup.OptionPart)
		for _, e := range slices.Backward(entries) {
			if e.Object == string(of.ID) && slices.Contains(e.Details, name) {
				row.Who, row.When = q.auditRow(e).Who, e.Time
				break
			}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// partOf says what something the steps are about is called, and its value in an integration: "" where there is none to show.
func (q *request) partOf(d *draft, i tenant.Integration, name string) (label, value string) {
	if plain, ok := strings.CutPrefix(name, setup.OptionPart); ok {
		o, known := d.preset.Options.Find(plain)
		switch {
		case !known:
			return plain, i.Options[plain]
		case o.IsSecret():
			if since, set := i.SecretsSet[o.Name]; set {
				return o.Label(), q.T("wizard.secret_since", "Since", q.words.Time(since, q.zone()))
			}
			return o.Label(), ""
		}
		return o.Label(), q.optionValue(o, i.Options[o.Name])
	}
	key, ok := partLabels[name]
	if !ok {
		key = "wizard.common_" + name
	}
	switch name {
	case "name":
		return q.T(key), i.Name
	case "window":
		return q.T(key), strings.Trim(i.Window.From+" – "+i.Window.To, " –")
	case "age_limit":
		name = "max_age"
	}
	if o, ok := setup.Common().Find(name); ok {
		return q.T(key), q.optionValue(o, setup.CommonValues(i)[o.Name])
	}
	return q.T(key), ""
}

// optionValue is a value as people read it.
func (q *request) optionValue(o option.Option, value string) string {
	for _, c := range o.Choices {
		if c.Value == value && c.Title != "" {
			return c.Title
		}
	}
	if o.Kind() == option.Boolean && value != "" {
		return q.T("wizard." + map[bool]string{true: "yes", false: "no"}[value == "true"])
	}
	return strings.ReplaceAll(value, "\n", ", ")
}

// settle says what holds of the changes others made, and goes on at the step it was said at.
func (w *Web) settle(q *request, d *draft) error {
	if d.CopyOf() == "" {
		return tenant.ErrNotFound
	}
	revision, _ := strconv.ParseUint(q.FormValue("revision"), 10, 64)
	of, _ := strconv.ParseUint(q.FormValue("of"), 10, 64)
	form, err := q.FormParams()
	if err != nil {
		return err
	}
	step := q.FormValue("step")
	if !slices.Contains(steps[1:], step) || !d.applies(step) {
		step = stepReview
	}
	_, err = w.Setup.Settle(q.ctx(), q.by, d.Integration, revision, of, form["take"])
	switch {
	case errors.Is(err, tenant.ErrRevision):
		q.say("warn", q.T("wizard.settle_again"))
	case err != nil:
		return err
	default:
		q.say("good", q.T("wizard.settled"))
	}
	return q.Redirect(http.StatusSeeOther, d.at(step))
}
