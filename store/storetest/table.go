package storetest

import (
	"testing"

	"github.com/ringdex/ringdex/store"
)

// OpenTable opens the table of a folder, or an empty one; see OpenStore.
type OpenTable func(t *testing.T, dir string) store.Table

// RunTable checks every promise of store.Table.
func RunTable(t *testing.T, open OpenTable) {
	tests := []struct {
		name string
		run  func(t *testing.T, tb store.Table)
	}{
		{"an old version stays exact after many later ones", tableOldVersions},
		{"an empty table answers at every version", tableEmpty},
		{"deletions have versions", tableDeletions},
		{"scan is ascending, bounded and of one version", tableScan},
		{"scan shows keys of an engine to nobody", tableScanHidden},
		{"what was given is copied", tableCopies},
		{"the function's error comes back as it is", tableFunctionError},
		{"keys and values have limits", tableLimits},
		{"a reader of one range never meets another's open batch", tableOpenBatches},
		{"a flush is visible at the batch's version only", tableFlush},
		{"a batch reads what it has flushed", tableOwnReads},
		{"a discarded batch is undone from its keys", tableDiscard},
		{"the last write of a key wins within a batch", tableLastWrite},
		{"versions grow and the newest committed is latest", tableVersions},
		{"one batch of a version at a time", tableOneBatch},
		{"forgetting keeps what is wanted and refuses the rest", tableForget},
		{"a cancelled context ends a batch", tableCancelled},
		{"readers and writers at the same time", tableConcurrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tb := open(t, t.TempDir())
			defer closeTable(t, tb)
			tt.run(t, tb)
		})
	}
	t.Run("a suspended run goes on at its version after a reopen", func(t *testing.T) { tableResume(t, open) })
	t.Run("a reopened table has versions and what was forgotten", func(t *testing.T) { tableReopen(t, open) })
	t.Run("a table equals maps of versions", func(t *testing.T) { tableModel(t, open) })
}

func closeTable(t *testing.T, tb store.Table) {
	t.Helper()
	if err := tb.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
