package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
)

// Promise (reliability rows G4 and G5): settings that are older than they were when the folder was last open are refused, and
// whatever a power cut or an operator does to the mark itself is not.
func TestMark(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, markFile)
	open := func(s store.Store, want error) {
		t.Helper()
		m, err := openMark(t.Context(), s, dir)
		if !errors.Is(err, want) {
			t.Fatalf("open: %v, want %v", err, want)
		}
		if err == nil {
			m.close()
		}
	}
	whole := memkv.New()
	open(whole, nil)
	open(whole, nil)
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	open(memkv.New(), store.ErrDamaged) // the settings are gone
	older := memkv.New()
	err = older.Update(t.Context(), func(w store.Writer) error { return w.Put(markKey(1), place{1, 1}.text()) })
	if err != nil {
		t.Fatal(err)
	}
	open(older, store.ErrDamaged) // what was written last is gone
	if now, _ := os.ReadFile(path); string(now) != string(kept) {
		t.Errorf("a refusal changed the mark from %s to %s", kept, now)
	}
	open(whole, nil)

	for name, text := range map[string]string{"empty": "", "older": "1 1", "torn": "x"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		open(whole, nil)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open(older, nil) // the operator goes on with what is left
}

// Promise: one opening's settings that are missing in between are noticed too, and hundreds of openings leave few marks.
func TestMarkHole(t *testing.T) {
	dir, s := t.TempDir(), memkv.New()
	open := func() error {
		m, err := openMark(t.Context(), s, dir)
		if err == nil {
			m.close()
		}
		return err
	}
	for range 3 * marksKept {
		if err := open(); err != nil {
			t.Fatal(err)
		}
	}
	var keys [][]byte
	err := s.View(t.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan([]byte(markPrefix), nil) {
			keys = append(keys, pair.Key)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(keys) != marksKept+1 {
		t.Fatalf("%d marks, %v", len(keys), err)
	}
	for _, i := range []int{0, 1, 50, marksKept} {
		var kept []byte
		err := s.Update(t.Context(), func(w store.Writer) (err error) {
			kept, err = w.Get(keys[i])
			kept = append([]byte{}, kept...)
			return errors.Join(err, w.Delete(keys[i]))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := open(); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("without mark %d: %v", i, err)
		}
		err = s.Update(t.Context(), func(w store.Writer) error { return w.Put(keys[i], kept) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
}
