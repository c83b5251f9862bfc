package jobs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Promise: what comes next follows from how the last run ended, and no night is run twice or lost by a run that lasts
// into it.
func TestDueAfterRun(t *testing.T) {
	const day = 24 * time.Hour
	ams := zone(t, "Europe/Amsterdam")
	cal := calendar{night: Night{Zone: ams, From: clock(2, 0), To: clock(2, 0)}, place: 0.5, interval: 30 * time.Minute}
	slow := cal
	slow.interval = 0
	begun := at(t, "2026-11-20T01:50:00+01:00")
	before := due{Night: "2026-11-19", Synced: begun.Add(-day), Full: begun.Add(-day)}.begun(cal, begun)
	cases := []struct {
		name  string
		now   string
		then  func(due, time.Time) due
		at    string
		why   Trigger
		night Date
	}{
		{"published before the night", "01:55", func(d due, now time.Time) due { return d.published(slow, now, Full) }, "2026-11-20T02:00:00+01:00", Nightly, "2026-11-19"},
		{"published after it had come", "02:10", func(d due, now time.Time) due { return d.published(slow, now, Full) }, "2026-11-21T02:00:00+01:00", Nightly, "2026-11-20"},
		{"incremental near the night waits for it", "01:40", func(d due, now time.Time) due { return d.published(cal, now, Changes) }, "2026-11-20T02:00:00+01:00", Nightly, "2026-11-19"},
		{"incremental by day", "12:00", func(d due, now time.Time) due { return d.published(cal, now, Changes) }, "2026-11-20T12:31:30+01:00", Incremental, "2026-11-20"},
		{"held", "12:00", func(d due, now time.Time) due { return d.held(cal, now) }, "2026-11-21T02:00:00+01:00", Nightly, "2026-11-19"},
		{"temporary failure", "12:00", func(d due, now time.Time) due { return d.failed(cal, now, true, 0) }, "2026-11-20T12:00:00+01:00", Nightly, "2026-11-19"},
		{"permanent failure before the night", "01:55", func(d due, now time.Time) due { return d.failed(cal, now, false, 0) }, "2026-11-20T02:00:00+01:00", Nightly, "2026-11-19"},
		{"permanent failure after it had come", "02:10", func(d due, now time.Time) due { return d.failed(cal, now, false, 0) }, "2026-11-20T02:10:00+01:00", Nightly, "2026-11-19"},
		{"sign-in needed", "12:00", func(d due, now time.Time) due { return d.waiting(now) }, "", "", "2026-11-19"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.then(before, at(t, "2026-11-20T"+c.now+":00+01:00").UTC())
			var when time.Time
			if c.at != "" {
				when = at(t, c.at).UTC()
			}
			want := []any{when.String(), c.why, c.night}
			if diff := cmp.Diff(want, []any{got.At.UTC().String(), got.Why, got.Night}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Promise: missed runs are caught up within half an hour of the start, each at its own moment, or left to a night that
// is near.
func TestDueMissed(t *testing.T) {
	now := at(t, "2026-11-20T12:00:00+01:00").UTC()
	cal := calendar{night: Night{Zone: zone(t, "Europe/Amsterdam"), From: clock(2, 0), To: clock(2, 0)}, place: 0.5}
	late := due{At: now.Add(-time.Hour), Why: Nightly, Night: "2026-11-19"}
	if got := late.missed(cal, now); got.Why != CatchUp || !got.At.Equal(now.Add(15*time.Minute)) {
		t.Errorf("missed: %+v", got)
	}
	if got := late.missed(cal, now).missed(cal, now.Add(time.Hour)); got.Why != CatchUp || !got.At.Equal(now.Add(15*time.Minute)) {
		t.Errorf("a second restart moves it on: %+v", got)
	}
	if got := (due{At: now.Add(-time.Minute), Why: Nightly}).missed(cal, now); got.Why != Nightly {
		t.Errorf("a minute late is not missed: %+v", got)
	}
	if got := (due{}).missed(cal, now); !got.At.IsZero() {
		t.Errorf("what waits for a person is not missed: %+v", got)
	}
	near := at(t, "2026-11-20T01:00:00+01:00").UTC()
	if got := (due{At: near.Add(-20 * time.Hour), Why: Nightly, Night: "2026-11-18"}).missed(cal, near); got.Why != Nightly || !got.At.Equal(near.Add(time.Hour)) {
		t.Errorf("the next night is near: %+v", got)
	}
}
