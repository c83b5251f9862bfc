package scripts

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Body is the format of a request's body.
type Body uint8

// The formats of bodies.
const (
	JSONBody Body = iota
	FormBody      // application/x-www-form-urlencoded
	XMLBody
)

// ParseBody reads the body of a request. Each value is encoded for its place in
// the format, so that the body keeps its structure whatever the value holds.
func ParseBody(format Body, text string, known Names) (*Template, error) {
	return parseWith(text, known, func(b *builder) grammar {
		switch format {
		case FormBody:
			return &formGrammar{b: b}
		case XMLBody:
			return &xmlGrammar{b: b}
		}
		return &jsonGrammar{b: b}
	})
}

// jsonGrammar allows values in strings, and numbers and truth values outside.
type jsonGrammar struct {
	b        *builder
	inString bool
	escaped  bool
}

func (g *jsonGrammar) literal(text string, _ int) string {
	for i := range len(text) {
		switch c := text[i]; {
		case g.escaped:
			g.escaped = false
		case c == '\\':
			g.escaped = g.inString
		case c == '"':
			g.inString = !g.inString
		}
	}
	return text
}

func (g *jsonGrammar) slot(s *slot) {
	s.place = InJSON
	if !g.inString {
		s.place = inJSONBare
		g.b.out.finish = checkJSON
	}
	if g.escaped {
		g.b.fail(CodePlace, s.offset, wording.New("scripts.placeholder_stands_behind_backslash", "{Placeholder} stands behind a backslash", "Placeholder", s.String()))
	}
}

func (g *jsonGrammar) end(int) {
	if len(g.b.errs) == 0 && !json.Valid(g.b.shape()) {
		g.b.fail(CodeBody, 0, wording.New("scripts.body_not_json", "the body is not JSON"))
	}
}

// checkJSON refuses a bare value that ran together with its neighbours.
func checkJSON(out []byte) error {
	if !json.Valid(out) {
		return &Refusal{Why: wording.New("scripts.body_not_json", "the body is not JSON")}
	}
	return nil
}

// appendBare is for JSON outside quotes: a number, true, false or null.
func appendBare(dst []byte, value string) ([]byte, error) {
	var v any
	err := json.Unmarshal([]byte(value), &v)
	switch v.(type) {
	case string, []any, map[string]any:
		err = errors.New("not a single bare value")
	}
	if err != nil {
		return dst, &Refusal{Why: wording.New("scripts.not_number_true_false_null", "not a number, true, false or null outside quotes")}
	}
	return append(dst, strings.TrimSpace(value)...), nil
}

// formGrammar encodes like a query.
type formGrammar struct{ b *builder }

func (g *formGrammar) literal(text string, at int) string { return g.b.clean(text, at, -1) }

func (g *formGrammar) slot(s *slot) { s.place = InQuery }

func (g *formGrammar) end(int) {}

// xmlGrammar allows values in text and in quoted attributes.
type xmlGrammar struct {
	b     *builder
	inTag bool
	quote byte // 0 outside quotes
	last  byte
}

func (g *xmlGrammar) literal(text string, at int) string {
	for i := range len(text) {
		g.advance(text[i], at+i)
		g.last = text[i]
	}
	return text
}

func (g *xmlGrammar) advance(c byte, at int) {
	switch {
	case !g.inTag:
		g.inTag = c == '<'
	case g.quote != 0:
		if c == g.quote {
			g.quote = 0
		}
	case c == '"' || c == '\'':
		g.quote = c
	case c == '>':
		g.inTag = false
	case c == '!' && g.last == '<':
		g.b.fail(CodeBody, at, wording.New("scripts.no_comment_cdata_section_document", "no comment, CDATA section or document type may stand in the body"))
	}
}

func (g *xmlGrammar) slot(s *slot) {
	s.place = InXML
	if g.inTag && g.quote == 0 {
		g.b.fail(CodePlace, s.offset, wording.New("scripts.placeholder_may_stand_text_quoted", "{Placeholder} may stand in text or in a quoted attribute only", "Placeholder", s.String()))
	}
	g.last = 0
}

func (g *xmlGrammar) end(int) {
	if len(g.b.errs) == 0 && !validXML(g.b.shape()) {
		g.b.fail(CodeBody, 0, wording.New("scripts.body_not_xml", "the body is not XML"))
	}
}

func validXML(text []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			return false
		}
	}
}
