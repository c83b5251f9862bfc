package webconfig

import (
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

// scopes are what a key can be good for.
func (q *request) scopes(on tenant.Scopes) []choiceShown {
	var out []choiceShown
	for _, s := range []tenant.Scopes{tenant.ScopeMatch, tenant.ScopeCalls, tenant.ScopeDial, tenant.ScopeAdmin, tenant.ScopePop} {
		out = append(out, choiceShown{Value: s.String(), Text: q.T("systems.scope_" + s.String()), Here: on.Has(s)})
	}
	return out
}

func (q *request) scopesText(scopes tenant.Scopes) string {
	var out []string
	for _, name := range scopes.List() {
		out = append(out, q.T("systems.scope_"+name+"_short"))
	}
	return strings.Join(out, ", ")
}

// addKey makes a key and shows it on the page that answers, and nowhere else.
func (w *Web) addKey(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	posted, err := q.FormParams()
	if err != nil {
		return err
	}
	scopes, err := tenant.ParseScopes(strings.Join(posted["scope"], ","))
	k := tenant.Key{
		Name: strings.TrimSpace(posted.Get("name")), Tenant: q.tenantID(), System: system.ID, Scopes: scopes, Rate: tenant.DefaultRate, URLKey: posted.Get("url_key") == "true",
	}
	made, text := tenant.Key{}, ""
	if err == nil {
		made, text, err = w.Directory.AddKey(q.ctx(), q.by, k)
	} else {
		err = tenant.ErrInvalid
	}
	in := formInput{Values: settingsOfSystem(system)}
	if refused(err) {
		return w.systemPage(q, http.StatusUnprocessableEntity, system, in, func(s *systemShown) {
			s.KeyProblem, s.Key = q.T("systems.bad_key"), keyForm{Name: k.Name, Scopes: q.scopes(scopes), URLKey: k.URLKey}
		})
	}
	if err != nil {
		return err
	}
	return w.systemPage(q, http.StatusOK, system, in, func(s *systemShown) {
		s.fresh, s.secret, s.open = &made, text, posted.Get("open")
		if scopes == tenant.ScopePop {
			s.Address = w.popAddress(text)
		} else {
			s.Fresh = text
		}
	})
}

func (w *Web) revokeKey(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	if err := w.Directory.RevokeKey(q.ctx(), q.by, q.tenantID(), tenant.KeyID(q.pathParam("key"))); err != nil {
		return err
	}
	return q.see("/systems/"+string(system.ID), "systems.revoked")
}

// systemTemplate downloads the file for phone systems that are set up by one, with a new key in it.
func (w *Web) systemTemplate(q *request) error {
	system, err := w.system(q)
	if err != nil {
		return err
	}
	_, key, err := w.Directory.AddKey(q.ctx(), q.by, tenant.Key{
		Name: q.T("systems.template_key"), Tenant: q.tenantID(), System: system.ID, Scopes: tenant.ScopeMatch | tenant.ScopeCalls, Rate: tenant.DefaultRate,
	})
	if err != nil {
		return err
	}
	text, err := w.PBXTemplate(strings.TrimRight(w.PublicURL, "/"), system.Form(q.account.Region).Region, key)
	if err != nil {
		return err
	}
	q.Response().Header().Set("Content-Disposition", `attachment; filename="ringdex-template.xml"`)
	return q.Blob(http.StatusOK, "application/xml; charset=utf-8", text)
}
