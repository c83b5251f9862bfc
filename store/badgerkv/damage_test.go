package badgerkv_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

const damagedEntries = 3000

// filledTable is the folder of a closed table with entries of run 1 in sorted files.
func filledTable(t *testing.T) (dir string, v store.Version) {
	t.Helper()
	dir = t.TempDir()
	tb := openTable(t, dir)
	v = loadEntries(t, tb, damagedEntries, 1)
	if err := tb.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, v
}

func copyFolder(t *testing.T, from string) (to string) {
	t.Helper()
	to = t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func onlyFile(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return files[0]
}

// TestBitFlip guards that a flipped bit on the disk never becomes another value: the folder does not open, or an entry
// answers with an error or not at all.
func TestBitFlip(t *testing.T) {
	good, v := filledTable(t)
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 20 {
		dir := copyFolder(t, good)
		at := flipBit(t, onlyFile(t, dir, "*.sst"), random)
		tb, err := badgerkv.OpenTable(dir, small())
		if err != nil {
			checkErr(t, err, store.ErrDamaged, dir, ".sst", "move the folder away")
			refused++
			continue
		}
		if wrong := wrongEntries(tb, v); wrong > 0 {
			t.Errorf("bit of byte %d: %d wrong values", at, wrong)
		}
		if err := tb.Close(); err != nil {
			t.Error(err)
		}
	}
	if refused == 0 {
		t.Error("no damage was ever noticed")
	}
	t.Logf("%d of 20 were noticed when opening", refused)
}

// TestVerifyLater guards that a table opened without a look at its blocks reports a flipped bit, names the file, and
// never dies of one.
func TestVerifyLater(t *testing.T) {
	good, v := filledTable(t)
	random := rand.New(rand.NewPCG(3, 4))
	reported, refused := 0, 0
	for range 20 {
		dir := copyFolder(t, good)
		flipBit(t, onlyFile(t, dir, "*.sst"), random)
		var log sightings
		o := small()
		o.VerifyLater, o.Log = true, slog.New(slog.NewTextHandler(&log, nil))
		tb, err := badgerkv.OpenTable(dir, o)
		if err != nil {
			checkErr(t, err, store.ErrDamaged, ".sst")
			refused++
			continue
		}
		for tries := 0; tries < 1000 && !log.seen.Load(); tries++ {
			wrongEntries(tb, v)
		}
		if log.seen.Load() {
			reported++
		}
		if err := tb.Close(); err != nil {
			t.Error(err)
		}
	}
	if reported+refused != 20 || reported == 0 {
		t.Errorf("%d reported and %d refused of 20", reported, refused)
	}
}

// sightings is a log that notices a damaged file's name.
type sightings struct{ seen atomic.Bool }

func (s *sightings) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("000001.sst")) {
		s.seen.Store(true)
	}
	return len(line), nil
}

func flipBit(t *testing.T, path string, random *rand.Rand) (at int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at = random.IntN(len(text))
	text[at] ^= 1 << random.IntN(8)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

func wrongEntries(tb store.Table, v store.Version) (wrong int) {
	for i := range uint64(damagedEntries) {
		_ = tb.Get(entryKey(nil, i), v, func(value []byte) error {
			if len(value) != 366 || binary.BigEndian.Uint64(value) != i || binary.BigEndian.Uint64(value[8:]) != 1 || value[300] != 'v' {
				wrong++
			}
			return nil
		})
	}
	return wrong
}

// TestMissingFiles guards that a folder that lacks a file, or has half of one, is refused with its name and the next step.
func TestMissingFiles(t *testing.T) {
	good, _ := filledTable(t)
	half := func(path string) error {
		info, err := os.Stat(path)
		return errors.Join(err, os.Truncate(path, info.Size()/2))
	}
	tests := []struct {
		name, pattern string
		spoil         func(path string) error
	}{
		{"sorted file gone", "*.sst", os.Remove},
		{"half a sorted file", "*.sst", half},
		{"empty sorted file", "*.sst", func(path string) error { return os.Truncate(path, 0) }},
		{"garbled list of files", "MANIFEST", func(path string) error { return os.WriteFile(path, []byte("garbage"), 0o600) }},
		{"no list of files", "MANIFEST", os.Remove},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := copyFolder(t, good)
			path := onlyFile(t, dir, tt.pattern)
			if err := tt.spoil(path); err != nil {
				t.Fatal(err)
			}
			tb, err := badgerkv.OpenTable(dir, small())
			if err == nil {
				_ = tb.Close()
			}
			checkErr(t, err, store.ErrDamaged, dir, filepath.Base(path), "move the folder away")
		})
	}
}
