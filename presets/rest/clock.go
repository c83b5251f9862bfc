package rest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// clock writes and reads times as one CRM does; see the table since.format.
type clock struct {
	format string
	zone   *time.Location
}

func newClock(format, zone string) (clock, error) {
	if zone == "" {
		return clock{format, time.UTC}, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return clock{}, fmt.Errorf("time zone %q is not known; write it as Europe/Amsterdam", zone)
	}
	return clock{format, loc}, nil
}

// layouts are the formats that are one layout.
var layouts = map[string]string{
	"":               "2006-01-02T15:04:05Z07:00",
	"rfc3339":        "2006-01-02T15:04:05Z07:00",
	"rfc3339_ms":     "2006-01-02T15:04:05.000Z07:00",
	"rfc3339_offset": "2006-01-02T15:04:05-07:00",
	"datetime":       "2006-01-02T15:04:05",
	"datetime_z":     "2006-01-02T15:04:05Z",
	"datetime_space": "2006-01-02 15:04:05",
	"date":           "2006-01-02",
	"compact":        "20060102150405",
}

// text writes a time the CRM's way.
func (c clock) text(t time.Time) string {
	switch c.format {
	case "unix":
		return strconv.FormatInt(t.Unix(), 10)
	case "unix_ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	case "json_date":
		return fmt.Sprintf("/Date(%d)/", t.UnixMilli())
	case "", "rfc3339", "rfc3339_ms":
		return t.UTC().Format(layouts[c.format])
	case "rfc3339_offset":
		return t.In(c.zone).Format(layouts[c.format])
	}
	return c.earliest(t.In(c.zone)).Format(layouts[c.format])
}

// earliest makes up for the hour that comes twice when clocks go back: what changes in the second one has an earlier time
// on it than what changed in the first.
func (c clock) earliest(t time.Time) time.Time {
	_, now := t.Zone()
	_, soon := t.Add(3 * time.Hour).Zone()
	if soon < now {
		return t.Add(time.Duration(soon-now) * time.Second)
	}
	return t
}

// isTime reports whether a format is one of times; the others are watermarks of the CRM's own.
func isTime(format string) bool {
	return format != "opaque" && format != "url" && format != "version"
}

// read reads a time the CRM wrote, its own way or in one of the common ones: the records of one CRM often write times in
// another way than its queries want them.
func (c clock) read(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, false
	}
	if n, ok := strings.CutPrefix(text, "/Date("); ok {
		n, _, _ = strings.Cut(n, ")")
		n, _, _ = strings.Cut(n, "+")
		return unix(n, time.UnixMilli)
	}
	switch c.format {
	case "unix":
		if t, ok := unix(text, func(n int64) time.Time { return time.Unix(n, 0) }); ok {
			return t, true
		}
	case "unix_ms":
		if t, ok := unix(text, time.UnixMilli); ok {
			return t, true
		}
	case "compact":
		if t, err := time.ParseInLocation(layouts["compact"], text, c.zone); err == nil {
			return t, true
		}
	}
	if c.format == "datetime_z" {
		text = strings.TrimSuffix(text, "Z")
	}
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999",
		"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02",
	} {
		if t, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			if !strings.Contains(layout, "Z07") {
				t = firstOf(t)
			}
			return t.UTC(), true
		}
	}
	switch len(text) { // a bare number: seconds and milliseconds differ by three digits until 2286
	case 10:
		return unix(text, func(n int64) time.Time { return time.Unix(n, 0) })
	case 13:
		return unix(text, time.UnixMilli)
	}
	return time.Time{}, false
}

// firstOf is the first of the two moments a local time means in the hour that comes twice.
func firstOf(t time.Time) time.Time {
	_, before := t.Add(-3 * time.Hour).Zone()
	_, now := t.Zone()
	early := t.Add(time.Duration(now-before) * time.Second)
	if _, then := early.Zone(); before > now && then == before {
		return early
	}
	return t
}

func unix(text string, make func(int64) time.Time) (time.Time, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}, false
	}
	return make(n).UTC(), true
}
