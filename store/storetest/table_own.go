package storetest

import (
	"errors"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// tableOwnReads: a batch reads at its own version, what others have written later included in nothing.
func tableOwnReads(t *testing.T, tb store.Table) {
	write(t, tb, "a/x", "1")
	b := begin(t, tb)
	put(t, b, "a/y", "2")
	remove(t, b, "a/x")
	flush(t, b)
	write(t, tb, "a/z", "3")
	var got string
	for item, err := range b.Scan([]byte("a/")) {
		check(t, "scan", err, nil)
		got += string(item.Key) + "=" + string(item.Value)
	}
	check(t, "scan", got, "a/y=2")
	keep := func(value []byte) error { got = string(value); return nil }
	check(t, "get", b.Get([]byte("a/y"), keep), nil)
	check(t, "got", got, "2")
	for _, key := range []string{"", "a/x", "a/z"} {
		checkErr(t, "get "+key, b.Get([]byte(key), keep), store.ErrNotFound)
	}
	failure := errors.New("the function's own")
	check(t, "function's error", b.Get([]byte("a/y"), func([]byte) error { return failure }), failure)
	check(t, "end", b.Discard(), nil)
	checkErr(t, "get after the end", b.Get([]byte("a/y"), keep), store.ErrClosed)
}
