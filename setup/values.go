package setup

import (
	"context"
	"fmt"
	"maps"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// values are all options of an integration: what the operator and resellers set above it, its own, and its secrets. What
// an earlier version of the preset knew and this one does not is left out.
func (s *Setup) values(ctx context.Context, i tenant.Integration, p *presets.Preset) (option.Values, error) {
	all, err := s.inherited(ctx, i.Tenant, p)
	if err != nil {
		return nil, err
	}
	maps.Copy(all, i.Options)
	secrets, err := s.d.Directory.Secrets(ctx, i.Tenant, i.ID)
	if err != nil {
		return nil, fmt.Errorf("read secrets of %s: %w", i.ID, err)
	}
	for name, secret := range secrets {
		all[name] = secret.Reveal()
	}
	return p.Options.Validate(known(p, all))
}

// inherited are the operator-level options of a preset that hold for a tenant.
func (s *Setup) inherited(ctx context.Context, t tenant.ID, p *presets.Preset) (map[string]string, error) {
	set, err := s.d.Directory.PresetOptions(ctx, t, p.ID)
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
