package memkv

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// batch is a store.Batch. It lives as long as the context it was begun with, which is why it keeps it.
type batch struct {
	ctx    context.Context
	table  *table
	at     store.Version
	writes map[string]revision // since the last flush
	ended  bool
}

func (b *batch) Put(key, value []byte) error {
	if err := store.CheckPair(key, value); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	return b.write(key, revision{value: append([]byte{}, value...)})
}

func (b *batch) Delete(key []byte) error {
	if err := store.CheckKey(key); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return b.write(key, revision{deleted: true})
}

func (b *batch) write(key []byte, rev revision) error {
	if err := b.usable(); err != nil {
		return fmt.Errorf("write at %d: %w", b.at, err)
	}
	b.writes[string(key)] = rev
	return nil
}

func (b *batch) usable() error {
	b.table.mu.RLock()
	defer b.table.mu.RUnlock()
	if b.ended || b.table.closed {
		return store.ErrClosed
	}
	return b.ctx.Err()
}

func (b *batch) Flush() error {
	if err := b.usable(); err != nil {
		return fmt.Errorf("flush %d: %w", b.at, err)
	}
	b.table.history.put(uint64(b.at), b.writes)
	clear(b.writes)
	return nil
}

func (b *batch) Commit() (store.Version, error) {
	if err := b.Flush(); err != nil {
		return 0, err
	}
	b.table.mu.Lock()
	defer b.table.mu.Unlock()
	b.table.latest = max(b.table.latest, b.at)
	b.end()
	return b.at, nil
}

func (b *batch) Version() store.Version { return b.at }

func (b *batch) Discard() error {
	b.table.mu.Lock()
	defer b.table.mu.Unlock()
	b.end()
	return nil
}

// end gives the version free for a WriteAt. The caller holds the table's lock.
func (b *batch) end() {
	if !b.ended {
		b.ended = true
		delete(b.table.open, b.at)
	}
}
