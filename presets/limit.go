package presets

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is a count of requests in a time: 10/s, 100/10s, 100000/day.
type Limit struct {
	Count int
	Every time.Duration
}

// UnmarshalText reads the written form.
func (l *Limit) UnmarshalText(text []byte) error {
	count, unit, ok := strings.Cut(strings.TrimSpace(string(text)), "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	every, known := limitUnit(strings.TrimSpace(unit))
	if !ok || err != nil || n <= 0 || !known {
		return fmt.Errorf("%q is not a limit; write 10/s, 100/10s, 4000/h or 100000/day", text)
	}
	*l = Limit{Count: n, Every: every}
	return nil
}

// MarshalText writes what UnmarshalText reads, in the largest unit that fits.
func (l Limit) MarshalText() ([]byte, error) {
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{"day", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := l.Every / u.of; n > 0 && l.Every%u.of == 0 {
			if n == 1 {
				return fmt.Appendf(nil, "%d/%s", l.Count, u.name), nil
			}
			return fmt.Appendf(nil, "%d/%d%s", l.Count, n, u.name), nil
		}
	}
	return fmt.Appendf(nil, "%d/%s", l.Count, l.Every), nil
}

func limitUnit(s string) (time.Duration, bool) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	n := 1
	if digits != "" {
		var err error
		if n, err = strconv.Atoi(digits); err != nil || n <= 0 || n > 1_000_000 {
			return 0, false
		}
	}
	switch s[len(digits):] {
	case "s", "second":
		return time.Duration(n) * time.Second, true
	case "m", "min", "minute":
		return time.Duration(n) * time.Minute, true
	case "h", "hour":
		return time.Duration(n) * time.Hour, true
	case "d", "day":
		return time.Duration(n) * 24 * time.Hour, true
	}
	return 0, false
}

// Percent is a whole number from 0 to 100, written with %.
type Percent int

// UnmarshalText reads the written form.
func (p *Percent) UnmarshalText(text []byte) error {
	digits, ok := strings.CutSuffix(strings.TrimSpace(string(text)), "%")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || n > 100 {
		return fmt.Errorf("%q is not a percentage; write 20%%", text)
	}
	*p = Percent(n)
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (p Percent) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d%%", int(p)), nil }
