package option

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Code names a kind of problem for translation and for programs.
type Code string

// The codes.
const (
	CodeUnknown   Code = "unknown"   // no option has that name
	CodeMissing   Code = "missing"   // required and empty
	CodeMalformed Code = "malformed" // not a value of the type, or not of the pattern
	CodeRange     Code = "range"     // below Min or above Max
	CodeChoice    Code = "choice"    // not one of the choices
)

// Problem is what is wrong with one option. Text never repeats the value of a secret.
type Problem struct {
	Option string       `json:"option"`
	Code   Code         `json:"code"`
	Text   wording.Text `json:"text"`          // a clause that follows the name: "must be a whole number"
	Hint   wording.Text `json:"hint,omitzero"` // what to do, a sentence
	Origin string       `json:"origin,omitempty"`
}

// Error is one line: name, origin, text, hint.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Option)
	if p.Origin != "" {
		b.WriteString(" (from " + p.Origin + ")")
	}
	b.WriteString(" " + p.Text.String())
	if !p.Hint.IsZero() {
		b.WriteString("; " + p.Hint.String())
	}
	return b.String()
}

// Problems is all that is wrong, in the order of the declarations, unknown names last.
type Problems []Problem

// Error joins the problems to one line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, ". ")
}

// Of returns the first problem of that option.
func (p Problems) Of(name string) (Problem, bool) {
	for _, problem := range p {
		if sameName(problem.Option, name) {
			return problem, true
		}
	}
	return Problem{}, false
}

// orNil keeps an empty list from becoming a non-nil error.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// unknownByName returns the problems of unknown names in a stable order.
func unknownByName(problems Problems) Problems {
	var out Problems
	for _, p := range problems {
		if p.Code == CodeUnknown {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Problem) int { return strings.Compare(a.Option, b.Option) })
	return out
}
