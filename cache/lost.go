package cache

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// lost reports that the table does not have what this integration published. Publishing comes after the table's commit, so
// that happens only where the table's folder was damaged, moved away or replaced by an older one.
func (r *record) lost(latest store.Version) bool {
	if r.Erased {
		return false
	}
	for _, g := range [...]*Generation{r.Published, r.Previous} {
		if g != nil && g.Version > latest {
			return true
		}
	}
	return r.Held != nil && r.Held.Generation.Version > latest
}

// forgetLost makes integrations whose contacts are gone what they are: integrations that were never read. Else their next
// run would ask the CRM for changes since a copy nobody has, and the table would give its versions out a second time.
func (c *Cache) forgetLost(ctx context.Context) error {
	latest := c.table.Latest()
	var gone []Ref
	err := c.eachRecord(ctx, func(in Ref, rec *record) error {
		if rec.lost(latest) {
			gone = append(gone, in)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, in := range gone {
		err := c.control.Update(ctx, func(w store.Writer) error {
			rec, err := get(w, in)
			if err != nil {
				return err
			}
			value, err := json.Marshal(&record{Numbered: rec.Numbered, Fence: rec.Fence})
			if err != nil {
				return err
			}
			return w.Put(in.controlKey(), value)
		})
		if err != nil {
			return fmt.Errorf("forget the lost contacts of %s: %w", in.Integration, err)
		}
	}
	return nil
}
