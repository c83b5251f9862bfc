package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

// benchContacts is how many contacts the benchmarks use; RINGDEX_BENCH_CONTACTS=1000000 gives the figures of the docs.
func benchContacts() int {
	if n, err := strconv.Atoi(os.Getenv("RINGDEX_BENCH_CONTACTS")); err == nil {
		return n
	}
	return 50_000
}

// benchRecord is a contact of about 366 bytes as JSON, in a CRM's order, with one number.
func benchRecord(i, revision int) (Contact, Digest, LabelledNumber) {
	id := fmt.Sprintf("0037R00002%08d", i)
	name := fmt.Sprintf("Ada%d van der Muster-Beispiel %d", i%977, i%7919)
	c := Contact{
		Type: "contact", ID: id, Name: name, Company: fmt.Sprintf("Muster & Partner Handelsgesellschaft %d", i/4),
		URL: "https://acme.my.crm.example/lightning/r/Contact/" + id + "/view",
		Fields: []Field{
			{"DisplayName", name},
			{"Email", fmt.Sprintf("ada.%d@muster-%d.example", i, i/4)},
			{"AccountNumber__c", fmt.Sprintf("AC-%08d", i/4)},
			{"Rev", strconv.Itoa(revision)},
		},
		Changed: day,
	}
	digest := DigestOf(id, name, strconv.Itoa(revision))
	return c, digest, LabelledNumber{Number: benchNumber(i), Label: "mobile"}
}

func benchNumber(i int) phone.Number {
	return number(fmt.Sprintf("+316%08d", 10_000_000+i))
}

// benchWorld is a cache in files.
func benchWorld(b *testing.B) *world {
	table, err := badgerkv.OpenTable(b.TempDir(), badgerkv.Options{MinFree: -1, Pace: benchPace()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = table.Close() })
	w := newWorld(b, table, memkv.New())
	c, err := Open(context.Background(), Deps{Table: table, Control: w.control, Keys: w.keys})
	w.no(err)
	w.cache = c
	return w
}

