package jobs

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// in sets the time zone and window of the world's integration.
func (w *world) night(zone, from, to string) {
	w.dir.mu.Lock()
	a := w.dir.accounts[w.in.Tenant]
	a.TimeZone = zone
	w.dir.accounts[w.in.Tenant] = a
	w.dir.mu.Unlock()
	_ = w.dir.change(w.in, func(i *tenant.Integration) { i.Window = tenant.Window{From: from, To: to} })
}

// starts lists when runs began, oldest first, in a zone.
func (w *world) starts(z *time.Location) []string {
	var all []string
	for _, r := range slices.Backward(w.runs()) {
		all = append(all, r.Started.In(z).Format("01-02 15:04 -0700")+" "+string(r.Trigger))
	}
	return all
}

// Promise: the running server keeps to one nightly run per local date over clock changes (F17).
func TestSchedulerOverClockChanges(t *testing.T) {
	cases := []struct {
		name, zone, begin, window string
		want                      []string
	}{
		{"Amsterdam repeats the hour", "Europe/Amsterdam", "2026-10-24T12:00:00Z", "02:30", []string{
			"10-25 02:30 +0200 nightly", "10-26 02:30 +0100 nightly", "10-27 02:30 +0100 nightly",
		}},
		{"Amsterdam skips the hour", "Europe/Amsterdam", "2027-03-27T12:00:00Z", "02:30", []string{
			"03-28 03:00 +0200 nightly", "03-29 02:30 +0200 nightly", "03-30 02:30 +0200 nightly",
		}},
		{"Santiago skips midnight", "America/Santiago", "2026-09-05T12:00:00Z", "00:00", []string{
			"09-06 01:00 -0300 nightly", "09-07 00:00 -0300 nightly", "09-08 00:00 -0300 nightly",
		}},
		{"Lord Howe skips half an hour", "Australia/Lord_Howe", "2026-10-03T02:00:00Z", "02:10", []string{
			"10-04 02:30 +1100 nightly", "10-05 02:10 +1100 nightly", "10-06 02:10 +1100 nightly",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				until(at(t, c.begin))
				crm := newCRM(5)
				crm.whole = true
				w := newWorld(t, crm)
				w.night(c.zone, c.window, c.window)
				w.mustSync(Full)
				w.start()
				time.Sleep(72 * time.Hour)
				w.stop()
				if diff := cmp.Diff(c.want, w.starts(zone(t, c.zone))[1:]); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Promise: after 36 hours down there is one catch-up run, spread over half an hour, and the nights go on (F17).
func TestSchedulerCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		crm := newCRM(5)
		crm.whole = true
		w := newWorld(t, crm)
		w.night("Europe/Amsterdam", "02:30", "02:30")
		w.mustSync(Full)
		w.start()
		time.Sleep(time.Hour)
		w.stop()
		time.Sleep(36 * time.Hour) // 2026-11-22 01:00: the night of the 21st was missed, the next is near
		w.open()
		w.start()
		time.Sleep(10 * time.Hour)
		w.stop()
		time.Sleep(36 * time.Hour) // 2026-11-23 23:00: the night of the 23rd was missed
		w.open()
		w.start()
		time.Sleep(29 * time.Minute)
		before := len(w.runs())
		time.Sleep(2 * time.Minute)
		after := w.starts(zone(t, "Europe/Amsterdam"))
		time.Sleep(8 * time.Hour)
		w.stop()
		if len(after) != 3 || before > 3 {
			t.Errorf("runs half an hour after the start: %v", after)
		}
		got := w.starts(zone(t, "Europe/Amsterdam"))
		if got[1] != "11-22 02:30 +0100 nightly" || got[2][12:] != "+0100 catch-up" || got[3] != "11-24 02:30 +0100 nightly" || len(got) != 4 {
			t.Errorf("runs: %v", got)
		}
	})
}

// Promise: incremental runs every half hour with one request when nothing changed, full ones weekly.
func TestSchedulerIncrementalAndWeekly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(25))
		w.start()
		time.Sleep(8 * 24 * time.Hour)
		w.stop()
		modes := map[string]int{}
		for _, r := range w.runs() {
			if r.State != Succeeded || r.Mode == Changes && r.Requests != 1 {
				t.Errorf("run: %+v", r)
			}
		}
		full := w.due().Full
		for _, r := range w.runs() {
			modes[string(r.Trigger)+" "+string(r.Mode)]++
		}
		if modes["incremental incremental"] < 40 || modes["nightly full"]+modes["nightly incremental"] > 8 {
			t.Errorf("runs: %v", modes)
		}
		if age := time.Since(full); age > 48*time.Hour {
			t.Errorf("the last full run was %s ago", age)
		}
		if n := w.crm.reads.Load(); n > 8*48+20 {
			t.Errorf("%d pages in 8 days", n)
		}
	})
}

