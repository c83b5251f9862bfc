package scripts

import (
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// PartKind tells literal text and the two sorts of placeholders apart.
type PartKind uint8

// The kinds of parts.
const (
	Literal  PartKind = iota
	Field             // $(Name)
	CallInfo          // #(Name) or #(Name|form)
)

// Part is a piece of a template's text.
type Part struct {
	Kind PartKind
	// Text is a literal as it stands, or the trimmed name in a placeholder. A
	// field's name may hold blanks, dots, colons and balanced brackets.
	Text string
	// Form is what follows the bar in a call property.
	Form string
	// Offset is where the part begins, in bytes.
	Offset int

	written string // the name before percent-decoding, where it differs
}

// Split cuts a text into literals and placeholders, without asking whether any
// name exists and without undoing percent-encoding. It is for texts whose places
// the caller knows, such as the requests of a preset; scripts go through Parse.
// An unclosed, nested or nameless placeholder is reported in SyntaxErrors.
func Split(text string) ([]Part, error) {
	s := splitter{text: asWritten(text), read: plainMark}
	return s.result()
}

// mark is a single character of the syntax, raw or percent-encoded: what it
// means, how long it is, and whether it was raw.
type mark struct {
	char byte
	size int
	raw  bool
}

// plainMark reads only raw characters.
func plainMark(text string, i int) mark { return mark{text[i], 1, true} }

// pastedMark also reads percent-encoded ones, as people paste them.
func pastedMark(text string, i int) mark {
	if text[i] == '%' && validEscape(text, i) {
		return mark{unhex(text[i+1])<<4 | unhex(text[i+2]), 3, false}
	}
	return plainMark(text, i)
}

type splitter struct {
	text  source
	read  func(text string, i int) mark
	parts []Part
	errs  SyntaxErrors
	done  int // everything before is in parts
}

func (s *splitter) result() ([]Part, error) {
	for i := 0; i < len(s.text.clean); {
		i = s.step(i)
	}
	s.literal(len(s.text.clean))
	if len(s.errs) > 0 {
		return nil, s.errs
	}
	return s.parts, nil
}

// step reads what begins at i and returns where to go on.
func (s *splitter) step(i int) int {
	kind, start, raw := s.opener(i)
	if kind == Literal {
		return i + 1
	}
	end, next, code := s.closer(kind, start)
	switch {
	case code != "" && !raw:
		return i + 1 // an encoded bracket in ordinary text
	case code == CodeUnclosed:
		s.fail(code, i, wording.New("scripts.placeholder_has_no_closing_bracket", "the placeholder has no closing bracket"))
		return len(s.text.clean)
	case code == CodeNested:
		s.fail(code, end, wording.New("scripts.placeholder_cannot_stand_inside_another", "a placeholder cannot stand inside another one"))
		return next
	}
	s.literal(i)
	s.placeholder(kind, i, s.text.clean[start:end])
	s.done = next
	return next
}

// opener tells whether a placeholder may begin at i and where its name does.
func (s *splitter) opener(i int) (kind PartKind, start int, raw bool) {
	text := s.text.clean
	sigil := s.read(text, i)
	switch sigil.char {
	case '$':
		kind = Field
	case '#':
		kind = CallInfo
	default:
		return Literal, 0, false
	}
	i += sigil.size
	if i >= len(text) {
		return Literal, 0, false
	}
	bracket := s.read(text, i)
	if bracket.char != '(' {
		return Literal, 0, false
	}
	return kind, i + bracket.size, sigil.raw && bracket.raw
}

// closer finds the bracket that closes a name. Fields may hold brackets in
// pairs, also `#(…)`, which is a filter in a preset's selector.
func (s *splitter) closer(kind PartKind, i int) (end, next int, code Code) {
	depth := 1
	for i < len(s.text.clean) {
		if inner, start, _ := s.opener(i); inner == Field || inner != Literal && kind == CallInfo {
			return i, start, CodeNested
		}
		m := s.read(s.text.clean, i)
		switch m.char {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return i, i + m.size, ""
		}
		i += m.size
	}
	return i, i, CodeUnclosed
}

func (s *splitter) placeholder(kind PartKind, at int, written string) {
	name := s.decode(written)
	part := Part{Kind: kind, Offset: at, written: strings.TrimSpace(written)}
	if bar := strings.LastIndexByte(name, '|'); kind == CallInfo && bar >= 0 {
		part.Form = strings.TrimSpace(name[bar+1:])
		name = name[:bar]
	}
	part.Text = strings.TrimSpace(name)
	if part.Text == "" {
		s.fail(CodeNoName, at, wording.New("scripts.placeholder_has_no_name", "the placeholder has no name"))
		return
	}
	s.parts = append(s.parts, part)
}

// decode undoes percent-encoding if the reader does.
func (s *splitter) decode(name string) string {
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		m := s.read(name, i)
		b.WriteByte(m.char)
		i += m.size
	}
	return b.String()
}

func (s *splitter) literal(end int) {
	if end > s.done {
		s.parts = append(s.parts, Part{Kind: Literal, Text: s.text.clean[s.done:end], Offset: s.done})
	}
	s.done = end
}

func (s *splitter) fail(code Code, at int, what wording.Text) {
	s.errs = append(s.errs, s.text.failure(code, at, what, ""))
}

// validEscape reports whether a percent sign at i is followed by two hexadecimal digits.
func validEscape(text string, i int) bool {
	return i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
