package jobs

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// Date is a day of a tenant's calendar, as 2026-10-25. Dates compare as strings; the zero value is before all others.
type Date string

const dateLayout = time.DateOnly

func dateOf(wall time.Time) Date { return Date(wall.Format(dateLayout)) }

// midnight returns the wall time at which the date begins.
func (d Date) midnight() time.Time {
	t, err := time.Parse(dateLayout, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

func (d Date) plus(days int) Date { return dateOf(d.midnight().AddDate(0, 0, days)) }

// Night is where in each local night an integration runs: a window of wall time, which may pass midnight, and its own
// place in that window. A night bears the date its window begins at.
type Night struct {
	Zone     *time.Location
	From, To time.Duration // wall time since midnight; To at or before From means the next day, unless they are equal
	Place    float64       // from 0, the window's beginning, to below 1
}

// place spreads what has that name evenly over [0, 1), the same on every machine and after every restart.
func place(name string) float64 {
	sum := sha256.Sum256([]byte(name))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// Start returns when the night of that date is due. In a daylight-saving gap it is the gap's end; of a repeated hour it
// is the first.
func (n Night) Start(d Date) time.Time {
	length := n.To - n.From
	if length < 0 {
		length += 24 * time.Hour
	}
	within := time.Duration(float64(length) * n.Place).Truncate(time.Second)
	return instantOf(d.midnight().Add(n.From+within), n.Zone)
}

// Latest returns the date of the newest night that is due at t or was before.
func (n Night) Latest(t time.Time) Date {
	d := dateOf(wallOf(t, n.Zone))
	for n.Start(d).After(t) {
		d = d.plus(-1)
	}
	return d
}

// Next returns the first night after the one of date done that is still to come at t.
func (n Night) Next(t time.Time, done Date) (Date, time.Time) {
	d := max(n.Latest(t), done).plus(1)
	return d, n.Start(d)
}

// Preview returns when the next count nights are due, for pages and commands that show the plan.
func (n Night) Preview(t time.Time, done Date, count int) []time.Time {
	var starts []time.Time
	for range count {
		var start time.Time
		done, start = n.Next(t, done)
		starts = append(starts, start)
	}
	return starts
}

const (
	windowFrom = 2 * time.Hour
	windowTo   = 5 * time.Hour
)

// windowOf reads a nightly window; a part that is missing or malformed is the default one's.
func windowOf(w tenant.Window) (from, to time.Duration) {
	return timeOfDay(w.From, windowFrom), timeOfDay(w.To, windowTo)
}

func timeOfDay(text string, standard time.Duration) time.Duration {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return standard
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}
