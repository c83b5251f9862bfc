package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/recognition"
)

// counters are what /metrics tells of look-ups. No label holds a number, a name or a tenant.
type counters struct {
	known, unknown, other prometheus.Counter
	seconds               prometheus.Histogram
	alarms, damaged       prometheus.Counter
	events                *prometheus.CounterVec
	eventSeconds          prometheus.Histogram
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
	c.events = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ringdex_call_events_total", Help: "Events of calls, by what happened and whether they were new, known or refused.",
	}, []string{"event", "result"})
	c.eventSeconds = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "ringdex_call_event_seconds", Help: "Time until an event of a call is durable, without HTTP.",
		Buckets: prometheus.ExponentialBuckets(1e-4, 2.5, 12),
	})
	if registry != nil {
		registry.MustRegister(matches, c.seconds, c.alarms, c.damaged, c.events, c.eventSeconds)
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

// event counts an event of a call. One that did not have to be durable took no time.
func (c *counters) event(kind calls.Kind, taken calls.Taken, err error, took time.Duration) {
	result := "new"
	switch {
	case errors.Is(err, calls.ErrEvent):
		kind, result = "", "refused"
	case err != nil:
		result = "failed"
	case taken.Repeat:
		result = "known"
	}
	c.events.WithLabelValues(string(kind), result).Inc()
	if err == nil && took > 0 {
		c.eventSeconds.Observe(took.Seconds())
	}
}

// deskMetrics are what the desk holds at the moment.
func deskMetrics(d *calls.Desk) []prometheus.Collector {
	gauge := func(name, help string, of func(calls.Stats) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(of(d.Stats())) })
	}
	return []prometheus.Collector{
		gauge("ringdex_calls_live", "Calls that ring or are talked on.", func(s calls.Stats) int { return s.Live }),
		gauge("ringdex_call_streams", "Open subscriptions to live calls.", func(s calls.Stats) int { return s.Watchers }),
	}
}

// MetricsHandler serves the registry; who may read it is the caller's business.
func (a *API) MetricsHandler() http.Handler {
	return promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{})
}

func (a *API) metrics(c echo.Context, _ asked) error {
	a.MetricsHandler().ServeHTTP(c.Response(), c.Request())
	return nil
}
