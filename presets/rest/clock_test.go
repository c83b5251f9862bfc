package rest

import (
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Promise: a time written in a vendor's format is read as the same time, to the precision of the format.
func TestClockRoundTrip(t *testing.T) {
	t.Parallel()
	precision := map[string]time.Duration{"rfc3339_ms": time.Millisecond, "unix_ms": time.Millisecond, "json_date": time.Millisecond}
	rapid.Check(t, func(t *rapid.T) {
		format := rapid.SampledFrom([]string{"rfc3339", "rfc3339_ms", "datetime", "datetime_space", "unix", "unix_ms", "json_date", "compact"}).Draw(t, "format")
		zone := rapid.SampledFrom([]string{"", "Asia/Tokyo", "America/Bogota"}).Draw(t, "zone")
		c, err := newClock(format, zone)
		if err != nil {
			t.Fatal(err)
		}
		step := max(precision[format], time.Millisecond)
		if precision[format] == 0 {
			step = time.Second
		}
		want := time.UnixMilli(rapid.Int64Range(1_000_000_000_000, 4_000_000_000_000).Draw(t, "ms")).Truncate(step)
		got, ok := c.read(c.text(want))
		if !ok || !got.Equal(want) {
			t.Errorf("%s in %q: %v is %s is %v", format, zone, want, c.text(want), got)
		}
	})
}

// Promise: times are read in the spellings CRMs mix, whatever their queries want.
func TestClockReads(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, text := range []string{
		"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000+0000", "2026-01-02T04:04:05+01:00", "2026-01-02T03:04:05", "2026-01-02 03:04:05",
		"/Date(1767323045000)/", "/Date(1767323045000+0100)/", " 2026-01-02T03:04:05.000Z ",
	} {
		for _, format := range []string{"rfc3339", "unix_ms", "unix", "compact", "datetime"} {
			c, _ := newClock(format, "")
			if got, ok := c.read(text); !ok || !got.Equal(want) {
				t.Errorf("%q as %s is %v", text, format, got)
			}
		}
	}
	c, _ := newClock("compact", "")
	for _, text := range []string{"1767323045", "1767323045000", "20260102030405"} {
		if got, ok := c.read(text); !ok || !got.Equal(want) {
			t.Errorf("%q is %v", text, got)
		}
	}
	c, _ = newClock("rfc3339", "")
	for _, text := range []string{"", "yesterday", "0", "2026-13-01"} {
		if got, ok := c.read(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	if _, err := newClock("datetime", "Europe/Atlantis"); err == nil {
		t.Error("a zone that does not exist was taken")
	}
}

// Promise: the next page is found among other links, however they are written (RFC 8288).
func TestLinkNext(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`<https://a/2>; rel="next"`:                            "https://a/2",
		`<https://a/9>; rel="last", <https://a/2>; rel="next"`: "https://a/2",
		`<https://a/2>; title="x"; rel=next`:                   "https://a/2",
		`<https://a/2?x=1,2>; rel="prefetch next"`:             "https://a/2?x=1,2",
		`<https://a/1>; rel="prev"`:                            "",
		`<https://a/1>; rel="nextish", nonsense`:               "",
		`<https://a/1`:                                         "",
		``:                                                     "",

		`<https://a/1>; rel="first", <https://a/2>; REL = "NEXT"`: "https://a/2",
	} {
		if got := linkNext(http.Header{"Link": {text}}); got != want {
			t.Errorf("%s gives %q, want %q", text, got, want)
		}
	}
}
