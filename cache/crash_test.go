package cache

import (
	"context"
	"errors"

	"github.com/ringdex/ringdex/store"
)

// errCrash is what everything answers after the process was killed.
var errCrash = errors.New("killed")

// crashTable is a table whose batches can be killed in the middle: some of what was put is there then, the rest is not.
type crashTable struct {
	store.Table
	open []*crashBatch
	fuse int // writes until the kill; 0: none is coming
	dead bool
}

// kill ends all batches as the end of the process does.
func (t *crashTable) kill() {
	for _, b := range t.open {
		_ = b.Batch.Discard()
	}
	t.open, t.fuse, t.dead = nil, 0, false
}

func (t *crashTable) wrap(b store.Batch, err error) (store.Batch, error) {
	if t.dead {
		return nil, errCrash
	}
	if err != nil {
		return nil, err
	}
	cb := &crashBatch{Batch: b, table: t}
	t.open = append(t.open, cb)
	return cb, nil
}

func (t *crashTable) Write(ctx context.Context) (store.Batch, error) {
	return t.wrap(t.Table.Write(ctx))
}

func (t *crashTable) WriteAt(ctx context.Context, at store.Version) (store.Batch, error) {
	return t.wrap(t.Table.WriteAt(ctx, at))
}

type crashBatch struct {
	store.Batch
	table  *crashTable
	writes int
}

// step burns the fuse. Every third write is flushed by itself, as an engine may at any time.
func (b *crashBatch) step() error {
	if b.table.dead {
		return errCrash
	}
	if b.table.fuse > 0 {
		if b.table.fuse--; b.table.fuse == 0 {
			b.table.dead = true
			return errCrash
		}
	}
	if b.writes++; b.writes%3 == 0 {
		return b.Batch.Flush()
	}
	return nil
}

func (b *crashBatch) Put(key, value []byte) error {
	return errors.Join(b.Batch.Put(key, value), b.step())
}

func (b *crashBatch) Delete(key []byte) error {
	return errors.Join(b.Batch.Delete(key), b.step())
}

func (b *crashBatch) Flush() error {
	if err := b.step(); err != nil {
		return err
	}
	return b.Batch.Flush()
}

func (b *crashBatch) Commit() (store.Version, error) {
	if err := b.step(); err != nil {
		return 0, err
	}
	return b.Batch.Commit()
}

// crashStore dies together with the table.
type crashStore struct {
	store.Store
	table *crashTable
	dead  bool
}

func (s *crashStore) Update(ctx context.Context, fn func(store.Writer) error) error {
	if s.dead || s.table != nil && s.table.dead {
		return errCrash
	}
	return s.Store.Update(ctx, fn)
}
