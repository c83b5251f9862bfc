package webconfig

import (
	"errors"
	"net/http"
	"slices"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) scriptsRoutes() []route {
	return []route{
		get("/scripts", needAdmin, w.listScripts),
		get("/scripts/:script", needAdmin, w.editScript), // "new" is one that is not there yet
		post("/scripts/:script", needAdmin, w.saveScript),
		post("/scripts/:script/preview", needAdmin, w.previewScript),
		post("/scripts/:script/remove", needAdmin, w.removeScript),
	}
}

// scriptListShown are the scripts that belong to no integration.
type scriptListShown struct{ Rows []scriptRow }

func (w *Web) listScripts(q *request) error {
	all, err := w.Directory.Scripts(q.ctx(), q.tenantID())
	if err != nil {
		return err
	}
	var s scriptListShown
	for _, sc := range all {
		row := q.scriptRow(sc, tenant.WhenAlways)
		row.Href = "/scripts/" + row.ID
		s.Rows = append(s.Rows, row)
	}
	return q.show("scripts", "scripts.title", s)
}

// standAloneEditor is the editor for the script in the path.
func (w *Web) standAloneEditor(q *request) (*editor, error) {
	id := q.pathParam("script")
	e := &editor{w: w, q: q, back: "/scripts", action: "/scripts/" + id, usual: tenant.WhenAlways}
	if id == "new" {
		return e, nil
	}
	all, err := w.Directory.Scripts(q.ctx(), q.tenantID())
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(all, func(s tenant.Script) bool { return string(s.ID) == id })
	if n < 0 {
		return nil, tenant.ErrNotFound
	}
	e.stored, e.exists = all[n], true
	return e, nil
}

func (w *Web) editScript(q *request) error {
	e, err := w.standAloneEditor(q)
	if err != nil {
		return err
	}
	return e.open()
}

func (w *Web) previewScript(q *request) error {
	e, err := w.standAloneEditor(q)
	if err != nil {
		return err
	}
	return e.preview()
}

func (w *Web) saveScript(q *request) error {
	e, err := w.standAloneEditor(q)
	if err != nil {
		return err
	}
	s, ok := e.posted()
	if !ok || q.FormValue("intent") == "preview" {
		return e.again(s)
	}
	if e.exists {
		_, err = w.Directory.SetScript(q.ctx(), q.by, q.tenantID(), s.ID, func(old *tenant.Script) error {
			*old = s
			return nil
		})
	} else {
		_, err = w.Directory.AddScript(q.ctx(), q.by, q.tenantID(), s)
	}
	if errors.Is(err, tenant.ErrInvalid) {
		e.problem(q.T("scripts.refused"))
		return e.again(s)
	}
	if err != nil {
		return err
	}
	return q.see("/scripts", "scripts.saved", "Name", s.Name)
}

func (w *Web) removeScript(q *request) error {
	err := w.Directory.RemoveScript(q.ctx(), q.by, q.tenantID(), tenant.ScriptID(q.pathParam("script")))
	if err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, "/scripts")
}
