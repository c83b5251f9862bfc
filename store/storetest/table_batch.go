package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// tableOpenBatches has two integrations sync at once, the one that began later published first.
func tableOpenBatches(t *testing.T, tb store.Table) {
	a1 := write(t, tb, "a/x", "1")
	b1 := write(t, tb, "b/x", "1")
	a, b := begin(t, tb), begin(t, tb)
	put(t, a, "a/x", "2")
	put(t, a, "a/y", "2")
	flush(t, a)
	put(t, b, "b/x", "2")
	b2 := commit(t, b)
	check(t, "b at its new version", tableGet(t, tb, "b/x", b2), "2")
	check(t, "b at its old version", tableGet(t, tb, "b/x", b1), "1")
	check(t, "a at its published version", strings.Join(tableList(t, tb, "a/", a1), " "), "a/x=1")
	a2 := commit(t, a)
	check(t, "the later batch has the higher version", a2 < b2, true)
	check(t, "latest", tb.Latest(), b2)
	check(t, "a at its new version", strings.Join(tableList(t, tb, "a/", a2), " "), "a/x=2 a/y=2")
	check(t, "a at its old version", strings.Join(tableList(t, tb, "a/", a1), " "), "a/x=1")
}

func tableDiscard(t *testing.T, tb store.Table) {
	v1 := write(t, tb, "a", "1")
	b := begin(t, tb)
	put(t, b, "a", "2")
	put(t, b, "b", "2")
	flush(t, b)
	check(t, "discard", b.Discard(), nil)
	check(t, "second discard", b.Discard(), nil)
	checkErr(t, "put", b.Put([]byte("c"), nil), store.ErrClosed)
	_, err := b.Commit()
	checkErr(t, "commit", err, store.ErrClosed)
	check(t, "latest", tb.Latest(), v1)
	check(t, "published", strings.Join(tableList(t, tb, "", v1), " "), "a=1")
	undo := resume(t, tb, b.Version())
	put(t, undo, "a", "1")
	remove(t, undo, "b")
	flush(t, undo)
	check(t, "undo ends", undo.Discard(), nil)
	v3 := write(t, tb, "c", "3")
	check(t, "next version", strings.Join(tableList(t, tb, "", v3), " "), "a=1 c=3")
}

// tableLastWrite writes a key again and again, within pieces, over flushes and after resuming.
func tableLastWrite(t *testing.T, tb store.Table) {
	b := begin(t, tb)
	for i := range 3000 {
		put(t, b, "a", fmt.Sprint(i))
		put(t, b, fmt.Sprintf("filler/%05d", i), "x")
	}
	put(t, b, "gone", "x")
	remove(t, b, "gone")
	remove(t, b, "back")
	put(t, b, "back", "x")
	flush(t, b)
	check(t, "a", tableGet(t, tb, "a", b.Version()), "2999")
	put(t, b, "a", "again")
	v := commit(t, b)
	for i := range 5 {
		check(t, "a at its version", tableGet(t, tb, "a", v) != "2999", true)
		b = resume(t, tb, v)
		put(t, b, "a", fmt.Sprint("resumed ", i))
		commit(t, b)
		check(t, "a resumed", tableGet(t, tb, "a", v), fmt.Sprint("resumed ", i))
	}
	check(t, "gone", tableGet(t, tb, "gone", v), absent)
	check(t, "back", tableGet(t, tb, "back", v), "x")
	check(t, "filler", len(tableList(t, tb, "filler/", v)), 3000)
}

func tableVersions(t *testing.T, tb store.Table) {
	last := store.Version(0)
	for range 5 {
		b := begin(t, tb)
		check(t, "grows", b.Version() > last, true)
		last = b.Version()
		check(t, "discard", b.Discard(), nil)
	}
	check(t, "latest", tb.Latest(), 0)
	v := write(t, tb)
	check(t, "an empty commit counts", tb.Latest() == v && v > last, true)
	check(t, "size is known", tb.Size() >= 0, true)
}

func tableOneBatch(t *testing.T, tb store.Table) {
	b := begin(t, tb)
	_, err := tb.WriteAt(t.Context(), b.Version())
	checkErr(t, "a second batch of a version", err, store.ErrInUse)
	_, err = tb.WriteAt(t.Context(), b.Version()+1)
	checkErr(t, "a version never begun", err, store.ErrNotFound)
	_, err = tb.WriteAt(t.Context(), 0)
	checkErr(t, "version 0", err, store.ErrNotFound)
	v := commit(t, b)
	check(t, "discard after commit", b.Discard(), nil)
	again := resume(t, tb, v)
	check(t, "version of the second", again.Version(), v)
	check(t, "discard", again.Discard(), nil)
}

