package setup

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
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
	// Sleep waits for d or until ctx is over; nil is [Sleep].
	Sleep func(ctx context.Context, d time.Duration) error
}

// Setup makes and opens integrations.
type Setup struct {
	d    Deps
	sign *signIns
}

// New returns a Setup over d.
func New(d Deps) *Setup {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Sleep == nil {
		d.Sleep = Sleep
	}
	return &Setup{d: d, sign: newSignIns(d)}
}

// Preset returns the description of a CRM by id.
func (s *Setup) Preset(id string) (*presets.Preset, bool) { return s.d.Catalog.Get(id) }

// PresetOf is the preset of an integration as it is for it: with the options that stand in selectors and names, and with the
// objects that are copied. Whoever looks at streams, fields or names of an integration takes this one. Where the options do
// not fit any more, as a newer catalogue may have it, it is the preset itself, and [Setup.Open] says what is wrong.
func (s *Setup) PresetOf(i tenant.Integration) (*presets.Preset, bool) {
	p, ok := s.d.Catalog.Get(i.Preset)
	if !ok {
		return nil, false
	}
	if own, err := completed(p, i); err == nil {
		return own, true
	}
	return p, true
}

// completed puts an integration's own settings into its preset. Secrets and what the operator set stand in no such place.
func completed(p *presets.Preset, i tenant.Integration) (*presets.Preset, error) {
	values, _ := p.Options.Validate(known(p, maps.Clone(i.Options))) // what is missing here was judged when it was set
	own, err := p.With(values)
	if err != nil {
		return nil, err
	}
	return own.Only(i.Objects)
}

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
