package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
)

// errCrash is what everything answers after the process was killed.
var errCrash = errors.New("killed")

// crashTable is a table whose batches can be killed in the middle: some of what was put is there then, the rest is not.
type crashTable struct {
	store.Table
	open  []*crashBatch
	fuse  int // writes until the kill; 0: none is coming
	dead  atomic.Bool
	every int           // so many writes are flushed together; 0: three
	hold  chan struct{} // if not nil, every write waits for it to be closed
}

// kill ends all batches as the end of the process does.
func (t *crashTable) kill() {
	t.hold = nil
	for _, b := range t.open {
		_ = b.Batch.Discard()
	}
	t.open, t.fuse = nil, 0
	t.dead.Store(false)
}

func (t *crashTable) wrap(b store.Batch, err error) (store.Batch, error) {
	if t.dead.Load() {
		return nil, errCrash
	}
	if err != nil {
		return nil, err
	}
	cb := &crashBatch{Batch: b, table: t}
	t.open = append(t.open, cb)
	return cb, nil
}

func (t *crashTable) Write(ctx context.Context) (store.Batch, error) {
	return t.wrap(t.Table.Write(ctx))
}

func (t *crashTable) WriteAt(ctx context.Context, at store.Version) (store.Batch, error) {
	return t.wrap(t.Table.WriteAt(ctx, at))
}

type crashBatch struct {
	store.Batch
	table  *crashTable
	writes int
}

// step burns the fuse. Some writes are flushed by themselves, as an engine may at any time.
func (b *crashBatch) step() error {
	if b.table.hold != nil {
		<-b.table.hold
	}
	if b.table.dead.Load() {
		return errCrash
	}
	if b.table.fuse > 0 {
		if b.table.fuse--; b.table.fuse == 0 {
			b.table.dead.Store(true)
			return errCrash
		}
	}
	if b.writes++; b.writes%cmp.Or(b.table.every, 3) == 0 {
		return b.Batch.Flush()
	}
	return nil
}

func (b *crashBatch) Put(key, value []byte) error {
	return errors.Join(b.Batch.Put(key, value), b.step())
}

func (b *crashBatch) Delete(key []byte) error {
	return errors.Join(b.Batch.Delete(key), b.step())
}

func (b *crashBatch) Flush() error {
	if err := b.step(); err != nil {
		return err
	}
	return b.Batch.Flush()
}

func (b *crashBatch) Commit() (store.Version, error) {
	if err := b.step(); err != nil {
		return 0, err
	}
	return b.Batch.Commit()
}

// crashStore dies together with the table.
type crashStore struct {
	store.Store
	table *crashTable
	dead  bool
}

func (s *crashStore) Update(ctx context.Context, fn func(store.Writer) error) error {
	if s.dead || s.table != nil && s.table.dead.Load() {
		return errCrash
	}
	return s.Store.Update(ctx, fn)
}

// TestKillAtEveryWrite (F3): wherever in a run the process dies, and although the CRM says something else when the page is
// read again, the resumed run ends as a fresh build: nobody is left under a number he no longer has, nobody is lost
// from a crowded number, and nobody is counted twice.
func TestKillAtEveryWrite(t *testing.T) {
	t.Parallel()
	const crowded, first, second = "+31201234567", "+31201234568", "+31201234569"
	universe := []string{crowded, first, second}
	at := func(i, age int, phones ...string) person {
		return person{ID: fmt.Sprintf("%02d", i), Name: fmt.Sprintf("P%02d", i), Age: age, Phones: phones}
	}
	var before, page1, page2, again []person
	for i := range 30 {
		before = append(before, at(i, i, crowded))
		if i >= 6 {
			page1 = append(page1, at(i, i, crowded))
		}
	}
	for i := range 6 { // the first in the list leave it, and one from beyond goes to the top
		page2, again = append(page2, at(i, i, first)), append(again, at(i, i, second))
	}
	page2, again = append(page2, at(40, 0, crowded, first)), append(again, at(40, 50, crowded))
	for name, again := range map[string][]person{"changed again": again, "changed back": before[:6]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for fuse, killed := 1, true; killed; fuse++ {
				killed = killAt(t, fuse, before, page1, page2, again, universe)
			}
		})
	}
}

// killAt publishes some people, kills the next run in its second page and resumes it with what that page says then.
func killAt(t *testing.T, fuse int, before, page1, page2, again []person, universe []string) (killed bool) {
	w := memory(t)
	w.publish(before...)
	w.table.every = 1
	r := w.refresh(RefreshOptions{Run: "r"})
	w.no(feed(r, page1))
	w.no(r.Checkpoint(context.Background()))
	w.table.fuse = fuse
	err := feed(r, page2)
	if err == nil {
		err = r.Checkpoint(context.Background())
	}
	if killed = w.table.dead.Load(); !killed {
		w.no(err)
		return false // page 2 is saved, and would not be read again
	}
	w.reopen()
	r = w.refresh(RefreshOptions{Run: "r", Resume: true})
	if !r.Resumed() {
		t.Fatal("not resumed")
	}
	w.no(feed(r, again))
	_, err = r.Publish(context.Background())
	w.no(err)
	people := map[string]person{}
	for _, p := range slices.Concat(again, page1) {
		people[p.ID] = p
	}
	w.check(people, universe)
	return true
}

// TestSegmentOnItsWay: a contact that comes again while its first form is still being written replaces it.
func TestSegmentOnItsWay(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.cache.segment = 1
	r := w.refresh(RefreshOptions{})
	hold := make(chan struct{})
	w.table.hold = hold
	w.no(r.Put(ada.contact(), ada.digest(), ada.numbers()...))
	moved := ada
	moved.Phones = bob.Phones
	if same, err := r.Unchanged("contact", ada.ID, ada.digest()); !same || err != nil {
		t.Errorf("what is being written is not known: %v, %v", same, err)
	}
	time.AfterFunc(10*time.Millisecond, func() { close(hold) })
	w.no(r.Put(moved.contact(), moved.digest(), moved.numbers()...))
	_, err := r.Publish(context.Background())
	w.no(err)
	w.check(map[string]person{"1": moved}, []string{"+31201234567", "+31201234568"})
}

// TestSuperseded: a run that was built on a generation that is no longer published is refused, even under the same lease.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.publish(ada)
	w.publish(bob)
	r := w.refresh(RefreshOptions{})
	w.no(feed(r, []person{ada, bob}))
	w.no(w.cache.Rollback(context.Background(), w.in, w.fence))
	if _, err := r.Publish(context.Background()); !errors.Is(err, ErrSuperseded) {
		t.Errorf("published over a roll-back: %v", err)
	}
	w.no(r.Discard())
	w.check(map[string]person{"1": ada}, []string{"+31201234567", "+31201234568"})
}
