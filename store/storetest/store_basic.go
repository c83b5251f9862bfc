package storetest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
)

func storePutGetDelete(t *testing.T, s store.Store) {
	putAll(t, s, "a", "1", "b", "2", "empty", "")
	view(t, s, func(r store.Reader) {
		check(t, "a", get(t, r, "a"), "1")
		check(t, "empty", get(t, r, "empty"), "")
		check(t, "c", get(t, r, "c"), absent)
	})
	putAll(t, s, "a", "3")
	update(t, s, func(w store.Writer) { remove(t, w, "b"); remove(t, w, "never") })
	view(t, s, func(r store.Reader) {
		check(t, "a", get(t, r, "a"), "3")
		check(t, "b", get(t, r, "b"), absent)
		_, err := r.Get([]byte("b"))
		checkErr(t, "get b", err, store.ErrNotFound)
		_, err = r.Get(nil)
		checkErr(t, "get no key", err, store.ErrNotFound)
	})
}

func storeCopies(t *testing.T, s store.Store) {
	key, value := []byte("key"), []byte("value")
	update(t, s, func(w store.Writer) {
		if err := w.Put(key, value); err != nil {
			t.Fatal(err)
		}
		copy(key, "KEY")
		copy(value, "VALUE")
	})
	var kept []byte
	view(t, s, func(r store.Reader) {
		kept, _ = r.Get([]byte("key"))
		again, _ := r.Get([]byte("key"))
		copy(again, "XXXXX")
		for pair := range r.Scan(nil, nil) {
			copy(pair.Value, "YYYYY")
		}
		check(t, "key", get(t, r, "key"), "value")
	})
	putAll(t, s, "key", "other")
	check(t, "kept value", string(kept), "value")
}

func storeAllOrNothing(t *testing.T, s store.Store) {
	putAll(t, s, "a", "1")
	boom := errors.New("boom")
	err := s.Update(t.Context(), func(w store.Writer) error {
		put(t, w, "a", "2")
		put(t, w, "b", "2")
		return boom
	})
	if err != boom {
		t.Errorf("update = %v, want the error of its function as it is", err)
	}
	view(t, s, func(r store.Reader) {
		check(t, "a", get(t, r, "a"), "1")
		check(t, "b", get(t, r, "b"), absent)
	})
}

func storeOwnWrites(t *testing.T, s store.Store) {
	putAll(t, s, "p/a", "1", "p/b", "1", "p/c", "1")
	update(t, s, func(w store.Writer) {
		put(t, w, "p/b", "2")
		put(t, w, "p/d", "2")
		remove(t, w, "p/a")
		check(t, "p/b", get(t, w, "p/b"), "2")
		check(t, "p/a", get(t, w, "p/a"), absent)
		check(t, "scan", strings.Join(list(t, w, "p/", ""), " "), "p/b=2 p/c=1 p/d=2")
		view(t, s, func(r store.Reader) { check(t, "p/b outside", get(t, r, "p/b"), "1") })
	})
}

func storeLimits(t *testing.T, s store.Store) {
	long := []byte(strings.Repeat("k", store.MaxKey))
	full := bytes.Repeat([]byte("v"), store.MaxValue)
	update(t, s, func(w store.Writer) {
		if err := w.Put(long, full); err != nil {
			t.Errorf("put of the longest key and value: %v", err)
		}
	})
	update(t, s, func(w store.Writer) {
		checkErr(t, "empty key", w.Put(nil, nil), store.ErrKey)
		checkErr(t, "long key", w.Put(append(long, 'k'), nil), store.ErrKey)
		checkErr(t, "reserved key", w.Put([]byte(store.Reserved+"x"), nil), store.ErrKey)
		checkErr(t, "reserved key of an engine", w.Put([]byte("!badger!x"), nil), store.ErrKey)
		checkErr(t, "delete of a reserved key", w.Delete([]byte(store.Reserved+"x")), store.ErrKey)
		checkErr(t, "large value", w.Put([]byte("k"), append(full, 'v')), store.ErrTooBig)
	})
	err := s.Update(t.Context(), func(w store.Writer) error {
		if err := w.Put([]byte("a"), full); err != nil {
			return err
		}
		return w.Put([]byte("b"), full)
	})
	checkErr(t, "large update", err, store.ErrTooBig)
	view(t, s, func(r store.Reader) {
		check(t, "keys", len(list(t, r, "", "")), 1)
		value, err := r.Get(long)
		check(t, "longest value is whole", err == nil && bytes.Equal(value, full), true)
	})
}

func storeCancelled(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	checkErr(t, "view", s.View(ctx, func(store.Reader) error { ran = true; return nil }), context.Canceled)
	checkErr(t, "update", s.Update(ctx, func(store.Writer) error { ran = true; return nil }), context.Canceled)
	check(t, "function ran", ran, false)
}

// RunStoreClosed checks that a closed store says so. It is apart from RunStore, whose folders may keep
// a store open.
func RunStoreClosed(t *testing.T, open OpenStore) {
	s := open(t, t.TempDir())
	closeStore(t, s)
	closeStore(t, s)
	checkErr(t, "view", s.View(t.Context(), func(store.Reader) error { return nil }), store.ErrClosed)
	checkErr(t, "update", s.Update(t.Context(), func(store.Writer) error { return nil }), store.ErrClosed)
}

func storeReopen(t *testing.T, open OpenStore) {
	dir := t.TempDir()
	s := open(t, dir)
	putAll(t, s, "a", "1", "b", "2")
	update(t, s, func(w store.Writer) { remove(t, w, "a"); put(t, w, "c", "3") })
	closeStore(t, s)
	s = open(t, dir)
	view(t, s, func(r store.Reader) {
		check(t, "all", strings.Join(list(t, r, "", ""), " "), "b=2 c=3")
	})
	putAll(t, s, "b", "4")
	closeStore(t, s)
	s = open(t, dir)
	defer closeStore(t, s)
	view(t, s, func(r store.Reader) { check(t, "b", get(t, r, "b"), "4") })
}
