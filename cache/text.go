package cache

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is a text as it stands between the quotes of JSON, escaped once at sync. It is also safe inside a script of an HTML
// page. Texts without special characters, nearly all, read the same either way.
type Text string

// hexDigits are those of \u escapes.
const hexDigits = "0123456789abcdef"

// String returns the plain text.
func (t Text) String() string {
	if strings.IndexByte(string(t), '\\') < 0 {
		return string(t)
	}
	return unescape(string(t))
}

// AppendJSON appends the text as a JSON string with its quotes.
func (t Text) AppendJSON(dst []byte) []byte {
	dst = append(dst, '"')
	dst = append(dst, t...)
	return append(dst, '"')
}

// MarshalJSON is AppendJSON for encoding/json.
func (t Text) MarshalJSON() ([]byte, error) { return t.AppendJSON(make([]byte, 0, len(t)+2)), nil }

// appendEscaped appends s as a Text. What is not UTF-8 becomes U+FFFD.
func appendEscaped(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if plain(b) {
				i++
				continue
			}
			dst = appendEscape(append(dst, s[start:i]...), rune(b))
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), "\uFFFD"...)
		case r == '\u2028' || r == '\u2029':
			dst = appendEscape(append(dst, s[start:i]...), r)
		default:
			i += size
			continue
		}
		i += size
		start = i
	}
	return append(dst, s[start:]...)
}

// plain reports whether an ASCII character stands for itself in JSON and in a script of an HTML page.
func plain(b byte) bool {
	return b >= ' ' && b != '"' && b != '\\' && b != '<' && b != '>' && b != '&' && b != 0x7f
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// unescape undoes appendEscaped; it knows the escapes written there and no others.
func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			return string(append(out, s...))
		}
		out = append(out, s[:i]...)
		var width int
		out, width = appendUnescaped(out, s[i+1:])
		s = s[i+1+width:]
	}
}

// appendUnescaped appends what the escape after a backslash means and returns how many bytes it takes.
func appendUnescaped(out []byte, s string) ([]byte, int) {
	switch s[0] {
	case 'n':
		return append(out, '\n'), 1
	case 'r':
		return append(out, '\r'), 1
	case 't':
		return append(out, '\t'), 1
	case 'u':
		if len(s) >= 5 {
			if code, err := strconv.ParseUint(s[1:5], 16, 16); err == nil {
				return utf8.AppendRune(out, rune(code)), 5
			}
		}
	}
	return append(out, s[0]), 1
}

// TextOf escapes a text that did not come from the cache, so that it can stand beside those that do.
func TextOf(s string) Text {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || !plain(s[i]) {
			return Text(appendEscaped(make([]byte, 0, len(s)+16), s))
		}
	}
	return Text(s)
}
