package jobs

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// table is the due table in memory: a picture of the durable entries that can be made anew at any time, so that the check
// every 30 seconds reads the store only for tenants whose settings changed.
type table struct {
	d  Deps
	mu sync.Mutex
	// guarded by mu:
	tenants map[tenant.ID]planned
	zones   map[string]*time.Location
	sharers map[string]int // enabled integrations of each preset
}

// planned is what the table knows of a tenant: its enabled integrations, as of a revision of its settings.
type planned struct {
	revision uint64
	slots    map[tenant.IntegrationID]slot
}

// slot is an enabled integration with its plan.
type slot struct {
	in         cache.Ref
	preset     string
	due        due
	cal        calendar
	age        time.Duration // after which its data is stale, 0 for the server's
	connection tenant.ConnectionState
	watched    bool // it reads a file on this machine
	passive    bool // it is not read by itself: contacts are sent, or a file is uploaded
	secretEnds time.Time
}

func newTable(d Deps) *table {
	return &table{
		d: d, tenants: map[tenant.ID]planned{}, zones: map[string]*time.Location{}, sharers: map[string]int{},
	}
}

// ripe lists what is due, longest overdue first.
func (t *table) ripe(now time.Time) []waiting {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ripe []waiting
	for _, p := range t.tenants {
		for _, s := range p.slots {
			if s.ripe(now) {
				ripe = append(ripe, waiting{in: s.in, preset: s.preset, since: s.due.At})
			}
		}
	}
	slices.SortFunc(ripe, func(a, b waiting) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.in.Integration, b.in.Integration))
	})
	return ripe
}

// waiting is an integration whose turn it is when there is room.
type waiting struct {
	in     cache.Ref
	preset string
	since  time.Time
}

func (s slot) ripe(now time.Time) bool { return !s.due.At.IsZero() && !s.due.At.After(now) }

// slots lists all plans.
func (t *table) slots() []slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []slot
	for _, p := range t.tenants {
		for _, s := range p.slots {
			all = append(all, s)
		}
	}
	return all
}

// slot returns the plan of an integration, if it is enabled.
func (t *table) slot(in cache.Ref) (slot, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.tenants[in.Tenant].slots[in.Integration]
	return s, ok
}

// changed lists the tenants that are known to have other settings than they were planned with. A directory that was not
// asked for a tenant lately does not know; behind tells of those.
func (t *table) changed() []tenant.ID {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ids []tenant.ID
	for id, p := range t.tenants {
		if t.d.Directory.Revision(id) > p.revision {
			ids = append(ids, id)
		}
	}
	return ids
}

// behind lists the tenants of a complete list that are new or changed, and drops those that are not in it any more.
func (t *table) behind(accounts []tenant.Account) []tenant.ID {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ids []tenant.ID
	there := make(map[tenant.ID]bool, len(accounts))
	for _, a := range accounts {
		if a.Kind != tenant.KindTenant {
			continue
		}
		there[a.ID] = true
		if p, met := t.tenants[a.ID]; !met || p.revision != a.Revision {
			ids = append(ids, a.ID)
		}
	}
	for id := range t.tenants {
		if !there[id] {
			t.replace(id, planned{})
			delete(t.tenants, id)
		}
	}
	return ids
}

