package badgerkv

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"

	"github.com/ringdex/ringdex/store"
)

// A batch is written in pieces, each a transaction and a sync of its own; a few are under way while the next is put
// together. Many small syncs make a load slow, large pieces make it uneven.
const (
	pieceCount = 8000 // entries
	underWay   = 4    // pieces
	step       = 200  // entries put between two waits of the pace
)

// batch is a store.Batch. It lives as long as the context it was begun with, which is why it keeps it.
type batch struct {
	ctx   context.Context
	table *bulk
	at    store.Version
	piece uint64 // the newest one

	txn   *badger.Txn
	count int // entries in txn
	bytes int // keys and values in txn

	slots  chan struct{} // one for each piece under way
	failed atomic.Pointer[error]
	ended  bool
}

func (b *batch) Put(key, value []byte) error {
	if err := store.CheckPair(key, value); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	both := make([]byte, len(key)+len(value))
	n := copy(both, key)
	copy(both[n:], value)
	return b.write(len(both), func(txn *badger.Txn) error { return txn.Set(both[:n:n], both[n:]) })
}

func (b *batch) Delete(key []byte) error {
	if err := store.CheckKey(key); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	own := append([]byte{}, key...)
	return b.write(len(own), func(txn *badger.Txn) error { return txn.Delete(own) })
}

// write adds one entry to the piece, after sending the piece off if it would become too large.
func (b *batch) write(size int, add func(*badger.Txn) error) error {
	if err := b.usable(); err != nil {
		return fmt.Errorf("write at %d: %w", b.at, err)
	}
	if b.count >= pieceCount || b.count > 0 && b.bytes+size > b.table.piece {
		if err := b.send(false); err != nil {
			return fmt.Errorf("write at %d: %w", b.at, err)
		}
	}
	if err := b.slow(); err != nil {
		return fmt.Errorf("write at %d: %w", b.at, err)
	}
	b.count++
	b.bytes += size
	if err := add(b.txn); err != nil {
		return fmt.Errorf("write at %d: %w", b.at, translate(err))
	}
	return nil
}

// slow waits for the pace, once in a number of entries.
func (b *batch) slow() error {
	if b.count%step != 0 {
		return nil
	}
	return b.table.pace.wait(b.ctx, step)
}

func (b *batch) usable() error {
	if b.ended || b.table.gate.closed() {
		return store.ErrClosed
	}
	if err := b.failed.Load(); err != nil {
		return *err
	}
	return b.ctx.Err()
}

// send commits the piece without waiting for it, and begins the next.
func (b *batch) send(last bool) error {
	if err := b.table.gate.enter(); err != nil {
		return err
	}
	if err := b.prepare(last); err != nil {
		b.table.gate.leave()
		return err
	}
	b.slots <- struct{}{}
	err := b.txn.CommitAt(stamp(b.at, b.piece), func(err error) {
		if err != nil {
			err = translate(err)
			b.failed.CompareAndSwap(nil, &err)
		}
		<-b.slots
		b.table.gate.leave()
	})
	b.renew()
	return err
}

// prepare numbers the piece and notes that number within it, so that a later WriteAt goes on above it.
func (b *batch) prepare(last bool) error {
	if err := b.table.disk.writable(); err != nil {
		return err
	}
	if b.piece++; b.piece >= lastPiece {
		return fmt.Errorf("%w: a version has at most %d pieces", store.ErrTooBig, lastPiece)
	}
	err := b.txn.Set([]byte(pieceKey), nil)
	if last {
		err = errors.Join(err, b.txn.Set([]byte(latestKey), nil))
	}
	return translate(err)
}

func (b *batch) renew() {
	b.txn = b.table.db.NewTransactionAt(0, true)
	b.count, b.bytes = 0, 0
}

// drain waits for the pieces under way.
func (b *batch) drain() {
	for range underWay {
		b.slots <- struct{}{}
	}
	for range underWay {
		<-b.slots
	}
}

func (b *batch) Flush() error {
	if err := b.flush(false); err != nil {
		return fmt.Errorf("flush %d: %w", b.at, err)
	}
	return nil
}

func (b *batch) flush(last bool) error {
	if err := b.usable(); err != nil {
		return err
	}
	if b.count > 0 || last {
		if err := b.send(last); err != nil {
			return err
		}
	}
	b.drain()
	return b.usable()
}

func (b *batch) Commit() (store.Version, error) {
	if err := b.flush(true); err != nil {
		return 0, fmt.Errorf("commit %d: %w", b.at, err)
	}
	b.table.committed(b.at)
	return b.at, b.Discard()
}

func (b *batch) Version() store.Version { return b.at }

func (b *batch) Discard() error {
	if b.ended {
		return nil
	}
	b.ended = true
	b.drain()
	b.txn.Discard()
	b.table.ended(b.at)
	return nil
}
