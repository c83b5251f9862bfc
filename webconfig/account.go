package webconfig

import (
	"errors"
	"net/http"
	"net/netip"

	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig/locale"
)

func (w *Web) accountRoutes() []route {
	return []route{
		get("/account", needPerson, w.showAccount),
		post("/account/password", needPerson, w.changePassword),
		post("/account/language", needPerson, w.changeLanguage),
		post("/account/sessions/:session/end", needPerson, w.endSession),
		post("/account/sign-out-everywhere", needPerson, w.signOutEverywhere),
		post("/account/addresses", needPerson, w.addAddress),
		post("/account/addresses/:key/revoke", needPerson, w.revokeAddress),
	}
}

// accountShown is somebody's own page.
type accountShown struct {
	Email, Role, Language, Problem string
	Languages                      []string
	Sessions                       []shownSession
	Addresses                      *ownAddresses // nil: of somebody who gets no calls
}

func (w *Web) showAccount(q *request) error { return w.accountPage(q, http.StatusOK, "") }

func (w *Web) accountPage(q *request, status int, problem string) error {
	addresses, err := w.addresses(q)
	if err != nil {
		return err
	}
	return w.accountWith(q, status, problem, addresses)
}

func (w *Web) accountWith(q *request, status int, problem string, addresses *ownAddresses) error {
	list, err := w.kept.of(q.ctx(), q.person.ID, w.sessions.Token(q.ctx()))
	if err != nil {
		return err
	}
	return q.showStatus(status, "account", "account.title", accountShown{
		Email: q.person.Email, Role: q.T("people.role_" + string(q.person.Role)), Language: q.person.Language, Problem: problem,
		Languages: locale.Languages(), Sessions: list, Addresses: addresses,
	})
}

// changePassword asks for the present one, so that an open window is not enough.
func (w *Web) changePassword(q *request) error {
	from, _ := netip.ParseAddr(q.RealIP())
	_, err := w.Directory.CheckPassword(q.ctx(), q.person.Email, tenant.NewSecret(q.FormValue("old")), from)
	var wait *tenant.WaitError
	switch {
	case errors.As(err, &wait):
		return w.accountPage(q, http.StatusUnprocessableEntity, q.T("signin.wait", "Count", max(1, int(wait.Wait.Seconds()))))
	case errors.Is(err, tenant.ErrSignIn):
		return w.accountPage(q, http.StatusUnprocessableEntity, q.T("account.wrong"))
	case err != nil:
		return err
	case q.FormValue("password") != q.FormValue("again"):
		return w.accountPage(q, http.StatusUnprocessableEntity, q.T("password.differ"))
	}
	err = w.Directory.SetPassword(q.ctx(), q.by, q.person.Account, q.person.ID, tenant.NewSecret(q.FormValue("password")))
	if errors.Is(err, tenant.ErrInvalid) {
		return w.accountPage(q, http.StatusUnprocessableEntity, q.T("password.weak"))
	}
	if err != nil {
		return err
	}
	if err := w.kept.end(q.ctx(), q.person.ID, ""); err != nil {
		return err
	}
	if err := w.signedIn(q, *q.person); err != nil {
		return err
	}
	return q.see("/account", "account.changed")
}

// changeLanguage is the one thing about themselves that agents may set.
func (w *Web) changeLanguage(q *request) error {
	if err := w.Directory.SetOwnLanguage(q.ctx(), q.by, q.person.Account, q.person.ID, q.FormValue("language")); err != nil {
		return err
	}
	q.words = w.texts.Choose(q.FormValue("language"), q.Request().Header.Get("Accept-Language"))
	return q.see("/account", "form.saved")
}

func (w *Web) endSession(q *request) error {
	if err := w.kept.endOne(q.ctx(), q.person.ID, q.pathParam("session")); err != nil {
		return err
	}
	return q.see("/account", "account.ended")
}

func (w *Web) signOutEverywhere(q *request) error {
	if err := w.kept.end(q.ctx(), q.person.ID, ""); err != nil {
		return err
	}
	if err := w.sessions.Destroy(q.ctx()); err != nil {
		return err
	}
	return q.see("/sign-in", "account.everywhere_done")
}
