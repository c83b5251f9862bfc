package presets

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// lintStructure checks a text whose options [Preset.With] puts in: a selector, a name, a value of a closed list, a path.
func (p *Preset) lintStructure(e entry) []Lint {
	form, table, _ := strings.Cut(e.form, ":")
	name, whole := wholeOption(e.text)
	if !whole && (form == "name" || form == "key") {
		return []Lint{p.At(e.path, 0, fmt.Sprintf("%q is no option by itself", e.text), "write $(option.NAME) and nothing else")}
	}
	for _, name := range optionsIn(e.text) {
		if lints := p.lintStanding(e, name); len(lints) > 0 {
			return lints
		}
	}
	o, _ := p.Options.Find(name)
	switch {
	case form == "name":
		return p.lintChoice(e, o, table)
	case form == "late":
		return p.lintLate(e, o)
	case form == "key" || form == "" || form == "link" || form == "url" || whole:
		return nil
	case form == "path" && !isOneSelector(e.text):
		return p.lintText(e)
	}
	x := expander{preset: p, values: option.Values{}}
	for _, name := range optionsIn(e.text) {
		x.values[name] = "x"
	}
	if e.text = x.inside(e.text); form == "condition" {
		return p.lintCondition(e)
	}
	return p.lintSelector(e)
}

// lintStanding says why an option cannot stand at a place that decides what is read.
func (p *Preset) lintStanding(e entry, name string) []Lint {
	o, ok := p.Options.Find(name)
	at := max(0, strings.Index(e.text, optionRef+name))
	switch {
	case !ok:
		return []Lint{p.At(e.path, at, fmt.Sprintf("$(option.%s) names nothing", name), didYouMean(name, p.Options.Names()))}
	case o.IsSecret() || o.ForOperator():
		return []Lint{p.At(e.path, at, fmt.Sprintf("option %s cannot stand here", name), "selectors and names are set by the tenant and are no secrets")}
	case o.List && !takesList(e):
		return []Lint{p.At(e.path, at, fmt.Sprintf("option %s has several values, one is wanted", name), "a list can be a phone's path, a field, select.fields or notification")}
	}
	return nil
}

// takesList reports a place where each value of an option becomes an element.
func takesList(e entry) bool {
	_, whole := wholeOption(e.text)
	inner := e.path[strings.LastIndexByte(e.path, '.')+1:]
	of := func(list string) bool { return strings.Contains(e.path, list+"[") }
	if of(".phones") && inner == "path" || of(".fields") && inner == "path" {
		return true
	}
	return whole && (strings.HasPrefix(inner, "notification[") || of(".select.fields") || of(".fields") && inner == "name")
}

func (p *Preset) lintChoice(e entry, o option.Option, table string) []Lint {
	if o.Kind() != option.OneOf {
		return []Lint{p.At(e.path, 0, fmt.Sprintf("option %s is no choice", o.Name), "a closed list needs an option of type choice")}
	}
	for _, c := range o.Choices {
		if !known(table, c.Value) {
			return []Lint{p.At(e.path, 0, fmt.Sprintf("option %s may be %q, which is no value of %s", o.Name, c.Value, e.path), didYouMean(c.Value, nameList(table)))}
		}
	}
	return nil
}

// lintLate checks the type of an option that gives a number, a flag or a time span.
func (p *Preset) lintLate(e entry, o option.Option) []Lint {
	if slices.Contains([]option.Type{option.Integer, option.Boolean, option.Duration}, o.Kind()) {
		return nil
	}
	return []Lint{p.At(e.path, 0, fmt.Sprintf("option %s is no number, flag or time span", o.Name), "")}
}

// samples are values for every option that stands where it decides what is read: its default, example or first choice.
func (p *Preset) samples() option.Values {
	v := option.Values{}
	for _, o := range p.Options {
		if v[o.Name] = either(o.Default, o.Example); v[o.Name] == "" && len(o.Choices) > 0 {
			v[o.Name] = o.Choices[0].Value
		}
	}
	return v
}

// sample is the preset with its options' defaults and examples, as its kind can judge it.
func (p *Preset) sample() ([]Lint, *Preset) {
	q, err := p.With(p.samples())
	var problems option.Problems
	if !errors.As(err, &problems) {
		return nil, q
	}
	var lints []Lint
	for _, one := range problems {
		lints = append(lints, p.At(p.optionPath(one.Option+":"), 0, fmt.Sprintf("the default or example of %s %s", one.Option, one.Text), one.Hint.String()))
	}
	return lints, nil
}

// noteOptions finds out where options stand, once for all connections.
func (p *Preset) noteOptions() {
	for _, e := range p.entries() {
		if strings.HasPrefix(e.path, "options[") || strings.HasPrefix(e.path, "tests[") {
			continue
		}
		form, _, _ := strings.Cut(e.form, ":")
		if e.form == "name:request.method" {
			p.templated = true
		}
		names := optionsIn(e.text)
		if len(names) == 0 {
			continue
		}
		p.optional = append(p.optional, e.path)
		body := wholeBody(e)
		p.templated = p.templated || isStructural(e) || form == "key" || form == "late" || body
		if strings.HasPrefix(e.path, "streams[") || saysWhere(e.path) {
			p.noteReading(names...)
		}
	}
	if p.Kind != "rest" { // these read options by names of their own
		for _, o := range p.Options {
			if o.Kind() != option.Path || p.Kind != "file" { // another file is noticed by its content
				p.noteReading(o.Name)
			}
		}
	}
	slices.Sort(p.reading)
}

// saysWhere reports a key that decides which account of a CRM is read.
func saysWhere(path string) bool {
	return path == "http.base_url" || path == "auth.authorize_url" || path == "auth.token_url"
}

// noteReading notes options whose change makes what was read before another thing.
func (p *Preset) noteReading(names ...string) {
	for _, name := range names {
		if o, ok := p.Options.Find(name); ok && !o.IsSecret() && !o.ForOperator() && !slices.Contains(p.reading, o.Name) {
			p.reading = append(p.reading, o.Name)
		}
	}
}

// wholeBody reports a JSON body that is an option.
func wholeBody(e entry) bool {
	_, whole := wholeOption(e.text)
	return whole && e.form == "text" && strings.HasSuffix(e.path, ".json")
}

// DependsOnOption reports that an option stands at a key, or stood there before [Preset.With] put its value in.
func (p *Preset) DependsOnOption(path string) bool { return slices.Contains(p.optional, path) }

// Reading stands for the values of the options that decide where contacts are read, which, and what is in them.
func (p *Preset) Reading() []string {
	var list []string
	for _, name := range p.reading {
		list = append(list, name+"="+p.given.Get(name))
	}
	return list
}
