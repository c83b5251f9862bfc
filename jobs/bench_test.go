package jobs

import (
	"testing"

	"github.com/ringdex/ringdex/presets"
)

// BenchmarkSync runs 20,000 contacts of two fields and two numbers through a sync into memory: anew, and unchanged.
func BenchmarkSync(b *testing.B) {
	const contacts = 20_000
	c := newCRM(0)
	c.size = 1000
	for i := range contacts {
		r := record(i)
		r.Fields = []presets.Field{{Name: "Account", Value: "A"}, {Name: "Other", Value: "B"}}
		r.Phones = append(r.Phones, presets.Phone{Raw: contactNumber(i + contacts), Label: "mobile", Column: "Mobile"})
		c.set(i, r)
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w := newWorld(b, c)
			b.StartTimer()
			w.mustSync(Full)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*contacts), "ns/contact")
	})
	b.Run("unchanged", func(b *testing.B) {
		w := newWorld(b, c)
		w.mustSync(Full)
		for b.Loop() {
			w.mustSync(Full)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*contacts), "ns/contact")
	})
}
