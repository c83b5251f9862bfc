package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// Erase ends all answers of an integration for good, at once and over restarts, and whatever run is under way. The
// caller then destroys its data key, after which nothing of it can be read, and calls Sweep. Erasing twice is no error.
func (c *Cache) Erase(ctx context.Context, in Ref) error {
	ig, err := c.integration(in)
	if errors.Is(err, ErrUnavailable) { // its key is gone already
		p, bad := prefixOf(in)
		ig, err = &integration{ref: in, prefix: p}, bad
	}
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	ig.turn.Lock()
	defer ig.turn.Unlock()
	if ig.writer != nil {
		ig.writer.drop()
	}
	_, err = c.change(ctx, ig, func(rec *record) error {
		*rec = record{Erased: true, Fence: rec.Fence, Dirty: rec.Dirty}
		return nil
	})
	if err != nil && !errors.Is(err, ErrErased) {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}

// Erased lists the integrations that were erased and not swept, such as after a restart in between.
func (c *Cache) Erased(ctx context.Context) (refs []Ref, err error) {
	err = c.eachRecord(ctx, func(in Ref, rec *record) error {
		if rec.Erased {
			refs = append(refs, in)
		}
		return nil
	})
	return refs, err
}

// Sweep deletes the entries of an erased integration, in batches, and returns how many there were. The disk gives the
// bytes back when the versions around are forgotten and compacted; that they stay sealed until then is what Erase and
// the destroyed key are for.
func (c *Cache) Sweep(ctx context.Context, in Ref) (int, error) {
	rec, err := c.load(ctx, in)
	if err != nil || !rec.Erased {
		return 0, fmt.Errorf("sweep %s: not erased: %w", in.Integration, errors.Join(err, ErrNothing))
	}
	n, err := c.deleteAll(ctx, in)
	if err != nil {
		return n, fmt.Errorf("sweep %s: %w", in.Integration, err)
	}
	err = c.control.Update(ctx, func(w store.Writer) error { return w.Delete(in.controlKey()) })
	if err != nil {
		return n, fmt.Errorf("sweep %s: %w", in.Integration, err)
	}
	c.integrations.Delete(in)
	c.want(in, &record{})
	c.forget()
	return n, nil
}

func (c *Cache) deleteAll(ctx context.Context, in Ref) (n int, err error) {
	p, err := prefixOf(in)
	if err != nil {
		return 0, err
	}
	batch, err := c.allocate(ctx, in)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, batch.Discard()) }()
	for item, err := range c.table.Scan(p[:], batch.Version()) {
		if err != nil {
			return n, err
		}
		if err := batch.Delete(item.Key); err != nil {
			return n, err
		}
		n++
	}
	_, err = batch.Commit()
	return n, err
}
