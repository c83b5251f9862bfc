package cache

import (
	"context"
	"fmt"
	"testing"
)

// Promise (reliability row F16): a number with more contacts than are listed stays right when many of them change in one
// segment, some of them twice, some of them listed and some not.
func TestSwitchboard(t *testing.T) {
	const number = "+31201234567"
	for _, segment := range []int{7, 1000} {
		t.Run(fmt.Sprint("segment of ", segment), func(t *testing.T) {
			w := memory(t)
			w.segment = segment
			w.reopen()
			people := map[string]person{}
			var list []person
			for i := range 3 * MaxContacts {
				p := person{ID: fmt.Sprint(i), Name: fmt.Sprintf("Person %03d", i), Age: i, Phones: []string{number}}
				people[p.ID], list = p, append(list, p)
			}
			w.publish(list...)
			w.check(people, []string{number})

			r := w.refresh(RefreshOptions{Mode: Incremental})
			for i := 0; i < len(list); i += 2 {
				twice := list[i]
				twice.Age = 100 + i%7
				w.no(feed(r, []person{twice}))
				twice.Age = (i * 31) % 90
				w.no(feed(r, []person{twice}))
				people[twice.ID] = twice
			}
			for i := 1; i < len(list); i += 6 {
				w.no(r.Delete("contact", list[i].ID))
				delete(people, list[i].ID)
			}
			_, err := r.Publish(context.Background())
			w.no(err)
			w.check(people, []string{number})
		})
	}
}

// BenchmarkSwitchboard is a first run in which all contacts have one number: the time for each must not grow with how many
// there are.
func BenchmarkSwitchboard(b *testing.B) {
	for _, n := range []int{1000, 10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				w := memory(b)
				w.segment = segmentChanges
				w.reopen()
				r := w.refresh(RefreshOptions{})
				for i := range n {
					w.no(feed(r, []person{{ID: fmt.Sprint(i), Name: "x", Phones: []string{"+31201234567"}}}))
				}
				_, err := r.Publish(context.Background())
				w.no(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/contact")
		})
	}
}
