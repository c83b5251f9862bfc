package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
)

func tableOldVersions(t *testing.T, tb store.Table) {
	var versions []store.Version
	for i := range 20 {
		versions = append(versions, write(t, tb, "a", fmt.Sprint(i), fmt.Sprintf("k%02d", i), "new"))
	}
	for i, v := range versions {
		check(t, fmt.Sprintf("a at %d", v), tableGet(t, tb, "a", v), fmt.Sprint(i))
		check(t, fmt.Sprintf("keys at %d", v), len(tableList(t, tb, "k", v)), i+1)
	}
	check(t, "a before all", tableGet(t, tb, "a", 0), absent)
}

func tableEmpty(t *testing.T, tb store.Table) {
	check(t, "latest", tb.Latest(), 0)
	for _, at := range []store.Version{0, 1, ^store.Version(0)} {
		check(t, "get", tableGet(t, tb, "a", at), absent)
		check(t, "scan", len(tableList(t, tb, "", at)), 0)
	}
	checkErr(t, "get no key", tb.Get(nil, 0, nil), store.ErrNotFound)
}

func tableDeletions(t *testing.T, tb store.Table) {
	v1 := write(t, tb, "a", "1", "b", "1")
	v2 := write(t, tb, "a", absent, "never", absent)
	v3 := write(t, tb, "a", "3")
	for v, want := range map[store.Version]string{v1: "a=1 b=1", v2: "b=1", v3: "a=3 b=1"} {
		check(t, fmt.Sprintf("all at %d", v), strings.Join(tableList(t, tb, "", v), " "), want)
	}
	check(t, "a at 2", tableGet(t, tb, "a", v2), absent)
}

func tableScan(t *testing.T, tb store.Table) {
	v := write(t, tb, "t1/b", "1", "t10/a", "2", "t1/a", "", "t2/a", "4", "t1", "5", "\xff", "6")
	tests := []struct{ prefix, want string }{
		{"t1/", "t1/a= t1/b=1"},
		{"t10/", "t10/a=2"},
		{"t1", "t1=5 t1/a= t1/b=1 t10/a=2"},
		{"t3", ""},
		{"", "t1=5 t1/a= t1/b=1 t10/a=2 t2/a=4 \xff=6"},
	}
	for _, tt := range tests {
		check(t, "scan "+tt.prefix, strings.Join(tableList(t, tb, tt.prefix, v), " "), tt.want)
	}
	for item := range tb.Scan([]byte("t1"), v) {
		check(t, "first", string(item.Key), "t1")
		break
	}
}

func tableScanHidden(t *testing.T, tb store.Table) {
	v := write(t, tb, "!a", "1", "!z", "2")
	if err := tb.Forget(v); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []string{"", "!"} {
		check(t, "scan "+prefix, strings.Join(tableList(t, tb, prefix, v), " "), "!a=1 !z=2")
	}
}

func tableCopies(t *testing.T, tb store.Table) {
	b := begin(t, tb)
	key, value := []byte("key"), []byte("value")
	if err := b.Put(key, value); err != nil {
		t.Fatal(err)
	}
	copy(key, "KEY")
	copy(value, "VALUE")
	gone := []byte("gone")
	put(t, b, "gone", "x")
	if err := b.Delete(gone); err != nil {
		t.Fatal(err)
	}
	copy(gone, "GONE")
	v := commit(t, b)
	check(t, "all", strings.Join(tableList(t, tb, "", v), " "), "key=value")
}

func tableFunctionError(t *testing.T, tb store.Table) {
	v := write(t, tb, "a", "1")
	boom := errors.New("boom")
	if err := tb.Get([]byte("a"), v, func([]byte) error { return boom }); err != boom {
		t.Errorf("get = %v, want the error of its function as it is", err)
	}
}

func tableLimits(t *testing.T, tb store.Table) {
	b := begin(t, tb)
	defer b.Discard()
	long := []byte(strings.Repeat("k", store.MaxKey))
	full := bytes.Repeat([]byte("v"), store.MaxValue)
	checkErr(t, "empty key", b.Put(nil, nil), store.ErrKey)
	checkErr(t, "long key", b.Put(append(long, 'k'), nil), store.ErrKey)
	checkErr(t, "reserved key", b.Put([]byte(store.Reserved+"x"), nil), store.ErrKey)
	checkErr(t, "delete of a reserved key", b.Delete([]byte("!badger!x")), store.ErrKey)
	checkErr(t, "large value", b.Put([]byte("k"), append(full, 'v')), store.ErrTooBig)
	for i := range 3 {
		if err := b.Put(append(long[:store.MaxKey-1:store.MaxKey-1], byte(i)), full); err != nil {
			t.Errorf("put of the longest key and value: %v", err)
		}
	}
	v := commit(t, b)
	check(t, "keys", len(tableList(t, tb, "", v)), 3)
}

func tableFlush(t *testing.T, tb store.Table) {
	v1 := write(t, tb, "a", "1")
	b := begin(t, tb)
	put(t, b, "a", "2")
	flush(t, b)
	flush(t, b)
	check(t, "a at the batch's version", tableGet(t, tb, "a", b.Version()), "2")
	check(t, "a at the version before", tableGet(t, tb, "a", v1), "1")
	check(t, "latest before commit", tb.Latest(), v1)
	put(t, b, "b", "2")
	v2 := commit(t, b)
	check(t, "latest", tb.Latest(), v2)
	check(t, "all", strings.Join(tableList(t, tb, "", v2), " "), "a=2 b=2")
	check(t, "all before", strings.Join(tableList(t, tb, "", v1), " "), "a=1")
}

func tableCancelled(t *testing.T, tb store.Table) {
	ctx, cancel := context.WithCancel(t.Context())
	b, err := tb.Write(ctx)
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, "a", "1")
	cancel()
	checkErr(t, "put", b.Put([]byte("b"), nil), context.Canceled)
	checkErr(t, "flush", b.Flush(), context.Canceled)
	_, err = b.Commit()
	checkErr(t, "commit", err, context.Canceled)
	check(t, "latest", tb.Latest(), 0)
	check(t, "discard", b.Discard(), nil)
	_, err = tb.Write(ctx)
	checkErr(t, "write", err, context.Canceled)
}

// RunTableClosed checks that a closed table and its open batch say so.
func RunTableClosed(t *testing.T, open OpenTable) {
	tb := open(t, t.TempDir())
	v := write(t, tb, "a", "1")
	b := begin(t, tb)
	put(t, b, "a", "2")
	closeTable(t, tb)
	closeTable(t, tb)
	checkErr(t, "get", tb.Get([]byte("a"), v, func([]byte) error { return nil }), store.ErrClosed)
	checkErr(t, "put", b.Put([]byte("a"), nil), store.ErrClosed)
	checkErr(t, "flush", b.Flush(), store.ErrClosed)
	checkErr(t, "forget", tb.Forget(v), store.ErrClosed)
	_, err := tb.Write(t.Context())
	checkErr(t, "write", err, store.ErrClosed)
	for _, err := range tb.Scan(nil, v) {
		checkErr(t, "scan", err, store.ErrClosed)
	}
	check(t, "discard", b.Discard(), nil)
}
