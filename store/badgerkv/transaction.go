package badgerkv

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/dgraph-io/badger/v4"

	"github.com/ringdex/ringdex/store"
)

// reader is a store.Reader of one Badger transaction.
type reader struct {
	txn   *badger.Txn
	paged bool // in a writing transaction Badger allows one iterator at a time and panics on a second
}

func (r reader) Get(key []byte) ([]byte, error) {
	if len(key) == 0 {
		return nil, fmt.Errorf("get: %w", store.ErrNotFound)
	}
	item, err := r.txn.Get(key)
	if err != nil {
		return nil, fmt.Errorf("get: %w", translate(err))
	}
	value, err := item.ValueCopy(nil)
	if err != nil {
		return nil, fmt.Errorf("get: %w", translate(err))
	}
	return value, nil
}

func (r reader) Scan(prefix, from []byte) iter.Seq2[store.Pair, error] {
	if bytes.Compare(from, prefix) < 0 {
		from = prefix
	}
	prefix, from = bytes.Clone(prefix), bytes.Clone(from)
	if r.paged {
		return r.pages(prefix, from)
	}
	return func(yield func(store.Pair, error) bool) { r.walk(prefix, from, yield) }
}

// walk yields pairs from one iterator. It reports whether the receiver wants more.
func (r reader) walk(prefix, from []byte, yield func(store.Pair, error) bool) bool {
	it := r.txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Seek(from); it.ValidForPrefix(prefix); it.Next() {
		item := it.Item()
		if hidden(item.Key()) {
			continue
		}
		value, err := item.ValueCopy(nil)
		if err != nil {
			yield(store.Pair{}, fmt.Errorf("scan: %w", translate(err)))
			return false
		}
		if !yield(store.Pair{Key: item.KeyCopy(nil), Value: value}, nil) {
			return false
		}
	}
	return true
}

// page is how many pairs a scan within an Update holds at a time.
const page = 128

// pages yields pairs with no iterator open while the receiver works, so that scans can be nested.
func (r reader) pages(prefix, from []byte) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		for from := from; ; {
			pairs, err := r.page(prefix, from)
			for _, p := range pairs {
				if !yield(p, nil) {
					return
				}
			}
			if err != nil {
				yield(store.Pair{}, err)
			}
			if err != nil || len(pairs) < page {
				return
			}
			from = append(pairs[page-1].Key[:len(pairs[page-1].Key):len(pairs[page-1].Key)], 0)
		}
	}
}

func (r reader) page(prefix, from []byte) (pairs []store.Pair, err error) {
	r.walk(prefix, from, func(p store.Pair, e error) bool {
		if err = e; err == nil {
			pairs = append(pairs, p)
		}
		return err == nil && len(pairs) < page
	})
	return pairs, err
}

// hidden tells keys that an engine keeps for itself.
func hidden(key []byte) bool {
	return len(key) > 0 && key[0] == '!' && store.CheckKey(key) != nil
}

// writer is a store.Writer of one Badger transaction, which keeps the slices it is given until it commits.
type writer struct {
	reader
	size int
}

func (w *writer) Put(key, value []byte) error {
	if err := store.CheckPair(key, value); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	if err := w.grow(len(key) + len(value)); err != nil {
		return err
	}
	if err := w.txn.Set(bytes.Clone(key), bytes.Clone(value)); err != nil {
		return fmt.Errorf("put: %w", translate(err))
	}
	return nil
}

func (w *writer) Delete(key []byte) error {
	if err := store.CheckKey(key); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if err := w.grow(len(key)); err != nil {
		return err
	}
	if err := w.txn.Delete(bytes.Clone(key)); err != nil {
		return fmt.Errorf("delete: %w", translate(err))
	}
	return nil
}

func (w *writer) grow(n int) error {
	w.size += n + store.PairCost
	if w.size > store.MaxUpdate {
		return fmt.Errorf("update above %d bytes: %w", store.MaxUpdate, store.ErrTooBig)
	}
	return nil
}
