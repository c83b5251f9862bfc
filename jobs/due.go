package jobs

import "time"

const (
	catchUpSpread = 30 * time.Minute // over which missed runs are caught up
	catchUpLate   = 5 * time.Minute  // a run this late was missed, not waiting for its turn
	nightNear     = 2 * time.Hour    // a missed night is dropped when the next is this near
	retryFirst    = 2 * time.Minute
	retryMost     = time.Hour
	retryAfterTop = 15 * time.Minute // the longest Retry-After of a CRM that is believed (F8)
	columnsAfter  = time.Minute
	settingsAfter = time.Minute                   // an admin seldom changes one thing only
	fullEvery     = 6*24*time.Hour + 12*time.Hour // a weekly full run that is half a day early is still weekly
)

// due is the durable entry of the due table: when an integration runs next, and what it already ran.
type due struct {
	At       time.Time `json:"next_due,omitzero"` // UTC; zero waits for a person
	Why      Trigger   `json:"why,omitempty"`
	Night    Date      `json:"last_run_local_date,omitempty"`
	Full     time.Time `json:"last_full,omitzero"`   // end of the last full run that was published or held
	Synced   time.Time `json:"last_synced,omitzero"` // end of the last run that was published
	Failures int       `json:"failures,omitempty"`   // in a row
	Waits    time.Time `json:"waits,omitzero"`       // since then, for a person to sign in again
	Held     time.Time `json:"held,omitzero"`        // since when a generation waits for a person
	Columns  Date      `json:"columns,omitempty"`    // local date of the last full run made for column decisions
	Changes  bool      `json:"changes,omitempty"`    // the source can give changes only, from where it was read to
	Damaged  bool      `json:"damaged,omitempty"`    // stored entries fail their seal: the next run writes everything anew
	Requests float64   `json:"requests,omitempty"`   // that an incremental run is expected to need
	Settings string    `json:"settings,omitempty"`   // the mapping of what is published; another one wants a full run
}

// calendar is what the plan of one integration depends on besides its due entry.
type calendar struct {
	night    Night
	place    float64
	interval time.Duration // between incremental runs; 0 where the source cannot
}

// first plans an integration that was just enabled or met for the first time.
func (d due) first(c calendar, now time.Time) due {
	if now.Sub(d.Synced) > 24*time.Hour {
		d.At, d.Why = now, First
		return d
	}
	return d.regular(c, now)
}

// regular plans the next night, or an incremental run before it.
func (d due) regular(c calendar, now time.Time) due {
	_, night := c.night.Next(now, d.Night)
	d.At, d.Why = night, Nightly
	if c.interval <= 0 {
		return d
	}
	spread := time.Duration(c.place * float64(c.interval) / 10) // never less than the interval, which keeps to the quota
	if next := now.Add(c.interval + spread).UTC(); next.Before(night.Add(-c.interval / 2)) {
		d.At, d.Why = next, Incremental
	}
	return d
}

// begun notes that a run begins: the night it stands for is taken, so that it cannot be run a second time. Until the run
// ends, the entry is due for going on after a crash.
func (d due) begun(c calendar, now time.Time) due {
	d.Night = max(d.Night, c.night.Latest(now))
	d.At, d.Why = now.Add(leaseLife), Retry
	return d
}

// pendingNight tells whether a night has come that no run was begun for.
func (d due) pendingNight(c calendar, now time.Time) bool { return c.night.Latest(now) > d.Night }

// fullDue tells whether the next nightly run has to read everything.
func (d due) fullDue(now time.Time) bool { return now.Sub(d.Full) > fullEvery }

// published plans on after a run that was published. One that ended after its next night had come stands for that too.
func (d due) published(c calendar, now time.Time, mode Mode) due {
	d.Night = max(d.Night, c.night.Latest(now))
	d.Failures, d.Synced, d.Waits, d.Held, d.Damaged = 0, now, time.Time{}, time.Time{}, false
	if mode == Full {
		d.Full = now
	}
	return d.regular(c, now)
}

// held plans on after a run that waits for a person: only the next night, which replaces it.
func (d due) held(c calendar, now time.Time) due {
	d.Failures = 0
	c.interval = 0
	return d.regular(c, now)
}

// again plans another full run for column decisions, at most one per local date.
func (d due) again(c calendar, now time.Time) due {
	today := dateOf(wallOf(now, c.night.Zone))
	if d.Columns >= today {
		return d
	}
	d.Columns, d.At, d.Why = today, now.Add(columnsAfter), Columns
	return d
}

// anew plans a run that writes everything anew, because what is published is damaged.
func (d due) anew(now time.Time) due {
	d.Damaged, d.At, d.Why = true, now.Add(columnsAfter), Retry
	return d
}

// failed plans on after a failure: back-off if it may pass by itself, the next night if not.
func (d due) failed(c calendar, now time.Time, temporary bool, after time.Duration) due {
	d.Failures++
	_, night := c.night.Next(now, d.Night)
	if d.pendingNight(c, now) {
		night = now // it came during the run that failed
	}
	d.At, d.Why = night, Nightly
	if next := now.Add(backoff(d.Failures, after, c.place)).UTC(); temporary && next.Before(night) {
		d.At, d.Why = next, Retry
	}
	return d
}

// waiting plans nothing before a person has signed in again.
func (d due) waiting(now time.Time) due {
	d.Failures++
	d.At, d.Why, d.Waits = time.Time{}, "", now
	return d
}

// backoff doubles from two minutes to an hour, that is at most six tries in the first hour (E12), and keeps to what the
// CRM asked for. Neighbours are kept apart by up to a fifth.
func backoff(failures int, after time.Duration, place float64) time.Duration {
	wait := min(retryFirst<<min(failures-1, 10), retryMost)
	wait = max(wait, min(after, retryAfterTop))
	return wait + time.Duration(place*float64(wait)/5)
}

// missed moves an entry whose time passed while nothing ran: one run, spread over half an hour, or the next night where
// that is near anyway.
func (d due) missed(c calendar, now time.Time) due {
	if d.At.IsZero() || d.Why == CatchUp || now.Sub(d.At) < catchUpLate {
		return d
	}
	next := now.Add(time.Duration(c.place * float64(catchUpSpread))).UTC()
	if _, night := c.night.Next(now, d.Night); d.Why == Nightly && night.Sub(next) < nightNear {
		d.At = night
		return d
	}
	d.At, d.Why = next, CatchUp
	return d
}
