package option

import (
	"github.com/ringdex/ringdex/wording"
)

// Set is an ordered list of declarations, as a form shows them.
type Set []Option

// Find returns the declaration of that name; letter case, - and _ do not matter.
func (s Set) Find(name string) (Option, bool) {
	for _, o := range s {
		if sameName(o.Name, name) {
			return o, true
		}
	}
	return Option{}, false
}

// Names returns the names in order.
func (s Set) Names() []string {
	names := make([]string, len(s))
	for i, o := range s {
		names[i] = o.Name
	}
	return names
}

// At returns the options of that level.
func (s Set) At(level Level) Set {
	var out Set
	for _, o := range s {
		if o.ForOperator() == (level == Operator) {
			out = append(out, o)
		}
	}
	return out
}

// Validate reads a complete set of values: unknown names, missing and malformed values are [Problems], defaults are filled
// in for options that are absent. An option that is present and empty stays empty.
func (s Set) Validate(in map[string]string) (Values, error) {
	out, problems := s.read(in)
	for _, o := range s {
		if _, ok := out[o.Name]; !ok && o.Default != "" && !problems.about(o.Name) {
			out[o.Name], _ = o.Read(o.Default) // Lint has judged it
		}
		if o.Required && out[o.Name] == "" && !problems.about(o.Name) {
			problems = append(problems, o.Missing())
		}
	}
	return out, s.sorted(problems).orNil()
}

// Change reads some of the values, as `set NAME=VALUE` gives them: nothing is filled in, and only what is given is judged.
// Emptying a required option is a problem.
func (s Set) Change(in map[string]string) (Values, error) {
	out, problems := s.read(in)
	for name, text := range out {
		if o, _ := s.Find(name); o.Required && text == "" {
			problems = append(problems, o.Missing())
		}
	}
	return out, s.sorted(problems).orNil()
}

// read checks each given value by itself.
func (s Set) read(in map[string]string) (Values, Problems) {
	out := make(Values, len(s))
	var problems Problems
	for name, raw := range in {
		o, ok := s.Find(name)
		if !ok {
			problems = append(problems, s.unknown(name))
			continue
		}
		if _, twice := out[o.Name]; twice {
			problems = append(problems, Problem{Option: o.Name, Code: CodeMalformed, Text: wording.New("option.given_twice_two_spellings", "is given twice, in two spellings")})
			continue
		}
		text, problem := o.Read(raw)
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		out[o.Name] = text
	}
	return out, problems
}

func (s Set) unknown(name string) Problem {
	p := Problem{Option: name, Code: CodeUnknown, Text: wording.New("option.not_option_here", "is not an option here")}
	if n := Nearest(name, s.Names()); n != "" {
		p.Hint = didYouMean(n)
	}
	return p
}

func (p Problems) about(name string) bool {
	_, ok := p.Of(name)
	return ok
}

// sorted brings problems into the order of the declarations, unknown names last and by name.
func (s Set) sorted(problems Problems) Problems {
	var out Problems
	for _, o := range s {
		for _, p := range problems {
			if p.Option == o.Name {
				out = append(out, p)
			}
		}
	}
	return append(out, unknownByName(problems)...)
}
