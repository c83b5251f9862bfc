package presets

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/wording"
)

// Text is a text of a preset with $(…) in it, taken apart.
type Text struct{ Parts []Part }

// Part is a literal, or a reference: Space is its name space (option, auth,
// session, server, check, ask, stream, since, page, select, join, item, or [SpaceRecord] for every other
// name) and Name what stands behind the dot; for a record it is the whole selector.
type Part struct {
	Literal     string
	Space, Name string
	Selector    Selector // of a record's reference
	Offset      int      // of the part in the text, in bytes
}

// SpaceRecord is the name space of references into the record at hand.
const SpaceRecord = "record"

// spaces are the name spaces of $(…); any other name selects in the record.
var spaces = []string{"option", "auth", "session", "server", "check", "ask", "stream", "since", "page", "select", "join", "item"}

// TextError is a mistake in a text.
type TextError struct {
	Offset int
	Text   string
}

// Error is the mistake in words.
func (e *TextError) Error() string { return e.Text }

// ParseText takes a text apart. Errors are of type [*TextError].
func ParseText(s string) (Text, error) {
	split, err := scripts.Split(s)
	if err != nil {
		return Text{}, splitError(err)
	}
	var t Text
	for _, part := range split {
		p, err := readPart(part)
		if err != nil {
			return Text{}, &TextError{part.Offset, err.Error()}
		}
		t.Parts = append(t.Parts, p)
	}
	return t, nil
}

func splitError(err error) error {
	var syntax *scripts.SyntaxError
	if errors.As(err, &syntax) {
		return &TextError{syntax.Offset, syntax.What.String()}
	}
	return &TextError{0, err.Error()}
}

func readPart(part scripts.Part) (Part, error) {
	switch part.Kind {
	case scripts.Literal:
		return Part{Literal: part.Text, Offset: part.Offset}, nil
	case scripts.CallInfo:
		return Part{}, wording.Error("presets.in_scripts_only", "#({Name}) belongs in scripts only", "Name", part.Text)
	}
	p, err := reference(part.Text)
	p.Offset = part.Offset
	return p, err
}

func reference(name string) (Part, error) {
	if space, rest, ok := strings.Cut(name, "."); ok && isSpace(space) {
		if rest == "" {
			return Part{}, wording.Error("presets.names_nothing", "$({Name}) names nothing", "Name", name)
		}
		return Part{Space: space, Name: rest}, nil
	}
	sel, err := ParseSelector(name)
	if err != nil {
		return Part{}, fmt.Errorf("$(%s): %w", name, err)
	}
	return Part{Space: SpaceRecord, Name: name, Selector: sel}, nil
}

func isSpace(name string) bool {
	for _, s := range spaces {
		if s == name {
			return true
		}
	}
	return false
}

// Expand puts values in the place of references. Each value passes through
// escape, the encoding of the place the text stands in ([scripts.Place.Escape]);
// literals do not. The first error of lookup or escape ends it.
func (t Text) Expand(lookup func(p Part) (string, error), escape func(string) (string, error)) (string, error) {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Space == "" {
			b.WriteString(p.Literal)
			continue
		}
		v, err := lookup(p)
		if err != nil {
			return "", err
		}
		if v, err = escape(v); err != nil {
			return "", fmt.Errorf("$(%s): %w", p, err)
		}
		b.WriteString(v)
	}
	return b.String(), nil
}

// String is the name of a reference as it was written.
func (p Part) String() string {
	if p.Space == "" || p.Space == SpaceRecord {
		return p.Literal + p.Name
	}
	return p.Space + "." + p.Name
}

// References are the parts that are not literal.
func (t Text) References() []Part {
	var refs []Part
	for _, p := range t.Parts {
		if p.Space != "" {
			refs = append(refs, p)
		}
	}
	return refs
}
