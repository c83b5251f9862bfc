package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/wording"
)

// mostOwnKeys is how many addresses of their own one person may have: a computer or telephone each.
const mostOwnKeys = 10

// OwnRate is what one of them may ask per second: it opens pages before one person's eyes.
const OwnRate = 2

// AddOwnKey makes an address that opens the page of who is calling for the person who asks, whatever their role. Name, Tenant
// and System are theirs to set. The text is returned here and nowhere else.
func (d *Directory) AddOwnKey(ctx context.Context, by Actor, k Key) (Key, string, error) {
	if by.Kind != ActorPerson || by.Account != k.Tenant {
		return Key{}, "", ErrForbidden
	}
	k.Person, k.Scopes, k.Rate = PersonID(by.ID), ScopePop, OwnRate
	k, text, hash, err := d.newKey(ctx, k)
	if err != nil {
		return Key{}, "", err
	}
	err = d.changeOwn(ctx, by, k.Tenant, func(t tx) (note, error) {
		if _, err := t.person(k.Tenant, k.Person); err != nil {
			return note{}, err
		}
		have, err := t.keysOf(k.Tenant, k.Person)
		if err != nil {
			return note{}, err
		}
		if len(have) >= mostOwnKeys {
			return note{}, wording.Errorf(ErrInvalid, "tenant.person_has_most_value_addresses", "a person has at most {Value} addresses; revoke one that is not used any more", "Value", mostOwnKeys)
		}
		return t.addKey(k, hash)
	})
	if err != nil {
		return Key{}, "", err
	}
	return k, text, d.reloadAccess(ctx, k.Tenant)
}

// RevokeOwnKey ends an address of the person who asks: when it returns, [Directory.Access] does not know it. One that is
// somebody else's is [ErrNotFound].
func (d *Directory) RevokeOwnKey(ctx context.Context, by Actor, t ID, id KeyID) error {
	if by.Kind != ActorPerson || by.Account != t {
		return ErrForbidden
	}
	if err := id.check(); err != nil {
		return err
	}
	err := d.changeOwn(ctx, by, t, func(tx tx) (note, error) {
		r, err := get[keyRecordOf](tx.view, t, place(t, placeKey, string(id)))
		if err == nil && string(r.Key.Person) != by.ID {
			err = ErrNotFound
		}
		if err != nil {
			return note{}, fmt.Errorf("key %s: %w", id, err)
		}
		return tx.dropKey(r.Key)
	})
	if err != nil {
		return err
	}
	return d.reloadAccess(ctx, t)
}

// keysOf are the keys that are a person's own.
func (v view) keysOf(t ID, p PersonID) (out []Key, err error) {
	records, err := list[keyRecordOf](v, t, placeKey)
	for _, r := range records {
		if r.Key.Person == p {
			out = append(out, r.Key)
		}
	}
	return out, err
}

// dropKeysOf ends the keys that are a person's own, with the person.
func (t tx) dropKeysOf(account ID, p PersonID) error {
	own, err := t.keysOf(account, p)
	for _, k := range own {
		_, dropped := t.dropKey(k)
		err = errors.Join(err, dropped)
	}
	return err
}
