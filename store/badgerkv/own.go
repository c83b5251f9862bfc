package badgerkv

import (
	"errors"
	"fmt"
	"iter"

	"github.com/dgraph-io/badger/v4"

	"github.com/ringdex/ringdex/store"
)

// A writer reads what it is about to change. If that counted as reading, it would slow itself down for its own sake.

func (b *batch) Get(key []byte, fn func(value []byte) error) error {
	if len(key) == 0 {
		return store.ErrNotFound
	}
	txn, end, err := b.look()
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	defer end()
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("get: %w", translate(err))
	}
	return item.Value(fn)
}

func (b *batch) Scan(prefix []byte) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		txn, end, err := b.look()
		if err != nil {
			yield(store.Item{}, fmt.Errorf("scan: %w", err))
			return
		}
		defer end()
		walk(txn, prefix, yield)
	}
}

// look begins reading at the batch's version; the function returned ends it.
func (b *batch) look() (*badger.Txn, func(), error) {
	if b.ended {
		return nil, nil, store.ErrClosed
	}
	if uint64(b.at) < b.table.forgotten.Load() {
		return nil, nil, store.ErrForgotten
	}
	if err := b.table.gate.enter(); err != nil {
		return nil, nil, err
	}
	txn := b.table.db.NewTransactionAt(readStamp(b.at), false)
	return txn, func() { txn.Discard(); b.table.gate.leave() }, nil
}
