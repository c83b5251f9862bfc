package presets

import (
	"fmt"
	"slices"
	"strings"
)

// Only is the preset with these of its streams, all if there are none. The receiver is not changed.
func (p *Preset) Only(streams []string) (*Preset, error) {
	if len(streams) == 0 {
		return p, nil
	}
	q := *p
	q.Streams = slices.DeleteFunc(slices.Clone(p.Streams), func(s Stream) bool { return !slices.Contains(streams, s.ID) })
	if len(q.Streams) == 0 {
		return nil, fmt.Errorf("%s has none of the objects %s", p.ID, strings.Join(streams, ", "))
	}
	return &q, nil
}

// Choosable are the options for which the CRM can say what there is.
func (p *Preset) Choosable() []string {
	var names []string
	for _, c := range p.Choices {
		names = append(names, c.Option)
	}
	return names
}

// WithoutStreams is the preset as it can be used before an admin has said what is read.
func (p *Preset) WithoutStreams() *Preset {
	q := *p
	q.Streams = nil
	return &q
}

// fromCRM reports an option whose values the CRM lists: such a value is one key, whatever signs it has.
func (x *expander) fromCRM(name string) bool {
	return slices.ContainsFunc(x.preset.Choices, func(c Choice) bool { return strings.EqualFold(c.Option, name) })
}
