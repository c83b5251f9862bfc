package cache

import (
	"context"
	"slices"
	"testing"

	"github.com/ringdex/ringdex/store/memkv"
)

// TestExportImport (G13): what a backup holds answers the same elsewhere, and the next run compares with it.
func TestExportImport(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := memory(t)
	w.publish(ada)
	w.publish(ada, bob)
	suspended := w.refresh(RefreshOptions{Run: "half"})
	w.no(feed(suspended, []person{{ID: "9", Name: "Nobody yet", Phones: []string{"+31201234569"}}}))
	w.no(suspended.Checkpoint(ctx))

	var pieces []Exported
	for piece, err := range w.cache.Export(ctx) {
		w.no(err)
		pieces = append(pieces, Exported{State: piece.State, Key: slices.Clone(piece.Key), Value: slices.Clone(piece.Value)})
	}
	w.no(suspended.Discard())

	table, control := memkv.NewTable(), memkv.New()
	entries, err := Import(ctx, table, control, func(yield func(Exported, error) bool) {
		for _, piece := range pieces {
			if !yield(piece, nil) {
				return
			}
		}
	})
	w.no(err)
	if entries == 0 || entries >= len(pieces) {
		t.Errorf("%d entries of %d pieces", entries, len(pieces))
	}
	other := newWorld(t, table, control)
	other.in, other.fence = w.in, w.fence
	other.check(map[string]person{ada.ID: ada, bob.ID: bob}, []string{"+31201234567", "+31201234568", "+31201234569"})
	if got, want := other.status().Published.Number, w.status().Published.Number; got != want {
		t.Errorf("generation %d, want %d as before", got, want)
	}
	if stats := other.publish(ada, bob); stats.Unchanged != 2 || stats.Added+stats.Changed+stats.Removed > 0 {
		t.Errorf("the first run after a restore found %+v, want everything unchanged", stats)
	}
}
