package api

import (
	"net/url"
	"testing"
	"time"

	"github.com/ringdex/ringdex/recognition"
)

// FuzzQuestion: whatever a query string holds, reading it ends, and a number that was encoded properly arrives.
func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{"number=+31201234567", "number=%2B1&limit=-9&explain=1", "number=%zz&&=&region=nl", "start_time=2026-11-20T14:03:00+01:00&number="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var q question
		err := q.read(text)
		if (err == nil) != q.asked || q.Limit < 0 {
			t.Fatalf("%q: %v, %+v", text, err, q)
		}
		q = question{}
		if err := q.read("number=" + url.QueryEscape(text)); err != nil || q.Number != recognition.RestorePlus(text) {
			t.Fatalf("%q arrived as %q: %v", text, q.Number, err)
		}
	})
}

// A plus that arrived as a blank is a plus, and no other blank is.
func TestRestorePlus(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" 31201234567": "+31201234567", "  31 20": "+31 20", "sip: 31201234567@x": "sip:+31201234567@x", `"A" <SIP: 31@x>`: `"A" <SIP: 31@x>`,
		"<sip: 31@x>": "<sip:+31@x>", "tel: 31": "tel:+31", " 0201234567": " 0201234567", "020 1234567": "020 1234567", " ": " ", "": "",
		"Ada 31": "Ada 31",
	} {
		if got := recognition.RestorePlus(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	var q question
	if err := q.read("number=1&start_time=2026-11-20T14:03:00+01:00"); err != nil || !q.Start.Equal(time.Date(2026, 11, 20, 13, 3, 0, 0, time.UTC)) {
		t.Errorf("start_time with an unencoded plus: %v, %v", q.Start, err)
	}
}
