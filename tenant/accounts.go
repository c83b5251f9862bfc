package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/wording"
)

// AddReseller adds an account below the operator. settings are of [AccountOptions].
func (d *Directory) AddReseller(ctx context.Context, by Actor, settings map[string]string) (Account, error) {
	return d.addAccount(ctx, by, AddResellers, Account{Kind: KindReseller, Parent: d.operator}, settings)
}

// AddTenant adds a customer below a reseller or the operator ("" means the operator), with a phone system called
// [DefaultSystem]. settings are of [AccountOptions]; the region is required, and the time zone where the region has several.
func (d *Directory) AddTenant(ctx context.Context, by Actor, parent ID, settings map[string]string) (Account, error) {
	if parent == "" {
		parent = d.operator
	}
	return d.addAccount(ctx, by, AddTenants, Account{Kind: KindTenant, Parent: parent}, settings)
}

func (d *Directory) addAccount(ctx context.Context, by Actor, what Action, a Account, settings map[string]string) (Account, error) {
	a.ID, a.Created = NewID(), d.now().UTC()
	if err := a.apply(settings, addingSettings); err != nil {
		return Account{}, err
	}
	if err := d.Authorise(ctx, by, a.Parent, what); err != nil {
		return Account{}, err
	}
	// The key file first: an account without keys could not be written, keys without an account harm nobody.
	if err := d.keys.AddTenant(a.ID); err != nil {
		return Account{}, err
	}
	n := note{Action: "account.add", Object: string(a.ID), Name: a.Name, Details: []string{string(a.Kind)}}
	err := d.change(ctx, by, a.Parent, what, func(t tx) (note, error) {
		if err := t.claimExternal(a.Parent, "", a.ExternalID, a.ID); err != nil {
			return note{}, err
		}
		if err := errors.Join(t.putAccount(a), t.putWebhookSecret(a.ID, settings)); err != nil {
			return note{}, err
		}
		if a.Kind == KindTenant {
			first := System{ID: NewSystemID(), Tenant: a.ID, Name: DefaultSystem, NumberForm: FormAuto, Created: a.Created}
			if err := t.put(a.ID, place(a.ID, placeSystem, string(first.ID)), first); err != nil {
				return note{}, err
			}
		}
		var err error
		a.Revision, err = t.log(a.ID, by, n)
		return n, err
	})
	if err != nil {
		return Account{}, errors.Join(err, d.keys.DestroyTenant(a.ID))
	}
	return a, nil
}

// SetAccount changes the settings given; names and values are of [AccountOptions]. An empty value clears a setting.
func (d *Directory) SetAccount(ctx context.Context, by Actor, id ID, settings map[string]string) (Account, error) {
	var a Account
	err := d.change(ctx, by, id, actionFor(settings), func(t tx) (note, error) {
		var err error
		if a, err = t.account(id); err != nil {
			return note{}, err
		}
		before := a.ExternalID
		if err := a.apply(settings, changingSettings); err != nil {
			return note{}, err
		}
		if err := t.claimExternal(a.Parent, before, a.ExternalID, id); err != nil {
			return note{}, err
		}
		a.Revision++ // by the audit entry
		n := note{Action: "account.set", Object: string(id), Name: a.Name, Details: settingNames(settings)}
		return n, errors.Join(t.putAccount(a), t.putWebhookSecret(id, settings))
	})
	if err != nil {
		return Account{}, err
	}
	return a, d.reloadAccess(ctx, id)
}

// MoveAccount puts a tenant below another reseller, or directly below the operator (parent ""). The former reseller has lost
// sight of it when the call returns. Only the operator may.
func (d *Directory) MoveAccount(ctx context.Context, by Actor, id, parent ID) error {
	if parent == "" {
		parent = d.operator
	}
	if err := d.Authorise(ctx, by, d.operator, AddResellers); err != nil {
		return err
	}
	return d.change(ctx, by, id, ManageAccount, func(t tx) (note, error) {
		a, err := t.account(id)
		if err != nil {
			return note{}, err
		}
		to, err := t.liveNode(parent)
		if err != nil {
			return note{}, err
		}
		if a.Kind != KindTenant || to.Kind == KindTenant {
			return note{}, wording.Errorf(ErrInvalid, "tenant.only_tenant_moves_below_reseller", "only a tenant moves, below a reseller or the operator")
		}
		if err := t.dropExternal(a.Parent, a.ExternalID); err != nil {
			return note{}, err
		}
		if err := t.claimExternal(parent, "", a.ExternalID, id); err != nil {
			return note{}, err
		}
		from := a.Parent
		a.Parent = parent
		return note{Action: "account.move", Object: string(id), Name: a.Name, Details: []string{string(from), string(parent)}}, t.putAccount(a)
	})
}

// Account returns one account.
func (d *Directory) Account(ctx context.Context, id ID) (Account, error) {
	var a Account
	err := d.view(ctx, func(v view) error {
		var err error
		a, err = v.account(id)
		return err
	})
	return a, err
}

// Accounts returns the accounts the actor may read, its own among them.
func (d *Directory) Accounts(ctx context.Context, by Actor) ([]Account, error) {
	var out []Account
	err := d.view(ctx, func(v view) error {
		nodes, err := v.nodes()
		if err != nil {
			return err
		}
		out = out[:0]
		for _, n := range nodes {
			if err := v.authorise(by, n.ID, Read); err != nil {
				continue
			}
			a, err := v.account(n.ID)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// account reads a live account with its place in the tree and its revision.
func (v view) account(id ID) (Account, error) {
	n, err := v.liveNode(id)
	if err != nil {
		return Account{}, err
	}
	a, err := get[Account](v, id, place(id, placeAccount, ""))
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	head, err := v.head(id)
	if err != nil {
		return Account{}, err
	}
	a.Parent, a.Kind, a.Suspended, a.Revision = n.Parent, n.Kind, n.Suspended, head.Revision
	return a, nil
}

func (t tx) putAccount(a Account) error {
	if err := t.putNode(node{ID: a.ID, Parent: a.Parent, Kind: a.Kind, Suspended: a.Suspended}); err != nil {
		return err
	}
	return t.put(a.ID, place(a.ID, placeAccount, ""), a)
}
