package file

import (
	"context"
	"iter"
	"strings"
)

// cell is the content of one cell as it stands in the file.
type cell struct {
	text    string
	numeric bool // a number, not a text that looks like one
}

// row is one line of a table. Its cells are valid until the next one is read.
type row struct {
	line  int // where it begins in the file, from 1
	cells []cell
}

func (r row) text(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[column].text)
}

func (r row) blank() bool {
	for i := range r.cells {
		if r.text(i) != "" {
			return false
		}
	}
	return true
}

// table is a file with rows; rows can be read any number of times.
type table interface {
	rows(ctx context.Context) iter.Seq2[row, error]
	// describe says in a few words what was recognised.
	describe() string
	// replacedCount is how many invalid characters the last reading replaced.
	replacedCount() int
}
