package tenant

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// view reads within one transaction.
type view struct {
	d *Directory
	r store.Reader
}

// recordPlace is what a record is bound to: its key, which holds account and kind.
func recordPlace(key string) []byte { return []byte("ringdex record " + key) }

// get opens a record of an account. That there is none is [ErrNotFound].
func get[T any](v view, t ID, key string) (T, error) {
	raw, err := v.raw(key)
	if err != nil {
		var none T
		return none, err
	}
	return open[T](v.d, t, key, raw)
}

// raw reads a record as it lies there.
func (v view) raw(key string) ([]byte, error) {
	raw, err := v.r.Get([]byte(key))
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	return raw, nil
}

// open unseals a record with the account's key.
func open[T any](d *Directory, t ID, key string, raw []byte) (T, error) {
	var out T
	sealer, err := d.keys.TenantKey(t)
	if err != nil {
		return out, err
	}
	return openWith[T](sealer, key, raw)
}

func openWith[T any](sealer [32]byte, key string, raw []byte) (T, error) {
	var out T
	plain, err := Unseal(sealer, raw, recordPlace(key))
	if err != nil {
		return out, fmt.Errorf("open record %s: %w", key, err)
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, fmt.Errorf("decode record %s: %w", key, ErrDamaged)
	}
	return out, nil
}

// list opens all records of an account below a prefix, in the order of their ids.
func list[T any](v view, t ID, kind string) ([]T, error) {
	var out []T
	for pair, err := range v.r.Scan([]byte(place(t, kind, "")), nil) {
		if err != nil {
			return nil, fmt.Errorf("list records: %w", err)
		}
		record, err := open[T](v.d, t, string(pair.Key), pair.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, record)
	}
	return out, nil
}

// tx is a view that also writes.
type tx struct {
	view
	w store.Writer
}

// put seals a record with the account's key and writes it.
func (t tx) put(account ID, key string, value any) error {
	sealer, err := t.d.keys.TenantKey(account)
	if err != nil {
		return err
	}
	return t.putWith(sealer, key, value)
}

func (t tx) putWith(sealer [32]byte, key string, value any) error {
	plain, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if err := t.w.Put([]byte(key), Seal(sealer, plain, recordPlace(key))); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

func (t tx) remove(keys ...string) error {
	for _, key := range keys {
		if err := t.w.Delete([]byte(key)); err != nil {
			return fmt.Errorf("delete record: %w", err)
		}
	}
	return nil
}
