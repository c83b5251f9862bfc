package webconfig

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// widgetLimit is how long a widget stays connected.
const widgetLimit = 30 * 24 * time.Hour

// widgetCookieName is that of the widget's own cookie. Browsers keep it for each page that shows the widget apart (Partitioned),
// which works where they take no cookies from other sites' frames.
func (w *Web) widgetCookieName() string {
	if w.secure() {
		return "__Host-ringdex-widget"
	}
	return "ringdex-widget" // plain HTTP is for this machine only, where browsers take secure cookies all the same
}

func (w *Web) setWidgetCookie(q *request, token string, seconds int) {
	http.SetCookie(q.Response(), &http.Cookie{
		Name: w.widgetCookieName(), Value: token, Path: "/", MaxAge: seconds,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	})
}

// widgetHash is where a widget's session lies. No cookie can hold the first byte, so that its token is nobody's session on a page.
func widgetHash(token string) string { return hashOf("\x00widget " + token) }

func (q *request) widgetToken() string {
	c, err := q.Cookie(q.w.widgetCookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// identifyWidget finds out whose widget it is, by its own cookie. The session of the pages counts for nothing here, and nobody acts.
func (w *Web) identifyWidget(c echo.Context) (*request, error) {
	q := &request{Context: c, w: w, framed: true, words: w.texts.Choose(c.Request().Header.Get("Accept-Language"))}
	who, ok, err := w.widgetOf(q.ctx(), q.widgetToken())
	if err != nil || !ok {
		return q, err
	}
	q.person, q.home, q.account = &who.Person, who.Account, who.Account
	q.words = w.texts.Choose(who.Person.Language, c.Request().Header.Get("Accept-Language"), who.Account.Language)
	return q, nil
}

// widgetOf is whose widget has a token. One that is over, was ended, or whose person went or has another password, is nobody's.
func (w *Web) widgetOf(ctx context.Context, token string) (who tenant.SignedInPerson, ok bool, err error) {
	values, err := w.kept.widget(ctx, token)
	if err != nil || values == nil {
		return who, false, err
	}
	person, _ := values[sessPerson].(string)
	account, _ := values[sessAccount].(string)
	who, err = w.Directory.SignedIn(ctx, tenant.ID(account), tenant.PersonID(person))
	if errors.Is(err, tenant.ErrNotFound) {
		return who, false, nil
	}
	return who, err == nil && who.Stamp == values[sessStamp], err
}

// connectWidget begins a widget's session for the person of a code, and gives the browser its cookie.
func (w *Web) connectWidget(q *request, who tenant.SignedInPerson) error {
	token, now := rand.Text(), w.Now()
	values := map[string]any{
		sessWidget: true, sessPerson: string(who.Person.ID), sessAccount: string(who.Account.ID), sessStamp: who.Stamp,
		sessSince: now.Unix(), sessSeen: now.Unix(), sessFrom: q.RealIP(), sessAgent: browserName(q.Request().UserAgent()),
	}
	until := now.Add(widgetLimit)
	b, err := w.kept.codec.Encode(until, values)
	if err != nil {
		return err
	}
	if err := w.kept.keep(q.ctx(), widgetHash(token), b, string(who.Person.ID), until); err != nil {
		return err
	}
	w.setWidgetCookie(q, token, int(widgetLimit/time.Second))
	w.kept.sweep(q.ctx())
	return w.Directory.NoteSession(q.ctx(), who.Person.Actor(q.RealIP()), who.Account.ID, "session.widget")
}

// widget is the content of a widget's session, nil where there is none.
func (s *sessionStore) widget(ctx context.Context, token string) (values map[string]any, err error) {
	if token == "" {
		return nil, nil //nolint:nilnil // nobody
	}
	hash := widgetHash(token)
	err = s.store.View(ctx, func(r store.Reader) error {
		values = nil
		raw, err := r.Get([]byte(sessionKeys + hash))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if plain, ok := s.open(hash, raw); ok {
			_, values, err = s.codec.Decode(plain)
		}
		return err
	})
	if is, _ := values[sessWidget].(bool); !is {
		return nil, err
	}
	return values, err
}
