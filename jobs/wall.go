package jobs

import "time"

// A wall time is what a clock on the wall of a tenant's office shows, without a zone. It is kept as a time.Time in UTC
// with those figures, so that adding to it never meets a daylight-saving change.

// wallOf returns what the clocks of zone show at t.
func wallOf(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), time.UTC)
}

// instantOf returns when the clocks of zone first show wall. Where they skip it, because they are put forward over it,
// that is the moment they are put forward.
func instantOf(wall time.Time, zone *time.Location) time.Time {
	near := wall.In(zone).Add(-offsetAt(wall, zone)) // at most a few hours beside the wanted instant
	var first time.Time
	for _, offset := range offsetsAround(near) {
		t := wall.Add(-offset)
		if wallOf(t, zone).Equal(wall) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if first.IsZero() {
		first = gapEnd(near, wall)
	}
	return first.UTC()
}

func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// offsetsAround returns the offset in force at t, the one before it and the one after.
func offsetsAround(t time.Time) []time.Duration {
	zone := t.Location()
	offsets := []time.Duration{offsetAt(t, zone)}
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		offsets = append(offsets, offsetAt(start.Add(-time.Second), zone))
	}
	if !end.IsZero() {
		offsets = append(offsets, offsetAt(end, zone))
	}
	return offsets
}

// gapEnd returns the change near t at which the clocks jump over wall.
func gapEnd(t, wall time.Time) time.Time {
	start, end := t.ZoneBounds()
	for _, change := range []time.Time{start, end} {
		if change.IsZero() {
			continue
		}
		before := wallOf(change.Add(-time.Nanosecond), t.Location())
		if before.Before(wall) && wallOf(change, t.Location()).After(wall) {
			return change
		}
	}
	return t
}
