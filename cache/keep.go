package cache

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/store"
)

// Keep lets contacts of these types stay though the run does not see them, because their object cannot be read just now. One
// without numbers is forgotten, and comes back with its object. It is for full runs, before Finish.
func (r *Refresh) Keep(types ...string) error {
	if err := r.lock(reading); err != nil {
		return err
	}
	defer r.ig.turn.Unlock()
	for _, typ := range types {
		r.kept = append(r.kept, TextOf(typ))
	}
	return nil
}

// keep counts the contacts of kept types as seen.
func (r *Refresh) keep() error {
	if len(r.kept) == 0 || r.roster == nil {
		return nil
	}
	if err := r.settle(); err != nil { // nobody writes from here on, so that entries can be read
		return err
	}
	for h := range r.roster.unseen() {
		typ, err := r.typeOf(h)
		if err != nil {
			return fmt.Errorf("keep contacts: %w", err)
		}
		if slices.Contains(r.kept, typ) {
			r.roster.see(h)
			r.rec.Stats.Unchanged++
		}
	}
	return nil
}

// typeOf finds a contact's type under one of its numbers; "" if it has none.
func (r *Refresh) typeOf(h hash) (Text, error) {
	e, known, err := r.contact(h)
	if err != nil || !known || len(e.numbers) == 0 {
		return "", err
	}
	l := line{number: e.numbers[0]}
	if err := r.w.readStored(&l); err != nil {
		return "", err
	}
	for _, one := range l.all {
		if one.contact == h {
			return one.listing.typ, nil
		}
	}
	r.w.overflowKey(l.number, h)
	body, err := r.w.open()
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read overflow: %w", err)
	}
	one, err := r.w.candidate(string(body))
	return one.listing.typ, err
}
