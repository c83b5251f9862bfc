package webconfig

import (
	"errors"
	"net/http"
	"net/netip"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) linkRoutes() []route {
	return []route{
		get("/password/:token", needNobody, w.showPassword),
		post("/password/:token", needNobody, w.setPassword),
		get("/forgotten", needNobody, w.showForgotten),
		post("/forgotten", needNobody, w.forgotten),
		get("/enter/:token", needNobody, w.showEnter),
		post("/enter/:token", needNobody, w.enter),
	}
}

// passwordShown is the page behind an invitation or a reset.
type passwordShown struct {
	Email, Problem string
	Over           bool // the link is no longer good
	Invited        bool
}

func (w *Web) showPassword(q *request) error {
	ticket, person, err := w.Directory.Ticket(q.ctx(), q.pathParam("token"))
	if errors.Is(err, tenant.ErrTicket) {
		return q.bare(http.StatusGone, "password", "password.title", passwordShown{Over: true})
	}
	if err != nil {
		return err
	}
	return q.bare(http.StatusOK, "password", "password.title", passwordShown{Email: person.Email, Invited: ticket.Purpose == tenant.Invitation})
}

func (w *Web) setPassword(q *request) error {
	token := q.pathParam("token")
	ticket, person, err := w.Directory.Ticket(q.ctx(), token)
	shown := passwordShown{Email: person.Email, Invited: ticket.Purpose == tenant.Invitation}
	switch {
	case errors.Is(err, tenant.ErrTicket):
		return q.bare(http.StatusGone, "password", "password.title", passwordShown{Over: true})
	case err != nil:
		return err
	case !w.cookiesWork(q.Request()):
		shown.Problem = q.T("signin.unsafe")
	case q.FormValue("password") != q.FormValue("again"):
		shown.Problem = q.T("password.differ")
	}
	if shown.Problem == "" {
		person, err = w.Directory.UseTicket(q.ctx(), token, tenant.NewSecret(q.FormValue("password")), q.RealIP())
		if errors.Is(err, tenant.ErrInvalid) {
			shown.Problem = q.T("password.weak")
		} else if err != nil {
			return err
		}
	}
	if shown.Problem != "" {
		return q.bare(http.StatusUnprocessableEntity, "password", "password.title", shown)
	}
	if err := w.kept.end(q.ctx(), person.ID, ""); err != nil { // whoever had the old password is out
		return err
	}
	if err := w.signedIn(q, person); err != nil {
		return err
	}
	return q.see("/", "password.done")
}

// forgottenShown is the page that sends a reset.
type forgottenShown struct {
	Sent, NoMail bool
}

func (w *Web) showForgotten(q *request) error {
	return q.bare(http.StatusOK, "forgotten", "forgotten.title", forgottenShown{NoMail: w.Notices.Mail == nil})
}

// forgotten says the same whether or not there is such a person.
func (w *Web) forgotten(q *request) error {
	if w.Notices.Mail == nil {
		return w.showForgotten(q)
	}
	from, _ := netip.ParseAddr(q.RealIP())
	w.Notices.Forgotten(q.ctx(), q.FormValue("email"), from)
	return q.bare(http.StatusOK, "forgotten", "forgotten.title", forgottenShown{Sent: true})
}

// showEnter asks for a click that a script makes at once: a link alone must not sign anybody in (reliability row B10).
func (w *Web) showEnter(q *request) error {
	return q.bare(http.StatusOK, "enter", "enter.title", local(q.QueryParam("next")))
}

func (w *Web) enter(q *request) error {
	if !w.cookiesWork(q.Request()) {
		return q.Redirect(http.StatusSeeOther, "/sign-in")
	}
	person, err := w.Directory.UseSignInLink(q.ctx(), q.pathParam("token"))
	if errors.Is(err, tenant.ErrTicket) {
		q.say("bad", q.T("enter.over"))
		return q.Redirect(http.StatusSeeOther, "/sign-in")
	}
	if err != nil {
		return err
	}
	if err := w.signedIn(q, person); err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, local(q.FormValue("next")))
}

// bare is a page for whoever comes, signed in or not.
func (q *request) bare(status int, name, title string, data any) error {
	p := q.blank(title, data)
	p.Flash = q.said()
	return q.w.writePage(q.Response(), status, name, p)
}
