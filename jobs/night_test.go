package jobs

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func clock(hours, minutes int) time.Duration {
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

// Promise: one nightly run per local date, at the gap's end where clocks skip its time, once where they repeat it (F17).
func TestNightOverClockChanges(t *testing.T) {
	cases := []struct {
		name, zone string
		from       time.Duration
		after      string
		want       []string
	}{
		{
			"Amsterdam repeats 02:30 on 2026-10-25", "Europe/Amsterdam", clock(2, 30), "2026-10-24T12:00:00+02:00",
			[]string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"},
		},
		{
			"Amsterdam skips 02:30 on 2027-03-28", "Europe/Amsterdam", clock(2, 30), "2027-03-27T12:00:00+01:00",
			[]string{"2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"},
		},
		{
			"Amsterdam at the gap's edges", "Europe/Amsterdam", clock(3, 0), "2027-03-27T12:00:00+01:00",
			[]string{"2027-03-28T01:00:00Z", "2027-03-29T01:00:00Z"},
		},
		{
			"Santiago skips midnight on 2026-09-06", "America/Santiago", 0, "2026-09-05T12:00:00-04:00",
			[]string{"2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"},
		},
		{
			"Santiago repeats 23:30 on 2026-04-04", "America/Santiago", clock(23, 30), "2026-04-04T12:00:00-03:00",
			[]string{"2026-04-05T02:30:00Z", "2026-04-06T03:30:00Z"},
		},
		{
			"Lord Howe skips half an hour on 2026-10-04", "Australia/Lord_Howe", clock(2, 10), "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-03T15:30:00Z", "2026-10-04T15:10:00Z"},
		},
		{
			"Lord Howe repeats half an hour on 2027-04-04", "Australia/Lord_Howe", clock(1, 45), "2027-04-03T12:00:00+11:00",
			[]string{"2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"},
		},
		{
			"no changes in Kolkata", "Asia/Kolkata", clock(2, 0), "2026-10-24T12:00:00+05:30",
			[]string{"2026-10-24T20:30:00Z", "2026-10-25T20:30:00Z"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := Night{Zone: zone(t, c.zone), From: c.from, To: c.from}
			var got []string
			for _, s := range n.Preview(at(t, c.after), "", len(c.want)) {
				got = append(got, s.Format(time.RFC3339))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Promise: exactly one night per local date in every zone, in order, about a day apart, inside its window.
func TestNightOncePerDate(t *testing.T) {
	zones := []string{"Europe/Amsterdam", "America/Santiago", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran", "UTC"}
	rapid.Check(t, func(r *rapid.T) {
		z, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(r, "zone"))
		if err != nil {
			r.Fatal(err)
		}
		n := Night{
			Zone: z, Place: rapid.Float64Range(0, 0.999).Draw(r, "place"),
			From: time.Duration(rapid.IntRange(0, 1439).Draw(r, "from")) * time.Minute,
			To:   time.Duration(rapid.IntRange(0, 1439).Draw(r, "to")) * time.Minute,
		}
		now := time.Unix(int64(rapid.IntRange(1_500_000_000, 2_000_000_000).Draw(r, "now")), 0).UTC()
		done := n.Latest(now)
		if n.Start(done).After(now) {
			r.Fatalf("night %s is not due at %s", done, now)
		}
		for range 400 {
			date, start := n.Next(now, done)
			if date != done.plus(1) {
				r.Fatalf("after %s comes %s", done, date)
			}
			if gap := start.Sub(now); !start.After(now) || gap > 26*time.Hour {
				r.Fatalf("night %s starts %s after %s", date, gap, now)
			}
			now, done = start, date
		}
	})
}

// Promise: runs are spread evenly over the window by name, always at the same place (F18).
func TestPlaceSpreads(t *testing.T) {
	const names, slots = 5000, 10
	var filled [slots]int
	for i := range names {
		filled[int(place(fmt.Sprint("t_", i))*slots)]++
	}
	for slot, n := range filled {
		if n < names/slots*8/10 || n > names/slots*12/10 {
			t.Errorf("tenth %d of the window holds %d of %d", slot, n, names)
		}
	}
	if place("t_a") != place("t_a") || place("t_a") == place("t_b") {
		t.Error("a place is not the name's own")
	}
}

// Promise: an admin's cron line never panics the process, never runs too often and keeps to the wall clock.
func TestParseLine(t *testing.T) {
	refused := map[string]string{
		"zone without schedule":  "TZ=UTC",
		"zone with schedule":     "CRON_TZ=Europe/Amsterdam 0 2 * * *",
		"zone in small letters":  "tz=utc 0 2 * * *",
		"empty":                  "",
		"too long":               "0 2 * * 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
		"never comes":            "0 0 30 2 *",
		"every minute":           "* * * * *",
		"twice within the hour":  "0,10 2 * * *",
		"just over midnight":     "0,59 0,23 * * *",
		"every negative seconds": "@every -5s",
		"every zero":             "@every 0s",
		"interval":               "@Every 20m",
		"six fields":             "0 0 2 * * *",
	}
	for name, text := range refused {
		t.Run(name, func(t *testing.T) {
			if l, err := parseLine(text); err == nil {
				t.Errorf("accepted, next %s", l.Next(time.Now(), time.UTC))
			}
		})
	}
	for _, text := range []string{"0 2 * * *", "*/15 * * * *", "30 2 * * 1-5", "@daily"} {
		if _, err := parseLine(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Promise: the trap of the library, a skipped and a doubled run, does not reach a line (robfig/cron issue 541).
func TestLineOverClockChanges(t *testing.T) {
	l, err := parseLine("30 2 * * *")
	if err != nil {
		t.Fatal(err)
	}
	ams := zone(t, "Europe/Amsterdam")
	next := func(after string) string { return l.Next(at(t, after), ams).Format(time.RFC3339) }
	got := []string{next("2027-03-28T00:30:00Z"), next("2027-03-28T01:00:00Z"), next("2026-10-25T00:00:00Z"), next("2026-10-25T00:30:00Z")}
	want := []string{"2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseLine(f *testing.F) {
	for _, seed := range []string{"TZ=", "CRON_TZ=x", "0 2 * * *", "@every 1h", "*/0 * * * *", "0 0 31 2 *", "@", "1-0 * * * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := parseLine(text)
		if err != nil {
			return
		}
		now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
		if next := l.Next(now, time.UTC); !next.After(now) {
			t.Errorf("%q: next is %s", text, next)
		}
	})
}
