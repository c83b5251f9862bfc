package webconfig

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig/assets"
	"github.com/ringdex/ringdex/webconfig/locale"
)

// Deps is what the pages stand on.
type Deps struct {
	Directory  *tenant.Directory
	Keys       *tenant.Keyring
	Store      store.Store // sessions
	Setup      *setup.Setup
	Catalog    *presets.Catalog
	Jobs       *jobs.Scheduler
	Cache      *cache.Cache
	Recognizer *recognition.Recognizer
	Calls      *calls.Desk
	Lines      *exchange.Lines
	// Erase erases an integration wherever something of it lies, and reports what it found.
	Erase func(ctx context.Context, by tenant.Actor, i tenant.Integration) (tenant.Erasure, error)
	// EraseAccount erases a tenant with everything that belongs to it, or a reseller without tenants.
	EraseAccount func(ctx context.Context, by tenant.Actor, id tenant.ID) (tenant.Erasure, error)
	// Requests is how many requests of a key came within the last day; nil knows none.
	Requests func(key tenant.KeyID) int64
	// Ask answers a question of a key within what the key may ask; wait is above 0 where it asks too often. nil asks the recognizer.
	Ask func(ctx context.Context, key tenant.Access, q *recognition.Question) (answer *recognition.Answer, wait time.Duration, err error)
	// LDAPPort and LDAPSPort are where phones search people; "" where nobody serves it.
	LDAPPort, LDAPSPort string
	// PBXTemplate is the file by which a phone system of that kind is told where and how to ask.
	PBXTemplate func(url, country, key string) ([]byte, error)
	Log         *slog.Logger
	Now         func() time.Time
	Version     string
	// PublicURL is where browsers reach this server; with https, cookies are for secure connections only.
	PublicURL string
	// Contact is the operator's line on pages that can only say whom to ask.
	Contact string
	// Notices tells people what needs them and mails one-time links; where it has no mail server, links are shown to hand over.
	Notices *notice.Desk
	// OIDC is the sign-in with the operator's own identity provider; nil offers none.
	OIDC *OIDC
	// TrustedProxies may tell whom they speak for by X-Forwarded-For; nobody else may.
	TrustedProxies []*net.IPNet
	// MostStreams is how many live lists may be open at once; the zero value has the usual limits.
	MostStreams Streams
	// Demo offers presets that are for trying things out.
	Demo bool
}

// Web is the pages.
type Web struct {
	Deps
	assets   *assets.Set
	texts    *locale.Catalog
	pages    pages
	sessions *scs.SessionManager
	kept     *sessionStore
	public   *url.URL
	oidc     *oidcClient
	working  sync.WaitGroup // what goes on after an answer
	setups   setups         // what is being set up right now
	survey   survey         // of all tenants' integrations
	streams  streams        // that are open
	handler  http.Handler
}

// New returns the pages over d. All templates and texts are read here, so that a mistake in one stops the start.
func New(d Deps) (*Web, error) {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	w := &Web{Deps: d}
	var err error
	if w.public, err = url.Parse(d.PublicURL); err != nil {
		return nil, err
	}
	if w.assets, err = assets.Load(); err != nil {
		return nil, err
	}
	if w.texts, err = locale.Load(); err != nil {
		return nil, err
	}
	if w.pages, err = loadPages(w.assets); err != nil {
		return nil, err
	}
	if w.kept, err = newSessionStore(d.Store, d.Keys, d.Directory.Operator(), d.Now); err != nil {
		return nil, err
	}
	w.sessions = newSessions(w.kept, w.secure(), w.Log)
	if d.OIDC != nil {
		w.oidc = newOIDC(*d.OIDC, w.at(oidcPath))
	}
	w.handler = w.build()
	return w, nil
}

// Close waits for what goes on after an answer.
func (w *Web) Close() { w.working.Wait() }

// ServeHTTP answers browsers.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.handler.ServeHTTP(rw, r) }

// secure tells whether browsers reach the pages by https.
func (w *Web) secure() bool { return w.public.Scheme == "https" }

// at is the whole address of a path.
func (w *Web) at(path string) string { return w.public.JoinPath(path).String() }

func (w *Web) build() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort, e.Debug = true, true, false
	e.IPExtractor = w.ipExtractor()
	e.SchemeExtractor = echo.ExtractSchemeDirect() // links use the public URL, so no header needs to be believed
	e.HTTPErrorHandler = w.writeError
	for _, r := range w.routes() {
		w.register(e, r)
	}
	e.Any(assets.Prefix+"*", echo.WrapHandler(w.assets))
	e.RouteNotFound("/*", func(c echo.Context) error { return w.entered(c, route{need: needNobody, handle: notHere}) })
	var h http.Handler = e
	h = w.sessions.LoadAndSave(h)
	h = w.sameOrigin(h)
	return headers(h)
}

func (w *Web) ipExtractor() echo.IPExtractor {
	if len(w.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range w.TrustedProxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
