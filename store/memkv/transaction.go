package memkv

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/store"
)

// transaction is one try of an Update, or a View, which has no read and writes.
type transaction struct {
	history *history
	at      uint64
	read    map[string]bool
	writes  map[string]revision
	size    int
}

func (t *transaction) Get(key []byte) ([]byte, error) {
	value, ok := t.get(string(key))
	if !ok {
		return nil, fmt.Errorf("get: %w", store.ErrNotFound)
	}
	return bytes.Clone(value), nil
}

func (t *transaction) get(key string) ([]byte, bool) {
	if own, ok := t.writes[key]; ok {
		return own.value, !own.deleted
	}
	if t.read != nil {
		t.read[key] = true
	}
	return t.history.get(key, t.at)
}

func (t *transaction) Scan(prefix, from []byte) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		keys := merge(t.history.keys(string(prefix), string(from)), t.own(string(prefix), string(from)))
		for _, key := range slices.Compact(keys) {
			if _, own := t.writes[key]; !own && !t.has(key) {
				continue // not there yet, or gone: it has not been listed, so it is not read
			}
			value, ok := t.get(key)
			if ok && !yield(store.Pair{Key: []byte(key), Value: bytes.Clone(value)}, nil) {
				return
			}
		}
	}
}

func (t *transaction) has(key string) bool {
	_, ok := t.history.get(key, t.at)
	return ok
}

// own lists the keys this transaction wrote in that range, ascending.
func (t *transaction) own(prefix, from string) []string {
	var keys []string
	for key := range t.writes {
		if strings.HasPrefix(key, prefix) && key >= from {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (t *transaction) Put(key, value []byte) error {
	if err := store.CheckPair(key, value); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	return t.write(key, revision{value: append([]byte{}, value...)})
}

func (t *transaction) Delete(key []byte) error {
	if err := store.CheckKey(key); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return t.write(key, revision{deleted: true})
}

func (t *transaction) write(key []byte, rev revision) error {
	t.size += store.PairCost + len(key) + len(rev.value)
	if t.size > store.MaxUpdate {
		return fmt.Errorf("update above %d bytes: %w", store.MaxUpdate, store.ErrTooBig)
	}
	t.writes[string(key)] = rev
	return nil
}
