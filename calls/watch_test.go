package calls

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// fullDisk is a store whose disk may be full.
type fullDisk struct {
	store.Store
	full atomic.Bool
}

func (f *fullDisk) Update(ctx context.Context, fn func(store.Writer) error) error {
	if f.full.Load() {
		return fmt.Errorf("update: %w", store.ErrReadOnly)
	}
	return f.Store.Update(ctx, fn)
}

// TestWatch: whoever watches is told of each change, two of one agent see the very same list, a slow one the newest, and
// nobody hears of others' calls.
func TestWatch(t *testing.T) {
	w := newWorld(t)
	view := View{Tenant: w.tenant, Person: w.agents["201"]}
	first, second, other := w.desk.Watch(view), w.desk.Watch(view), w.desk.Watch(View{Tenant: w.tenant, Person: w.agents["202"]})
	defer other.Close()
	w.take(w.event(KindRinging, "201"))
	<-first.Changed()
	<-second.Changed()
	a, b := first.List(), second.List()
	if a != b || len(a.Calls) != 1 || string(a.JSON()) != string(b.JSON()) || !strings.Contains(string(a.JSON()), "Ada Muster") {
		t.Errorf("%+v and %+v", a, b)
	}
	select {
	case <-other.Changed():
		t.Error("told of a foreign call")
	default:
	}
	for i := range 100 { // nobody reads
		w.take(w.event(KindRinging, "201", withID(fmt.Sprint("more ", i))))
	}
	<-first.Changed()
	if got := first.List(); len(got.Calls) != 101 || got.Version <= a.Version || len(a.Calls) != 1 {
		t.Errorf("%d calls in version %d", len(got.Calls), got.Version)
	}
	first.Close()
	first.Close()
	second.Close()
	if n := w.desk.Stats().Watchers; n != 1 {
		t.Errorf("%d watchers are left", n)
	}
	w.desk.EndWatches()
	if _, open := <-other.Changed(); open {
		t.Error("told, and not that it is over")
	}
	late := w.desk.Watch(view)
	defer late.Close()
	if _, open := <-late.Changed(); open || w.desk.Stats().Watchers != 0 {
		t.Error("a desk that ends takes new watchers")
	}
}

// TestWatchersAtOnce: agents come and go while calls do, without a race, and everybody ends with the true list.
func TestWatchersAtOnce(t *testing.T) {
	w := newWorld(t)
	view := View{Tenant: w.tenant, Person: w.agents["201"]}
	var events, readers sync.WaitGroup
	for line := range 4 {
		events.Go(func() {
			for i := range 25 {
				id := withID(fmt.Sprintf("%d %d", line, i))
				w.take(w.event(KindRinging, "201", id), w.event(KindAnswered, "201", id), w.event(KindEnded, "201", id))
			}
		})
		readers.Go(func() {
			for range 50 {
				one := w.desk.Watch(view)
				_ = one.List().JSON()
				one.Close()
			}
		})
	}
	last := w.desk.Watch(view)
	defer last.Close()
	events.Wait()
	readers.Wait()
	if got := last.List().Calls; len(got) != 0 || len(w.history(Filter{Limit: 1000})) != 100 {
		t.Errorf("%d live, %d kept", len(got), len(w.history(Filter{Limit: 1000})))
	}
}

// TestTenThousandStreams: an open subscription costs no goroutine and little memory; RINGDEX_STREAMS tells the figures.
func TestTenThousandStreams(t *testing.T) {
	w := newWorld(t)
	const streams = 10_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	all := make([]*Watcher, streams)
	for i := range all {
		all[i] = w.desk.Watch(View{Tenant: w.tenant, Person: tenant.PersonID(fmt.Sprintf("u_%013d", i))})
		_ = all[i].List()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / streams
	if each > 4<<10 || runtime.NumGoroutine() != goroutines {
		t.Errorf("%d bytes each, %d goroutines more", each, runtime.NumGoroutine()-goroutines)
	}
	if os.Getenv("RINGDEX_STREAMS") != "" {
		t.Logf("%d bytes each", each)
	}
	start := time.Now()
	w.take(w.event(KindRinging, "201"))
	t.Logf("an event beside them took %v", time.Since(start))
	for _, one := range all {
		one.Close()
	}
	r := w.desk.room(w.tenant)
	if len(r.feeds) != 0 || w.desk.Stats().Watchers != 0 {
		t.Errorf("%d feeds and %d watchers are left", len(r.feeds), w.desk.Stats().Watchers)
	}
}
