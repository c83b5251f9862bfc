package tenant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/wording"
)

// AddIntegration adds an integration, as a draft unless i.State says otherwise, with keys of its own. Whether options fit the preset
// is for the caller to have checked; secrets are set by [Directory.SetSecrets].
func (d *Directory) AddIntegration(ctx context.Context, by Actor, t ID, i Integration) (Integration, error) {
	i = i.clone()
	i.ID, i.Tenant, i.Created, i.Revision = NewIntegrationID(), t, d.now().UTC(), 1
	i.SecretsSet, i.Connection = nil, ConnectionState{}
	if err := i.normalise(); err != nil {
		return Integration{}, err
	}
	if err := d.Authorise(ctx, by, t, ManageIntegrations); err != nil {
		return Integration{}, err
	}
	if err := d.keys.AddIntegration(t, i.ID); err != nil {
		return Integration{}, err
	}
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		n := note{Action: "integration.add", Object: string(i.ID), Name: i.Name, Details: []string{i.Preset, string(i.State)}}
		return n, tx.putIntegration(i)
	})
	if err != nil {
		return Integration{}, errors.Join(err, d.keys.DestroyIntegration(t, i.ID))
	}
	return i, nil
}

// SetIntegration lets change edit an integration; it may run again. Ids, times, which secrets are set and the state of the
// connection stay as they are; the preset may change in a draft only. Disabling it takes effect before the call returns. A draft
// that is being set up step by step counts it as saved elsewhere, unless a file was taken into use and nothing else.
func (d *Directory) SetIntegration(ctx context.Context, by Actor, t ID, id IntegrationID, change func(*Integration) error) (Integration, error) {
	var i Integration
	err := d.change(ctx, by, t, ManageIntegrations, func(tx tx) (note, error) {
		before, err := tx.integration(t, id)
		if err != nil {
			return note{}, err
		}
		i = before.clone()
		if err := change(&i); err != nil {
			return note{}, err
		}
		i.ID, i.Tenant, i.Created, i.Revision = before.ID, before.Tenant, before.Created, before.Revision+1
		i.SecretsSet, i.Connection, i.Changed = before.SecretsSet, before.Connection, d.now().UTC()
		if i.Preset != before.Preset && before.State != StateDraft {
			return note{}, wording.Errorf(ErrInvalid, "tenant.preset_integration_set_up_cannot", "the preset of an integration that is set up cannot change")
		}
		if err := i.normalise(); err != nil {
			return note{}, err
		}
		n := note{Action: "integration.set", Object: string(id), Name: i.Name, Details: changedIntegration(before, i)}
		if i.Wizard != nil && before.Wizard != nil && !slices.Equal(n.Details, []string{"uploaded"}) {
			i.Wizard.Revision = before.Wizard.Revision + 1
		}
		if i.State != before.State {
			n.Action = "integration." + string(i.State)
		}
		return n, tx.putIntegration(i)
	})
	return i, err
}

// Integration returns one integration.
func (d *Directory) Integration(ctx context.Context, t ID, id IntegrationID) (Integration, error) {
	var i Integration
	err := d.live(ctx, t, func(v view) error {
		var err error
		i, err = v.integration(t, id)
		return err
	})
	return i, err
}

// Integrations returns all of a tenant, drafts too, by priority. Copies that are being changed are not among them.
func (d *Directory) Integrations(ctx context.Context, t ID) ([]Integration, error) {
	all, err := d.allIntegrations(ctx, t)
	return slices.DeleteFunc(all, func(i Integration) bool { return i.CopyOf() != "" }), err
}

func (d *Directory) allIntegrations(ctx context.Context, t ID) ([]Integration, error) {
	var out []Integration
	err := d.live(ctx, t, func(v view) error {
		var err error
		out, err = v.integrations(t)
		return err
	})
	return out, err
}

// SetConnection notes the state of the connection to the CRM. It leaves no audit entry: the server notes it by itself.
func (d *Directory) SetConnection(ctx context.Context, t ID, id IntegrationID, c ConnectionState) error {
	return d.update(ctx, t, func(tx tx) error {
		if _, err := tx.integration(t, id); err != nil {
			return err
		}
		return tx.put(t, place(t, placeConnection, string(id)), c)
	})
}

