package rest

import (
	"crypto/sha256"
	"fmt"

	"github.com/ringdex/ringdex/presets"
)

// meetings are the pages and places of lists met in this process, to notice a list that goes in a circle.
type meetings map[[32]byte]bool

// page refuses a page that came before: its cursor was ignored.
func (m meetings) page(where string, records []presets.Record) error {
	if len(records) == 0 {
		return nil
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "page %s", where)
	for _, one := range records {
		_, _ = fmt.Fprintf(sum, " %q", one.ID)
	}
	return m.meet([32]byte(sum.Sum(nil)))
}

// place refuses a place that was met before.
func (m meetings) place(next position) error {
	next.Pages, next.Count, next.Window, next.Empty, next.Full, next.Total, next.Back = 0, 0, 0, 0, false, 0, 0
	if next.Cursor == "" && next.URL == "" && next.Key == "" {
		return nil
	}
	return m.meet(sha256.Sum256(fmt.Appendf(nil, "place %v", next)))
}

func (m meetings) meet(sum [32]byte) error {
	if m[sum] {
		return errCircle
	}
	m[sum] = true
	return nil
}
