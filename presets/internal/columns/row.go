package columns

import "strings"

// MaxPhones is how many numbers one contact can have.
const MaxPhones = 100

// Cell is the content of one cell as it stands in the source.
type Cell struct {
	Text    string
	Numeric bool // a number, not a text that looks like one
}

// Row is one line of a table. Its cells are valid until the next one is read.
type Row struct {
	Line  int // where it begins in a file, from 1
	Cells []Cell
}

// Text is a cell without blanks around it, "" where the row has no such column.
func (r Row) Text(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[column].Text)
}

// Blank reports a row with nothing in it.
func (r Row) Blank() bool {
	for i := range r.Cells {
		if r.Text(i) != "" {
			return false
		}
	}
	return true
}
