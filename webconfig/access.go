package webconfig

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// How long a session lasts.
const (
	idleLimit     = 8 * time.Hour
	absoluteLimit = 7 * 24 * time.Hour
	guestLimit    = time.Hour   // of nobody's: a message, a sign-in under way
	seenEvery     = time.Minute // how exactly the idle time is kept, so that looking at a page seldom writes
	workingLimit  = time.Hour   // of the operator's or a reseller's work in a tenant
)

// errSignIn sends a browser to the sign-in page.
var errSignIn = errors.New("nobody is signed in")

// identify finds out whose session it is. A session that is over, whose person was removed or suspended, or whose password
// was changed elsewhere, is nobody's.
func (w *Web) identify(c echo.Context) (*request, error) {
	q := &request{Context: c, w: w, words: w.texts.Choose(c.Request().Header.Get("Accept-Language"))}
	ctx := q.ctx()
	id := w.sessions.GetString(ctx, sessPerson)
	if id == "" || w.sessions.GetBool(ctx, sessWidget) {
		return q, nil
	}
	account := tenant.ID(w.sessions.GetString(ctx, sessAccount))
	who, err := w.Directory.SignedIn(ctx, account, tenant.PersonID(id))
	if err != nil && !errors.Is(err, tenant.ErrNotFound) {
		return q, fmt.Errorf("find who is signed in: %w", err)
	}
	now := w.Now().Unix()
	seen := w.sessions.GetInt64(ctx, sessSeen)
	if err != nil || who.Stamp != w.sessions.GetString(ctx, sessStamp) || now-seen > int64(idleLimit/time.Second) {
		return q, w.sessions.Destroy(ctx)
	}
	if now-seen > int64(seenEvery/time.Second) {
		w.sessions.Put(ctx, sessSeen, now)
	}
	if role := w.sessions.GetString(ctx, sessRole); role != string(who.Person.Role) {
		if err := w.sessions.RenewToken(ctx); err != nil { // a privilege change (reliability row B8)
			return q, err
		}
		w.sessions.Put(ctx, sessRole, string(who.Person.Role))
	}
	q.person, q.by, q.home = &who.Person, who.Person.Actor(c.RealIP()), who.Account
	q.words = w.texts.Choose(who.Person.Language, c.Request().Header.Get("Accept-Language"), who.Account.Language)
	return q, w.place(q)
}

// place says which tenant the pages are about: one's own, or the one the operator or a reseller works in for an hour.
func (w *Web) place(q *request) error {
	if q.home.Kind == tenant.KindTenant {
		q.account = q.home
		return nil
	}
	ctx := q.ctx()
	id := tenant.ID(w.sessions.GetString(ctx, sessTenant))
	if id == "" {
		return nil
	}
	until := w.sessions.GetInt64(ctx, sessTenantUntil)
	err := w.Directory.Authorise(ctx, q.by, id, tenant.Read)
	if err == nil && w.Now().Unix() < until {
		q.account, err = w.Directory.Account(ctx, id)
		q.visiting = err == nil
		return err
	}
	w.sessions.Remove(ctx, sessTenant)
	if errors.Is(err, tenant.ErrNotFound) || errors.Is(err, tenant.ErrForbidden) {
		return nil
	}
	return err
}

// permit is the one check of a route.
func (w *Web) permit(q *request, r route) error {
	if r.need == needNobody || r.need == needWidget {
		return nil
	}
	if q.person == nil {
		return errSignIn
	}
	role, inTenant := q.person.Role, q.account.ID != ""
	above := role == tenant.RoleOperator || role == tenant.RoleReseller
	allowed := false
	switch r.need {
	case needPerson:
		allowed = true
	case needAgent:
		allowed = inTenant
	case needAdmin:
		allowed = inTenant && role != tenant.RoleAgent
	case needManager:
		allowed = role != tenant.RoleAgent
	case needAbove:
		allowed = above
	case needOperator:
		allowed = role == tenant.RoleOperator
	}
	switch {
	case allowed:
		return nil
	case above && !inTenant && r.need != needOperator:
		return errChooseTenant
	}
	return tenant.ErrForbidden
}

// errChooseTenant sends the operator or a reseller to the list of tenants.
var errChooseTenant = errors.New("no tenant is chosen")

// local returns a path of these pages to go to next; whatever else was asked for is the start page (reliability row B13).
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || len(next) < 2 || next[0] != '/' || next[1] == '/' || next[1] == '\\' {
		return "/"
	}
	for _, r := range next {
		if r < ' ' || r == '\\' || r == 0x7f {
			return "/"
		}
	}
	if u.Path != "" && len(u.Path) > 1 && (u.Path[1] == '/' || u.Path[1] == '\\') {
		return "/"
	}
	for _, r := range u.Path {
		if r < ' ' {
			return "/"
		}
	}
	return u.RequestURI()
}

// toSignIn is where somebody signs in who wanted something else.
func toSignIn(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(r.URL.RequestURI())
}