func tableForget(t *testing.T, tb store.Table) {
	v1 := write(t, tb, "a", "1", "b", "1")
	v2 := write(t, tb, "a", "2", "b", absent)
	v3 := write(t, tb, "a", "3")
	forget := func(v store.Version) {
		if err := tb.Forget(v); err != nil {
			t.Fatalf("forget: %v", err)
		}
	}
	forget(v2)
	forget(v1) // a lower one does nothing
	checkErr(t, "get", tb.Get([]byte("a"), v1, func([]byte) error { return nil }), store.ErrForgotten)
	for _, err := range tb.Scan(nil, v1) {
		checkErr(t, "scan", err, store.ErrForgotten)
	}
	_, err := tb.WriteAt(t.Context(), v1)
	checkErr(t, "write at", err, store.ErrForgotten)
	check(t, "at 2", strings.Join(tableList(t, tb, "", v2), " "), "a=2")
	check(t, "at 3", strings.Join(tableList(t, tb, "", v3), " "), "a=3")
	forget(v3 + 100) // there is no such version: it means all but the newest
	check(t, "at 3 after", strings.Join(tableList(t, tb, "", v3), " "), "a=3")
}

func tableResume(t *testing.T, open OpenTable) {
	dir := t.TempDir()
	tb := open(t, dir)
	v1 := write(t, tb, "a", "1", "n", "1")
	b := begin(t, tb)
	put(t, b, "a", "page 1")
	put(t, b, "n", "page 1")
	flush(t, b)
	check(t, "suspend", b.Discard(), nil)
	other := write(t, tb, "other", "1")
	closeTable(t, tb)
	for round := range 3 {
		tb = open(t, dir)
		check(t, "published", tableGet(t, tb, "a", v1), "1")
		again := resume(t, tb, b.Version())
		put(t, again, "n", fmt.Sprint("round ", round))
		flush(t, again)
		check(t, "the last write wins", tableGet(t, tb, "n", b.Version()), fmt.Sprint("round ", round))
		check(t, "suspend", again.Discard(), nil)
		closeTable(t, tb)
	}
	tb = open(t, dir)
	defer closeTable(t, tb)
	again := resume(t, tb, b.Version())
	remove(t, again, "n")
	v2 := commit(t, again)
	check(t, "version", v2, b.Version())
	check(t, "all", strings.Join(tableList(t, tb, "", v2), " "), "a=page 1")
	check(t, "published", strings.Join(tableList(t, tb, "", v1), " "), "a=1 n=1")
	check(t, "latest is the other's", tb.Latest(), other)
}

func tableReopen(t *testing.T, open OpenTable) {
	dir := t.TempDir()
	tb := open(t, dir)
	v1 := write(t, tb, "a", "1")
	v2 := write(t, tb, "a", "2")
	v3 := write(t, tb, "a", "3")
	unused := begin(t, tb)
	if err := tb.Forget(v2); err != nil {
		t.Fatal(err)
	}
	closeTable(t, tb)
	tb = open(t, dir)
	defer closeTable(t, tb)
	check(t, "latest", tb.Latest(), v3)
	check(t, "a at 2", tableGet(t, tb, "a", v2), "2")
	check(t, "a at 3", tableGet(t, tb, "a", v3), "3")
	checkErr(t, "a at 1", tb.Get([]byte("a"), v1, func([]byte) error { return nil }), store.ErrForgotten)
	b := begin(t, tb)
	check(t, "no version is given out twice", b.Version() > unused.Version(), true)
	check(t, "discard", b.Discard(), nil)
}

// tableConcurrent has two integrations publish again and again while readers check that what they see is whole.
func tableConcurrent(t *testing.T, tb store.Table) {
	const runs, keys = 8, 40
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		published := make(chan store.Version, runs)
		wg.Go(func() {
			defer close(published)
			for run := range runs {
				var pairs []string
				for k := range keys {
					pairs = append(pairs, fmt.Sprintf("%s/%02d", name, k), fmt.Sprintf("run %d", run))
				}
				published <- write(t, tb, pairs...)
			}
		})
		wg.Go(func() {
			run := 0
			for v := range published {
				for _, line := range tableList(t, tb, name+"/", v) {
					if !strings.HasSuffix(line, fmt.Sprintf("=run %d", run)) {
						t.Errorf("version %d of run %d shows %q", v, run, line)
					}
				}
				check(t, "keys", len(tableList(t, tb, name+"/", v)), keys)
				run++
			}
		})
	}
	wg.Wait()
}
