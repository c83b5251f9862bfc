package tenant

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSnapshotFollows: each change that concerns answers gives another revision and a snapshot that shows it, at once (A11).
func TestSnapshotFollows(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	i := w.integration(tn)
	p := w.person(tn, "ada@example.com", RoleAgent)
	system, err := w.FindSystem(ctx, tn, "")
	must(t, err)
	var script Script
	for _, c := range []struct {
		name   string
		change func() error
		shows  func(*Snapshot) bool
	}{
		{"disable", func() error {
			_, err := w.SetIntegration(ctx, by, tn, i.ID, func(i *Integration) error { i.State = StateDisabled; return nil })
			return err
		}, func(s *Snapshot) bool { return s.Integrations[0].State == StateDisabled }},
		{"enable", func() error {
			_, err := w.SetIntegration(ctx, by, tn, i.ID, func(i *Integration) error { i.State = StateEnabled; return nil })
			return err
		}, func(s *Snapshot) bool { return s.Integrations[0].State == StateEnabled }},
		{"connection", func() error {
			return w.SetConnection(ctx, tn, i.ID, ConnectionState{Health: HealthStale, Since: w.clock})
		}, func(s *Snapshot) bool { return s.Integrations[0].Connection.Health == HealthStale }},
		{"settings", func() error {
			_, err := w.SetAccount(ctx, by, tn, map[string]string{"own_numbers": "020 794 6391"})
			return err
		}, func(s *Snapshot) bool { return len(s.Account.OwnNumbers) == 1 }},
		{"phone system", func() error {
			_, err := w.SetSystem(ctx, by, tn, system.ID, map[string]string{"outside-prefix": "9"})
			return err
		}, func(s *Snapshot) bool { return s.Systems[0].OutsidePrefix == "9" }},
		{"device", func() error {
			_, err := w.SetPerson(ctx, by, tn, p.ID, func(p *Person) error {
				p.Name, p.Devices = "Ada", []Device{{Number: "SIP 201"}}
				return nil
			})
			return err
		}, func(s *Snapshot) bool {
			return cmp.Equal(s.Devices["sip201"], Owner{People: []PersonID{p.ID}, Name: "Ada"})
		}},
		{"script", func() error {
			var err error
			script, err = w.AddScript(ctx, by, tn, Script{Name: "x", URL: "https://example.com"})
			return err
		}, func(s *Snapshot) bool { return len(s.Scripts) == 1 }},
		{"no script", func() error { return w.RemoveScript(ctx, by, tn, script.ID) }, func(s *Snapshot) bool { return len(s.Scripts) == 0 }},
		{"draft", func() error {
			_, err := w.AddIntegration(ctx, by, tn, Integration{Preset: "csv"})
			return err
		}, func(s *Snapshot) bool { return len(s.Integrations) == 1 }},
		{"removed integration", func() error {
			_, err := w.RemoveIntegration(ctx, by, tn, i.ID)
			return err
		}, func(s *Snapshot) bool { return len(s.Integrations) == 0 }},
	} {
		before, err := w.Snapshot(ctx, tn)
		must(t, err)
		if again, err := w.Snapshot(ctx, tn); err != nil || again != before || w.Revision(tn) != before.Revision {
			t.Errorf("before %s: another snapshot without a change, %v", c.name, err)
		}
		must(t, c.change())
		if w.Revision(tn) == before.Revision {
			t.Errorf("%s: the revision is the same", c.name)
		}
		after, err := w.Snapshot(ctx, tn)
		must(t, err)
		if after.Revision != w.Revision(tn) || !c.shows(after) {
			t.Errorf("%s: not in the snapshot", c.name)
		}
	}
	_, err = w.RemoveAccount(ctx, by, tn)
	must(t, err)
	if _, err := w.Snapshot(ctx, tn); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed tenant: %v", err)
	}
}

