package badgerkv_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

// full is more than any disk has free.
const full = 1 << 60

// TestFullDiskStore guards that below the watermark writes are refused with a sentence and reads go on.
func TestFullDiskStore(t *testing.T) {
	dir := filledStore(t)
	s, err := badgerkv.Open(dir, badgerkv.Options{MinFree: full})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ran := false
	err = s.Update(t.Context(), func(store.Writer) error { ran = true; return nil })
	if !errors.Is(err, store.ErrReadOnly) || ran {
		t.Errorf("update = %v, ran %v", err, ran)
	}
	checkErr(t, err, store.ErrReadOnly, "remove files", dir)
	err = s.View(t.Context(), func(r store.Reader) error { _, err := r.Get([]byte("a")); return err })
	if err != nil {
		t.Errorf("view: %v", err)
	}
}

// TestFullDiskTable guards the same for a table.
func TestFullDiskTable(t *testing.T) {
	dir := t.TempDir()
	tb := openTable(t, dir)
	v := loadEntries(t, tb, 10, 1)
	if err := tb.Close(); err != nil {
		t.Fatal(err)
	}
	tb, err := badgerkv.OpenTable(dir, badgerkv.Options{MinFree: full})
	if err != nil {
		t.Fatal(err)
	}
	defer tb.Close()
	if _, err := tb.Write(t.Context()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("write = %v", err)
	}
	b, err := tb.WriteAt(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if err := errors.Join(b.Put([]byte("k"), nil), b.Flush()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("flush = %v", err)
	}
	if err := tb.Forget(v); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("forget = %v", err)
	}
	if err := tb.Get(entryKey(nil, 3), v, func([]byte) error { return nil }); err != nil {
		t.Errorf("get = %v", err)
	}
}

// TestBallast guards that the ballast really takes room, is made once, and never takes the last of it.
func TestBallast(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if err := badgerkv.Ballast(dir, 3<<20); errors.Is(err, store.ErrReadOnly) {
			t.Skip("not enough free space here:", err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "ballast"))
	if err != nil || info.Size() != 3<<20 {
		t.Errorf("size = %v, %v", info, err)
	}
	if err := badgerkv.Ballast(dir, full); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a ballast larger than the disk: %v", err)
	}
}
