package badgerkv_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

// million is how many entries the benchmarks work on, of the size of a contact: a key of 24 bytes, a value of 366.
const million = 1_000_000

// entry n has a key that lies anywhere in the table.
func entryKey(key []byte, n uint64) []byte {
	key = append(key[:0], "tenant01"...)
	key = binary.BigEndian.AppendUint64(key, n*0x9E3779B97F4A7C15) // odd, so no two are the same
	return binary.BigEndian.AppendUint64(key, n)
}

func entryValue(value []byte, n, run uint64) {
	binary.BigEndian.PutUint64(value, n)
	binary.BigEndian.PutUint64(value[8:], run)
}

func loadEntries(tb testing.TB, table store.Table, n, run uint64) store.Version {
	tb.Helper()
	b, err := table.Write(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer b.Discard()
	var key []byte
	value := bytes.Repeat([]byte("v"), 366)
	for i := range n {
		key = entryKey(key, i)
		entryValue(value, i, run)
		if err := b.Put(key, value); err != nil {
			tb.Fatal(err)
		}
	}
	v, err := b.Commit()
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func benchTable(b *testing.B, o badgerkv.Options) store.Table {
	b.Helper()
	table, err := badgerkv.OpenTable(b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = table.Close() })
	return table
}

// BenchmarkGet is one read of a known key among a million, and of an unknown one.
func BenchmarkGet(b *testing.B) {
	table := benchTable(b, badgerkv.Options{})
	v := loadEntries(b, table, million, 1)
	time.Sleep(3 * time.Second) // compaction
	for _, bb := range []struct {
		name string
		from uint64
	}{{"known", 0}, {"unknown", million}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			var key []byte
			use := func(value []byte) error { return nil }
			for b.Loop() {
				key = entryKey(key, bb.from+rand.Uint64N(million))
				_ = table.Get(key, v, use)
			}
		})
	}
}

// BenchmarkOpen opens a table, which verifies all of it first or, with RINGDEX_BENCH_LATER, afterwards, and reads one
// entry; RINGDEX_BENCH_MILLIONS is its size. The memory is what the process has after a hundred thousand reads.
func BenchmarkOpen(b *testing.B) {
	millions, err := strconv.ParseUint(os.Getenv("RINGDEX_BENCH_MILLIONS"), 10, 64)
	if err != nil {
		millions = 1
	}
	dir := b.TempDir()
	table := mustOpen(b, dir)
	v := loadEntries(b, table, millions*million, 1)
	if err := table.Close(); err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory()
	for b.Loop() {
		table := mustOpen(b, dir)
		_ = table.Get(entryKey(nil, 7), v, func([]byte) error { return nil })
		b.StopTimer()
		for range 100_000 {
			_ = table.Get(entryKey(nil, rand.Uint64N(millions*million)), v, func([]byte) error { return nil })
		}
		b.ReportMetric(anonymous(), "MiB-anon")
		if err := table.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func mustOpen(b *testing.B, dir string) store.Table {
	b.Helper()
	table, err := badgerkv.OpenTable(dir, badgerkv.Options{VerifyLater: os.Getenv("RINGDEX_BENCH_LATER") != ""})
	if err != nil {
		b.Fatal(err)
	}
	return table
}

// BenchmarkLoad writes a million entries into an empty table, without readers.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		memory := watchMemory()
		table := benchTable(b, badgerkv.Options{})
		loadEntries(b, table, million, 1)
		if err := table.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(memory.peak(), "MiB-anon-peak")
		b.ReportMetric(float64(table.Size())/(million*(24+366)), "disk-ratio")
	}
}

// BenchmarkReadWhileWriting reads in one loop while a batch rewrites all of a million entries, paced and not.
func BenchmarkReadWhileWriting(b *testing.B) {
	for _, bb := range []struct {
		name string
		pace int
	}{{"paced", 0}, {"free", -1}} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				table := benchTable(b, badgerkv.Options{Pace: bb.pace})
				published := loadEntries(b, table, million, 1)
				debug.FreeOSMemory()
				time.Sleep(5 * time.Second)
				memory := watchMemory()
				var reads latencies
				done := make(chan struct{})
				var wg sync.WaitGroup
				wg.Go(func() { reads.collect(b, table, published, done) })
				start := time.Now()
				loadEntries(b, table, million, 2)
				took := time.Since(start)
				close(done)
				wg.Wait()
				reads.report(b)
				b.ReportMetric(took.Seconds(), "s-writing")
				b.ReportMetric(memory.peak(), "MiB-anon-peak")
			}
		})
	}
}

// latencies are of single reads, in nanoseconds.
type latencies struct{ ns []uint32 }

func (l *latencies) collect(b *testing.B, table store.Table, at store.Version, done <-chan struct{}) {
	l.ns = make([]uint32, 0, 20*million)
	var key []byte
	var n uint64
	verify := func(value []byte) error {
		if binary.BigEndian.Uint64(value) != n || binary.BigEndian.Uint64(value[8:]) != 1 {
			b.Errorf("entry %d is wrong", n)
		}
		return nil
	}
	for {
		select {
		case <-done:
			return
		default:
		}
		n = rand.Uint64N(million)
		key = entryKey(key, n)
		start := time.Now()
		if err := table.Get(key, at, verify); err != nil {
			b.Errorf("get: %v", err)
		}
		l.ns = append(l.ns, uint32(min(time.Since(start), 4*time.Second)))
	}
}

func (l *latencies) report(b *testing.B) {
	slices.Sort(l.ns)
	at := func(part float64) float64 { return float64(l.ns[int(part*float64(len(l.ns)-1))]) / 1000 }
	b.ReportMetric(at(0.5), "µs-p50")
	b.ReportMetric(at(0.99), "µs-p99")
	b.ReportMetric(at(0.999), "µs-p99.9")
	b.ReportMetric(at(1)/1000, "ms-worst")
	b.ReportMetric(float64(len(l.ns)), "reads")
}

// memory samples the anonymous memory of this process.
type memory struct {
	stop chan struct{}
	done chan float64
}

func watchMemory() memory {
	m := memory{stop: make(chan struct{}), done: make(chan float64, 1)}
	go func() {
		most := anonymous()
		for {
			select {
			case <-m.stop:
				m.done <- most
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, anonymous())
			}
		}
	}()
	return m
}

func (m memory) peak() float64 { close(m.stop); return <-m.done }

// anonymous is RssAnon of /proc/self/status in MiB, 0 where there is none.
func anonymous() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("RssAnon:")); ok {
			kib, _ := strconv.Atoi(string(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte(" kB"))))
			return float64(kib) / 1024
		}
	}
	return 0
}
