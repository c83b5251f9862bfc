package webconfig

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// chooseShown is the first step.
type chooseShown struct {
	Search     string
	Category   string
	Categories []wizardChoice
	Cards      []wizardCard
	Draft      string // of which another preset is chosen
	Steps      []wizardStep
	All        int
}

type wizardChoice struct {
	Value, Title string
	Chosen       bool
}

type wizardCard struct {
	ID, Name, Summary, Icon string
	Category, Words         string
	Maturity                string
	Demo                    bool
}

func (w *Web) choosePreset(q *request) error {
	s := chooseShown{Search: q.QueryParam("search"), Category: q.QueryParam("category"), Draft: q.QueryParam("draft")}
	for n, step := range steps {
		one := wizardStep{Name: q.T("wizard.step_" + step), Kind: "later"}
		if n == 0 {
			one.Kind = "current"
		}
		one.State = q.T("wizard.state_" + one.Kind)
		s.Steps = append(s.Steps, one)
	}
	categories := map[string]bool{}
	for _, p := range w.Catalog.All() {
		if p.Category == "demo" && !w.Demo {
			continue
		}
		card := w.presetCard(q, p)
		s.All++
		categories[p.Category] = true
		if (s.Category == "" || s.Category == p.Category) && found(card.Words, s.Search) {
			s.Cards = append(s.Cards, card)
		}
	}
	slices.SortStableFunc(s.Cards, func(a, b wizardCard) int { // what is for trying out comes first, where there is any
		switch {
		case a.Demo == b.Demo:
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case a.Demo:
			return -1
		}
		return 1
	})
	for _, c := range presets.Names("category") {
		if categories[c.Name] {
			s.Categories = append(s.Categories, wizardChoice{c.Name, q.T("wizard.category_" + c.Name), c.Name == s.Category})
		}
	}
	return q.show("wizard_preset", "wizard.title", s)
}

func (w *Web) presetCard(q *request, p *presets.Preset) wizardCard {
	p = p.In(q.words.Lang)
	c := wizardCard{
		ID: p.ID, Name: p.Name, Summary: p.Summary, Icon: w.presetIcon(p.ID), Category: q.T("wizard.category_" + p.Category),
		Demo: p.Category == "demo",
	}
	if p.Maturity != "stable" {
		c.Maturity = q.T("wizard.maturity_" + p.Maturity)
	}
	c.Words = strings.ToLower(strings.Join(append([]string{p.ID, p.Name, p.Summary, c.Category}, p.Aliases...), " "))
	return c
}

// found tells whether every word of a search is in a text.
func found(words, search string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(words, word) {
			return false
		}
	}
	return true
}

func (w *Web) beginSetup(q *request) error {
	id := q.FormValue("preset")
	p, ok := w.Catalog.Get(id)
	if !ok || p.Category == "demo" && !w.Demo {
		return tenant.ErrNotFound
	}
	if of := q.FormValue("draft"); of != "" {
		old, err := w.Directory.Integration(q.ctx(), q.tenantID(), tenant.IntegrationID(of))
		switch {
		case err != nil || old.Wizard == nil || old.CopyOf() != "":
		case old.Preset == p.ID:
			return q.Redirect(http.StatusSeeOther, "/integrations/"+of+"/setup")
		default:
			if err := w.Setup.Abandon(q.ctx(), q.by, old); err != nil {
				return err
			}
		}
	}
	i, err := w.Setup.Begin(q.ctx(), q.by, q.tenantID(), p.ID, q.words.Lang)
	if err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, "/integrations/"+string(i.ID)+"/setup")
}
