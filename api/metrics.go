package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ringdex/ringdex/recognition"
)

// counters are what /metrics tells of look-ups. No label holds a number, a name or a tenant.
type counters struct {
	known, unknown, other prometheus.Counter
	seconds               prometheus.Histogram
	alarms, damaged       prometheus.Counter
}

func newCounters(registry *prometheus.Registry) *counters {
	matches := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ringdex_matches_total", Help: "Look-ups answered, by whether somebody was known.",
	}, []string{"result"})
	c := &counters{
		known: matches.WithLabelValues("known"), unknown: matches.WithLabelValues("unknown"),
		other: matches.WithLabelValues("no_subscriber"),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "ringdex_match_seconds", Help: "Time to recognise a caller, without HTTP.",
			Buckets: prometheus.ExponentialBuckets(2e-6, 2.5, 14),
		}),
		alarms: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ringdex_distinct_number_alarms_total", Help: "Keys that asked for unusually many different numbers in an hour.",
		}),
		damaged: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ringdex_damaged_entries_total", Help: "Look-ups that met an entry that cannot be read.",
		}),
	}
	if registry != nil {
		registry.MustRegister(matches, c.seconds, c.alarms, c.damaged)
	}
	return c
}

func (c *counters) matched(a *recognition.Answer, took time.Duration) {
	switch {
	case len(a.Matches()) > 0:
		c.known.Inc()
	case a.Subscriber():
		c.unknown.Inc()
	default:
		c.other.Inc()
	}
	if a.Damaged() {
		c.damaged.Inc()
	}
	c.seconds.Observe(took.Seconds())
}

// MetricsHandler serves the registry; who may read it is the caller's business.
func (a *API) MetricsHandler() http.Handler {
	return promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{})
}

func (a *API) metrics(c echo.Context, _ asked) error {
	a.MetricsHandler().ServeHTTP(c.Response(), c.Request())
	return nil
}
