package webconfig

import (
	"net/http"

	"github.com/ringdex/ringdex/tenant"
)

// inviteBelow invites somebody to an account below one's own.
func (w *Web) inviteBelow(q *request, a tenant.Account) error {
	form := q.personForm()
	return w.inviteTo(q, a.ID, form, rootOf(a.Kind)+"/"+string(a.ID), func(problem string) error {
		return w.belowPage(q, http.StatusUnprocessableEntity, a, settingsForm(a, nil), func(s *belowShown) { s.Invite, s.Problem = form, problem })
	})
}

func (w *Web) linkBelow(q *request, a tenant.Account) error {
	p, err := w.Directory.Person(q.ctx(), a.ID, tenant.PersonID(q.pathParam("person")))
	if err != nil {
		return err
	}
	return w.sendLink(q, p, tenant.Reset, rootOf(a.Kind)+"/"+string(a.ID))
}

func (w *Web) removeBelow(q *request, a tenant.Account) error {
	p, err := w.Directory.Person(q.ctx(), a.ID, tenant.PersonID(q.pathParam("person")))
	if err != nil {
		return err
	}
	if err := w.erasePerson(q, p); err != nil {
		return err
	}
	return q.see(rootOf(a.Kind)+"/"+string(a.ID), "people.removed", "Email", p.Email)
}
