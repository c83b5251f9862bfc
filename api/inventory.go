package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/tenant"
)

// inventory is what there is, as gauges: tenants, integrations, contacts, how old they are. Counting opens the settings of
// every tenant, so a count serves all scrapes for a minute, and for longer where counting takes longer: at most one
// hundredth of the time is spent on it. No label holds a tenant, a name or a number.
type inventory struct {
	d Deps

	mu    sync.Mutex
	taken time.Time
	took  time.Duration
	last  stock
}

// stock is one count.
type stock struct {
	tenants, held, never int
	contacts, numbers    int
	oldest               time.Time // of the enabled integrations' contacts
	states               map[tenant.State]int
	health               map[tenant.Health]int
	runs                 map[jobs.State]int // newest run of each enabled integration
}

func newInventory(d Deps) *inventory { return &inventory{d: d} }

// The gauges, and which counts with a label are always told, so that an alarm sees a zero and not nothing.
var (
	gaugeTenants      = gauge("ringdex_tenants", "Tenants.")
	gaugeIntegrations = gauge("ringdex_integrations", "Integrations, by state.", "state")
	gaugeHealth       = gauge("ringdex_connections", "Connections to CRMs of enabled integrations, by state.", "state")
	gaugeRuns         = gauge("ringdex_last_runs", "Enabled integrations, by how their newest synchronisation went.", "state")
	gaugeNever        = gauge("ringdex_integrations_never_synced", "Enabled integrations that have no contacts yet.")
	gaugeContacts     = gauge("ringdex_contacts", "Contacts that can be matched.")
	gaugeNumbers      = gauge("ringdex_numbers", "Different numbers that can be matched, counted for each integration.")
	gaugeHeld         = gauge("ringdex_held_generations", "Synchronisations that wait for a person because they look suspiciously small.")
	gaugeOldest       = gauge("ringdex_oldest_sync_age_seconds", "Age of the oldest contacts of an enabled integration; 0 without any.")
	gaugeTook         = gauge("ringdex_inventory_seconds", "How long it took to count all this.")

	allGauges = []*prometheus.Desc{
		gaugeTenants, gaugeIntegrations, gaugeHealth, gaugeRuns, gaugeNever, gaugeContacts, gaugeNumbers, gaugeHeld, gaugeOldest, gaugeTook,
	}
	allStates = []tenant.State{tenant.StateDraft, tenant.StateEnabled, tenant.StateDisabled}
	allHealth = []tenant.Health{tenant.HealthOK, tenant.HealthRetrying, tenant.HealthReauth, tenant.HealthStale}
	allRuns   = []jobs.State{jobs.Running, jobs.Succeeded, jobs.Failed, jobs.Held, jobs.Suspended, jobs.Discarded}
)

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe is prometheus.Collector's.
func (v *inventory) Describe(to chan<- *prometheus.Desc) {
	for _, g := range allGauges {
		to <- g
	}
}

// Collect is prometheus.Collector's. If the settings cannot be read, the gauges are missing.
func (v *inventory) Collect(to chan<- prometheus.Metric) {
	s, took, err := v.count()
	if err != nil {
		v.d.Log.Error("count for metrics", "error", err)
		return
	}
	tell := func(g *prometheus.Desc, value float64, label ...string) {
		to <- prometheus.MustNewConstMetric(g, prometheus.GaugeValue, value, label...)
	}
	tell(gaugeTenants, float64(s.tenants))
	tell(gaugeNever, float64(s.never))
	tell(gaugeContacts, float64(s.contacts))
	tell(gaugeNumbers, float64(s.numbers))
	tell(gaugeHeld, float64(s.held))
	tell(gaugeTook, took.Seconds())
	age := 0.0
	if !s.oldest.IsZero() {
		age = v.d.Now().Sub(s.oldest).Seconds()
	}
	tell(gaugeOldest, age)
	for _, state := range allStates {
		tell(gaugeIntegrations, float64(s.states[state]), string(state))
	}
	for _, health := range allHealth {
		tell(gaugeHealth, float64(s.health[health]), string(health))
	}
	for _, state := range allRuns {
		tell(gaugeRuns, float64(s.runs[state]), string(state))
	}
}

// count counts, or gives what was counted a moment ago. Scrapes at the same time wait for one count.
func (v *inventory) count() (stock, time.Duration, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	start := v.d.Now()
	if !v.taken.IsZero() && start.Sub(v.taken) < max(time.Minute, 100*v.took) {
		return v.last, v.took, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s := stock{states: map[tenant.State]int{}, health: map[tenant.Health]int{}, runs: map[jobs.State]int{}}
	accounts, err := v.d.Directory.Accounts(ctx, tenant.Server("metrics"))
	if err != nil {
		return s, 0, err
	}
	for _, account := range accounts {
		if account.Kind != tenant.KindTenant {
			continue
		}
		s.tenants++
		if err := v.addTenant(ctx, account.ID, &s); err != nil && !errors.Is(err, tenant.ErrNotFound) { // removed meanwhile
			return s, 0, err
		}
	}
	v.last, v.taken, v.took = s, start, v.d.Now().Sub(start)
	return s, v.took, nil
}

func (v *inventory) addTenant(ctx context.Context, t tenant.ID, s *stock) error {
	all, err := v.d.Directory.Integrations(ctx, t)
	if err != nil {
		return err
	}
	for _, i := range all {
		s.states[i.State]++
		if i.State != tenant.StateEnabled {
			continue
		}
		health := i.Connection.Health
		if health == "" {
			health = tenant.HealthOK
		}
		s.health[health]++
		if err := v.addContacts(ctx, refOf(i), s); err != nil {
			return err
		}
	}
	return nil
}

// addContacts adds what an enabled integration has in the cache and how its newest run went.
func (v *inventory) addContacts(ctx context.Context, in cache.Ref, s *stock) error {
	status, err := v.d.Cache.Status(ctx, in)
	if err != nil {
		return err
	}
	if status.Held != nil {
		s.held++
	}
	if g := status.Published; g == nil {
		s.never++
	} else {
		s.contacts += g.Counts.Contacts
		s.numbers += g.Counts.Numbers
		if s.oldest.IsZero() || g.SyncedAt.Before(s.oldest) {
			s.oldest = g.SyncedAt
		}
	}
	runs, err := v.d.Jobs.Runs(ctx, in, 1)
	if err != nil {
		return err
	}
	for _, run := range runs {
		s.runs[run.State]++
	}
	return nil
}