// TestSharedDevice: a device of several people is called by its own name and belongs to all of them.
func TestSharedDevice(t *testing.T) {
	devices := devicesOf([]Person{
		{ID: "u_1", Name: "Ada", Devices: []Device{{Number: "100", Name: "Reception"}, {Number: "201"}}},
		{ID: "u_2", Email: "bob@example.com", Devices: []Device{{Number: "100", Name: "Reception"}, {Number: "202"}}},
	})
	want := map[string]Owner{
		"100": {People: []PersonID{"u_1", "u_2"}, Name: "Reception"},
		"201": {People: []PersonID{"u_1"}, Name: "Ada"},
		"202": {People: []PersonID{"u_2"}, Name: "bob@example.com"},
	}
	if diff := cmp.Diff(want, devices); diff != "" {
		t.Error(diff)
	}
}

// TestSnapshotIsFree: reading a snapshot and a revision that are in memory allocates nothing.
func TestSnapshotIsFree(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		if _, err := w.Snapshot(ctx, tn); err != nil || w.Revision(tn) == 0 {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestSnapshotsAreBounded: with more tenants than fit, those in use stay and the others are read again.
func TestSnapshotsAreBounded(t *testing.T) {
	var c snapshotCache
	id := func(n int) ID { return ID(fmt.Sprintf("t_%013d", n)) }
	for n := range 3 * maxSnapshots {
		c.put(id(n), &Snapshot{Revision: 1})
		c.get(id(0)) // always in use
	}
	kept := 0
	for n := range 3 * maxSnapshots {
		if c.get(id(n)) != nil {
			kept++
		}
	}
	if kept != maxSnapshots || c.get(id(0)) == nil {
		t.Errorf("%d kept, the one in use: %v", kept, c.get(id(0)) != nil)
	}
}

// TestOvertakenSnapshot: one that was read before a change and arrives after it is never given out.
func TestOvertakenSnapshot(t *testing.T) {
	var c snapshotCache
	c.put("t_a", &Snapshot{Revision: 1})
	c.touch("t_a", 3)
	c.put("t_a", &Snapshot{Revision: 2})
	if s := c.get("t_a"); s != nil {
		t.Errorf("revision %d after 3", s.Revision)
	}
	c.put("t_a", &Snapshot{Revision: 3})
	c.put("t_a", &Snapshot{Revision: 2})
	if s := c.get("t_a"); s == nil || s.Revision != 3 {
		t.Errorf("%v", s)
	}
}

// TestSnapshotsConcurrent: after a change has returned, no reader gets what was before it.
func TestSnapshotsConcurrent(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	i := w.integration(tn)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			last := 0
			for ctx.Err() == nil {
				s, err := w.Snapshot(t.Context(), tn)
				if err != nil || s.Integrations[0].Priority < last {
					t.Errorf("priority fell from %d, %v", last, err)
					return
				}
				last = s.Integrations[0].Priority
			}
		})
	}
	for n := range 50 {
		_, err := w.SetIntegration(t.Context(), Command("test"), tn, i.ID, func(i *Integration) error { i.Priority = n + 1; return nil })
		must(t, err)
		s, err := w.Snapshot(t.Context(), tn)
		must(t, err)
		if got := s.Integrations[0].Priority; got != n+1 {
			t.Errorf("after change %d a snapshot of %d", n+1, got)
		}
	}
	stop()
	readers.Wait()
}

// TestLocation: an account without a zone has UTC.
func TestLocation(t *testing.T) {
	if got := (Account{TimeZone: "Europe/Amsterdam"}).Location(); got.String() != "Europe/Amsterdam" {
		t.Error(got)
	}
	if got := (Account{}).Location(); got != time.UTC {
		t.Error(got)
	}
}

// BenchmarkSnapshot is what a request pays for the tenant's settings.
func BenchmarkSnapshot(b *testing.B) {
	w := newWorld(b)
	tn := w.tenant("Muster", "").ID
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Snapshot(b.Context(), tn); err != nil {
			b.Fatal(err)
		}
	}
}
