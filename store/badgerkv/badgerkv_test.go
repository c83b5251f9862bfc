package badgerkv_test

import (
	"flag"
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/store/storetest"
)

func TestMain(m *testing.M) {
	if work := os.Getenv(childWork); work != "" {
		os.Exit(child(work, os.Getenv(childDir)))
	}
	// Every step of a property syncs the disk; memory runs the same properties five times as often.
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// small is what tests open folders with: little memory, no pace, any disk.
func small() badgerkv.Options {
	return badgerkv.Options{MinFree: -1, Pace: -1, MemTable: 8 << 20, Log: slog.New(slog.DiscardHandler)}
}

func openStore(t *testing.T, dir string) store.Store {
	t.Helper()
	s, err := badgerkv.Open(dir, small())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return s
}

func openTable(t *testing.T, dir string) store.Table {
	t.Helper()
	tb, err := badgerkv.OpenTable(dir, small())
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return tb
}

// TestStore guards the contract of control data.
func TestStore(t *testing.T) {
	storetest.RunStore(t, openStore)
	storetest.RunStoreClosed(t, openStore)
}

// TestTable guards the contract of bulk data.
func TestTable(t *testing.T) {
	storetest.RunTable(t, openTable)
	storetest.RunTableClosed(t, openTable)
}
