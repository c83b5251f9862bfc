package webconfig

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/ringdex/ringdex/tenant"
)

// What a session holds.
const (
	sessPerson      = "person"
	sessAccount     = "account"
	sessRole        = "role"
	sessStamp       = "stamp"   // of the password: another one ends the session
	sessBrowser     = "browser" // names the browser to sign-ins at CRMs; stays the same when the token is renewed
	sessSince       = "since"
	sessSeen        = "seen"
	sessFrom        = "from"
	sessAgent       = "agent"
	sessTenant      = "tenant" // the operator or a reseller works in
	sessTenantUntil = "tenant_until"
	sessFlash       = "flash"
	sessReturn      = "return" // where to go on after a sign-in at a CRM
	sessOIDC        = "oidc"
	sessWidget      = "widget" // it is a widget's, and nobody's on any page
)

// newSessions makes the manager itself: that of scs.New begins with a store in memory and a goroutine that never ends.
func newSessions(kept *sessionStore, secure bool, log *slog.Logger) *scs.SessionManager {
	m := &scs.SessionManager{
		Store: kept, Codec: scs.GobCodec{}, Lifetime: absoluteLimit,
		Cookie: scs.SessionCookie{Name: "ringdex", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
		ErrorFunc: func(rw http.ResponseWriter, _ *http.Request, err error) {
			log.Error("session", "error", err)
			http.Error(rw, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		},
	}
	if secure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-ringdex", true
	}
	return m
}

// signedIn makes the session somebody's, under a new token.
func (w *Web) signedIn(q *request, p tenant.Person) error {
	ctx := q.ctx()
	who, err := w.Directory.SignedIn(ctx, p.Account, p.ID)
	if err != nil {
		return err
	}
	if err := w.sessions.RenewToken(ctx); err != nil {
		return err
	}
	for _, key := range []string{sessTenant, sessTenantUntil, sessReturn, sessOIDC} {
		w.sessions.Remove(ctx, key)
	}
	now := w.Now().Unix()
	for key, value := range map[string]any{
		sessPerson: string(p.ID), sessAccount: string(p.Account), sessRole: string(p.Role), sessStamp: who.Stamp,
		sessBrowser: rand.Text(), sessSince: now, sessSeen: now, sessFrom: q.RealIP(), sessAgent: browserName(q.Request().UserAgent()),
	} {
		w.sessions.Put(ctx, key, value)
	}
	w.kept.sweep(ctx)
	return w.Directory.NoteSession(ctx, p.Actor(q.RealIP()), p.Account, "session.begin")
}

// Browser names the browser of a session to sign-ins at CRMs, so that nobody finishes somebody else's.
func (q *request) browser() string { return q.w.sessions.GetString(q.ctx(), sessBrowser) }

// shownSession is a session as its owner sees it.
type shownSession struct {
	ID          string
	Since, Seen time.Time
	From, Agent string
	This        bool
	Widget      bool // in another page's frame
}

// browserName is what people call a browser; what it calls itself names several others.
func browserName(agent string) string {
	name, system := "", ""
	for _, b := range [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if name == "" && strings.Contains(agent, b[0]) {
			name = b[1]
		}
	}
	for _, s := range [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}} {
		if system == "" && strings.Contains(agent, s[0]) {
			system = s[1]
		}
	}
	if name == "" {
		return agent[:min(len(agent), 40)]
	}
	return strings.TrimSuffix(name+" – "+system, " – ")
}
