package rest

import (
	"crypto/sha256"
	"fmt"

	"github.com/ringdex/ringdex/presets"
)

// unseen refuses a page that came before: its cursor was ignored.
func (r *run) unseen(records []presets.Record) error {
	if len(records) == 0 {
		return nil
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "page %d %v", r.state.Phase, r.state.Window)
	for _, one := range records {
		_, _ = fmt.Fprintf(sum, " %q", one.ID)
	}
	return r.meet([32]byte(sum.Sum(nil)))
}

// newPlace refuses a position that was met before.
func (r *run) newPlace(next position) error {
	next.Pages, next.Count, next.Window, next.Empty, next.Full = 0, 0, 0, 0, false
	if next.Cursor != "" || next.URL != "" || next.Key != "" {
		return r.meet(sha256.Sum256(fmt.Appendf(nil, "place %d %v", r.state.Phase, next)))
	}
	return nil
}

func (r *run) meet(sum [32]byte) error {
	if r.pages == nil {
		return nil
	}
	if r.pages[sum] {
		return listError(errCircle)
	}
	r.pages[sum] = true
	return nil
}
