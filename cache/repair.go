package cache

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/ringdex/ringdex/store"
)

// repair makes the run begin with what is published: where unpublished runs or a generation that was rolled back have
// written something else, it writes the published value at the run's own version. Their versions stay as they are, so
// that a held run can still be accepted and a roll-back undone until this run is published.
//
// It compares two scans of the integration's range. Sealed values differ whenever they were written twice.
func (r *Refresh) repair(before iter.Seq2[store.Item, error]) error {
	after := r.c.table.Scan(r.ig.prefix[:], r.rec.Version-1)
	for d, err := range differences(before, after) {
		if err != nil {
			return fmt.Errorf("compare with what is published: %w", err)
		}
		if d.old == nil {
			err = r.w.batch.Delete(d.key)
		} else {
			err = r.w.batch.Put(d.key, d.old)
		}
		if err != nil {
			return fmt.Errorf("hide an unpublished run: %w", err)
		}
	}
	return r.w.batch.Flush()
}

func nothing(func(store.Item, error) bool) {}

// published lists what readers of the published version see.
func (r *Refresh) published() iter.Seq2[store.Item, error] {
	if r.rec.Base == 0 {
		return nothing
	}
	return r.c.table.Scan(r.ig.prefix[:], r.rec.Base)
}

// difference is a key whose value differs; old is nil if it had none. Both are valid during their step.
type difference struct{ key, old []byte }

// differences walks two ascending lists side by side.
func differences(before, after iter.Seq2[store.Item, error]) iter.Seq2[difference, error] {
	return func(yield func(difference, error) bool) {
		nextOld, stopOld := iter.Pull2(before)
		defer stopOld()
		nextNew, stopNew := iter.Pull2(after)
		defer stopNew()
		o, oErr, more := nextOld()
		n, nErr, moreNew := nextNew()
		for more || moreNew {
			if oErr != nil || nErr != nil {
				yield(difference{}, firstError(oErr, nErr))
				return
			}
			c := side(o, n, more, moreNew)
			if c < 0 && !yield(difference{o.Key, o.Value}, nil) ||
				c > 0 && !yield(difference{key: n.Key}, nil) ||
				c == 0 && !bytes.Equal(o.Value, n.Value) && !yield(difference{o.Key, o.Value}, nil) {
				return
			}
			if c <= 0 {
				o, oErr, more = nextOld()
			}
			if c >= 0 {
				n, nErr, moreNew = nextNew()
			}
		}
	}
}

// side tells which list has the lower key at hand: the old one (-1), the new one (1) or both.
func side(o, n store.Item, more, moreNew bool) int {
	switch {
	case !moreNew:
		return -1
	case !more:
		return 1
	}
	return bytes.Compare(o.Key, n.Key)
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
