package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
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
	// Uploads keeps uploaded files; nil takes none.
	Uploads *upload.Store
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
		d.Sleep = presets.Sleep
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

// ErrNoChoices means an option for which a CRM offers nothing to choose from.
var ErrNoChoices = errors.New("nothing to choose from")

// Choices lists what there is in the CRM for an option of an integration, which may be a draft: its fields, views, lists.
func (s *Setup) Choices(ctx context.Context, i tenant.Integration, name string) ([]option.Choice, error) {
	p, err := s.preset(i.Preset)
	if err != nil {
		return nil, err
	}
	o, ok := p.Options.Find(name)
	if !ok || !slices.Contains(p.Choosable(), o.Name) {
		hint := "no option of it has any"
		if names := p.Choosable(); len(names) > 0 {
			hint = "possible: " + strings.Join(names, ", ")
		}
		return nil, fmt.Errorf("%w: %s has no choices for %q; %s", ErrNoChoices, p.Name, name, hint)
	}
	source, err := s.open(ctx, i, opening{part: (*presets.Preset).WithoutStreams})
	if err != nil {
		return nil, err
	}
	defer source.Close()
	chooser, ok := source.(presets.Chooser)
	if !ok {
		return nil, fmt.Errorf("%w: presets of kind %s list none", ErrNoChoices, p.Kind)
	}
	return chooser.Choices(ctx, o.Name)
}

// preset is Preset with an error that helps.
func (s *Setup) preset(id string) (*presets.Preset, error) {
	p, ok := s.d.Catalog.Get(id)
	if !ok {
		near := s.d.Catalog.Nearest(id)
		if near != "" {
			return nil, wording.Errorf(tenant.ErrInvalid, "setup.no_preset_id_did_you", `there is no preset "{ID}"; did you mean {Value}?`, "ID", id, "Value", near)
		}
		return nil, wording.Errorf(tenant.ErrInvalid, "setup.no_preset_id_ringdex_preset", "there is no preset \"{ID}\"; `ringdex preset list` shows all", "ID", id)
	}
	return p, nil
}
