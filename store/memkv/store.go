package memkv

import (
	"context"
	"fmt"
	"sync"

	"github.com/ringdex/ringdex/store"
)

// tries is how often an Update runs before it gives up; without a disk there is no use in pausing between them.
const tries = 100

// memory is a store.Store.
type memory struct {
	history *history
	mu      sync.Mutex // one commit at a time
	now     uint64     // of the newest commit; guarded by mu
	closed  bool       // guarded by mu
}

// New returns an empty store.
func New() store.Store { return &memory{history: newHistory()} }

func (m *memory) View(ctx context.Context, fn func(store.Reader) error) error {
	now, err := m.begin(ctx)
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	return fn(&transaction{history: m.history, at: now})
}

func (m *memory) Update(ctx context.Context, fn func(store.Writer) error) error {
	for range tries {
		now, err := m.begin(ctx)
		if err != nil {
			return fmt.Errorf("update: %w", err)
		}
		tx := &transaction{history: m.history, at: now, read: map[string]bool{}, writes: map[string]revision{}}
		if err := fn(tx); err != nil {
			return err
		}
		if done, err := m.commit(tx); done || err != nil {
			return err
		}
	}
	return fmt.Errorf("update: %d tries: %w", tries, store.ErrConflict)
}

func (m *memory) begin(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, store.ErrClosed
	}
	return m.now, nil
}

// commit writes what the transaction wrote, unless somebody changed what it had read.
func (m *memory) commit(tx *transaction) (done bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false, fmt.Errorf("update: %w", store.ErrClosed)
	}
	if len(tx.writes) == 0 {
		return true, nil
	}
	for key := range tx.read {
		if m.history.changed(key) > tx.at {
			return false, nil
		}
	}
	m.history.put(m.now+1, tx.writes)
	m.now++
	return true, nil
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}
