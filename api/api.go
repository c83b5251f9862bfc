package api

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/api/phonebook"
	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/exchange"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/recognition/ring"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// Deps is what the API stands on.
type Deps struct {
	Directory  *tenant.Directory
	Recognizer *recognition.Recognizer
	Cache      *cache.Cache
	Jobs       *jobs.Scheduler
	Calls      *calls.Desk
	Notices    *notice.Desk
	Lines      *exchange.Lines // to phone systems
	Setup      *setup.Setup
	Catalog    *presets.Catalog
	Shelf      *shelf.Shelf // of uploaded presets
	Ring       *ring.Runner // sends what scripts ask of the server; nil sends nothing
	Metrics    *prometheus.Registry
	Log        *slog.Logger
	Now        func() time.Time
	Version    string
	// PublicURL is where phones and browsers reach the server.
	PublicURL string
	// Ready tells whether questions can be answered; nil counts as yes.
	Ready func() bool
	// MetricsElsewhere says that /metrics has a listener of its own and is not offered here.
	MetricsElsewhere bool
	// TrustedProxies may tell whom they speak for by X-Forwarded-For; nobody else may.
	TrustedProxies []*net.IPNet
}

// API answers machines.
type API struct {
	Deps
	meters   meters
	refusals limiter // of notes in audit logs
	counts   *counters
	imports  oneImport
	books    *phonebook.Books // of names, for phones
	pages    *phonebook.Pages

	softphones softphones
}

// New returns an API over d.
func New(d Deps) *API {
	a := &API{Deps: d, counts: newCounters(d.Metrics)}
	a.books = phonebook.NewBooks(phonebook.BooksDeps{Recognizer: d.Recognizer, Contacts: d.Cache, Metrics: d.Metrics, Now: d.Now})
	a.pages = phonebook.NewPages(phonebook.PagesDeps{Ask: a.askFor, Recognizer: d.Recognizer, Books: a.books})
	if d.Metrics != nil {
		d.Metrics.MustRegister(newInventory(d))
		if d.Calls != nil {
			d.Metrics.MustRegister(deskMetrics(d.Calls)...)
		}
	}
	return a
}

// Handler serves every route to the network: callers show a key, or sign in with e-mail address and password.
func (a *API) Handler() http.Handler { return edge(sameOrigin(a.router(a.fromNetwork))) }

// SocketHandler serves the same routes to whoever may open the admin socket in the data folder: the operator.
func (a *API) SocketHandler() http.Handler { return edge(a.router(a.fromSocket)) }

func (a *API) router(identify identifier) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort, e.Debug = true, true, false
	e.IPExtractor = a.ipExtractor()
	e.SchemeExtractor = echo.ExtractSchemeDirect() // links use the public URL, so no header needs to be believed
	e.HTTPErrorHandler = a.writeError
	for _, r := range a.routes() {
		a.register(e, r, identify)
	}
	return e
}

func (a *API) ipExtractor() echo.IPExtractor {
	if len(a.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range a.TrustedProxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// NewServer wraps a handler with the limits a server on the open network needs (reliability row H5).
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