// Promise: incremental runs stay below a tenth of the daily quota by running less often.
func TestIntervalKeepsToQuota(t *testing.T) {
	rate := func(count int, every time.Duration, per string) []presets.Rate {
		return []presets.Rate{{Limit: presets.Limit{Count: count, Every: every}, Per: per}}
	}
	day := 24 * time.Hour
	cases := []struct {
		name     string
		rates    []presets.Rate
		requests float64
		sharers  int
		want     time.Duration
	}{
		{"no quota", nil, 2, 1, 30 * time.Minute},
		{"burst only", rate(10, time.Second, "connection"), 100, 1, 30 * time.Minute},
		{"large", rate(100_000, day, "account"), 2, 1, 30 * time.Minute},
		{"small", rate(1000, day, "account"), 4, 1, 57*time.Minute + 36*time.Second},
		{"hourly", rate(100, time.Hour, "account"), 10, 1, time.Hour},
		{"shared by all tenants", rate(10_000, day, "app"), 2, 50, 2*time.Hour + 24*time.Minute},
		{"hopeless", rate(10, day, "account"), 2, 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := interval(c.rates, c.requests, c.sharers); got != c.want {
				t.Errorf("every %s, want %s", got, c.want)
			}
		})
	}
}

// Promise: thousands of tenants due at once run a few at a time, and all within their window (F18). A thousand runs of
// 25 seconds are the load of 5,000 of five.
func TestSchedulerManyAtOnce(t *testing.T) {
	const tenants, takes = 1000, 25 * time.Second
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T01:00:00+01:00"))
		load := &counter{}
		crm := func() *crm {
			return &crm{size: 10, whole: true, most: load, fault: func(int) error { time.Sleep(takes); return nil }}
		}
		w := newWorld(t, crm())
		for range tenants - 1 {
			w.add(crm())
		}
		for in := range w.sources {
			_ = w.dir.change(in, func(i *tenant.Integration) { i.Window = tenant.Window{From: "02:00", To: "02:00"} })
			entry := due{At: at(t, "2026-11-20T01:00:00Z"), Why: Nightly, Night: "2026-11-19", Synced: time.Now().Add(-time.Hour)}
			if err := w.store.Update(t.Context(), func(w store.Writer) error { return put(w, dueKey(in), entry) }); err != nil {
				t.Fatal(err)
			}
		}
		w.deps.Limits = Limits{Running: 8, PerPreset: 6}
		w.s = w.scheduler()
		w.start()
		until(at(t, "2026-11-20T05:00:00+01:00"))
		if most := load.most.Load(); most != 6 {
			t.Errorf("%d runs at a time", most)
		}
		left := 0
		for _, s := range w.s.table.slots() {
			if s.due.Night != "2026-11-20" || s.due.Synced.IsZero() {
				left++
			}
		}
		if left > 0 {
			t.Errorf("%d tenants have not run by the end of the window", left)
		}
		w.stop()
	})
}

// Promise: a failing CRM is asked ever less often, at most ten times in an hour, and no night is lost (E12, F10).
func TestSchedulerBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		w.mustSync(Full)
		w.crm.fail(func(int) error { return errOff })
		w.start()
		time.Sleep(90 * time.Minute)
		runs := w.runs()
		if n := len(runs) - 1; n < 3 || n > 6 {
			t.Errorf("%d tries in 90 minutes: %v", n, w.starts(time.UTC))
		}
		if i, _ := w.dir.Integration(t.Context(), w.in.Tenant, w.in.Integration); i.Connection.Health != tenant.HealthRetrying || i.Connection.Text != "Wait." {
			t.Errorf("connection: %+v", i.Connection)
		}
		w.crm.fail(nil)
		time.Sleep(time.Hour + 15*time.Minute)
		w.stop()
		if i, _ := w.dir.Integration(t.Context(), w.in.Tenant, w.in.Integration); i.Connection.Health != tenant.HealthOK {
			t.Errorf("connection: %+v", i.Connection)
		}
		if d := w.due(); d.Failures != 0 {
			t.Errorf("due: %+v", d)
		}
	})
}

// Promise: a source that panics fails its run, and the next run still happens (F19).
func TestSchedulerSurvivesPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		w.crm.fail(func(int) error { return errBug })
		w.start()
		time.Sleep(time.Hour)
		w.crm.fail(nil)
		time.Sleep(24 * time.Hour)
		w.stop()
		runs := w.runs()
		if first, last := runs[len(runs)-1], runs[0]; first.State != Failed || last.State != Succeeded {
			t.Errorf("first run %s, last run %s", first.State, last.State)
		}
	})
}

