package badgerkv

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

func (t *bulk) Write(ctx context.Context) (store.Batch, error) {
	if err := t.gate.enter(); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	defer t.gate.leave()
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	// Written down before it is used: a version is never given out twice, not even if nothing was flushed.
	if err := t.note(pieceKey, stamp(t.next+1, 0)); err != nil {
		return nil, fmt.Errorf("write at %d: %w", t.next+1, err)
	}
	t.next++
	return t.batch(ctx, t.next, 0), nil
}

func (t *bulk) WriteAt(ctx context.Context, at store.Version) (store.Batch, error) {
	if err := t.gate.enter(); err != nil {
		return nil, fmt.Errorf("write at %d: %w", at, err)
	}
	defer t.gate.leave()
	t.mu.Lock()
	defer t.mu.Unlock()
	piece, err := t.resume(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("write at %d: %w", at, err)
	}
	return t.batch(ctx, at, piece), nil
}

// resume returns the newest piece of a version that is not being written. The caller holds the lock.
func (t *bulk) resume(ctx context.Context, at store.Version) (piece uint64, err error) {
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case at == 0 || at > t.next:
		return 0, fmt.Errorf("%w: never begun", store.ErrNotFound)
	case uint64(at) < t.forgotten.Load():
		return 0, store.ErrForgotten
	case t.open[at]:
		return 0, fmt.Errorf("%w: a batch of it is open", store.ErrInUse)
	}
	ts, err := t.newest(pieceKey, readStamp(at))
	if err != nil {
		return 0, err
	}
	if v, piece := split(ts); v == at {
		return piece, nil
	}
	return 0, fmt.Errorf("%w: nothing is known of it", store.ErrNotFound)
}

// batch opens a batch that goes on after a piece. The caller holds the lock.
func (t *bulk) batch(ctx context.Context, at store.Version, piece uint64) store.Batch {
	t.open[at] = true
	b := &batch{ctx: ctx, table: t, at: at, piece: piece, slots: make(chan struct{}, underWay)}
	b.renew()
	return b
}

func (t *bulk) committed(at store.Version) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latest = max(t.latest, at)
}

func (t *bulk) ended(at store.Version) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, at)
}
