package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"
	"github.com/nyaruka/phonenumbers/v2"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// Sync measures a synchronisation of so many contacts whose numbers are written as people there write them: the first, the second
// with nothing changed, and the floor both are held against.
func (r *Run) Sync(ctx context.Context, contacts int) error {
	var floor, first, second, ratio, again spread
	var most float64
	for round := range r.rounds() {
		f, err := r.floor(filepath.Join(r.Dir, fmt.Sprintf("floor-%d", round)), contacts)
		if err != nil {
			return err
		}
		dir := filepath.Join(r.Dir, fmt.Sprintf("sync-%d", round))
		one, two, memory, err := r.syncTwice(ctx, dir, contacts)
		if err != nil {
			return err
		}
		floor, first, second = append(floor, f.Seconds()), append(first, one.Seconds()), append(second, two.Seconds())
		ratio, again = append(ratio, one.Seconds()/f.Seconds()), append(again, two.Seconds()/one.Seconds())
		most = max(most, memory)
		r.log("round %d: floor %s, first %s, second %s", round+1, f, one, two)
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	fmt.Fprintf(r.Out, "\n%d contacts with one number each\n", contacts)
	r.table("what", "seconds", "ratio")
	r.line("floor: parse and format on two cores, sort, StreamWriter", floor.text("%.1f"), "1")
	r.line("first synchronisation", first.text("%.1f"), ratio.text("%.2f")+" × floor")
	r.line("second, nothing changed", second.text("%.1f"), again.text("%.2f")+" × first")
	fmt.Fprintf(r.Out, "\npeak anonymous memory of a synchronisation: %.0f MiB\n", most)
	return nil
}

// floor is the least a full rebuild can cost with these libraries: normalise on both cores, sort, stream into an empty store.
func (r *Run) floor(dir string, contacts int) (time.Duration, error) {
	defer os.RemoveAll(dir)
	start := time.Now()
	numbers := make([]string, contacts)
	var bad atomic.Int64
	parallel(contacts, func(from, to int) {
		for i := from; i < to; i++ {
			region, text := entry{i}.national()
			n, err := phonenumbers.Parse(text, region)
			if err != nil {
				bad.Add(1)
				continue
			}
			numbers[i] = phonenumbers.Format(n, phonenumbers.E164)
		}
	})
	if bad.Load() > 0 {
		return 0, fmt.Errorf("%d numbers of the benchmark do not parse", bad.Load())
	}
	if err := streamIn(dir, numbers); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

func streamIn(dir string, numbers []string) error {
	order := make([]int, len(numbers))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return numbers[order[a]] < numbers[order[b]] })
	db, err := badger.Open(badger.DefaultOptions(dir).WithCompression(options.None).WithBlockCacheSize(0).WithLoggingLevel(badger.ERROR).WithSyncWrites(true))
	if err != nil {
		return err
	}
	w := db.NewStreamWriter()
	if err := w.Prepare(); err != nil {
		return err
	}
	record := make([]byte, 366)
	buffer := z.NewBuffer(8<<20, "floor")
	for _, i := range order {
		badger.KVToBuffer(&pb.KV{Key: []byte("tenant-key--" + numbers[i]), Value: record, Version: 1, StreamId: 1}, buffer)
		if buffer.LenNoPadding() > 4<<20 {
			if err := w.Write(buffer); err != nil {
				return err
			}
			buffer.Reset()
		}
	}
	if err := w.Write(buffer); err != nil {
		return err
	}
	if err := buffer.Release(); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return db.Close()
}

// parallel divides n among the cores.
func parallel(n int, work func(from, to int)) {
	cores := runtime.NumCPU()
	var wg sync.WaitGroup
	for c := range cores {
		wg.Go(func() { work(n*c/cores, n*(c+1)/cores) })
	}
	wg.Wait()
}

// syncTwice reads the same contacts twice as a job does, each phone field through package phone.
func (r *Run) syncTwice(ctx context.Context, dir string, contacts int) (first, second time.Duration, memory float64, err error) {
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return 0, 0, 0, err
	}
	defer s.close()
	p := watchPeak()
	if first, err = syncOnce(ctx, s, "first", contacts); err == nil {
		second, err = syncOnce(ctx, s, "second", contacts)
	}
	return first, second, p.end(), err
}

func syncOnce(ctx context.Context, s *stack, run string, contacts int) (time.Duration, error) {
	start := time.Now()
	refresh, err := s.cache.Refresh(ctx, s.in, cache.RefreshOptions{Run: run, Fence: uint64(start.UnixNano()), Language: "en"})
	if err != nil {
		return 0, err
	}
	for i := range contacts {
		if err := syncContact(refresh, entry{i}, ""); err != nil {
			return 0, err
		}
	}
	if _, err := refresh.Finish(ctx); err != nil {
		return 0, err
	}
	if _, err := refresh.Publish(ctx); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

// syncContact is what a run does with one record.
func syncContact(r *cache.Refresh, e entry, salt string) error {
	region, text := e.national()
	c := e.contact()
	digest := cache.DigestOf(salt, text, c.Name, c.Company, c.Fields[0].Value)
	known, err := r.Unchanged(c.Type, c.ID, digest)
	if known || err != nil {
		return err
	}
	found := phone.Find(text, phone.FieldContext{Region: region})
	numbers := make([]cache.LabelledNumber, len(found))
	for i, f := range found {
		numbers[i] = cache.LabelledNumber{Number: f.Number, Label: "mobile"}
	}
	return r.Put(c, digest, numbers...)
}

// ReadWhileSync measures look-ups while a synchronisation of so many changed contacts writes beside them.
func (r *Run) ReadWhileSync(ctx context.Context, contacts int) error {
	s, _, err := r.filled(ctx, filepath.Join(r.Dir, fmt.Sprintf("read-while-sync-%d", contacts)), contacts)
	if err != nil {
		return err
	}
	defer s.close()
	writing := make(chan error, 1)
	var took time.Duration
	go func() {
		var err error
		took, err = rewrite(ctx, s, contacts)
		writing <- err
	}()
	var seen latencies
	l := s.lookups(contacts)[0]
	for i := 0; ; i++ {
		select {
		case err := <-writing:
			if err != nil {
				return err
			}
			fmt.Fprintf(r.Out, "\n%d look-ups (index, E.164) while %d changed contacts were written in %s: p50 %s, p99 %s, p99.9 %s, worst %s\n",
				len(seen), contacts, took.Round(time.Millisecond), micros(seen.at(50)), micros(seen.at(99)), micros(seen.at(99.9)), micros(seen.worst()))
			return nil
		default:
		}
		q := l.made(i * 7919 % contacts)
		start := time.Now()
		if err := l.ask(q); err != nil {
			return err
		}
		seen = append(seen, time.Since(start))
		if i%64 == 0 {
			time.Sleep(time.Millisecond) // a busy phone system, not a loop that takes a core
		}
	}
}

// rewrite puts every contact anew.
func rewrite(ctx context.Context, s *stack, contacts int) (time.Duration, error) {
	start := time.Now()
	refresh, err := s.cache.Refresh(ctx, s.in, cache.RefreshOptions{Run: "rewrite", Fence: uint64(start.UnixNano()), Language: "en"})
	if err != nil {
		return 0, err
	}
	for i := range contacts {
		if err := syncContact(refresh, entry{i}, "changed"); err != nil {
			return 0, err
		}
	}
	if _, err := refresh.Finish(ctx); err != nil {
		return 0, err
	}
	_, err = refresh.Publish(ctx)
	return time.Since(start), err
}
