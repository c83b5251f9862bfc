package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// maxAuditLook bounds how many entries one search looks at, so that it takes some 30 ms; it goes on where it stopped.
const maxAuditLook = 1_500

// AuditBack returns up to limit entries of an account that fit, newest first, below the number before (0: from the newest), and
// the number to go on below, which is 0 when there are no more. fits nil takes every entry.
func (d *Directory) AuditBack(ctx context.Context, account ID, before uint64, limit int, fits func(Entry) bool) (entries []Entry, next uint64, err error) {
	if err := account.check(); err != nil {
		return nil, 0, err
	}
	err = d.view(ctx, func(v view) error {
		entries, next = nil, 0
		head, err := v.head(account)
		if err != nil {
			return err
		}
		if before == 0 || before > head.Number {
			before = head.Number + 1
		}
		for n, looked := before-1, 0; n > 0; n-- {
			if looked++; looked > maxAuditLook || len(entries) == limit {
				next = n + 1
				return nil
			}
			key := auditPlace(account, n)
			raw, err := v.r.Get([]byte(key))
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("audit entry %d: %w", n, ErrAudit)
			}
			if err != nil {
				return fmt.Errorf("read audit log: %w", err)
			}
			e, err := d.entry(account, store.Pair{Key: []byte(key), Value: raw})
			if err != nil {
				return err
			}
			if fits == nil || fits(e) {
				entries = append(entries, e)
			}
		}
		return nil
	})
	return entries, next, err
}
