package memkv

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/ringdex/ringdex/store"
)

// table is a store.Table. A version is a moment of its history.
type table struct {
	history   *history
	mu        sync.RWMutex
	next      store.Version          // the newest version given out
	latest    store.Version          // the newest committed one
	forgotten store.Version          // nothing below is readable
	open      map[store.Version]bool // by batches
	closed    bool
}

// NewTable returns an empty table.
func NewTable() store.Table { return &table{history: newHistory(), open: map[store.Version]bool{}} }

func (t *table) Get(key []byte, at store.Version, fn func(value []byte) error) error {
	if err := t.readable(at); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	value, ok := t.history.get(string(key), uint64(at))
	if !ok {
		return fmt.Errorf("get: %w", store.ErrNotFound)
	}
	return fn(value)
}

func (t *table) Scan(prefix []byte, at store.Version) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		if err := t.readable(at); err != nil {
			yield(store.Item{}, fmt.Errorf("scan: %w", err))
			return
		}
		for _, key := range t.history.keys(string(prefix), "") {
			value, ok := t.history.get(key, uint64(at))
			if ok && !yield(store.Item{Key: []byte(key), Value: value}, nil) {
				return
			}
		}
	}
}

func (t *table) readable(at store.Version) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	switch {
	case t.closed:
		return store.ErrClosed
	case at < t.forgotten:
		return store.ErrForgotten
	}
	return nil
}

func (t *table) Write(ctx context.Context) (store.Batch, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin(ctx, t.next+1)
}

func (t *table) WriteAt(ctx context.Context, at store.Version) (store.Batch, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at == 0 || at > t.next {
		return nil, fmt.Errorf("write at %d: %w: never begun", at, store.ErrNotFound)
	}
	if at < t.forgotten {
		return nil, fmt.Errorf("write at %d: %w", at, store.ErrForgotten)
	}
	return t.begin(ctx, at)
}

// begin opens a batch. The caller holds the lock.
func (t *table) begin(ctx context.Context, at store.Version) (store.Batch, error) {
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("write at %d: %w", at, ctx.Err())
	case t.closed:
		return nil, fmt.Errorf("write at %d: %w", at, store.ErrClosed)
	case t.open[at]:
		return nil, fmt.Errorf("write at %d: %w: a batch of it is open", at, store.ErrInUse)
	}
	t.next = max(t.next, at)
	t.open[at] = true
	return &batch{ctx: ctx, table: t, at: at, writes: map[string]revision{}}, nil
}

func (t *table) Forget(before store.Version) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return fmt.Errorf("forget: %w", store.ErrClosed)
	}
	t.forgotten = max(t.forgotten, min(before, t.next))
	return nil
}

func (t *table) Latest() store.Version {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.latest
}

// Size is 0: nothing is on disk.
func (t *table) Size() int64 { return 0 }

func (t *table) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	return nil
}
