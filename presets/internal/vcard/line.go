package vcard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/ringdex/ringdex/wording"
)

// property is one line of a card: TEL;TYPE=work:+31 20 123 45 67. Values keep
// their backslashes, since a list is split before they are undone.
type property struct {
	line   int
	group  string
	name   string // upper case
	params map[string][]string
	value  string
}

// Reader reads cards line by line: unfolded (RFC 6350 section 3.2) and, of
// version 2.1, with bare parameters and quoted-printable values.
type Reader struct {
	r    *bufio.Reader
	line int // of the next physical line
}

// NewReader reads cards from UTF-8 text.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10), line: 1}
}

// Line is the number of the next line of the text, from 1.
func (r *Reader) Line() int { return r.line }

// Error is what is wrong with a card, and where.
type Error struct {
	Line       int
	Text, Hint wording.Text
}

// Error is the mistake with its line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// next reads one property; ok is false for a line that is none.
func (r *Reader) next() (prop property, ok bool, err error) {
	start := r.line
	text, long, err := r.unfolded()
	if err != nil {
		return property{}, false, err
	}
	prop, ok = readProperty(text)
	prop.line = start
	if long && wantedProperties[prop.name] {
		return prop, false, &Error{start, wording.New("file.value_long", "a value is longer than {KiB} KiB", "KiB", maxValue>>10), wording.Text{}}
	}
	if ok && prop.isQuotedPrintable() {
		prop.value, err = r.quotedPrintable(prop)
	}
	return prop, ok, err
}

// unfolded reads a logical line. Of a long one (a picture) only the beginning is kept.
func (r *Reader) unfolded() (text string, long bool, err error) {
	var b strings.Builder
	for {
		part, err := r.physical(&b)
		if err != nil && (b.Len() == 0 || !errors.Is(err, io.EOF)) {
			return "", false, err
		}
		long = long || part
		next, err := r.r.Peek(1)
		if err != nil || next[0] != ' ' && next[0] != '\t' {
			return b.String(), long, nil
		}
		_, _ = r.r.ReadByte()
	}
}

// physical adds one line to b; cut tells that not all of it was kept.
func (r *Reader) physical(b *strings.Builder) (cut bool, err error) {
	any := false
	for {
		part, err := r.r.ReadSlice('\n')
		any = any || len(part) > 0
		whole := err == nil
		text := strings.TrimRight(string(part), "\r\n")
		room := maxValue + 1 - b.Len()
		b.WriteString(text[:max(0, min(room, len(text)))])
		cut = cut || len(text) > room || b.Len() > maxValue
		switch {
		case whole:
			r.line++
			return cut, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && any:
			return cut, nil
		default:
			return cut, err
		}
	}
}

func readProperty(text string) (property, bool) {
	head, value, ok := cutOutside(text, ':')
	if !ok {
		return property{}, false
	}
	prop := property{value: value, params: map[string][]string{}}
	for i := 0; ; i++ {
		part, rest, more := cutOutside(head, ';')
		if i == 0 {
			prop.group, prop.name = groupAndName(part)
		} else {
			prop.param(part)
		}
		if head = rest; !more {
			return prop, prop.name != ""
		}
	}
}

func groupAndName(s string) (group, name string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '.'); i >= 0 {
		group, s = s[:i], s[i+1:]
	}
	return group, strings.ToUpper(s)
}

// cutOutside cuts at the first separator outside of double quotes.
func cutOutside(s string, sep byte) (before, after string, ok bool) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// param adds NAME=a,b or, as version 2.1 writes it, a bare value.
func (p *property) param(text string) {
	name, values, ok := strings.Cut(text, "=")
	name = strings.ToUpper(strings.TrimSpace(name))
	if !ok {
		values, name = name, "TYPE"
		if values == "QUOTED-PRINTABLE" || values == "BASE64" {
			name = "ENCODING"
		}
	}
	for _, v := range strings.Split(strings.Trim(values, `"`), ",") {
		p.params[name] = append(p.params[name], strings.Trim(strings.TrimSpace(v), `"`))
	}
}

func (p *property) isQuotedPrintable() bool {
	for _, v := range p.params["ENCODING"] {
		if strings.EqualFold(v, "QUOTED-PRINTABLE") {
			return true
		}
	}
	return false
}

// quotedPrintable joins the lines of a value that end in = and decodes it.
func (r *Reader) quotedPrintable(prop property) (string, error) {
	var b strings.Builder
	b.WriteString(prop.value)
	for strings.HasSuffix(b.String(), "=") {
		text := strings.TrimSuffix(b.String(), "=")
		b.Reset()
		b.WriteString(text)
		before := b.Len()
		if _, err := r.physical(&b); err != nil {
			break
		}
		if b.Len() == before || b.Len() > maxValue {
			break
		}
	}
	decoded, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(b.String())))
	if err != nil {
		return b.String(), nil
	}
	if set := prop.params["CHARSET"]; len(set) > 0 {
		if enc, _ := charset.Lookup(set[0]); enc != nil {
			if text, err := enc.NewDecoder().Bytes(decoded); err == nil {
				decoded = text
			}
		}
	}
	return strings.ToValidUTF8(string(decoded), "\ufffd"), nil
}

// unescapeValue undoes the backslashes of a value.
func unescapeValue(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if i++; s[i] == 'n' || s[i] == 'N' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String())
}

// parts splits a structured value at semicolons that have no backslash.
func parts(s string) []string {
	var list []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ';':
			list = append(list, unescapeValue(s[from:i]))
			from = i + 1
		}
	}
	return append(list, unescapeValue(s[from:]))
}
