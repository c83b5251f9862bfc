package tenant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
)

// UpdateCredential changes what SetCredential keeps in one durable transaction, so that two renewals cannot overwrite each
// other. change gets nil where there is none, may run again after a conflict, and stores nothing if it returns an error,
// which is handed back.
func (d *Directory) UpdateCredential(ctx context.Context, t ID, id IntegrationID, name string, change func(old []byte) ([]byte, error)) error {
	return d.update(ctx, t, func(tx tx) error {
		if _, err := tx.integration(t, id); err != nil {
			return err
		}
		key := place(t, placeCredential, string(id)+"/"+name)
		old, err := getSecret[[]byte](tx.view, t, id, key)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		value, err := change(old)
		if err != nil {
			return err
		}
		sealer, err := d.keys.SecretsKey(t, id)
		if err != nil {
			return err
		}
		return tx.putWith(sealer, key, value)
	})
}

// A pending value waits for somebody to come back with its name: a sign-in that is under way in a browser.
type pending struct {
	Value []byte    `json:"value"`
	Until time.Time `json:"until"`
}

const placePending = "pending/"

// PutPending keeps a value for a short time, sealed with the operator's key, and drops those whose time is over. name must
// not be guessable by who may not take it.
func (d *Directory) PutPending(ctx context.Context, name string, value []byte, until time.Time) error {
	return d.store.Update(ctx, func(w store.Writer) error {
		t := tx{view{d, w}, w}
		if err := t.dropOver(); err != nil {
			return err
		}
		return t.put(d.operator, place(d.operator, placePending, name), pending{value, until})
	})
}

// TakePending returns a pending value and removes it in the same transaction; ok is false where there is none, or none any more.
func (d *Directory) TakePending(ctx context.Context, name string) (value []byte, ok bool, err error) {
	err = d.store.Update(ctx, func(w store.Writer) error {
		value, ok = nil, false
		t, key := tx{view{d, w}, w}, place(d.operator, placePending, name)
		p, err := get[pending](t.view, d.operator, key)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if d.now().Before(p.Until) {
			value, ok = p.Value, true
		}
		return t.remove(key)
	})
	return value, ok, err
}

func (t tx) dropOver() error {
	for pair, err := range t.r.Scan([]byte(place(t.d.operator, placePending, "")), nil) {
		if err != nil {
			return fmt.Errorf("list what is pending: %w", err)
		}
		p, err := open[pending](t.d, t.d.operator, string(pair.Key), pair.Value)
		if err != nil {
			return err
		}
		if t.d.now().Before(p.Until) {
			continue
		}
		if err := t.remove(string(pair.Key)); err != nil {
			return err
		}
	}
	return nil
}