// Promise: who has to sign in again is not asked over and over, and runs as soon as somebody did (E12).
func TestSchedulerWaitsForSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		w.mustSync(Full)
		w.crm.fail(func(int) error { return errOut })
		w.start()
		time.Sleep(5 * 24 * time.Hour)
		if n := len(w.runs()); n != 2 {
			t.Errorf("%d runs without a sign-in: %v", n, w.starts(time.UTC))
		}
		if i, _ := w.dir.Integration(t.Context(), w.in.Tenant, w.in.Integration); i.Connection.Health != tenant.HealthReauth {
			t.Errorf("connection: %+v", i.Connection)
		}
		w.crm.fail(nil)
		_ = w.dir.change(w.in, func(i *tenant.Integration) { i.SecretsSet = map[string]time.Time{"token": time.Now()} })
		time.Sleep(2 * time.Minute)
		if n := len(w.runs()); n != 3 {
			t.Errorf("%d runs after the sign-in", n)
		}
		w.stop()
	})
}

// Promise: data that cannot be renewed becomes stale after the maximum age, and is not asked for more often because of it.
func TestSchedulerMarksStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		w.deps.AgeLimit = 48 * time.Hour
		w.s = w.scheduler()
		w.mustSync(Full)
		w.crm.fail(func(int) error { return errOut })
		w.start()
		time.Sleep(4 * 24 * time.Hour)
		w.stop()
		if i, _ := w.dir.Integration(t.Context(), w.in.Tenant, w.in.Integration); i.Connection.Health != tenant.HealthStale {
			t.Errorf("connection: %+v", i.Connection)
		}
		if n := len(w.runs()); n != 2 {
			t.Errorf("%d runs: %v", n, w.starts(time.UTC))
		}
	})
}

// Promise: disabled integrations rest; enabling one whose data is older than a day starts a sync, a younger one waits.
func TestSchedulerFollowsState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		set := func(s tenant.State) { _ = w.dir.change(w.in, func(i *tenant.Integration) { i.State = s }) }
		w.start()
		time.Sleep(time.Minute)
		if n := len(w.runs()); n != 1 {
			t.Fatalf("%d runs of a new integration", n)
		}
		set(tenant.StateDisabled)
		time.Sleep(30 * time.Hour)
		if n := len(w.runs()); n != 1 {
			t.Errorf("%d runs while disabled", n)
		}
		set(tenant.StateEnabled)
		time.Sleep(2 * time.Minute)
		if runs := w.runs(); len(runs) != 2 || runs[0].Trigger != First {
			t.Errorf("after enabling: %v", w.starts(time.UTC))
		}
		set(tenant.StateDisabled)
		time.Sleep(2 * time.Minute)
		set(tenant.StateEnabled)
		time.Sleep(2 * time.Minute)
		if n := len(w.runs()); n != 2 {
			t.Errorf("%d runs after a short rest", n)
		}
		w.stop()
	})
}

// Promise: settings that decide how numbers are read take effect soon, not at the next night.
func TestSchedulerFollowsSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(5))
		w.start()
		time.Sleep(5 * time.Minute)
		_ = w.dir.change(w.in, func(i *tenant.Integration) { i.Fax = true })
		time.Sleep(3 * time.Minute)
		if runs := w.runs(); len(runs) != 2 || runs[0].Trigger != Settings || runs[0].Mode != Full {
			t.Errorf("runs: %v", w.starts(time.UTC))
		}
		w.stop()
	})
}

// Promise: an integration that is removed in the middle of its run leaves nothing that runs or stays.
func TestRemovedDuringRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(30))
		w.crm.gate = make(chan struct{})
		if _, err := w.s.Sync(t.Context(), w.in, Auto, Manual); err != nil {
			t.Fatal(err)
		}
		w.dir.mu.Lock()
		delete(w.dir.integrations, w.in)
		w.dir.mu.Unlock()
		time.Sleep(heartbeat + time.Second)
		if w.s.running(w.in) != nil {
			t.Error("still running")
		}
		if err := w.s.Forget(t.Context(), w.in); err != nil {
			t.Error(err)
		}
		if n := len(w.runs()); n != 0 {
			t.Errorf("%d runs are left", n)
		}
	})
}

// Promise: the wait doubles from two minutes to an hour, keeps to what the CRM asks for, and believes no more than 15 minutes (F8).
func TestBackoff(t *testing.T) {
	cases := []struct {
		failures int
		after    time.Duration
		place    float64
		want     time.Duration
	}{
		{1, 0, 0, 2 * time.Minute},
		{2, 0, 0, 4 * time.Minute},
		{5, 0, 0, 32 * time.Minute},
		{6, 0, 0, time.Hour},
		{100, 0, 0, time.Hour},
		{1, 10 * time.Minute, 0, 10 * time.Minute},
		{1, 1e9 * time.Second, 0, 15 * time.Minute},
		{1, -time.Hour, 0, 2 * time.Minute},
		{1, 0, 0.5, 2*time.Minute + 12*time.Second},
	}
	for _, c := range cases {
		if got := backoff(c.failures, c.after, c.place); got != c.want {
			t.Errorf("backoff(%d, %s, %g) = %s, want %s", c.failures, c.after, c.place, got, c.want)
		}
	}
}
