package file

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ringdex/ringdex/wording"
)

// xmlScanner reads the little XML workbooks are made of: elements, attributes and
// text, in a buffer of fixed size. It knows no DTD and refuses one, so there are
// no entities that grow; encoding/xml would hold a text of any length in memory.
type xmlScanner struct {
	r       *bufio.Reader
	depth   int
	pending bool // the end of an element written <a/>
	token   xmlToken
}

// xmlToken is a start, an end, or text. Slices are valid until the next token.
type xmlToken struct {
	kind  tokenKind
	name  string // without prefix
	attrs []byte
	text  []byte // as written, entities not yet replaced; of CDATA, literal is set
	raw   bool
}

type tokenKind uint8

const (
	tokenStart tokenKind = iota
	tokenEnd
	tokenText
)

// Bounds of one tag or text, and of elements inside each other.
const (
	maxToken    = 256 << 10
	maxXMLDepth = 64
)

var (
	errDTD   = wording.Error("file.has_document_type_which_workbooks", "it has a document type, which workbooks do not have")
	errToken = wording.Error("file.text_tag_longer_than_kib", "a text or tag is longer than {KiB} KiB", "KiB", maxToken>>10)
	errDepth = wording.Error("file.elements_more_than_most_deep", "elements are more than {Most} deep", "Most", maxXMLDepth)
	errCut   = wording.Error("file.xml_ends_middle", "its XML ends in the middle")
)

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: bufio.NewReaderSize(r, maxToken)}
}

// next reads a token; io.EOF comes only when every element is closed.
func (s *xmlScanner) next() (*xmlToken, error) {
	if s.pending {
		s.pending = false
		s.depth--
		s.token = xmlToken{kind: tokenEnd, name: s.token.name}
		return &s.token, nil
	}
	for {
		text, err := s.r.ReadSlice('<')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, errToken
		case errors.Is(err, io.EOF) && s.depth > 0:
			return nil, errCut
		case err != nil:
			return nil, err
		}
		if text = text[:len(text)-1]; len(text) > 0 && s.depth > 0 {
			if err := s.r.UnreadByte(); err != nil {
				return nil, err
			}
			s.token = xmlToken{kind: tokenText, text: text}
			return &s.token, nil
		}
		done, err := s.tag()
		if err != nil || done {
			return &s.token, err
		}
	}
}

// tag reads what follows a <; done is false for what has no meaning here.
func (s *xmlScanner) tag() (done bool, err error) {
	body, err := s.until(">")
	switch {
	case err != nil:
		return false, err
	case bytes.HasPrefix(body, []byte("!--")):
		return false, s.skipPast(body, "--")
	case bytes.HasPrefix(body, []byte("![CDATA[")):
		return true, s.cdata(body)
	case bytes.HasPrefix(body, []byte("!")):
		return false, errDTD
	case bytes.HasPrefix(body, []byte("?")):
		return false, nil
	case bytes.HasPrefix(body, []byte("/")):
		if s.depth--; s.depth < 0 {
			return false, errCut
		}
		s.token = xmlToken{kind: tokenEnd, name: localName(body[1:])}
		return true, nil
	}
	return true, s.start(body)
}

// until reads up to a > that stands outside of attribute values.
func (s *xmlScanner) until(end string) ([]byte, error) {
	body, err := s.r.ReadSlice(end[0])
	if err == nil && (body[0] == '!' || body[0] == '?' || balanced(body)) {
		return body[:len(body)-1], nil
	}
	long := bytes.Clone(body)
	for err == nil && len(long) <= maxToken {
		if body, err = s.r.ReadSlice(end[0]); err == nil {
			if long = append(long, body...); balanced(long) {
				return long[:len(long)-1], nil
			}
		}
	}
	if errors.Is(err, io.EOF) {
		return nil, errCut
	}
	return nil, errToken
}

func balanced(b []byte) bool {
	var open byte
	for _, c := range b {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open == 0
}

// skipPast reads on to the > behind end, for comments.
func (s *xmlScanner) skipPast(body []byte, end string) error {
	for read := len(body); !bytes.HasSuffix(body, []byte(end)) || read < 5; read += len(body) {
		var err error
		if body, err = s.r.ReadSlice('>'); err != nil {
			return errCut
		}
		body = body[:len(body)-1]
	}
	return nil
}

func (s *xmlScanner) cdata(body []byte) error {
	text := bytes.Clone(body[len("![CDATA["):])
	for !bytes.HasSuffix(text, []byte("]]")) {
		more, err := s.r.ReadSlice('>')
		if err != nil || len(text) > maxToken {
			return errCut
		}
		text = append(append(text, '>'), more[:len(more)-1]...)
	}
	s.token = xmlToken{kind: tokenText, text: text[:len(text)-2], raw: true}
	return nil
}

func (s *xmlScanner) start(body []byte) error {
	if s.depth++; s.depth > maxXMLDepth {
		return errDepth
	}
	if n := len(body); n > 0 && body[n-1] == '/' {
		s.pending = true
		body = body[:n-1]
	}
	end := bytes.IndexAny(body, " \t\r\n")
	if end < 0 {
		end = len(body)
	}
	s.token = xmlToken{kind: tokenStart, name: localName(body[:end]), attrs: body[end:]}
	return nil
}

// elements of a workbook whose names are kept without copying.
var commonNames = map[string]string{"c": "c", "v": "v", "row": "row", "t": "t", "si": "si", "f": "f", "is": "is", "r": "r", "sheetData": "sheetData"}

func localName(b []byte) string {
	b = bytes.TrimRight(b, " \t\r\n")
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		b = b[i+1:]
	}
	if name, ok := commonNames[string(b)]; ok {
		return name
	}
	return string(b)
}

// attr is the value of an attribute by its name without prefix, "" if it is not there.
func (t *xmlToken) attr(name string) string {
	rest := t.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := bytes.TrimSpace(rest[:eq])
		value := bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(value) == 0 {
			return ""
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return ""
		}
		if localName(key) == name && !bytes.HasPrefix(key, []byte("xmlns")) {
			text, _ := unescapeXML(value[1 : end+1])
			return text
		}
		rest = value[end+2:]
	}
}

// content is the text with entities replaced.
func (t *xmlToken) content() (string, error) {
	if t.raw {
		return string(t.text), nil
	}
	return unescapeXML(t.text)
}

var namedEntities = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// unescapeXML replaces the five named entities and numbers of characters.
func unescapeXML(b []byte) (string, error) {
	if bytes.IndexByte(b, '&') < 0 {
		return string(b), nil
	}
	var out strings.Builder
	for len(b) > 0 {
		amp := bytes.IndexByte(b, '&')
		if amp < 0 {
			out.Write(b)
			break
		}
		out.Write(b[:amp])
		b = b[amp+1:]
		end := bytes.IndexByte(b, ';')
		if end < 0 || end > 10 {
			return "", wording.Error("file.has_no_entity", "it has an & that is no entity")
		}
		r, ok := entity(string(b[:end]))
		if !ok {
			return "", wording.Error("file.has_entity_value_which_workbooks", "it has the entity &{Value};, which workbooks do not have", "Value", b[:end])
		}
		out.WriteRune(r)
		b = b[end+1:]
	}
	return out.String(), nil
}

func entity(name string) (rune, bool) {
	if r, ok := namedEntities[name]; ok {
		return r, true
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
