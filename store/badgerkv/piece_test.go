package badgerkv_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// TestFileOrderDoesNotMatter guards the reason for the pieces of a version. A compaction within Badger's level 0 gives old
// entries a file with a higher number than newer ones have. Here that is done by exchanging two files: still, the last
// write of a key at a version shows.
func TestFileOrderDoesNotMatter(t *testing.T) {
	dir := t.TempDir()
	v := writeRounds(t, dir, 2, 100)
	first, second := filepath.Join(dir, "000001.sst"), filepath.Join(dir, "000002.sst")
	aside := filepath.Join(t.TempDir(), "aside")
	if err := errors.Join(os.Rename(first, aside), os.Rename(second, first), os.Rename(aside, second)); err != nil {
		t.Fatal(err)
	}
	tb := openTable(t, dir)
	defer tb.Close()
	if shown := shownRound(t, tb, v, 100); shown != 1 {
		t.Errorf("round %d shows, want the last", shown)
	}
}

// TestCompactionKeepsTheLastWrite guards the same over many flushes and compactions with much else between.
func TestCompactionKeepsTheLastWrite(t *testing.T) {
	const rounds = 15
	dir := t.TempDir()
	v := writeRounds(t, dir, rounds, 4000)
	tb := openTable(t, dir)
	defer tb.Close()
	if shown := shownRound(t, tb, v, 100); shown != rounds-1 {
		t.Errorf("round %d shows, want the last", shown)
	}
}

// writeRounds writes rounds at one version. Each reopens the folder, so that each round lies in files of its own.
func writeRounds(t *testing.T, dir string, rounds uint64, filler int) (v store.Version) {
	t.Helper()
	for round := range rounds {
		tb := openTable(t, dir)
		b, err := tb.Write(t.Context())
		if err == nil && round > 0 {
			if err = b.Discard(); err == nil {
				b, err = tb.WriteAt(t.Context(), v)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		v = b.Version()
		writeRound(t, b, round, filler)
		if shown := shownRound(t, tb, v, 100); shown != round {
			t.Fatalf("round %d shows round %d", round, shown)
		}
		if err := errors.Join(tb.Forget(v), tb.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// writeRound writes keys that are the same in each round between such that are not, and commits.
func writeRound(t *testing.T, b store.Batch, round uint64, filler int) {
	t.Helper()
	value := make([]byte, 366)
	binary.BigEndian.PutUint64(value, round)
	for i := range filler {
		err := b.Put(fmt.Appendf(nil, "filler/%d/%d", i, round), value)
		if i < 100 {
			err = errors.Join(err, b.Put(fmt.Appendf(nil, "same/%d", i), value))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Commit(); err != nil {
		t.Fatal(err)
	}
}

// shownRound is the lowest round that any of the same keys shows.
func shownRound(t *testing.T, tb store.Table, v store.Version, keys int) uint64 {
	t.Helper()
	lowest := ^uint64(0)
	for i := range keys {
		err := tb.Get(fmt.Appendf(nil, "same/%d", i), v, func(value []byte) error {
			lowest = min(lowest, binary.BigEndian.Uint64(value))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return lowest
}
