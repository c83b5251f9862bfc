package tenant

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestCrashAtEveryStep: a crash before any write of an add, a destruction or a change of master key leaves a folder that opens,
// in which every untouched key is as it was, and the interrupted work can be done again (E4).
func TestCrashAtEveryStep(t *testing.T) {
	for name, work := range map[string]func(*Keyring, ID) error{
		"add":     func(k *Keyring, _ ID) error { return k.AddTenant("t_aaaaaaaaaaaaa") },
		"destroy": func(k *Keyring, victim ID) error { return k.DestroyTenant(victim) },
		"rotate":  func(k *Keyring, _ ID) error { return k.Rotate(testMaster(2)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for step := 0; !crashAt(t, step, work); step++ {
				if step > 200 {
					t.Fatal("never comes to an end")
				}
			}
		})
	}
}

// crashAt stops the work before its step-th write, opens the folder again, checks it and finishes the work. It tells whether the
// work had no such step.
func crashAt(t *testing.T, step int, work func(*Keyring, ID) error) (finished bool) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), fmt.Sprint("keys", step))
	k := openRing(t, dir, testMaster(1))
	before, ids := fillRing(t, k, 2)
	victim := NewID()
	must(t, k.AddTenant(victim))
	left := step
	fault := func(string) error {
		if left--; left < 0 {
			return errCrash
		}
		return nil
	}
	k.disk.fault, k.epochs.fault = fault, fault
	err := work(k, victim)
	if err != nil && !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	_ = k.Close()
	again, openErr := OpenKeyring(dir, testMaster(2), testMaster(1))
	if openErr != nil {
		t.Fatalf("step %d: %v", step, openErr)
	}
	defer func() { _ = again.Close() }()
	same(t, before, readRing(t, again, ids))
	if workErr := work(again, victim); workErr != nil {
		t.Errorf("step %d: again: %v", step, workErr)
	}
	same(t, before, readRing(t, again, ids))
	for n := range shardCount {
		if wraps := wrapsOf(again, n); wraps > 1 {
			t.Errorf("step %d: %d epoch keys of shard %d are left", step, wraps, n)
		}
	}
	return err == nil
}

func wrapsOf(k *Keyring, n int) int {
	count := 0
	for turn := range uint64(2) {
		if bytes.Count(k.epochs.slot(n, turn), []byte{0}) != slotSize {
			count++
		}
	}
	return count
}

// TestRotateTakesBoth: while a change of master key is unfinished both keys are needed, in either order; afterwards the new one
// alone, and the old one opens nothing (E4).
func TestRotateTakesBoth(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	before, ids := fillRing(t, k, 6)
	steps := 8
	k.disk.fault = func(string) error {
		if steps--; steps < 0 {
			return errCrash
		}
		return nil
	}
	if err := k.Rotate(testMaster(2)); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	must(t, k.Close())
	for _, alone := range [][]byte{testMaster(1), testMaster(2)} {
		if _, err := OpenKeyring(dir, alone); !errors.Is(err, ErrMasterKey) || !strings.Contains(err.Error(), "give both") {
			t.Errorf("half-way, one key alone: %v", err)
		}
	}
	k = openRing(t, dir, testMaster(1), testMaster(2))
	same(t, before, readRing(t, k, ids))
	if err := k.Rotate(testMaster(3)); !errors.Is(err, ErrMasterKey) {
		t.Errorf("a second change began before the first was finished: %v", err)
	}
	must(t, k.Rotate(testMaster(2)))
	if k.Rotating() {
		t.Error("not finished")
	}
	must(t, k.Close())
	if _, err := OpenKeyring(dir, testMaster(1)); !errors.Is(err, ErrMasterKey) {
		t.Errorf("the old key still opens: %v", err)
	}
	same(t, before, readRing(t, openRing(t, dir, testMaster(2)), ids))
}

// TestUnsureKeyring: after a failed exchange of a key file nobody knows what is on disk, so nothing more is written.
func TestUnsureKeyring(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openRing(t, dir, testMaster(1))
	before, ids := fillRing(t, k, 2)
	k.disk.fault = func(string) error { return errCrash }
	if err := k.AddTenant(NewID()); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	k.disk.fault = nil
	for id := range ids {
		if err := k.DestroyTenant(id); !errors.Is(err, errCrash) {
			t.Errorf("went on writing: %v", err)
		}
	}
	same(t, before, readRing(t, k, ids))
}
