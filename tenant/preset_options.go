package tenant

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

// presetOptions is what an operator or reseller set for one preset.
type presetOptions struct {
	Texts sealedTexts          `json:"texts"`
	Set   map[string]time.Time `json:"set"`
}

// presetID keeps text from outside from becoming a part of a key that is not one.
var presetID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// SetPresetOptions sets operator-level options of a preset (an app's client id and secret) for an account and all below it;
// those given empty are removed, and inherited again. They are all sealed, secrets or not.
func (d *Directory) SetPresetOptions(ctx context.Context, by Actor, account ID, preset string, values map[string]Secret) error {
	if !presetID.MatchString(preset) {
		return fmt.Errorf("preset %q: %w", printable(preset), ErrNotFound)
	}
	return d.change(ctx, by, account, ManagePresetOptions, func(t tx) (note, error) {
		o, err := t.presetOptions(account, preset)
		if err != nil {
			return note{}, err
		}
		o.Set = o.Texts.merge(values, o.Set, d.now().UTC())
		n := note{Action: "preset.options", Object: preset, Details: slices.Sorted(maps.Keys(values))}
		return n, t.put(account, place(account, placePreset, preset), o)
	})
}

// PresetOptions returns the operator-level options that hold for an account: its own, and what it inherits from the accounts
// above, the nearest first. Those in together come from one account, the nearest that has any of them.
func (d *Directory) PresetOptions(ctx context.Context, account ID, preset string, together ...string) (map[string]Secret, error) {
	out := map[string]Secret{}
	err := d.eachAbove(ctx, account, preset, func(o presetOptions) {
		complete := slices.ContainsFunc(together, func(name string) bool { _, has := out[name]; return has })
		for name, text := range o.Texts {
			if complete && slices.Contains(together, name) {
				continue
			}
			if _, nearer := out[name]; !nearer {
				out[name] = NewSecret(text)
			}
		}
	})
	return out, err
}

// PresetOptionsSet returns which of them an account itself has set, since when.
func (d *Directory) PresetOptionsSet(ctx context.Context, account ID, preset string) (map[string]time.Time, error) {
	var out map[string]time.Time
	err := d.live(ctx, account, func(v view) error {
		o, err := v.presetOptions(account, preset)
		out = o.Set
		return err
	})
	return out, err
}

func (d *Directory) eachAbove(ctx context.Context, account ID, preset string, fn func(presetOptions)) error {
	return d.view(ctx, func(v view) error {
		for id := account; id != ""; {
			n, err := v.liveNode(id)
			if err != nil {
				return err
			}
			o, err := v.presetOptions(id, preset)
			if err != nil {
				return err
			}
			fn(o)
			id = n.Parent
		}
		return nil
	})
}

func (v view) presetOptions(account ID, preset string) (presetOptions, error) {
	o, err := get[presetOptions](v, account, place(account, placePreset, preset))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return o, fmt.Errorf("options of preset: %w", err)
	}
	if o.Texts == nil {
		o.Texts = sealedTexts{}
	}
	return o, nil
}

// NotePreset notes in the operator's audit log that a preset was added or removed.
func (d *Directory) NotePreset(ctx context.Context, by Actor, done, preset string) error {
	return d.change(ctx, by, d.operator, ManagePresets, func(tx) (note, error) {
		return note{Action: "preset." + done, Object: preset[:min(len(preset), 64)]}, nil
	})
}

// UsersOf are the tenants with an integration of a preset, in no order, a few of them at most.
func (d *Directory) UsersOf(ctx context.Context, preset string) ([]Account, error) {
	accounts, err := d.Accounts(ctx, Server("presets"))
	if err != nil {
		return nil, err
	}
	var users []Account
	for _, a := range accounts {
		if a.Kind != KindTenant || len(users) > 2 {
			continue
		}
		all, err := d.Integrations(ctx, a.ID)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(i Integration) bool { return i.Preset == preset }) {
			users = append(users, a)
		}
	}
	return users, nil
}
