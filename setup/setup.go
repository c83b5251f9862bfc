package setup

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Deps is what a Setup stands on.
type Deps struct {
	Directory *tenant.Directory
	Catalog   *presets.Catalog
	Guard     *outbound.Guard
	Pace      presets.Pace
	// PublicURL is where browsers reach this server; CRMs send people back to PublicURL/oauth/callback.
	PublicURL string
	// ImportDir is the folder below which tenants may name files; "" allows none. Commands may name any.
	ImportDir string
	// Schemes are app schemes the operator enabled for scripts.
	Schemes []string
	Log     *slog.Logger
	Now     func() time.Time
}

// Setup makes and opens integrations.
type Setup struct {
	d        Deps
	sign     *signIns
	commonly option.Set
}

// New returns a Setup over d.
func New(d Deps) *Setup {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Setup{d: d, sign: newSignIns(d), commonly: Common()}
}

// Preset returns the description of a CRM by id.
func (s *Setup) Preset(id string) (*presets.Preset, bool) { return s.d.Catalog.Get(id) }

// preset is Preset with an error that helps.
func (s *Setup) preset(id string) (*presets.Preset, error) {
	p, ok := s.d.Catalog.Get(id)
	if !ok {
		near := s.d.Catalog.Nearest(id)
		if near != "" {
			return nil, fmt.Errorf("%w: there is no preset %q; did you mean %s?", tenant.ErrInvalid, id, near)
		}
		return nil, fmt.Errorf("%w: there is no preset %q; `ringdex preset list` shows all", tenant.ErrInvalid, id)
	}
	return p, nil
}

// Names returns what the scripts of an integration may use: the fields its preset copies and the options that are no secret.
func (s *Setup) Names(i tenant.Integration) (scripts.Names, bool) {
	p, ok := s.d.Catalog.Get(i.Preset)
	if !ok {
		return scripts.Names{}, false
	}
	names := scripts.Names{Fields: scripts.CommonFields(p.FieldNames()...), Schemes: s.d.Schemes}
	for _, stream := range p.Streams {
		names.AnyField = names.AnyField || stream.OtherFields
	}
	for _, o := range p.Options {
		if !o.IsSecret() {
			names.Options = append(names.Options, "option."+o.Name)
		}
	}
	return names, true
}

// StandAlone are the names of scripts that belong to no integration.
func (s *Setup) StandAlone() scripts.Names { return scripts.Names{Schemes: s.d.Schemes} }

// values are all options of an integration: what the operator and resellers set above it, its own, and its secrets.
func (s *Setup) values(ctx context.Context, i tenant.Integration, p *presets.Preset) (option.Values, error) {
	all, err := s.inherited(ctx, i.Tenant, p.ID)
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
	return p.Options.Validate(all)
}

// inherited are the operator-level options of a preset that hold for a tenant.
func (s *Setup) inherited(ctx context.Context, t tenant.ID, preset string) (map[string]string, error) {
	set, err := s.d.Directory.PresetOptions(ctx, t, preset)
	if err != nil {
		return nil, fmt.Errorf("read the operator's options of %s: %w", preset, err)
	}
	all := make(map[string]string, len(set))
	for name, value := range set {
		all[name] = value.Reveal()
	}
	return all, nil
}

// ScriptNames are Names for somebody who writes a script now: where the preset takes any field, those of its source as it is
// today, so that a typo is found. If the source cannot be read, any name is taken.
func (s *Setup) ScriptNames(ctx context.Context, i tenant.Integration) (scripts.Names, bool) {
	names, ok := s.Names(i)
	if !ok || !names.AnyField {
		return names, ok
	}
	source, err := s.Open(ctx, i.Tenant, i.ID)
	if err != nil {
		return names, ok
	}
	defer source.Close()
	report, err := source.Check(ctx)
	if err != nil || len(report.Sample) == 0 {
		return names, ok
	}
	for _, record := range report.Sample {
		for _, f := range record.Fields {
			if !slices.Contains(names.Fields, f.Name) {
				names.Fields = append(names.Fields, f.Name)
			}
		}
	}
	names.AnyField = false
	return names, ok
}
