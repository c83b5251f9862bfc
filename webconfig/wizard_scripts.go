package webconfig

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

// scriptsShown is the fourth step.
type scriptsShown struct {
	Head wizardHead
	Rows []scriptRow
	Add  string
}

// scriptRow is a script in a list.
type scriptRow struct {
	ID, Name, URL string
	When          string
	Pop, Server   bool
	First, Last   bool
	Href          string
}

func (w *Web) scriptsStep(q *request, d *draft) error {
	return q.show("wizard_scripts", "wizard.title_scripts", w.scriptsShown(q, d))
}

func (w *Web) scriptsShown(q *request, d *draft) scriptsShown {
	s := scriptsShown{Head: w.wizardHead(q, d, stepScripts), Add: d.at(stepScripts) + "/new"}
	for n, sc := range d.Scripts {
		row := q.scriptRow(sc, tenant.WhenMatch)
		row.First, row.Last, row.Href = n == 0, n == len(d.Scripts)-1, d.at(stepScripts)+"/"+string(sc.ID)
		s.Rows = append(s.Rows, row)
	}
	return s
}

// scriptRow says of a script what a list shows; usual is when it is offered if it does not say.
func (q *request) scriptRow(sc tenant.Script, usual tenant.When) scriptRow {
	when := sc.When
	if when == "" {
		when = usual
	}
	return scriptRow{
		ID: string(sc.ID), Name: sc.Name, URL: sc.URL, When: q.T("scripts.when_" + string(when)), Pop: sc.Pop, Server: sc.Server != nil,
	}
}

// saveScripts changes the order, removes one, or goes on.
func (w *Web) saveScripts(q *request, d *draft) error {
	verb, id, _ := strings.Cut(q.FormValue("intent"), ":")
	conflict, err := w.save(q, d, nil, func(i *tenant.Integration) {
		at := slices.IndexFunc(i.Scripts, func(s tenant.Script) bool { return string(s.ID) == id })
		switch {
		case verb == "next":
			saw(i, stepScripts)
		case at < 0:
		case verb == "remove":
			i.Scripts = slices.Delete(i.Scripts, at, at+1)
		case verb == "up" && at > 0:
			i.Scripts[at-1], i.Scripts[at] = i.Scripts[at], i.Scripts[at-1]
		case verb == "down" && at < len(i.Scripts)-1:
			i.Scripts[at+1], i.Scripts[at] = i.Scripts[at], i.Scripts[at+1]
		}
	})
	if err != nil {
		return err
	}
	if conflict {
		s := w.scriptsShown(q, d)
		s.Head.Conflict = true
		return q.showStatus(http.StatusUnprocessableEntity, "wizard_scripts", "wizard.title_scripts", s)
	}
	if verb == "next" {
		return q.Redirect(http.StatusSeeOther, d.at(stepReview))
	}
	return q.Redirect(http.StatusSeeOther, d.at(stepScripts))
}

// editorOf is the editor for a script of an integration that is being set up.
func (w *Web) editorOf(q *request, d *draft) (*editor, error) {
	id := q.pathParam("script")
	e := &editor{
		w: w, q: q, back: d.at(stepScripts), action: d.at(stepScripts) + "/" + id, usual: tenant.WhenMatch, draft: d,
	}
	if id == "new" {
		return e, nil
	}
	for _, s := range d.Scripts {
		if string(s.ID) == id {
			e.stored, e.exists = s, true
			return e, nil
		}
	}
	return nil, tenant.ErrNotFound
}

func (w *Web) editOwnScript(q *request, d *draft) error {
	e, err := w.editorOf(q, d)
	if err != nil {
		return err
	}
	return e.open()
}

func (w *Web) previewOwnScript(q *request, d *draft) error {
	e, err := w.editorOf(q, d)
	if err != nil {
		return err
	}
	return e.preview()
}

func (w *Web) saveOwnScript(q *request, d *draft) error {
	e, err := w.editorOf(q, d)
	if err != nil {
		return err
	}
	s, ok := e.posted()
	if !ok || q.FormValue("intent") == "preview" {
		return e.again(s)
	}
	conflict, err := w.save(q, d, nil, func(i *tenant.Integration) {
		for n := range i.Scripts {
			if e.exists && i.Scripts[n].ID == s.ID {
				i.Scripts[n] = s
				return
			}
		}
		i.Scripts = append(i.Scripts, s)
	})
	switch {
	case errors.Is(err, tenant.ErrInvalid):
		e.problem(q.T("scripts.refused"))
		return e.again(s)
	case err != nil:
		return err
	case conflict:
		e.conflict = true
		return e.again(s)
	}
	return q.see(d.at(stepScripts), "scripts.saved", "Name", s.Name)
}
