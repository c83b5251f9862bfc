package storetest

import (
	"testing"

	"github.com/ringdex/ringdex/store"
)

// OpenStore opens the store of a folder, or an empty one. An engine without files gives the same store for the same
// folder, with a Close that keeps it.
type OpenStore func(t *testing.T, dir string) store.Store

// RunStore checks every promise of store.Store.
func RunStore(t *testing.T, open OpenStore) {
	tests := []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"what was put is got until it is deleted", storePutGetDelete},
		{"what was got and given are copies", storeCopies},
		{"an update is written whole or not at all", storeAllOrNothing},
		{"scan is ascending and bounded by its prefix", storeScanBounds},
		{"scan begins at from", storeScanFrom},
		{"a long scan lists every key once", storeScanLong},
		{"an update sees its own writes", storeOwnWrites},
		{"scans in an update may be nested and may write", storeScanNested},
		{"keys with binary bytes keep their order", storeBinaryKeys},
		{"keys and values have limits", storeLimits},
		{"a view does not change", storeViewSnapshot},
		{"an update runs again when what it read was changed", storeRunsAgain},
		{"an update runs again when what it missed was put", storeRunsAgainMissing},
		{"an update that always conflicts gives up", storeGivesUp},
		{"increments are never lost", storeIncrements},
		{"updates of other keys do not conflict", storeNoFalseConflict},
		{"a cancelled context stops", storeCancelled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, t.TempDir())
			defer closeStore(t, s)
			tt.run(t, s)
		})
	}
	t.Run("a reopened store has what was written", func(t *testing.T) { storeReopen(t, open) })
	t.Run("a store equals a map", func(t *testing.T) { storeModel(t, open) })
}

func closeStore(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
