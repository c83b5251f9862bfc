package bench

import (
	"fmt"
	"time"

	"github.com/nyaruka/phonenumbers/v2"

	"github.com/ringdex/ringdex/phone"
)

// sample is a text as people type it or phone systems send it.
type sample struct{ what, region, text string }

// samples are one of each sort.
func samples() []sample {
	return []sample{
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
}

// Number measures reading of numbers beside the bare library, one text at a time on one core.
func (r *Run) Number() error {
	r.table("Reading of numbers, one at a time; the library alone reads less of them",
		"text", "phone.Find µs", "phone.Caller µs", "library's parse and format µs", "Find ÷ library, per round")
	show, end := r.progress("reading numbers")
	defer end()
	for k, t := range samples() {
		show(k, len(samples()))
		var find, caller, library spread
		for range r.rounds() {
			find = append(find, perOperation(func() { phone.Find(t.text, phone.FieldContext{Region: t.region}) }))
			caller = append(caller, perOperation(func() { _, _ = phone.Caller(t.text, phone.SystemForm{Region: t.region}) }))
			library = append(library, perOperation(t.library))
		}
		r.line(fmt.Sprintf("%s: `%s`", t.what, t.text), find.text("%.2f"), caller.text("%.2f"), library.text("%.2f"), find.to(library).text("%.2f"))
	}
	return nil
}

func (t *sample) library() {
	if n, err := phonenumbers.Parse(t.text, t.region); err == nil {
		_ = phonenumbers.Format(n, phonenumbers.E164)
	}
}

// perOperation is the time of one call in microseconds, over at least a tenth of a second.
func perOperation(do func()) float64 {
	for n := 1000; ; n *= 4 {
		start := time.Now()
		for range n {
			do()
		}
		if took := time.Since(start); took > time.Second/10 {
			return micros(took) / float64(n)
		}
	}
}
