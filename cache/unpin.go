package cache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// pinnedFor is how long an integration that is not synced keeps the table from forgetting.
const pinnedFor = 14 * 24 * time.Hour

// Unpin lets the table forget although some integrations are not synced any more: their versions would keep the history
// of all the others. Two weeks after the last run, and every two weeks from then on, the published generation of such an
// integration is moved to a new version as it is, with its number and age, and its previous one is given up. It tells
// whose were moved. Call it once a day.
func (c *Cache) Unpin(ctx context.Context) (moved []Ref, err error) {
	idle := map[Ref]uint64{}
	err = c.eachRecord(ctx, func(in Ref, rec *record) error {
		if rec.idle(c.now()) {
			idle[in] = rec.Fence
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unpin: %w", err)
	}
	for in, fence := range idle {
		err := c.move(ctx, in, fence)
		if errors.Is(err, ErrFenced) || errors.Is(err, ErrSuperseded) || errors.Is(err, ErrErased) {
			continue // it is not idle any more
		}
		if err != nil {
			return moved, fmt.Errorf("unpin: %w", err)
		}
		moved = append(moved, in)
	}
	c.forget()
	return moved, nil
}

// idle reports whether an integration has rested for so long.
func (r *record) idle(now time.Time) bool {
	if r.Erased || r.Published == nil || r.Run != nil || r.Held != nil {
		return false
	}
	last := r.Published.SyncedAt
	if r.Moved.After(last) {
		last = r.Moved
	}
	return now.Sub(last) >= pinnedFor
}

// move is a run that changes nothing. Under the newest lease there was it never gets in the way of a real one.
func (c *Cache) move(ctx context.Context, in Ref, fence uint64) error {
	r, err := c.Refresh(ctx, in, RefreshOptions{Mode: Incremental, Fence: fence})
	if err != nil {
		return err
	}
	defer func() { _ = r.Discard() }() // does nothing once the run has ended
	return r.conclude(ctx, func(rec *record) {
		rec.Published.Version, rec.Moved = r.rec.Version, c.now().UTC()
		rec.Previous, rec.Run = nil, nil
	})
}
