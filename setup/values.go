package setup

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// values are all options of an integration: what the operator and resellers set above it, its own, and its secrets. What
// an earlier version of the preset knew and this one does not is left out.
func (s *Setup) values(ctx context.Context, i tenant.Integration, p *presets.Preset) (option.Values, error) {
	above, err := s.inherited(ctx, i.Tenant, p)
	if err != nil {
		return nil, err
	}
	secrets, err := s.d.Directory.Secrets(ctx, i.Tenant, i.ID)
	if err != nil {
		return nil, fmt.Errorf("read secrets of %s: %w", i.ID, err)
	}
	own := maps.Clone(i.Options)
	if own == nil {
		own = map[string]string{}
	}
	for name, secret := range secrets {
		own[name] = secret.Reveal()
	}
	return p.Options.Validate(known(p, over(p, own, above)))
}

// over are an integration's own values and what it inherits. An app is inherited as a whole or not at all: the secret of
// one is not sent with the id of another.
func over(p *presets.Preset, own, above map[string]string) map[string]string {
	app := p.AppOptions()
	given := option.Values(own)
	ownApp := slices.ContainsFunc(app, given.Has)
	all := maps.Clone(own)
	for name, value := range above {
		if !given.Has(name) && !(ownApp && slices.Contains(app, name)) {
			all[name] = value
		}
	}
	return all
}

// inherited are the operator-level options of a preset that hold for a tenant.
func (s *Setup) inherited(ctx context.Context, t tenant.ID, p *presets.Preset) (map[string]string, error) {
	set, err := s.d.Directory.PresetOptions(ctx, t, p.ID, p.AppOptions()...)
	if err != nil {
		return nil, fmt.Errorf("read the operator's options of %s: %w", p.ID, err)
	}
	all := make(map[string]string, len(set))
	for name, value := range set {
		all[name] = value.Reveal()
	}
	return known(p, all), nil
}

// known leaves out what is no option of a preset.
func known(p *presets.Preset, all map[string]string) map[string]string {
	maps.DeleteFunc(all, func(name, _ string) bool {
		_, ok := p.Options.Find(name)
		return !ok
	})
	return all
}
