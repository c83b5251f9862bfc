package scripts

import "github.com/ringdex/ringdex/wording"

// ParseText reads a text of one line that is no address, such as a contact's
// name or the line a phone shows. Rendering takes out the gaps that empty
// values leave.
func ParseText(text string, known Names) (*Template, error) {
	t, err := parseWith(text, known, func(b *builder) grammar {
		return &plainGrammar{b: b, place: InText}
	})
	if err != nil {
		return nil, err
	}
	t.tidy = oneLine
	return t, nil
}

// ParseHeader reads the value of an HTTP header. Control characters, in the
// text or in a value, are refused.
func ParseHeader(text string, known Names) (*Template, error) {
	return parseWith(text, known, func(b *builder) grammar {
		return &plainGrammar{b: b, place: InHeader}
	})
}

// parseWith reads a text that is no script: nothing is percent-decoded.
func parseWith(text string, known Names, grammarFor func(*builder) grammar) (*Template, error) {
	b := builder{text: asWritten(text), known: known}
	if err := b.checkText(); err != nil {
		return nil, err
	}
	parts, err := Split(text)
	if err != nil {
		return nil, err
	}
	return b.build(parts, func(parts []Part, slots []*slot) {
		b.walk(grammarFor(&b), parts, slots)
	})
}

// plainGrammar has one place for everything.
type plainGrammar struct {
	b     *builder
	place Place
}

func (g *plainGrammar) literal(text string, at int) string {
	for i := range len(text) {
		if isControl(text[i]) {
			g.b.fail(CodeControl, at+i, wording.New("scripts.control_character", "control character"))
		}
	}
	return text
}

func (g *plainGrammar) slot(s *slot) { s.place = g.place }

func (g *plainGrammar) end(int) {}
