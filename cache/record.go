package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
)

// record is the state of an integration in the control store: one small value, changed in one transaction each time.
//
//	nothing ─Refresh→ Run ─Publish→ Published (the one before becomes Previous)
//	                  Run ─Hold→ Held ─Accept→ Published
//	                  Run, Held ─Discard→ nothing but Dirty
//	Published ⇄ Previous by Rollback
//
// Dirty is the newest version written in the integration's range. Above the published one, the range holds entries that
// nobody shall see; the next run begins by writing over them what the published version has (repair.go).
type record struct {
	Published *Generation   `json:"published,omitempty"`
	Previous  *Generation   `json:"previous,omitempty"`
	Held      *Held         `json:"held,omitempty"`
	Run       *run          `json:"run,omitempty"`
	Dirty     store.Version `json:"dirty,omitempty"`
	Numbered  uint64        `json:"numbered"`       // of the newest generation
	Fence     uint64        `json:"fence"`          // of the newest lease that began a run or changed what is published
	Moved     time.Time     `json:"moved,omitzero"` // when Unpin moved the published generation
	Erased    bool          `json:"erased,omitempty"`
}

// run is a run that has begun and not ended.
type run struct {
	Version    store.Version `json:"version"`
	Base       store.Version `json:"base"` // the published version it compares with, 0 if none
	ID         string        `json:"id"`
	Mode       Mode          `json:"mode"`
	Mapping    Digest        `json:"mapping"`
	Started    time.Time     `json:"started"`
	Checkpoint time.Time     `json:"checkpoint,omitzero"` // zero: nothing to resume
	Chunks     int           `json:"chunks"`              // of the list of contacts seen
	Stats      Stats         `json:"stats"`
	Uncounted  bool          `json:"uncounted"` // it was resumed once, so its counts must be counted again
}

// base is the version that is published, 0 if none.
func (r *record) base() store.Version {
	if r.Published == nil {
		return 0
	}
	return r.Published.Version
}

// oldest is the oldest version that may still be read.
func (r *record) oldest() (store.Version, bool) {
	if r.Erased {
		return 0, false
	}
	var all []store.Version
	for _, g := range [...]*Generation{r.Published, r.Previous} {
		if g != nil {
			all = append(all, g.Version)
		}
	}
	if r.Held != nil {
		all = append(all, r.Held.Generation.Version)
	}
	if r.Run != nil {
		all = append(all, r.Run.Version-1) // where its repair reads
	}
	if len(all) == 0 {
		return 0, false
	}
	return minOf(all), true
}

func minOf(all []store.Version) store.Version {
	least := all[0]
	for _, v := range all[1:] {
		least = min(least, v)
	}
	return least
}

// publish makes g the published generation.
func (r *record) publish(g Generation) {
	r.Numbered++
	g.Number = r.Numbered
	r.Previous, r.Published = r.Published, &g
	r.Held, r.Run = nil, nil
}

// load returns the state of an integration, an empty one if there is none.
func (c *Cache) load(ctx context.Context, in Ref) (rec record, err error) {
	err = c.control.View(ctx, func(r store.Reader) error {
		rec, err = get(r, in)
		return err
	})
	return rec, err
}

func get(r store.Reader, in Ref) (rec record, err error) {
	value, err := r.Get(in.controlKey())
	if errors.Is(err, store.ErrNotFound) {
		return record{}, nil
	}
	if err != nil {
		return record{}, err
	}
	if err := json.Unmarshal(value, &rec); err != nil {
		return record{}, errors.Join(err, store.ErrDamaged)
	}
	return rec, nil
}

// change runs fn on the state in one transaction and, once that is durable, shows it to readers. fn may run again.
// The caller holds the integration's turn.
func (c *Cache) change(ctx context.Context, ig *integration, fn func(*record) error) (rec record, err error) {
	err = c.control.Update(ctx, func(w store.Writer) error {
		rec, err = get(w, ig.ref)
		if err != nil {
			return err
		}
		if rec.Erased {
			return ErrErased
		}
		if err := fn(&rec); err != nil {
			return err
		}
		value, err := json.Marshal(&rec)
		if err != nil {
			return err
		}
		return w.Put(ig.ref.controlKey(), value)
	})
	if err != nil {
		return rec, fmt.Errorf("change state of %s: %w", ig.ref.Integration, err)
	}
	c.show(ig, &rec)
	return rec, nil
}

// show makes a durable state the one readers use.
func (c *Cache) show(ig *integration, rec *record) {
	if rec.Erased {
		ig.published.Store(nil)
		ig.sealer.Store(nil)
	} else {
		ig.published.Store(rec.Published)
	}
	ig.held.Store(rec.Held != nil && !rec.Erased)
	c.want(ig.ref, rec)
}

// checkFence refuses a lease older than one that was seen.
func (r *record) checkFence(fence uint64) error {
	if fence < r.Fence {
		return fmt.Errorf("%w: fence %d, newest %d", ErrFenced, fence, r.Fence)
	}
	r.Fence = fence
	return nil
}
