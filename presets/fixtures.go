package presets

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/option"
)

// TestValues are the options of a test: its own values, else examples of required ones, else defaults. A secret has a value
// that must not be seen again.
func (p *Preset) TestValues(t Test) (option.Values, error) {
	in := map[string]string{}
	for _, o := range p.Options {
		switch {
		case o.IsSecret():
			in[o.Name] = "CANARY-" + o.Name
		case o.Example != "" && o.Required:
			in[o.Name] = o.Example
		}
	}
	for name, value := range t.Options {
		in[name] = value
	}
	values, err := p.Options.Validate(in)
	if err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	return values, nil
}

// forTest is the preset with a test's options, or what is wrong with them.
func (p *Preset) forTest(t Test) (*Preset, string) {
	if !p.templated {
		return p, ""
	}
	values, err := p.TestValues(t)
	if err != nil {
		return nil, err.Error()
	}
	q, err := p.With(values)
	var problems option.Problems
	if errors.As(err, &problems) {
		return nil, "option " + problems[0].Option + " " + problems[0].Text.String()
	}
	return q, ""
}

// fixtures are recorded answers by stream, and by the preset that reads them: tests with other options may read others.
type fixtures []*fixture

type fixture struct {
	preset *Preset
	stream string
	bodies []Value
}

func (f *fixtures) add(p *Preset, stream string, bodies []Value) {
	for _, one := range *f {
		if one.stream == stream && (one.preset == p || slices.Equal(one.preset.Reading(), p.Reading())) {
			one.bodies = append(one.bodies, bodies...)
			return
		}
	}
	*f = append(*f, &fixture{p, stream, bodies})
}

// check is one selector held against the answers of a fixture.
type check struct {
	what string // the selector and where it looks
	good bool
	lint Lint
}

// lint reports selectors that select nothing, whatever the options of the tests.
func (f fixtures) lint() []Lint {
	var all []check
	good := map[string]bool{}
	for _, one := range f {
		for _, c := range one.checks() {
			all = append(all, c)
			good[c.what] = good[c.what] || c.good
		}
	}
	var lints []Lint
	for _, c := range all {
		if !good[c.what] {
			good[c.what] = true // told once
			lints = append(lints, c.lint)
		}
	}
	return lints
}

func (f *fixture) checks() []check {
	for i, s := range f.preset.Streams {
		if s.ID == f.stream && len(f.bodies) > 0 {
			return f.preset.checkSelections(fmt.Sprintf("streams[%d]", i), s, f.bodies)
		}
	}
	return nil
}
