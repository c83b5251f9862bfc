package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
)

func storeScanBounds(t *testing.T, s store.Store) {
	putAll(t, s, "t1/b", "1", "t10/a", "2", "t1/a", "3", "t2/a", "4", "t1", "5", "t1/", "6", "t1\xff", "7")
	view(t, s, func(r store.Reader) {
		tests := []struct{ prefix, want string }{
			{"t1/", "t1/=6 t1/a=3 t1/b=1"},
			{"t10/", "t10/a=2"},
			{"t1", "t1=5 t1/=6 t1/a=3 t1/b=1 t10/a=2 t1\xff=7"},
			{"t3", ""},
			{"t1/ab", ""},
			{"", "t1=5 t1/=6 t1/a=3 t1/b=1 t10/a=2 t1\xff=7 t2/a=4"},
		}
		for _, tt := range tests {
			check(t, "scan "+tt.prefix, strings.Join(list(t, r, tt.prefix, ""), " "), tt.want)
		}
	})
}

func storeScanFrom(t *testing.T, s store.Store) {
	putAll(t, s, "a", "0", "p/1", "1", "p/2", "2", "p/3", "3", "q", "4")
	view(t, s, func(r store.Reader) {
		tests := []struct{ from, want string }{
			{"p/2", "p/2=2 p/3=3"},
			{"p/15", "p/2=2 p/3=3"},
			{"p/2\x00", "p/3=3"},
			{"a", "p/1=1 p/2=2 p/3=3"},
			{"p/4", ""},
			{"q", ""},
		}
		for _, tt := range tests {
			check(t, "scan from "+tt.from, strings.Join(list(t, r, "p/", tt.from), " "), tt.want)
		}
		for pair := range r.Scan([]byte("p/"), nil) {
			check(t, "first", string(pair.Key), "p/1")
			break
		}
	})
}

// storeScanLong goes over more keys than an engine may hold at a time.
func storeScanLong(t *testing.T, s store.Store) {
	const n = 700
	update(t, s, func(w store.Writer) {
		for i := range n {
			put(t, w, fmt.Sprintf("p/%04d", i), "x")
		}
	})
	verify := func(r store.Reader, from string, first int) {
		next := first
		for _, line := range list(t, r, "p/", from) {
			check(t, "key", line, fmt.Sprintf("p/%04d=x", next))
			next++
		}
		check(t, "end", next, n)
	}
	view(t, s, func(r store.Reader) { verify(r, "", 0); verify(r, "p/0128", 128) })
	update(t, s, func(w store.Writer) { verify(w, "", 0); verify(w, "p/0100", 100) })
}

func storeScanNested(t *testing.T, s store.Store) {
	const n = 300
	update(t, s, func(w store.Writer) {
		for i := range n {
			put(t, w, fmt.Sprintf("p/%04d", i), "x")
		}
	})
	update(t, s, func(w store.Writer) {
		seen := 0
		for pair, err := range w.Scan([]byte("p/"), nil) {
			if err != nil {
				t.Fatal(err)
			}
			seen++
			for inner := range w.Scan(pair.Key, nil) {
				check(t, "inner", string(inner.Key), string(pair.Key))
			}
			remove(t, w, string(pair.Key))
			put(t, w, "q/"+string(pair.Key), "y")
		}
		check(t, "listed", seen, n)
	})
	view(t, s, func(r store.Reader) {
		check(t, "left", len(list(t, r, "p/", "")), 0)
		check(t, "moved", len(list(t, r, "q/", "")), n)
		for range r.Scan([]byte("q/"), nil) {
			check(t, "nested in a view", len(list(t, r, "q/p/000", "")), 10)
			break
		}
	})
}

func storeBinaryKeys(t *testing.T, s store.Store) {
	keys := []string{"\x00", "\x00\x00", "\x00\xff", "\x01", "!", "!a", "!z", "a", "a\x00", "a\x00b", "a\x01", "\xff", "\xff\xff"}
	update(t, s, func(w store.Writer) {
		for i := range keys {
			put(t, w, keys[len(keys)-1-i], "")
		}
	})
	view(t, s, func(r store.Reader) {
		check(t, "order", strings.Join(list(t, r, "", ""), "|"), strings.Join(keys, "=|")+"=")
		check(t, "below \\xff", len(list(t, r, "\xff", "")), 2)
		check(t, "below a\\x00", len(list(t, r, "a\x00", "")), 2)
	})
}
