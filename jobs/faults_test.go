package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
)

var errStore = errors.New("disk says no")

// faulty is a store whose k-th call fails, or all of them while it is frozen.
type faulty struct {
	store.Store
	mu     sync.Mutex
	left   int // calls until the one that fails; below zero: none
	armed  bool
	hit    bool
	frozen bool
	late   bool // the failing call does its work first: done, but not known to be
}

func (f *faulty) freeze(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.frozen = on
}

// fails counts a call and tells whether it is the one.
func (f *faulty) fails() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.frozen {
		return true
	}
	if !f.armed {
		return false
	}
	f.left--
	if f.left == 0 {
		f.hit = true
	}
	return f.left == 0
}

func (f *faulty) arm(k int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.left, f.late, f.hit = true, k, late, false
}

func (f *faulty) disarm() (hit bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = false
	return f.hit
}

func (f *faulty) View(ctx context.Context, fn func(store.Reader) error) error {
	if f.fails() {
		return errStore
	}
	return f.Store.View(ctx, fn)
}

func (f *faulty) Update(ctx context.Context, fn func(store.Writer) error) error {
	if f.fails() {
		if f.late {
			if err := f.Store.Update(ctx, fn); err != nil {
				return err
			}
		}
		return errStore
	}
	return f.Store.Update(ctx, fn)
}

// faultyTable fails with the same count.
type faultyTable struct {
	store.Table
	calls *faulty
}

func (f *faultyTable) Write(ctx context.Context) (store.Batch, error) {
	if f.calls.fails() {
		return nil, errStore
	}
	b, err := f.Table.Write(ctx)
	return &faultyBatch{b, f.calls}, err
}

func (f *faultyTable) WriteAt(ctx context.Context, at store.Version) (store.Batch, error) {
	if f.calls.fails() {
		return nil, errStore
	}
	b, err := f.Table.WriteAt(ctx, at)
	return &faultyBatch{b, f.calls}, err
}

func (f *faultyTable) Forget(before store.Version) error {
	if f.calls.fails() {
		return errStore
	}
	return f.Table.Forget(before)
}

type faultyBatch struct {
	store.Batch
	calls *faulty
}

func (b *faultyBatch) Put(key, value []byte) error {
	if b.calls.fails() {
		return errStore
	}
	return b.Batch.Put(key, value)
}

func (b *faultyBatch) Flush() error {
	if b.calls.fails() {
		return errStore
	}
	return b.Batch.Flush()
}

func (b *faultyBatch) Commit() (store.Version, error) {
	if b.calls.fails() {
		return 0, errStore
	}
	return b.Batch.Commit()
}

// Promise: whichever call of the stores fails in a sync, before or after doing its work, readers see the old generation
// or the new one, whole, and a later sync sets all right (F3, F4).
func TestSyncFailsAtEveryStoreCall(t *testing.T) {
	for _, late := range []bool{false, true} {
		t.Run(fmt.Sprint("late ", late), func(t *testing.T) {
			for k, hit := 1, true; hit; k++ {
				synctest.Test(t, func(t *testing.T) { hit = failStoreCall(t, k, late) })
				if k > 1000 {
					t.Fatal("a sync makes too many calls")
				}
				if !hit {
					t.Logf("%d calls failed, one at a time", k-1)
				}
			}
		})
	}
}

func failStoreCall(t *testing.T, k int, late bool) (hit bool) {
	const before, after = 6, 8
	calls := &faulty{}
	w := newWorld(t, newCRM(before))
	w.crm.size = 3
	calls.Store, w.store, w.table = w.store, calls, &faultyTable{w.table, calls}
	w.open()
	w.mustSync(Full)
	fresh := make([]string, after)
	for i := range after {
		r := record(i)
		r.Name = fmt.Sprint("New ", i)
		fresh[i] = r.Name
		w.crm.set(i, r)
	}
	w.crm.fail(func(int) error { time.Sleep(checkpointEvery); return nil }) // so that each page is saved
	calls.arm(k, late)
	id, err := w.s.Sync(t.Context(), w.in, Full, Manual)
	if err == nil {
		_ = id
		w.s.work.Wait()
	} else if !errors.Is(err, errStore) {
		t.Fatal(err)
	}
	hit = calls.disarm()
	got := w.answers(after)
	if !slices.Equal(got, names(before, after)) && !slices.Equal(got, fresh) {
		t.Fatalf("call %d failed: answers are %v", k, got)
	}
	time.Sleep(2 * leaseLife)
	w.open()
	if got := w.answers(after); !slices.Equal(got, names(before, after)) && !slices.Equal(got, fresh) {
		t.Fatalf("call %d failed: after a restart answers are %v", k, got)
	}
	if run := w.mustSync(Full); run.Counts.Read != after {
		t.Fatalf("call %d failed: the next sync read %d of %d", k, run.Counts.Read, after)
	}
	if got := w.answers(after); !slices.Equal(got, fresh) {
		t.Fatalf("call %d failed: after the next sync answers are %v", k, got)
	}
	for _, r := range w.runs() {
		if r.State == Running {
			t.Fatalf("call %d failed: run %s is left running", k, r.ID)
		}
	}
	return hit
}