func (v view) integration(t ID, id IntegrationID) (Integration, error) {
	if err := id.check(); err != nil {
		return Integration{}, err
	}
	i, err := get[Integration](v, t, place(t, placeIntegration, string(id)))
	if err != nil {
		return Integration{}, fmt.Errorf("integration %s: %w", id, err)
	}
	return v.connected(i)
}

func (v view) integrations(t ID) ([]Integration, error) {
	all, err := list[Integration](v, t, placeIntegration)
	if err != nil {
		return nil, err
	}
	for n := range all {
		if all[n], err = v.connected(all[n]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, byPriority)
	return all, nil
}

// connected fills in the state of the connection, which has a record of its own.
func (v view) connected(i Integration) (Integration, error) {
	c, err := get[ConnectionState](v, i.Tenant, place(i.Tenant, placeConnection, string(i.ID)))
	if errors.Is(err, ErrNotFound) {
		c, err = ConnectionState{Health: HealthOK, Since: i.Created}, nil
	}
	i.Connection = c
	return i, err
}

func (t tx) putIntegration(i Integration) error {
	i.Connection = ConnectionState{}
	return t.put(i.Tenant, place(i.Tenant, placeIntegration, string(i.ID)), i)
}

// normalise gives new scripts their ids and refuses what no integration may be.
func (i *Integration) normalise() error {
	if i.State == "" {
		i.State = StateDraft
	}
	if i.Name = strings.TrimSpace(i.Name); i.Name == "" {
		i.Name = i.Preset
	}
	for n := range i.Scripts {
		if i.Scripts[n].ID == "" {
			i.Scripts[n].ID = NewScriptID()
		}
	}
	return i.check()
}

func (i Integration) check() error {
	switch {
	case i.Preset == "":
		return wording.Errorf(ErrInvalid, "tenant.integration_needs_preset", "an integration needs a preset")
	case strings.ContainsFunc(i.Name, unicode.IsControl):
		return wording.Errorf(ErrInvalid, "tenant.name_integration_holds_control_characters", "the name of an integration holds control characters")
	case len(i.Name) > 100:
		return wording.Errorf(ErrInvalid, "tenant.name_integration_has_most_100", "the name of an integration has at most 100 bytes")
	case !slices.Contains([]State{StateDraft, StateEnabled, StateDisabled}, i.State):
		return wording.Errorf(ErrInvalid, "tenant.state_value", `state "{Value}"`, "Value", printable(string(i.State)))
	case i.AgeLimit < 0 || i.Guard.Percent < 0 || i.Guard.Percent > 100 || i.Guard.Records < 0:
		return wording.Errorf(ErrInvalid, "tenant.age_limit_guard_cannot_negative", "age limit and guard cannot be negative, a percentage is at most 100")
	}
	for _, text := range i.Blocks {
		if _, err := phone.ParseBlock(text); err != nil {
			return fmt.Errorf("%w: number range: %w", ErrInvalid, err)
		}
	}
	for _, s := range i.Scripts {
		if err := s.check(); err != nil {
			return err
		}
	}
	if err := i.Display.check(); err != nil {
		return err
	}
	return i.Window.check()
}

// check refuses a window that is half given or not of times of day. One that ends before it begins spans midnight.
func (w Window) check() error {
	if w == (Window{}) {
		return nil
	}
	from, err := time.Parse("15:04", w.From)
	to, err2 := time.Parse("15:04", w.To)
	if err != nil || err2 != nil || from.Equal(to) {
		return wording.Errorf(ErrInvalid, "tenant.nightly_window_has_two_different", "a nightly window has two different times of day, such as 02:00 and 05:00")
	}
	return nil
}

// changedIntegration names what differs: members, and options by their own name.
func changedIntegration(before, after Integration) []string {
	var names []string
	for _, name := range changedMembers(before, after) {
		switch name {
		case "options":
			names = append(names, changedKeys(before.Options, after.Options)...)
		case "revision", "changed", "wizard":
		default:
			names = append(names, name)
		}
	}
	return names
}
