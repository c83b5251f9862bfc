package scripts

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// Place is where a value stands, which decides how it is encoded.
type Place uint8

// The places. In the first four every byte outside RFC 3986's unreserved set
// (section 2.3) becomes %XX, so a blank is %20 and never a plus; control
// characters other than tab, CR and LF are refused.
const (
	InPath     Place = iota // a path segment; "." and ".." are refused
	InQuery                 // a query's or form's key or value
	InFragment              // behind the `#`
	InMail                  // value of a mailto header
	InNumber                // tel:, sip: and callto: keep only a number
	InText                  // plain text on one line; control characters are dropped
	InHeader                // an HTTP header's value; control characters are refused
	InJSON                  // inside the quotes of a JSON string
	InXML                   // XML text or a quoted attribute

	inJSONBare // JSON outside quotes
	inHost     // part of the host and port, from an option
	inBase     // scheme, host and path, from an option
	inAddress  // a whole mail address
	inWhole    // $(PopUpUri) alone
)

// Escape returns value encoded for the place. The error is a *Refusal.
func (p Place) Escape(value string) (string, error) {
	out, err := p.Append(nil, value)
	return string(out), err
}

// Append appends value, encoded for the place, to dst. On an error, a *Refusal,
// dst is returned as it was.
func (p Place) Append(dst []byte, value string) ([]byte, error) {
	if len(value) > MaxLength {
		return dst, &Refusal{Why: wording.New("scripts.too_long", "too long")}
	}
	if p <= InMail {
		return p.appendPercent(dst, value)
	}
	switch p {
	case InNumber:
		return appendNumber(dst, value), nil
	case InText:
		return appendText(dst, value), nil
	case InHeader:
		return appendHeader(dst, value)
	case InJSON:
		return appendJSON(dst, value)
	case InXML:
		return appendXML(dst, value)
	}
	return p.appendChecked(dst, value)
}

// appendChecked is for the places where a value is checked rather than encoded.
func (p Place) appendChecked(dst []byte, value string) ([]byte, error) {
	switch p {
	case inJSONBare:
		return appendBare(dst, value)
	case inAddress:
		return appendAddress(dst, value)
	case inHost:
		return appendHostPart(dst, value)
	case inBase:
		return appendBase(dst, value)
	}
	return appendWhole(dst, value)
}

const upperHex = "0123456789ABCDEF"

func (p Place) appendPercent(dst []byte, value string) ([]byte, error) {
	if p == InPath && (value == "." || value == "..") {
		return dst, &Refusal{Why: wording.New("scripts.dot_segment", "dot segment")}
	}
	start := len(dst)
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case unreserved(c):
			dst = append(dst, c)
		case isControl(c) && c != '\t' && c != '\r' && c != '\n':
			return dst[:start], &Refusal{Why: wording.New("scripts.control_character", "control character")}
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst, nil
}

// unreserved is RFC 3986 section 2.3.
func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	case c == '-', c == '.', c == '_', c == '~':
		return true
	}
	return false
}

func isControl(c byte) bool { return c < ' ' || c == 0x7f }

func appendText(dst []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\t' || c == '\r' || c == '\n':
			dst = append(dst, ' ')
		case !isControl(c):
			dst = append(dst, c)
		}
	}
	return dst
}

func appendHeader(dst []byte, value string) ([]byte, error) {
	for i := 0; i < len(value); i++ {
		if isControl(value[i]) {
			return dst, &Refusal{Why: wording.New("scripts.control_character", "control character")}
		}
	}
	return append(dst, value...), nil
}

func appendJSON(dst []byte, value string) ([]byte, error) {
	quoted, err := json.Marshal(value)
	if err != nil {
		return dst, &Refusal{Why: wording.New("scripts.no_json_text", "no JSON text")}
	}
	return append(dst, quoted[1:len(quoted)-1]...), nil
}

func appendXML(dst []byte, value string) ([]byte, error) {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(value)); err != nil {
		return dst, &Refusal{Why: wording.New("scripts.no_xml_text", "no XML text")}
	}
	return append(dst, b.Bytes()...), nil
}

// appendNumber keeps digits, `*`, `#` (as %23) and a leading plus. What stands
// before the number is skipped, separators are dropped, and anything else ends
// it: `tel:09001234567;ext=1` gives 09001234567 and not another number. So does
// a slash between blanks, behind which a second number begins. A trunk zero in
// brackets behind a country code is dropped as well.
func appendNumber(dst []byte, value string) []byte {
	start := strings.IndexAny(value, "+*#0123456789")
	if start < 0 {
		return dst
	}
	value, _, _ = strings.Cut(value[start:], " / ")
	if strings.HasPrefix(value, "+") || strings.HasPrefix(value, "00") {
		value = strings.Replace(value, "(0)", "", 1)
	}
	for i, c := range value {
		switch {
		case '0' <= c && c <= '9', c == '*', c == '+' && i == 0:
			dst = append(dst, byte(c))
		case c == '#':
			dst = append(dst, "%23"...)
		case !strings.ContainsRune(" -./()\u00a0\u2011", c):
			return dst
		}
	}
	return dst
}
