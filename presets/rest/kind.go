package rest

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Kind is the kind rest.
type Kind struct{}

var _ presets.Kind = Kind{}

// Open makes a source. It sends nothing. Connection.HTTP is required, and Connection.Token for sign-in with OAuth2.
func (Kind) Open(_ context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	if c.HTTP == nil {
		return nil, errors.New("open " + p.ID + ": there is no HTTP client")
	}
	p, err := p.With(c.Options)
	if err != nil {
		return nil, fmt.Errorf("options of %s: %w", p.ID, err)
	}
	c = c.Whole()
	if c.Pace == nil {
		c.Pace = NewPacer(c.Now, c.Sleep)
	}
	if p.NeedsSignIn(c.Options) && c.Token == nil {
		return nil, &presets.Error{Op: wording.New("presets.open_name", "open {Name}", "Name", p.Name), Text: wording.New("presets.nobody_has_signed_yet", "nobody has signed in yet"), Hint: wording.New("presets.press_connect", "press Connect"), ReauthNeeded: true}
	}
	cl, err := newClient(p, c)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.ID, err)
	}
	s := &source{preset: p, conn: c, streams: map[string]*stream{}, client: cl}
	for _, one := range p.Streams {
		st, err := newStream(p, one, cl.values())
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", p.ID, err)
		}
		s.streams[one.ID] = st
	}
	return s, nil
}
