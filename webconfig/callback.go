package webconfig

import (
	"errors"
	"net/http"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) callbackRoutes() []route {
	return []route{get("/oauth/callback", needNobody, w.callback)}
}

// beginSignIn returns the address at which the person signs in at a CRM; whoever comes back in this browser goes on at the path
// next. The page shows it as a link: a form's redirect would be held against the policy along the whole way.
func (w *Web) beginSignIn(q *request, i tenant.Integration, next string) (string, error) {
	w.sessions.Put(q.ctx(), sessReturn, local(next))
	return w.Setup.AuthorizeURLFor(q.ctx(), q.by, i.Tenant, i.ID, q.browser())
}

// connectedShown is where somebody lands who began the sign-in elsewhere, by a command or the API.
type connectedShown struct{ Name, Problem string }

// callback is where CRMs send people back to. The state is bound to the browser that began, so it is all the proof there is
// needed; a GET changes something here because the protocol is made so (RFC 6749 4.1.2).
func (w *Web) callback(q *request) error {
	next := w.sessions.PopString(q.ctx(), sessReturn)
	i, err := w.Setup.Authorized(q.ctx(), q.QueryParams(), q.browser())
	problem := ""
	var failure *presets.Error
	switch {
	case errors.As(err, &failure):
		problem = q.failureText(failure)
	case errors.Is(err, setup.ErrSignIn), errors.Is(err, tenant.ErrNotFound):
		problem = q.T("callback.over")
	case err != nil:
		return err
	}
	if next != "" && q.person != nil {
		if problem != "" {
			q.say("bad", problem)
			return q.Redirect(http.StatusSeeOther, next)
		}
		return q.see(next, "callback.connected", "Name", i.Name)
	}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusConflict
	}
	return q.w.writePage(q.Response(), status, "callback", q.blank("callback.title", connectedShown{i.Name, problem}))
}
