package storetest

import (
	"errors"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// absent is what the accessors below give for a key without a value.
const absent = "(absent)"

func view(t *testing.T, s store.Store, fn func(r store.Reader)) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error { fn(r); return nil })
	if err != nil {
		t.Fatalf("view: %v", err)
	}
}

func update(t *testing.T, s store.Store, fn func(w store.Writer)) {
	t.Helper()
	err := s.Update(t.Context(), func(w store.Writer) error { fn(w); return nil })
	if err != nil {
		t.Fatalf("update: %v", err)
	}
}

// putAll sets pairs given as key, value, key, value …
func putAll(t *testing.T, s store.Store, pairs ...string) {
	t.Helper()
	update(t, s, func(w store.Writer) {
		for i := 0; i < len(pairs); i += 2 {
			put(t, w, pairs[i], pairs[i+1])
		}
	})
}

func put(t *testing.T, w interface{ Put(key, value []byte) error }, key, value string) {
	t.Helper()
	if err := w.Put([]byte(key), []byte(value)); err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
}

func remove(t *testing.T, w interface{ Delete(key []byte) error }, key string) {
	t.Helper()
	if err := w.Delete([]byte(key)); err != nil {
		t.Fatalf("delete %q: %v", key, err)
	}
}

func get(t *testing.T, r store.Reader, key string) string {
	t.Helper()
	value, err := r.Get([]byte(key))
	if errors.Is(err, store.ErrNotFound) {
		return absent
	}
	if err != nil {
		t.Fatalf("get %q: %v", key, err)
	}
	return string(value)
}

// list scans into "key=value" texts; never nil.
func list(t *testing.T, r store.Reader, prefix, from string) []string {
	t.Helper()
	out := []string{}
	var start []byte
	if from != "" {
		start = []byte(from)
	}
	for pair, err := range r.Scan([]byte(prefix), start) {
		if err != nil {
			t.Fatalf("scan %q from %q: %v", prefix, from, err)
		}
		out = append(out, string(pair.Key)+"="+string(pair.Value))
	}
	return out
}

// tableGet reads one key of a table.
func tableGet(t *testing.T, tb store.Table, key string, at store.Version) string {
	t.Helper()
	got := absent
	err := tb.Get([]byte(key), at, func(value []byte) error { got = string(value); return nil })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("get %q at %d: %v", key, at, err)
	}
	return got
}

// tableList scans into "key=value" texts; never nil.
func tableList(t *testing.T, tb store.Table, prefix string, at store.Version) []string {
	t.Helper()
	out := []string{}
	for item, err := range tb.Scan([]byte(prefix), at) {
		if err != nil {
			t.Fatalf("scan %q at %d: %v", prefix, at, err)
		}
		out = append(out, string(item.Key)+"="+string(item.Value))
	}
	return out
}

func begin(t *testing.T, tb store.Table) store.Batch {
	t.Helper()
	b, err := tb.Write(t.Context())
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return b
}

func resume(t *testing.T, tb store.Table, at store.Version) store.Batch {
	t.Helper()
	b, err := tb.WriteAt(t.Context(), at)
	if err != nil {
		t.Fatalf("write at %d: %v", at, err)
	}
	return b
}

func flush(t *testing.T, b store.Batch) {
	t.Helper()
	if err := b.Flush(); err != nil {
		t.Fatalf("flush: %v", err)
	}
}

func commit(t *testing.T, b store.Batch) store.Version {
	t.Helper()
	v, err := b.Commit()
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	if v != b.Version() {
		t.Fatalf("commit gave version %d of a batch at %d", v, b.Version())
	}
	return v
}

// write commits one batch of pairs given as key, value …; the value absent deletes.
func write(t *testing.T, tb store.Table, pairs ...string) store.Version {
	t.Helper()
	b := begin(t, tb)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == absent {
			remove(t, b, pairs[i])
			continue
		}
		put(t, b, pairs[i], pairs[i+1])
	}
	return commit(t, b)
}

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func checkErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s = %v, want %v", what, err, want)
	}
}