// reload reads a tenant's settings and due entries, plans what is new and drops what is no longer synchronised.
func (t *table) reload(ctx context.Context, id tenant.ID) error {
	account, err := t.d.Directory.Account(ctx, id)
	if err != nil {
		return fmt.Errorf("plan %s: %w", id, err)
	}
	integrations, err := t.d.Directory.Integrations(ctx, id)
	if err != nil {
		return fmt.Errorf("plan %s: %w", id, err)
	}
	entries, err := readDues(ctx, t.d.Store, id)
	if err != nil {
		return fmt.Errorf("plan %s: %w", id, err)
	}
	people, err := t.d.Directory.People(ctx, id)
	if err != nil {
		return fmt.Errorf("plan %s: %w", id, err)
	}
	fresh := planned{revision: account.Revision, slots: map[tenant.IntegrationID]slot{}}
	for _, i := range integrations {
		if account.Suspended || i.State != tenant.StateEnabled {
			continue
		}
		if p, ok := t.d.Preset(i); ok && !p.Reads() {
			continue // scripts alone: there is nothing to synchronise, nor to grow old
		}
		set := settings{in: cache.Ref{Tenant: id, Integration: i.ID}, account: account, integration: i}
		s, err := t.plan(ctx, set, people, entries[i.ID])
		if err != nil {
			return fmt.Errorf("plan %s: %w", i.ID, err)
		}
		fresh.slots[i.ID] = s
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replace(id, fresh)
	return nil
}

// replace sets what is planned of a tenant. The caller holds mu.
func (t *table) replace(id tenant.ID, fresh planned) {
	for _, s := range t.tenants[id].slots {
		t.sharers[s.preset]--
	}
	for _, s := range fresh.slots {
		t.sharers[s.preset]++
	}
	t.tenants[id] = fresh
}

// plan makes the slot of an integration and writes its entry where the plan is new.
func (t *table) plan(ctx context.Context, set settings, people []tenant.Person, old due) (slot, error) {
	if p, ok := t.d.Preset(set.integration); ok {
		set = set.derive(p, people)
	}
	s := slot{in: set.in, preset: set.integration.Preset, age: set.integration.AgeLimit, connection: set.integration.Connection}
	s.passive, s.secretEnds = set.passive(), set.integration.SecretEnds
	s.watched = !set.passive() && set.preset != nil && set.preset.ReadsPath(set.integration.Options)
	if s = t.entry(set, s, old); s.due == old {
		return s, nil
	}
	err := t.d.Store.Update(ctx, func(w store.Writer) error {
		now, _, err := get[due](w, dueKey(set.in)) // a run may have begun since it was read
		if err != nil {
			return err
		}
		if s = t.entry(set, s, now); s.due == now {
			return nil
		}
		return put(w, dueKey(set.in), s.due)
	})
	return s, err
}

// entry decides what becomes of a due entry when its integration is met: at the start, newly enabled, or changed.
func (t *table) entry(set settings, s slot, old due) slot {
	now := t.d.Now().UTC()
	s.cal = t.calendar(set.account, set.integration, old)
	s.due = old
	met, enabled := t.met(s.in)
	switch {
	case set.passive():
		s.due = set.planned(old)
	case !old.Waits.IsZero() && !signedInSince(set.integration, old.Waits):
		s.due.At = time.Time{}
	case old.At.IsZero() || met && !enabled:
		s.due = old.first(s.cal, now)
	case !met:
		s.due = old.missed(s.cal, now)
	case set.changed(old) && old.At.Sub(now) > settingsAfter:
		s.due.At, s.due.Why = now.Add(settingsAfter), Settings
	case old.Why == Nightly && old.At.After(now):
		_, s.due.At = s.cal.night.Next(now, old.Night) // the window or the zone may be another one
	}
	return s
}

// changed tells whether what is published was made under other settings, and nothing has failed since.
func (s settings) changed(d due) bool {
	return s.preset != nil && d.Settings != "" && d.Failures == 0 && d.Settings != settingsText(s.mapping())
}

func settingsText(mapping cache.Digest) string { return hex.EncodeToString(mapping[:]) }

// met tells whether the tenant was planned before, and the integration with it.
func (t *table) met(in cache.Ref) (met, enabled bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, met := t.tenants[in.Tenant]
	_, enabled = p.slots[in.Integration]
	return met, enabled
}

// signedInSince tells whether somebody stored new secrets, or connected again, after the connection was given up.
func signedInSince(i tenant.Integration, waits time.Time) bool {
	for _, set := range i.SecretsSet {
		if set.After(waits) {
			return true
		}
	}
	return i.Connection.Health == tenant.HealthOK && i.Connection.Since.After(waits)
}

// calendar gathers what an integration's plan depends on.
func (t *table) calendar(account tenant.Account, i tenant.Integration, d due) calendar {
	c := calendar{place: place(string(account.ID) + "/" + string(i.ID))}
	from, to := windowOf(i.Window)
	c.night = Night{Zone: t.zone(account.TimeZone), From: from, To: to, Place: c.place}
	if p, ok := t.d.Preset(i); ok && d.Changes {
		c.interval = interval(p.HTTP.Rate, cmp.Or(d.Requests, requestsGuess), t.sharing(i.Preset))
	}
	return c
}

// sharing is how many integrations of a preset there are: those a vendor counts together per app.
func (t *table) sharing(preset string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sharers[preset]
}

// zone returns a time zone, UTC for one that is not known. Zones are kept because each costs a file to load.
func (t *table) zone(name string) *time.Location {
	t.mu.Lock()
	defer t.mu.Unlock()
	if z, ok := t.zones[name]; ok {
		return z
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	t.zones[name] = z
	return z
}

// readDues reads the due entries of a tenant.
func readDues(ctx context.Context, st store.Store, id tenant.ID) (map[tenant.IntegrationID]due, error) {
	prefix := keyOf("due", cache.Ref{Tenant: id})
	var dues map[tenant.IntegrationID]due
	err := st.View(ctx, func(r store.Reader) error {
		dues = map[tenant.IntegrationID]due{}
		for pair, err := range r.Scan(prefix, nil) {
			if err != nil {
				return err
			}
			var d due
			if err := json.Unmarshal(pair.Value, &d); err != nil {
				return fmt.Errorf("read %s: %w", pair.Key, err)
			}
			dues[tenant.IntegrationID(pair.Key[len(prefix):])] = d
		}
		return nil
	})
	return dues, err
}
