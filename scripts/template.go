package scripts

import (
	"fmt"
	"slices"
	"strings"
)

// MaxLength is how long a template and what is rendered from it may be, in bytes.
const MaxLength = 8 << 10

// Template is a parsed text, ready to be rendered any number of times and by
// several goroutines at once.
type Template struct {
	pieces []piece
	text   string
	data   int // placeholders that hold data; options are settings
	finish func(out []byte) error
	tidy   func(out []byte) []byte
}

// piece is a literal and the placeholder behind it; the last one may have none.
type piece struct {
	literal string
	slot    *slot
}

// slot is a placeholder in its place.
type slot struct {
	from     origin
	name     string // of the field or option; NAME of `Extra NAME`
	property *property
	form     Form
	place    Place
	offset   int
}

type origin uint8

const (
	fromField origin = iota
	fromOption
	fromCall
)

// Parse reads a script. Reading is tolerant, as people paste from manuals; String
// tells what was understood. The error is a SyntaxErrors with every mistake found.
func Parse(text string, known Names) (*Template, error) {
	b := builder{text: unwrapped(text), known: known}
	if err := b.checkText(); err != nil {
		return nil, err
	}
	s := splitter{text: b.text, read: pastedMark}
	parts, err := s.result()
	if err != nil {
		return nil, err
	}
	return b.build(parts, b.address)
}

// FieldsIn returns the fields a script names, as it writes them, without asking
// whether they or its scheme and options are known: for a sync, which has to
// copy them and knows no preset. A text that cannot be split has none.
func FieldsIn(text string) []string {
	s := splitter{text: unwrapped(text), read: pastedMark}
	parts, err := s.result()
	if err != nil {
		return nil
	}
	var names []string
	for _, p := range parts {
		if p.Kind == Field && !isSetting(p.Text) && !slices.Contains(names, p.Text) {
			names = append(names, p.Text)
		}
	}
	return names
}

// String returns the template as it was understood: names as they are listed,
// placeholders not encoded, literal text encoded where it has to be. Parsing it
// again gives the same template.
func (t *Template) String() string { return t.text }

// Fields returns the record fields the template needs, each once, in order.
func (t *Template) Fields() []string { return t.names(fromField) }

// Options returns the options the template needs, each once, in order.
func (t *Template) Options() []string { return t.names(fromOption) }

// Properties returns the call properties the template needs, each once, in order.
func (t *Template) Properties() []string { return t.names(fromCall) }

func (t *Template) names(from origin) []string {
	var names []string
	for _, p := range t.pieces {
		if p.slot != nil && p.slot.from == from && !slices.Contains(names, p.slot.fullName()) {
			names = append(names, p.slot.fullName())
		}
	}
	return names
}

func (s *slot) fullName() string {
	switch {
	case s.from != fromCall:
		return s.name
	case s.property.id == idExtra:
		return extraPrefix + " " + s.name
	}
	return s.property.Name
}

// String writes the placeholder as it stands in a canonical template.
func (s *slot) String() string {
	name := guardEscapes(s.fullName())
	switch {
	case s.from != fromCall:
		return "$(" + name + ")"
	case s.form != FormDefault:
		return "#(" + name + "|" + string(s.form) + ")"
	}
	return "#(" + name + ")"
}

// guardEscapes keeps a name that happens to look percent-encoded from being
// decoded when the canonical text is read again, and its line breaks from being taken for those of a narrow column.
func guardEscapes(name string) string {
	if !strings.ContainsAny(name, "%\r\n") {
		return name
	}
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c == '\r' || c == '\n':
			fmt.Fprintf(&b, "%%%02X", c)
		case c == '%' && validEscape(name, i):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
