package presets

import (
	"fmt"
	"slices"
)

// lintChooser checks for which options the CRM is asked what there is.
func (p *Preset) lintChooser() []Lint {
	var lints []Lint
	var seen []string
	for i, c := range p.Choices {
		at := fmt.Sprintf("choices[%d].option", i)
		o, ok := p.Options.Find(c.Option)
		switch {
		case !ok:
			lints = append(lints, p.At(at, 0, fmt.Sprintf("there is no option %q", c.Option), didYouMean(c.Option, p.Options.Names())))
		case o.IsSecret() || o.ForOperator():
			lints = append(lints, p.At(at, 0, fmt.Sprintf("nobody chooses %s", c.Option), "choices are for options that the tenant sets and that are no secrets"))
		case slices.Contains(seen, o.Name):
			lints = append(lints, p.At(at, 0, fmt.Sprintf("there are two lists of choices for %s", c.Option), ""))
		}
		seen = append(seen, o.Name)
	}
	return lints
}

// lintChoices holds the selectors of a list of choices against the answers of its test.
func (p *Preset) lintChoices(t Test, at string, bodies []Value) []Lint {
	i := slices.IndexFunc(p.Choices, func(c Choice) bool { return c.Option == t.Choices })
	if i < 0 {
		return []Lint{p.At(at+".choices", 0, fmt.Sprintf("there are no choices for %q", t.Choices), didYouMean(t.Choices, p.Choosable()))}
	}
	if p.Kind != "rest" {
		return nil // the kind knows itself where choices stand
	}
	c, here := p.Choices[i], fmt.Sprintf("choices[%d]", i)
	entries := bodies
	if c.Records != "" && c.Records != "#" {
		entries = elements(c.Records, bodies)
	}
	if len(entries) == 0 {
		return []Lint{p.At(here+".records", 0, fmt.Sprintf("%q selects nothing in any answer of the tests", c.Records), "")}
	}
	var opened []Value
	for _, e := range entries {
		opened = append(opened, e)
		for one := range e.List() {
			opened = append(opened, one)
		}
		for _, one := range e.Members() {
			opened = append(opened, one)
		}
	}
	var lints []Lint
	for _, one := range [][2]string{{"value", c.Value}, {"title", c.Title}} {
		if sel, err := ParseSelector(one[1]); one[1] != "" && err == nil && !selectsAny(sel, opened) {
			lints = append(lints, p.At(here+"."+one[0], 0, fmt.Sprintf("%q selects nothing in any answer of the tests", one[1]), sel.missing(opened)))
		}
	}
	return lints
}
