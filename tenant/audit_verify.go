package tenant

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
)

// VerifyAudit reads the whole log of an account. If an entry was edited, moved, added or taken away, the error is [ErrAudit] and
// names the first such entry. A log that was put back whole, with its head, to an earlier moment shows only in comparison
// with an [Directory.AuditHead] noted elsewhere.
func (d *Directory) VerifyAudit(ctx context.Context, account ID) error {
	if err := account.check(); err != nil {
		return err
	}
	return d.view(ctx, func(v view) error {
		head, err := v.head(account)
		if err != nil {
			return err
		}
		return v.verifyChain(account, head)
	})
}

func (v view) verifyChain(account ID, head auditHead) error {
	var before []byte
	number := uint64(0)
	for pair, err := range v.r.Scan([]byte(place(account, placeAudit, "")), nil) {
		if err != nil {
			return fmt.Errorf("read audit log: %w", err)
		}
		number++
		var r auditRecord
		wrong := json.Unmarshal(pair.Value, &r) != nil || string(pair.Key) != auditPlace(account, number) || r.Number != number
		if wrong || !hmac.Equal(r.MAC, v.d.auditMAC(string(pair.Key), before, r)) {
			return fmt.Errorf("entry %d of %s: %w", number, account, ErrAudit)
		}
		before = r.MAC
	}
	if number != head.Number || !hmac.Equal(before, head.MAC) {
		return fmt.Errorf("entry %d of %s: %w", min(number, head.Number)+1, account, ErrAudit)
	}
	return nil
}

// AuditHead returns the number and the MAC of the last entry, to be kept outside the machine.
func (d *Directory) AuditHead(ctx context.Context, account ID) (number uint64, mac []byte, err error) {
	if err := account.check(); err != nil {
		return 0, nil, err
	}
	err = d.view(ctx, func(v view) error {
		head, err := v.head(account)
		number, mac = head.Number, head.MAC
		return err
	})
	return number, mac, err
}
