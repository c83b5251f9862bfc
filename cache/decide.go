package cache

import (
	"context"
	"fmt"
	"time"
)

// Accept publishes the held run. [ErrNothing] if there is none, [ErrSuperseded] if something else was published since it
// was made. A run under way cannot publish any more.
func (c *Cache) Accept(ctx context.Context, in Ref, fence uint64) error {
	return c.decide(ctx, in, "accept", func(rec *record) error {
		if rec.Held == nil {
			return ErrNothing
		}
		if rec.Held.Base != rec.base() {
			return ErrSuperseded
		}
		if err := rec.checkFence(fence); err != nil {
			return err
		}
		run := rec.Run
		rec.publish(rec.Held.Generation)
		rec.Run = run
		return nil
	})
}

// DiscardHeld forgets the held run.
func (c *Cache) DiscardHeld(ctx context.Context, in Ref) error {
	return c.decide(ctx, in, "discard held run", func(rec *record) error {
		if rec.Held == nil {
			return ErrNothing
		}
		rec.Held = nil
		return nil
	})
}

// Rollback publishes the previous generation again, which takes its watermark along; a second one undoes the first. A
// run under way or held cannot be published any more. The next run starts from what is published then.
func (c *Cache) Rollback(ctx context.Context, in Ref, fence uint64) error {
	return c.decide(ctx, in, "roll back", func(rec *record) error {
		if rec.Previous == nil {
			return ErrNothing
		}
		if err := rec.checkFence(fence); err != nil {
			return err
		}
		rec.Published, rec.Previous = rec.Previous, rec.Published
		return nil
	})
}

// decide changes what is published from outside of a run.
func (c *Cache) decide(ctx context.Context, in Ref, what string, fn func(*record) error) error {
	ig, err := c.integration(in)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	ig.turn.Lock()
	defer ig.turn.Unlock()
	if err := c.unlock(ig); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if _, err := c.change(ctx, ig, fn); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	c.forget()
	return nil
}

// Expire forgets held runs after a week and open runs that nobody has resumed for a day, of all integrations, and tells
// whose. Call it now and then.
func (c *Cache) Expire(ctx context.Context) (expired []Ref, err error) {
	now := c.now()
	err = c.eachRecord(ctx, func(in Ref, rec *record) error {
		if held, open := rec.overdue(now); held || open {
			expired = append(expired, in)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("expire: %w", err)
	}
	for _, in := range expired {
		if err := c.expire(ctx, in, now); err != nil {
			return nil, fmt.Errorf("expire: %w", err)
		}
	}
	return expired, nil
}

func (c *Cache) expire(ctx context.Context, in Ref, now time.Time) error {
	ig, err := c.integration(in)
	if err != nil {
		return err
	}
	ig.turn.Lock()
	defer ig.turn.Unlock()
	_, err = c.change(ctx, ig, func(rec *record) error {
		held, open := rec.overdue(now)
		if held {
			rec.Held = nil
		}
		if open && ig.writer == nil {
			rec.Run = nil
		}
		return nil
	})
	return err
}

// overdue tells whether the held run and the open one have waited too long.
func (r *record) overdue(now time.Time) (held, open bool) {
	if r.Erased {
		return false, false
	}
	if r.Held != nil {
		held = now.Sub(r.Held.Since) >= heldFor
	}
	if r.Run != nil {
		last := r.Run.Started
		if r.Run.Checkpoint.After(last) {
			last = r.Run.Checkpoint
		}
		open = now.Sub(last) >= resumable
	}
	return held, open
}
