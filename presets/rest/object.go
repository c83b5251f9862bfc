package rest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// object is a record whose members were found in one pass. A mapping asks for a dozen of them; walking through the JSON
// for each took two thirds of the time of a read.
type object struct {
	presets.Value
	names  []string
	values []presets.Value
}

// open finds the members of a record. The object given is used again, so that a page allocates once.
func (o *object) open(v presets.Value) {
	o.Value, o.names, o.values = v, o.names[:0], o.values[:0]
	for name, member := range v.Members() {
		o.names, o.values = append(o.names, name), append(o.values, member)
	}
}

// member is the value at a key; of a key that is there twice, the last one counts.
func (o *object) member(name string) presets.Value {
	for i, n := range slices.Backward(o.names) {
		if n == name {
			return o.values[i]
		}
	}
	return presets.Value{}
}

// path is a selector into a record: the member it begins with, and the selector into that.
type path struct {
	key  string // "": whole stands for it
	rest presets.Selector
	full presets.Selector
}

// plainKey is a selector's beginning that is a key in every reading.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.|$)`)

func newPath(text string) (path, error) {
	full, err := selector(text)
	if err != nil || !plainKey.MatchString(text) {
		return path{full: full}, err
	}
	key, rest, _ := strings.Cut(text, ".")
	p := path{key: key, full: full}
	p.rest, err = selector(rest)
	return p, err
}

func (p path) isZero() bool { return p.full.IsZero() }

// first is the first value the selector picks that has a text.
func (p path) first(o *object) presets.Value {
	if p.key == "" {
		return p.full.First(o.Value)
	}
	m := o.member(p.key)
	if p.rest.IsZero() {
		return m
	}
	return p.rest.First(m)
}

// each are the values the selector picks, lists opened.
func (p path) each(o *object) []presets.Value {
	switch {
	case p.key == "":
		return presets.Elements(p.full, o.Value)
	case !p.rest.IsZero():
		return presets.Elements(p.rest, o.member(p.key))
	}
	m := o.member(p.key)
	if !m.IsList() {
		return []presets.Value{m}
	}
	return slices.Collect(m.List())
}
