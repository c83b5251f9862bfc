package scripts

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// ErrEmpty is returned by Render when the template has placeholders for data and
// all of them are empty: the script is left out of the notification.
var ErrEmpty = errors.New("every placeholder of the script is empty")

// ErrRefused is what errors.Is finds in every error of Render other than
// ErrEmpty: the values would make an address that is not safe to open.
var ErrRefused = errors.New("script refused")

// Refusal says which placeholder made Render refuse and why. It never holds the
// value itself, so it may be logged.
type Refusal struct {
	// Placeholder is written as in the template, `$(Email)`; it is empty when
	// the address as a whole is refused.
	Placeholder string
	// Why is a short reason, such as "dot segment".
	Why wording.Text
}

func (r *Refusal) Error() string {
	if r.Placeholder == "" {
		return "script refused: " + r.Why.String()
	}
	return "script refused: " + r.Placeholder + ": " + r.Why.String()
}

// Wording is the reason for a person, with the placeholder.
func (r *Refusal) Wording() wording.Text {
	if r.Placeholder == "" {
		return r.Why
	}
	return wording.New("scripts.refused", "{Placeholder}: {Why}", "Placeholder", r.Placeholder, "Why", r.Why)
}

// Is makes errors.Is(err, ErrRefused) true.
func (r *Refusal) Is(target error) bool { return target == ErrRefused }

// Code names the kind of a syntax error.
type Code string

// The kinds of syntax errors.
const (
	CodeUnclosed        Code = "unclosed"         // `$(` or `#(` without `)`
	CodeNested          Code = "nested"           // `$(A$(B))`
	CodeNoName          Code = "no_name"          // `$()`
	CodeUnknownField    Code = "unknown_field"    // not a field of this record
	CodeNoFields        Code = "no_fields"        // a stand-alone script has no record
	CodeUnknownProperty Code = "unknown_property" // not a call property
	CodeUnknownForm     Code = "unknown_form"     // `|form` the property does not have
	CodeAmbiguous       Code = "ambiguous"        // fits two fields, neither exactly
	CodeScheme          Code = "scheme"           // missing, unknown or never allowed
	CodeHost            Code = "host"             // missing, not valid or not literal
	CodePlace           Code = "place"            // no placeholder may stand there
	CodeDotSegment      Code = "dot_segment"      // `/../` in the template itself
	CodeControl         Code = "control"          // a control character
	CodeLength          Code = "length"           // longer than MaxLength
	CodeBody            Code = "body"             // a body that is not JSON or XML
)

// SyntaxError is one mistake in a template.
type SyntaxError struct {
	Code       Code
	Offset     int          // bytes from the start of the text as it was given
	Line       int          // from 1
	Column     int          // in characters, from 1
	What       wording.Text // what is wrong
	Suggestion string       // what to write instead, as a whole placeholder; may be empty
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
	if e.Suggestion != "" {
		text += "; did you mean " + e.Suggestion + "?"
	}
	return text
}

// SyntaxErrors is what Parse returns: every mistake of a template, in the order
// of their positions. It is never empty.
type SyntaxErrors []*SyntaxError

func (e SyntaxErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the first *SyntaxError.
func (e SyntaxErrors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}