// benchRun is a full run over n contacts of which every step-th has changed.
func benchRun(b *testing.B, w *world, n, revision, step int) Stats {
	r := w.refresh(RefreshOptions{Language: "nl"})
	for i := range n {
		rev := 0
		if step > 0 && i%step == 0 {
			rev = revision
		}
		c, digest, number := benchRecord(i, rev)
		same, err := r.Unchanged(c.Type, c.ID, digest)
		if err == nil && !same {
			err = r.Put(c, digest, number)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	s, err := r.Publish(context.Background())
	w.no(err)
	return s
}

// BenchmarkRefresh measures runs of all contacts into files: the first, one in which nothing has changed, one in which
// 1 % has, one in which all have. The records are made on the way, which "records" measures alone.
func BenchmarkRefresh(b *testing.B) {
	n := benchContacts()
	b.Run("records", func(b *testing.B) {
		for b.Loop() {
			for i := range n {
				benchRecord(i, 0)
			}
		}
	})
	for b.Loop() {
		w := benchWorld(b)
		for i, run := range []struct {
			name string
			step int
		}{{"first", 1}, {"unchanged", 1}, {"1%", 100}, {"all", 1}} {
			revision := []int{1, 1, 2, 3}[i]
			peak := watchMemory()
			began := time.Now()
			var s Stats
			if run.name == "1%" {
				s = benchPart(b, w, n)
			} else {
				s = benchRun(b, w, n, revision, run.step)
			}
			took := time.Since(began)
			b.ReportMetric(took.Seconds(), run.name+"-s")
			b.Logf("%-10s %v for %d, %.2f µs each, peak heap and stacks %d MiB: %+v", run.name, took.Round(time.Millisecond), n,
				float64(took.Microseconds())/float64(n), peak()>>20, s)
		}
		b.Logf("on disk %d MiB, %d bytes a contact", w.table.Size()>>20, w.table.Size()/int64(n))
	}
}

// benchPart is a run in which 1 % has changed since revision 1.
func benchPart(b *testing.B, w *world, n int) Stats {
	r := w.refresh(RefreshOptions{Language: "nl"})
	for i := range n {
		rev := 1
		if i%100 == 0 {
			rev = 2
		}
		c, digest, number := benchRecord(i, rev)
		same, err := r.Unchanged(c.Type, c.ID, digest)
		if err == nil && !same {
			err = r.Put(c, digest, number)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	s, err := r.Publish(context.Background())
	w.no(err)
	return s
}

// watchMemory samples what the runtime has of the system and has not given back; the function returned tells the peak.
func watchMemory() func() uint64 {
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64()-sample[1].Value.Uint64())
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-peak }
}

// BenchmarkMatch asks for known and unknown numbers, in files.
func BenchmarkMatch(b *testing.B) {
	w, n := benchWorld(b), benchContacts()
	benchRun(b, w, n, 1, 1)
	runtime.GC()
	for _, kind := range []string{"known", "unknown"} {
		b.Run(kind, func(b *testing.B) {
			took := make([]time.Duration, 0, 1<<20)
			var room [4]Match
			b.ReportAllocs()
			asked := make([]phone.Number, 1<<16)
			for i := range asked {
				asked[i] = benchNumber(rand.IntN(n))
				if kind == "unknown" {
					asked[i] = benchNumber(50_000_000 + rand.IntN(n))
				}
			}
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				got, err := w.cache.Match(w.in, asked[i%len(asked)], room[:0])
				if len(took) < cap(took) {
					took = append(took, time.Since(began))
				}
				if err != nil || (len(got) == 1) != (kind == "known") {
					b.Fatal(len(got), err)
				}
			}
			report(b, took)
		})
	}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(part float64) float64 { return float64(took[int(part*float64(len(took)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
	b.ReportMetric(at(0.999), "p99.9-µs")
	b.ReportMetric(at(1), "worst-µs")
}

// benchPace is the table's pace: RINGDEX_BENCH_PACE=-1 shows what it costs.
func benchPace() int {
	n, _ := strconv.Atoi(os.Getenv("RINGDEX_BENCH_PACE"))
	return n
}

// BenchmarkMatchWhileRefreshing asks for known numbers of one integration while another is synced for the first time, at
// the table's own pace: one question every 200 µs, as a very busy phone system would ask.
func BenchmarkMatchWhileRefreshing(b *testing.B) {
	w, n := benchWorld(b), benchContacts()
	benchRun(b, w, n, 1, 1)
	for b.Loop() {
		other := *w
		other.in = Ref{Tenant: tenant.NewID(), Integration: tenant.NewIntegrationID()}
		done := make(chan Stats)
		began := time.Now()
		go func() { done <- benchRun(b, &other, n, 1, 1) }()
		var took []time.Duration
		var room [4]Match
		for busy := true; busy; {
			select {
			case <-done:
				busy = false
			case <-time.After(200 * time.Microsecond):
				asked, start := benchNumber(rand.IntN(n)), time.Now()
				got, err := w.cache.Match(w.in, asked, room[:0])
				if took = append(took, time.Since(start)); err != nil || len(got) != 1 {
					b.Fatal(len(got), err)
				}
			}
		}
		b.ReportMetric(time.Since(began).Seconds(), "sync-s")
		report(b, took)
	}
}

// BenchmarkOpen opens a cache over many integrations and asks each of them once; RINGDEX_BENCH_TENANTS=10000 gives the
// figure of the docs.
func BenchmarkOpen(b *testing.B) {
	tenants, contacts := 200, 100
	if n, err := strconv.Atoi(os.Getenv("RINGDEX_BENCH_TENANTS")); err == nil {
		tenants = n
	}
	w := benchWorld(b)
	var refs []Ref
	for range tenants {
		w.in = Ref{Tenant: tenant.NewID(), Integration: tenant.NewIntegrationID()}
		refs = append(refs, w.in)
		benchRun(b, w, contacts, 1, 1)
	}
	for b.Loop() {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		c, err := Open(context.Background(), Deps{Table: w.table, Control: w.control, Keys: w.keys})
		w.no(err)
		b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "open-ms")
		for _, in := range refs {
			if got, err := c.Match(in, benchNumber(contacts/2), nil); err != nil || len(got) != 1 {
				b.Fatal(len(got), err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(tenants), "B/integration")
		runtime.KeepAlive(c)
	}
}
