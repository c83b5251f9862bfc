package bench

import (
	"fmt"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/ringdex/ringdex/phone"
)

// texts are what people type and phone systems send, one of each sort.
var texts = []struct{ what, region, text string }{
	{"already E.164", "NL", "+31612345678"},
	{"NL national", "NL", "06-12345678"},
	{"DE national with blanks and slash", "DE", "0151 / 2345 6789"},
	{"DE with (0)", "DE", "+49 (0)30 1234567"},
	{"US national", "US", "(212) 555-0123"},
	{"GB national", "GB", "020 7946 0018"},
	{"FR with 00", "FR", "0033 6 12 34 56 78"},
	{"two numbers and a note", "NL", "Tel. 020 1234567 / 06-12345678 (na 17:00)"},
	{"no number", "NL", "geen telefoon, zie 2026-11-20"},
}

// Number measures reading of numbers beside the bare library, one text at a time on one core.
func (r *Run) Number() error {
	r.table("text", "phone.Find", "phone.Caller", "library Parse + Format", "Find ÷ library")
	for _, t := range texts {
		var find, caller, library, ratio spread
		for range r.rounds() {
			f := perOperation(func() { phone.Find(t.text, phone.FieldContext{Region: t.region}) })
			c := perOperation(func() { _, _ = phone.Caller(t.text, phone.SystemForm{Region: t.region}) })
			l := perOperation(func() {
				if n, err := phonenumbers.Parse(t.text, t.region); err == nil {
					_ = phonenumbers.Format(n, phonenumbers.E164)
				}
			})
			find, caller, library, ratio = append(find, f), append(caller, c), append(library, l), append(ratio, f/l)
		}
		r.line(fmt.Sprintf("%s: `%s`", t.what, t.text), find.text("%.2f")+" µs", caller.text("%.2f")+" µs", library.text("%.2f")+" µs", ratio.text("%.2f"))
	}
	return nil
}

// perOperation is the time of one call, in microseconds.
func perOperation(do func()) float64 {
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			do()
		}
	})
	return float64(result.T.Nanoseconds()) / float64(result.N) / 1e3
}