// damage flips a bit in the entries of the table that fit.
func (w *world) damage(fits func(key []byte) bool) {
	w.t.Helper()
	batch, err := w.table.WriteAt(w.t.Context(), w.table.Latest())
	if err != nil {
		w.t.Fatal(err)
	}
	for item, err := range w.table.Scan(nil, w.table.Latest()) {
		if err != nil {
			w.t.Fatal(err)
		}
		if !fits(item.Key) {
			continue
		}
		value := slices.Clone(item.Value)
		value[len(value)-1] ^= 1
		if err := batch.Put(slices.Clone(item.Key), value); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := batch.Commit(); err != nil {
		w.t.Fatal(err)
	}
}

// Promise: entries that were damaged on disk are written anew by the next runs, without anybody's doing.
func TestDamagedEntriesAreRebuilt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(12))
		w.mustSync(Full)
		all := func([]byte) bool { return true }
		w.damage(all)
		if _, err := w.deps.Cache.Match(w.in, e164(t, "+31207000003"), nil); !errors.Is(err, cache.ErrUnavailable) {
			t.Fatalf("a damaged entry answers: %v", err)
		}
		if run := w.sync(Full); run.State != Failed || run.Hint == "" {
			t.Errorf("run over damaged entries is %s: %s", run.State, run.Error)
		}
		w.start()
		time.Sleep(10 * time.Minute)
		w.stop()
		w.open()
		if run := w.runs()[0]; run.State != Succeeded || !run.Rebuild || run.Trigger != Retry {
			t.Errorf("run: %+v", run)
		}
		if diff := cmp.Diff(names(12, 12), w.answers(12)); diff != "" {
			t.Error(diff)
		}
		if run := w.mustSync(Full); run.Rebuild || run.Counts.Unchanged != 12 {
			t.Errorf("next run: %+v", run)
		}
		w.damage(all)
		if run := w.mustSync(Rebuild); !run.Rebuild || run.Mode != Full {
			t.Errorf("run by hand: %+v", run)
		}
	})
}

// Promise: damage that no sync meets, in the entries of numbers, is found by the weekly full run and mended at once.
func TestWeeklyRunFindsDamage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(at(t, "2026-11-20T12:00:00+01:00"))
		w := newWorld(t, newCRM(12))
		w.mustSync(Full)
		keys := map[string]bool{}
		n := e164(t, "+31207000003")
		for item, err := range w.table.Scan(nil, w.table.Latest()) {
			if err != nil {
				t.Fatal(err)
			}
			keys[string(item.Key)] = true
		}
		for key := range keys { // find out which one answers
			w.damage(func(k []byte) bool { return string(k) == key })
			if _, err := w.deps.Cache.Match(w.in, n, nil); err != nil {
				break
			}
			w.damage(func(k []byte) bool { return string(k) == key }) // flip it back
		}
		w.start()
		time.Sleep(9 * 24 * time.Hour)
		w.stop()
		if got := w.answer("+31207000003"); got != "Contact 3" {
			t.Errorf("after a week the number answers %q", got)
		}
		rebuilt := 0
		for _, r := range w.runs() {
			if r.Rebuild {
				rebuilt++
			}
			if r.State != Succeeded {
				t.Errorf("run: %+v", r)
			}
		}
		if rebuilt != 1 {
			t.Errorf("%d runs wrote everything anew", rebuilt)
		}
	})
}
