package file

import (
	"errors"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Bounds of what is read; whoever uploads a file is a stranger to the machine.
const (
	maxFile     = 50 << 20  // bytes of the file
	maxUnpacked = 500 << 20 // bytes of all members of a workbook together
	maxRatio    = 100       // unpacked to packed, above smallUnpacked
	maxMembers  = 1_000     // members of a workbook
	maxRows     = 5_000_000
	maxColumns  = 512
	maxCell     = 32 << 10  // bytes of a cell or of a vCard value
	maxSheetRow = 1_048_576 // rows an XLSX sheet can have
	maxStrings  = 5_000_000 // texts in a workbook's table of texts

	smallUnpacked = 16 << 20 // a workbook this small may be packed as well as it likes
)

// located puts the place into an error of columns.
func located(err error, name string, line int) error {
	var own *presets.Error
	if errors.As(err, &own) {
		return failure(name, line, own.Text, own.Hint)
	}
	return err
}

// failure is an error at a place of the file: name, line, and what is wrong there.
func failure(name string, line int, text, hint wording.Text) error {
	op := wording.New("presets.read_file", "read {Name}", "Name", name)
	if line > 0 {
		op = wording.New("presets.read_line", "read {Name}, line {Line}", "Name", name, "Line", line)
	}
	return &presets.Error{Op: op, Text: text, Hint: hint}
}
