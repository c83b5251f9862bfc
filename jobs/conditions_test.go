package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: of what is wrong with an integration its people are told what tells most, at the moments that are promised.
func TestConditions(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	in := func(h tenant.Health, since time.Duration) tenant.ConnectionState {
		return tenant.ConnectionState{Health: h, Since: ago(since)}
	}
	for name, c := range map[string]struct {
		slot slot
		want []string
	}{
		"well":                        {slot{due: due{Synced: ago(time.Hour)}}, nil},
		"never synchronised":          {slot{}, nil},
		"sign-in needed":              {slot{connection: in(tenant.HealthReauth, time.Minute), due: due{Synced: ago(time.Hour)}}, []string{"reauth 0"}},
		"for a day":                   {slot{connection: in(tenant.HealthReauth, day), due: due{Synced: ago(day)}}, []string{"reauth 1"}},
		"for a week":                  {slot{connection: in(tenant.HealthReauth, 7*day), due: due{Synced: ago(7 * day)}}, []string{"reauth 2"}},
		"retrying since the night":    {slot{connection: in(tenant.HealthRetrying, 10*time.Hour), due: due{Synced: ago(30 * time.Hour)}}, nil},
		"retrying for long":           {slot{connection: in(tenant.HealthRetrying, 13*time.Hour), due: due{Synced: ago(34 * time.Hour)}}, []string{"failing 0"}},
		"the first run keeps failing": {slot{connection: in(tenant.HealthRetrying, 13*time.Hour)}, []string{"failing 0"}},
		"two days old":                {slot{connection: in(tenant.HealthRetrying, 40*time.Hour), due: due{Synced: ago(49 * time.Hour)}}, []string{"stale 0"}},
		"two days old, but sent":      {slot{passive: true, due: due{Synced: ago(49 * time.Hour)}}, nil},
		"two days old, about to run":  {slot{due: due{Synced: ago(72 * time.Hour), At: now.Add(time.Minute)}}, nil},
		"two days old, never begins":  {slot{due: due{Synced: ago(72 * time.Hour), At: ago(3 * time.Hour)}}, []string{"stale 0"}},
		"older than its limit":        {slot{connection: in(tenant.HealthStale, day), due: due{Synced: ago(91 * day)}}, []string{"stopped 0"}},
		"held":                        {slot{due: due{Synced: ago(60 * time.Hour), Held: ago(time.Hour)}}, []string{"held 0"}},
		"secret ends next year":       {slot{secretEnds: now.Add(31 * day)}, nil},
		"secret ends in a month":      {slot{secretEnds: now.Add(29 * day)}, []string{"expiring 0"}},
		"secret ends in a week":       {slot{secretEnds: now.Add(7 * day)}, []string{"expiring 1"}},
		"secret has ended":            {slot{secretEnds: ago(time.Minute)}, []string{"expiring 2"}},
	} {
		var got []string
		for _, condition := range c.slot.conditions(now, defaultAgeLimit) {
			got = append(got, fmt.Sprint(condition.Kind, " ", condition.Step))
			if condition.Since.IsZero() {
				t.Errorf("%s: since when?", name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// told remembers what it was told of.
type told struct {
	mu      sync.Mutex
	history []string // every change of what is so
}

func (n *told) Compare(_ context.Context, now []notice.Condition, present func(cache.Ref) bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	text := ""
	for _, c := range now {
		text += fmt.Sprint(c.Kind, " ", c.Step, " ", present(c.In), "; ")
	}
	if len(n.history) == 0 || n.history[len(n.history)-1] != text {
		n.history = append(n.history, text)
	}
}

func (n *told) Forget(context.Context, tenant.ID, tenant.IntegrationID) error { return nil }

// Promise: a lost sign-in is told within a minute, after a day and after a week, by a server that was started anew as well; a new
// sign-in ends it. A held generation is told until somebody decides.
func TestStatesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, n := newWorld(t, newCRM(300)), &told{}
		w.crm.size = 200
		w.deps.Notices = n
		w.s = w.scheduler()
		w.start()
		until(time.Now().Add(time.Minute))
		w.crm.fault = func(int) error { return errOut }
		w.sync(Full)
		until(time.Now().Add(25 * time.Hour))
		w.stop()
		w.s = w.scheduler()
		w.start()
		until(time.Now().Add(7 * day))
		w.crm.fault = nil
		_ = w.dir.change(w.in, func(i *tenant.Integration) {
			i.Connection = tenant.ConnectionState{Health: tenant.HealthOK, Since: time.Now()}
		})
		until(time.Now().Add(10 * time.Minute))
		w.crm.keep(3)
		if run := w.sync(Full); run.State != Held {
			t.Fatalf("run is %s", run.State)
		}
		until(time.Now().Add(10 * time.Minute))
		if err := w.s.Accept(t.Context(), w.in); err != nil {
			t.Error(err)
		}
		until(time.Now().Add(time.Minute))
		w.stop()
		want := []string{"", "reauth 0 true; ", "reauth 1 true; ", "reauth 2 true; ", "", "held 0 true; ", ""}
		if diff := cmp.Diff(want, n.history); diff != "" {
			t.Error(diff)
		}
	})
}
