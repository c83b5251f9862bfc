package main

import (
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
)

// wireNotices builds what tells people.
func (a *app) wireNotices(guard *outbound.Guard) error {
	attempts := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ringdex_deliveries_total", Help: "Attempts to deliver mails and webhooks, by how they ended.",
	}, []string{"way", "outcome"})
	d := notice.Deps{
		Store: a.control, Directory: a.directory, Keys: a.keys, PublicURL: a.settings.publicURL, Log: a.log,
		Client: func(t tenant.ID) *http.Client { return guard.HTTPClient(string(t), outbound.Client{}) },
		Disk:   func() error { return badgerkv.Writable(a.settings.dir) },
		Count:  func(way notice.Way, o notice.Outcome) { attempts.WithLabelValues(string(way), string(o)).Inc() },
	}
	if text := a.settings.Get("smtp-url"); text != "" {
		server, err := mail.Parse(text)
		if err != nil {
			return fmt.Errorf("--smtp-url: %w", err)
		}
		d.Mail = server
	}
	var err error
	if a.notices, err = notice.New(d); err != nil {
		return err
	}
	a.metrics.MustRegister(attempts, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "ringdex_deliveries_waiting", Help: "Mails and webhooks on their way.",
	}, func() float64 { return float64(a.notices.Waiting()) }), openNotices{a.notices})
	return nil
}

// openNotices is the gauge of notices that have not ended.
type openNotices struct{ desk *notice.Desk }

var openNoticesDesc = prometheus.NewDesc("ringdex_notices_open", "Notices of states that have not ended, by kind.", []string{"kind"}, nil)

func (o openNotices) Describe(ch chan<- *prometheus.Desc) { ch <- openNoticesDesc }

func (o openNotices) Collect(ch chan<- prometheus.Metric) {
	count := o.desk.Open()
	for _, k := range notice.Kinds() {
		ch <- prometheus.MustNewConstMetric(openNoticesDesc, prometheus.GaugeValue, float64(count[k]), string(k))
	}
}
