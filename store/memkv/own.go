package memkv

import (
	"iter"

	"github.com/ringdex/ringdex/store"
)

func (b *batch) Get(key []byte, fn func(value []byte) error) error {
	if err := b.usable(); err != nil {
		return err
	}
	return b.table.Get(key, b.at, fn)
}

func (b *batch) Scan(prefix []byte) iter.Seq2[store.Item, error] { return b.table.Scan(prefix, b.at) }
