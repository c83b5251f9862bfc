package tenant

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/ringdex/ringdex/store"
)

// format is the version of what this package writes into the control store.
const format = 1

// readFormat finds out whose data this is, or founds it.
func (d *Directory) readFormat(ctx context.Context) error {
	empty := false
	err := d.store.View(ctx, func(r store.Reader) error {
		raw, err := r.Get([]byte(metaFormat))
		if errors.Is(err, store.ErrNotFound) {
			empty = true
			return checkEmpty(r)
		}
		if err != nil {
			return fmt.Errorf("read format: %w", err)
		}
		if err := checkFormat(raw); err != nil {
			return err
		}
		operator, err := r.Get([]byte(metaOperator))
		if err != nil {
			return fmt.Errorf("read operator: %w", err)
		}
		d.operator = ID(operator)
		return d.operator.check()
	})
	if err != nil || !empty {
		return err
	}
	return d.found(ctx)
}

func checkFormat(raw []byte) error {
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 1 {
		return fmt.Errorf("format of customer data: %w", ErrDamaged)
	}
	if n > format {
		return fmt.Errorf("customer data has format %d, this release knows %d: %w", n, format, ErrNewer)
	}
	return nil
}

// checkEmpty keeps a store whose format was lost from being founded anew.
func checkEmpty(r store.Reader) error {
	for pair, err := range r.Scan([]byte("meta/"), nil) {
		if err != nil {
			return fmt.Errorf("read control store: %w", err)
		}
		return fmt.Errorf("%s without %s: %w", pair.Key, metaFormat, ErrDamaged)
	}
	return nil
}

// found makes the operator's account.
func (d *Directory) found(ctx context.Context) error {
	d.operator = NewID()
	if err := d.keys.AddTenant(d.operator); err != nil {
		return err
	}
	key, err := d.keys.TenantKey(d.operator)
	if err != nil {
		return err
	}
	d.auditKey = derive(key[:], "ringdex audit log", 32)
	a := Account{ID: d.operator, Kind: KindOperator, Name: "Operator", Created: d.now().UTC()}
	err = d.store.Update(ctx, func(w store.Writer) error {
		t := tx{view{d, w}, w}
		if err := w.Put([]byte(metaFormat), strconv.AppendInt(nil, format, 10)); err != nil {
			return fmt.Errorf("write format: %w", err)
		}
		if err := w.Put([]byte(metaOperator), []byte(d.operator)); err != nil {
			return fmt.Errorf("write operator: %w", err)
		}
		if err := t.putAccount(a); err != nil {
			return err
		}
		_, err := t.log(a.ID, Server("start"), note{Action: "account.add", Object: string(a.ID), Name: a.Name})
		return err
	})
	if err != nil {
		return fmt.Errorf("found directory: %w", err)
	}
	return nil
}
