package jobs

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const (
	maxLine     = 64               // bytes of a cron line
	minInterval = 15 * time.Minute // between two runs of a line
	lineProbes  = 200              // how many runs ahead the interval is checked
)

// ErrLine means a cron line that is refused; the text around it says why.
var ErrLine = errors.New("unusable cron line")

// Line is an admin's own schedule in cron's five fields (minute hour day month weekday), read as wall time. It is due
// once for each wall time it names: at the gap's end where clocks skip it, once where they repeat it.
type Line struct{ schedule cron.Schedule }

// parseLine reads a cron line. It refuses what the parser stumbles over or accepts without ever being due: zones in the
// line (robfig/cron issues 470 and 554: a panic), more than 64 bytes, intervals (which know no wall time), lines that
// never come (30 February), and runs less than 15 minutes apart.
func parseLine(text string) (Line, error) {
	text = strings.TrimSpace(text)
	switch {
	case len(text) > maxLine:
		return Line{}, fmt.Errorf("%w: longer than %d characters", ErrLine, maxLine)
	case strings.Contains(strings.ToUpper(text), "TZ="):
		return Line{}, fmt.Errorf("%w: the time zone is the tenant's; leave TZ= out", ErrLine)
	case strings.HasPrefix(strings.ToLower(text), "@every"):
		return Line{}, fmt.Errorf("%w: name times of day, not an interval", ErrLine)
	}
	schedule, err := parseStandard(text)
	if err != nil {
		return Line{}, fmt.Errorf("%w: %w", ErrLine, err)
	}
	l := Line{schedule: schedule}
	return l, l.check()
}

// parseStandard keeps a panic of the parser from becoming ours.
func parseStandard(text string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return cron.ParseStandard(text)
}

// check looks at the runs to come from a fixed date on, so that the same line is always judged the same.
func (l Line) check() error {
	last := l.schedule.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if last.IsZero() {
		return fmt.Errorf("%w: it never comes", ErrLine)
	}
	for range lineProbes {
		next := l.schedule.Next(last)
		if next.IsZero() {
			return nil
		}
		if next.Sub(last) < minInterval {
			return fmt.Errorf("%w: runs must be at least %d minutes apart", ErrLine, int(minInterval.Minutes()))
		}
		last = next
	}
	return nil
}

// Next returns the first time after t at which the line is due in zone.
func (l Line) Next(t time.Time, zone *time.Location) time.Time {
	wall := wallOf(t, zone).Add(-3 * time.Hour) // behind every hour that clocks may have repeated by now
	for {
		wall = l.schedule.Next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if due := instantOf(wall, zone); due.After(t) {
			return due
		}
	}
}
