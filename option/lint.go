package option

import (
	"fmt"
	"regexp"
	"slices"
)

// nameForm is what an option may be called: it becomes a flag, a variable, a member of YAML and JSON, and part of $(option.x).
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*([_-][a-z0-9]+)*$`)

// Lint returns what is wrong with the declarations themselves, one line each, beginning with the option's name; none is nil.
func (s Set) Lint() []string {
	var lines []string
	seen := map[string]bool{}
	for _, o := range s {
		if seen[fold(o.Name)] {
			lines = append(lines, o.Name+": is declared twice")
		}
		seen[fold(o.Name)] = true
		for _, text := range o.Lint() {
			lines = append(lines, o.Name+": "+text)
		}
	}
	return lines
}

// Lint returns what is wrong with one declaration.
func (o Option) Lint() []string {
	var lines []string
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	add(!nameForm.MatchString(o.Name), "a name is lower-case words joined by _ or -")
	add(!slices.Contains(Types(), o.Kind()), "unknown type %q%s", o.Type, meant(string(o.Type), typeNames()))
	add(!slices.Contains([]Level{"", Tenant, Operator}, o.Level), "unknown level %q; there are tenant and operator", o.Level)
	add((o.Kind() == OneOf) != (len(o.Choices) > 0), "choices belong to the type choice, which needs some")
	add(o.hasBounds() && !o.takesBounds(), "min and max are for integer, duration, text and secret")
	add(o.Min != nil && o.Max != nil && *o.Min > *o.Max, "min is above max")
	add(o.IsSecret() && o.Default != "", "a secret has no default")
	add(o.IsSecret() && o.List, "a secret is not a list")
	add(o.Required && o.Default != "", "required and default exclude each other")
	return append(lines, o.lintValues()...)
}

// lintValues judges pattern, default, example and choices by the declaration's own rules.
func (o Option) lintValues() []string {
	var lines []string
	if _, err := regexp.Compile(anchored(o.Pattern)); err != nil {
		return append(lines, fmt.Sprintf("pattern: %v", err))
	}
	for _, sample := range []struct{ what, text string }{{"default", o.Default}, {"example", o.Example}} {
		if _, problem := o.Read(sample.text); problem != nil {
			lines = append(lines, fmt.Sprintf("the %s %s", sample.what, problem.Text))
		}
	}
	seen := map[string]bool{}
	for _, c := range o.Choices {
		if c.Value == "" || seen[c.Value] {
			lines = append(lines, fmt.Sprintf("choice %q is empty or there twice", c.Value))
		}
		seen[c.Value] = true
	}
	return lines
}

func (o Option) hasBounds() bool { return o.Min != nil || o.Max != nil }

func (o Option) takesBounds() bool {
	return slices.Contains([]Type{Integer, Duration, Text, Secret}, o.Kind())
}

func typeNames() []string {
	names := make([]string, 0, len(Types()))
	for _, t := range Types() {
		names = append(names, string(t))
	}
	return names
}

// meant is "; did you mean x?" or nothing.
func meant(name string, names []string) string {
	if n := Nearest(name, names); n != "" {
		return fmt.Sprintf("; did you mean %s?", n)
	}
	return ""
}
