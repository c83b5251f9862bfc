package tenant

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Find returns the account that a person means by an id, an external id or a name, among those the actor may read. Two of one
// name are [ErrInvalid].
func (d *Directory) Find(ctx context.Context, by Actor, text string) (Account, error) {
	if ID(text).check() == nil {
		if err := d.Authorise(ctx, by, ID(text), Read); err != nil {
			return Account{}, err
		}
		return d.Account(ctx, ID(text))
	}
	all, err := d.Accounts(ctx, by)
	if err != nil {
		return Account{}, err
	}
	var found []Account
	for _, a := range all {
		if strings.EqualFold(a.Name, text) || a.ExternalID != "" && a.ExternalID == text {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return Account{}, fmt.Errorf("account %q: %w", printable(text), ErrNotFound)
	case 1:
		return found[0], nil
	}
	return Account{}, wording.Errorf(ErrInvalid, "tenant.value_accounts_called_valueb_use", `{Value} tenants or resellers are called "{ValueB}"; use the id, which their lists show`, "Value", len(found), "ValueB", printable(text))
}

// AccountByExternal returns the account that the parent's provisioning knows by that id.
func (d *Directory) AccountByExternal(ctx context.Context, parent ID, external string) (Account, error) {
	var a Account
	err := d.live(ctx, parent, func(v view) error {
		key, err := v.externalPlace(parent, external)
		if err != nil {
			return err
		}
		id, err := get[ID](v, d.operator, key)
		if err != nil {
			return fmt.Errorf("external id: %w", err)
		}
		a, err = v.account(id)
		return err
	})
	return a, err
}

func (v view) externalPlace(parent ID, external string) (string, error) {
	key, err := v.d.keys.TenantKey(v.d.operator)
	return lookupPlace(key, "external", string(parent)+"/"+external), err
}

// claimExternal makes an external id lead to the account; one that leads elsewhere is [ErrExists].
func (t tx) claimExternal(parent ID, before, external string, id ID) error {
	if before != external {
		if err := t.dropExternal(parent, before); err != nil {
			return err
		}
	}
	if external == "" {
		return nil
	}
	key, err := t.externalPlace(parent, external)
	if err != nil {
		return err
	}
	owner, err := get[ID](t.view, t.d.operator, key)
	if err == nil && owner != id {
		return fmt.Errorf("external id: %w", ErrExists)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return t.put(t.d.operator, key, id)
}

func (t tx) dropExternal(parent ID, external string) error {
	if external == "" {
		return nil
	}
	key, err := t.externalPlace(parent, external)
	if err != nil {
		return err
	}
	return t.remove(key)
}
