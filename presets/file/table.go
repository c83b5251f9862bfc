package file

import (
	"context"
	"iter"

	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

type (
	cell = columns.Cell
	row  = columns.Row
)

// table is a file with rows; rows can be read any number of times.
type table interface {
	rows(ctx context.Context) iter.Seq2[row, error]
	// describe says in a few words what was recognised.
	describe() wording.Text
	// replacedCount is how many invalid characters the last reading replaced.
	replacedCount() int
}
