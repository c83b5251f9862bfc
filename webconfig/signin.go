package webconfig

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) signInRoutes() []route {
	return []route{
		get("/sign-in", needNobody, w.showSignIn),
		post("/sign-in", needNobody, w.signIn),
		post("/sign-out", needNobody, w.signOut),
	}
}

// signInShown is the sign-in page.
type signInShown struct {
	Email, Next, Problem string
	Unsafe               string // why nobody can sign in here; then there is no form
	Address              string // where it would work
	Provider             string // "Sign in with …"
}

func (w *Web) showSignIn(q *request) error {
	next := local(q.QueryParam("next"))
	if q.person != nil {
		return q.Redirect(http.StatusSeeOther, next)
	}
	return q.show("signin", "signin.title", w.signInShown(q, next))
}

func (w *Web) signInShown(q *request, next string) signInShown {
	s := signInShown{Next: next}
	if w.OIDC != nil {
		s.Provider = w.OIDC.Name
	}
	if !w.cookiesWork(q.Request()) {
		s.Unsafe = q.T("signin.unsafe")
		if w.secure() {
			s.Address = w.at("/")
		}
	}
	return s
}

// cookiesWork tells whether a browser would send the session back: plain HTTP on an address that is not this machine's own
// would show password and cookie to the network, so nobody signs in there.
func (w *Web) cookiesWork(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback() {
		return true
	}
	if !w.secure() {
		return false
	}
	return r.TLS != nil || strings.EqualFold(r.Host, w.public.Host)
}

func (w *Web) signIn(q *request) error {
	next := local(q.FormValue("next"))
	shown := w.signInShown(q, next)
	shown.Email = q.FormValue("email")
	if shown.Unsafe != "" {
		return q.showStatus(http.StatusUnprocessableEntity, "signin", "signin.title", shown)
	}
	from, _ := netip.ParseAddr(q.RealIP())
	person, err := w.Directory.CheckPassword(q.ctx(), shown.Email, tenant.NewSecret(q.FormValue("password")), from)
	var wait *tenant.WaitError
	switch {
	case errors.As(err, &wait):
		shown.Problem = q.T("signin.wait", "Count", max(1, int(wait.Wait.Round(time.Second)/time.Second)))
	case errors.Is(err, tenant.ErrSignIn):
		shown.Problem = q.T("signin.wrong")
	case err != nil:
		return err
	}
	if shown.Problem != "" {
		return q.showStatus(http.StatusUnprocessableEntity, "signin", "signin.title", shown)
	}
	if err := w.signedIn(q, person); err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, next)
}

func (w *Web) signOut(q *request) error {
	if err := w.sessions.Destroy(q.ctx()); err != nil {
		return err
	}
	return q.see("/sign-in", "signin.out")
}
