package tenant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// AddSystem adds a phone system; settings are of [SystemOptions].
func (d *Directory) AddSystem(ctx context.Context, by Actor, t ID, settings map[string]string) (System, error) {
	s := System{ID: NewSystemID(), Tenant: t, Created: d.now().UTC()}
	if err := s.apply(settings, addingSettings); err != nil {
		return System{}, err
	}
	err := d.change(ctx, by, t, ManageSystems, func(tx tx) (note, error) {
		if err := tx.putSystemSecrets(&s, secretsIn(settings), s.Created); err != nil {
			return note{}, err
		}
		if err := s.checkLines(); err != nil {
			return note{}, err
		}
		n := note{Action: "system.add", Object: string(s.ID), Name: s.Name, Details: settingNames(settings)}
		return n, tx.putSystem(s)
	})
	return s, err
}

// SetSystem changes the settings given; an empty value clears one. With an address, the secret that is sent there has to be given.
func (d *Directory) SetSystem(ctx context.Context, by Actor, t ID, id SystemID, settings map[string]string) (System, error) {
	var s System
	err := d.change(ctx, by, t, ManageSystems, func(tx tx) (note, error) {
		var err error
		if s, err = tx.system(t, id); err != nil {
			return note{}, err
		}
		before, secrets := s, secretsIn(settings)
		if err := s.apply(settings, changingSettings); err != nil {
			return note{}, err
		}
		if err := s.followMoves(before, secrets); err != nil {
			return note{}, err
		}
		if err := tx.putSystemSecrets(&s, secrets, d.now().UTC()); err != nil {
			return note{}, err
		}
		if err := s.checkLines(); err != nil {
			return note{}, err
		}
		n := note{Action: "system.set", Object: string(id), Name: s.Name, Details: settingNames(settings)}
		return n, tx.putSystem(s)
	})
	return s, err
}

// RemoveSystem removes a phone system. One that keys belong to is [ErrInvalid].
func (d *Directory) RemoveSystem(ctx context.Context, by Actor, t ID, id SystemID) error {
	return d.change(ctx, by, t, ManageSystems, func(tx tx) (note, error) {
		s, err := tx.system(t, id)
		if err != nil {
			return note{}, err
		}
		keys, err := list[keyRecordOf](tx.view, t, placeKey)
		if err != nil {
			return note{}, err
		}
		for _, k := range keys {
			if k.Key.System == id {
				return note{}, wording.Errorf(ErrInvalid, "tenant.key_value_belongs_phone_system", "the key {Value}… belongs to this phone system; revoke it first", "Value", k.Key.Prefix)
			}
		}
		n := note{Action: "system.remove", Object: string(id), Name: s.Name}
		return n, tx.remove(place(t, placeSystemSecrets, string(id)), place(t, placeSystem, string(id)))
	})
}

// Systems returns the phone systems of a tenant, the oldest first.
func (d *Directory) Systems(ctx context.Context, t ID) ([]System, error) {
	var out []System
	err := d.live(ctx, t, func(v view) error {
		var err error
		out, err = v.systems(t)
		return err
	})
	return out, err
}

func (v view) systems(t ID) ([]System, error) {
	all, err := list[System](v, t, placeSystem)
	slices.SortFunc(all, func(a, b System) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// FindSystem returns the phone system with that id or name; "" means [DefaultSystem].
func (d *Directory) FindSystem(ctx context.Context, t ID, idOrName string) (System, error) {
	if idOrName == "" {
		idOrName = DefaultSystem
	}
	all, err := d.Systems(ctx, t)
	if err != nil {
		return System{}, err
	}
	for _, s := range all {
		if string(s.ID) == idOrName || strings.EqualFold(s.Name, idOrName) {
			return s, nil
		}
	}
	return System{}, fmt.Errorf("phone system %q: %w", printable(idOrName), ErrNotFound)
}

func (v view) system(t ID, id SystemID) (System, error) {
	if err := id.check(); err != nil {
		return System{}, err
	}
	s, err := get[System](v, t, place(t, placeSystem, string(id)))
	if err != nil {
		return System{}, fmt.Errorf("phone system %s: %w", id, err)
	}
	return s, nil
}

func (t tx) putSystem(s System) error {
	all, err := list[System](t.view, s.Tenant, placeSystem)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != s.ID && strings.EqualFold(other.Name, s.Name) {
			return fmt.Errorf("phone system %q: %w", s.Name, ErrExists)
		}
	}
	return t.put(s.Tenant, place(s.Tenant, placeSystem, string(s.ID)), s)
}
