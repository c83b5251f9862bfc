package storetest

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/store"
)

func storeViewSnapshot(t *testing.T, s store.Store) {
	putAll(t, s, "a", "1", "b", "1")
	view(t, s, func(r store.Reader) {
		check(t, "a", get(t, r, "a"), "1")
		update(t, s, func(w store.Writer) { put(t, w, "a", "2"); remove(t, w, "b"); put(t, w, "c", "2") })
		check(t, "a after", get(t, r, "a"), "1")
		check(t, "b after", get(t, r, "b"), "1")
		check(t, "keys after", len(list(t, r, "", "")), 2)
	})
}

// interfere runs an update that calls read and then, the first time, lets somebody else write before it writes itself.
func interfere(t *testing.T, s store.Store, read func(w store.Writer), other func(w store.Writer)) (runs int) {
	t.Helper()
	update(t, s, func(w store.Writer) {
		runs++
		read(w)
		if runs == 1 {
			update(t, s, other)
		}
		put(t, w, "result", strconv.Itoa(runs))
	})
	return runs
}

func storeRunsAgain(t *testing.T, s store.Store) {
	putAll(t, s, "a", "1", "gone", "1", "p/1", "1")
	tests := []struct {
		name        string
		read, other func(w store.Writer)
	}{
		{"changed", func(w store.Writer) { get(t, w, "a") }, func(w store.Writer) { put(t, w, "a", "2") }},
		{"deleted", func(w store.Writer) { get(t, w, "gone") }, func(w store.Writer) { remove(t, w, "gone") }},
		{"listed", func(w store.Writer) { list(t, w, "p/", "") }, func(w store.Writer) { put(t, w, "p/1", "2") }},
	}
	for _, tt := range tests {
		check(t, "runs, "+tt.name, interfere(t, s, tt.read, tt.other), 2)
		view(t, s, func(r store.Reader) { check(t, "result", get(t, r, "result"), "2") })
	}
}

// storeRunsAgainMissing guards "create if it is not there yet".
func storeRunsAgainMissing(t *testing.T, s store.Store) {
	runs := interfere(t, s, func(w store.Writer) { get(t, w, "new") }, func(w store.Writer) { put(t, w, "new", "1") })
	check(t, "runs", runs, 2)
}

func storeGivesUp(t *testing.T, s store.Store) {
	runs := 0
	err := s.Update(t.Context(), func(w store.Writer) error {
		runs++
		get(t, w, "a")
		putAll(t, s, "a", strconv.Itoa(runs))
		return w.Put([]byte("b"), []byte("never"))
	})
	checkErr(t, "update", err, store.ErrConflict)
	check(t, "runs more than once", runs > 1, true)
	view(t, s, func(r store.Reader) { check(t, "b", get(t, r, "b"), absent) })
}

func storeIncrements(t *testing.T, s store.Store) {
	const writers, each = 4, 15
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				if err := s.Update(t.Context(), increment); err != nil {
					t.Errorf("increment: %v", err)
				}
			}
		})
	}
	wg.Wait()
	view(t, s, func(r store.Reader) {
		check(t, "a", get(t, r, "a"), strconv.Itoa(writers*each))
		check(t, "b", get(t, r, "b"), strconv.Itoa(writers*each))
	})
}

// increment adds one to two counters, which are therefore always equal.
func increment(w store.Writer) error {
	for _, key := range []string{"a", "b"} {
		value, err := w.Get([]byte(key))
		n, _ := strconv.Atoi(string(value)) // absent is 0
		if err != nil && n != 0 {
			return err
		}
		if err := w.Put([]byte(key), []byte(strconv.Itoa(n+1))); err != nil {
			return err
		}
	}
	return nil
}

func storeNoFalseConflict(t *testing.T, s store.Store) {
	putAll(t, s, "a", "1", "b", "1")
	runs := interfere(t, s, func(w store.Writer) { get(t, w, "a") }, func(w store.Writer) { put(t, w, "b", "2") })
	check(t, "runs after a write elsewhere", runs, 1)
	blind := 0
	err := s.Update(context.WithoutCancel(t.Context()), func(w store.Writer) error {
		blind++
		putAll(t, s, "a", "2")
		return w.Put([]byte("a"), []byte("3"))
	})
	check(t, "blind write", err == nil && blind == 1, true)
	view(t, s, func(r store.Reader) { check(t, "a", get(t, r, "a"), "3") })
}
