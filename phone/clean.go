package phone

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"
)

// maxText is how much of a field is read, in characters; longer texts are refused as a whole.
const maxText = 512

// clean gives the text with one spelling for every digit, blank, dash, plus and quote, without invisible marks.
func clean(raw string) string {
	if plain(raw) {
		return raw
	}
	if strings.IndexByte(raw, '&') >= 0 && strings.IndexByte(raw, ';') >= 0 {
		raw = html.UnescapeString(raw)
	}
	if strings.IndexByte(raw, '%') >= 0 {
		raw = unescape(raw)
	}
	var b strings.Builder
	b.Grow(len(raw))
	for _, r := range raw {
		switch out := asciiRune(r); out {
		case '№':
			b.WriteString("no ")
		case '\t':
			b.WriteString("  ") // a tab parts more than a blank
		case 0, utf8.RuneError:
		default:
			b.WriteRune(out)
		}
	}
	return letterZeros(strings.TrimSpace(b.String()))
}

// plain reports whether the text has nothing that clean would change.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '-', c == '.', c == '/', c == '(', c == ')':
		case c == ' ' && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	return true
}

// unescape decodes percent signs followed by two hexadecimal digits (RFC 3986, 2.1); others stay as they are.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := hexDigit(s[i+1])
			lo, ok2 := hexDigit(s[i+2])
			if ok1 && ok2 {
				b.WriteByte(hi<<4 | lo)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// letterZeros turns the letter O (Latin, Greek, Cyrillic) into 0, and l or I between digits into 1, in runs that hold
// nothing else but digits.
func letterZeros(s string) string {
	if !strings.ContainsAny(s, "oOοΟоОlI") {
		return s
	}
	out := []byte(s)
	shrunk := out[:0]
	for i := 0; i < len(s); {
		j := runEnd(s, i)
		if j == i {
			_, w := utf8.DecodeRuneInString(s[i:])
			shrunk = append(shrunk, s[i:i+w]...)
			i += w
			continue
		}
		lone := lookalikeGroup(shrunk, s[i:j], s[j:]) || !strings.ContainsAny(s[i:j], "lI") && neighbourDigits(s, i, j)
		shrunk = appendRun(shrunk, s[i:j], lone)
		i = j
	}
	return string(shrunk)
}

// runEnd gives the end of the run of letters and digits that begins at i.
func runEnd(s string, i int) int {
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		if !isLetter(r) && (r < '0' || r > '9') {
			break
		}
		i += w
	}
	return i
}

// neighbourDigits reports whether a run is a lone letter in brackets or blanks with digits behind: "(O)20", "+44 O 20".
func neighbourDigits(s string, i, j int) bool {
	if i > 1 && j == len(s) && (s[i] == 'O' || s[i] == 'o') && (s[i-1] == ' ' || s[i-1] == '-') && s[i-2] >= '0' && s[i-2] <= '9' {
		return true
	}
	if j-i == 1 && s[i] == 'o' && j < len(s) && (i == 0 || s[i-1] != '(') {
		return false // "or" in Spanish and Italian
	}
	if countDigits(s[:i]) > maxCodeDigits && s[i-1] != '(' {
		return false // between two numbers it is a word
	}
	rest := strings.TrimLeft(s[j:], ") -")
	return len(rest) < len(s[j:]) && rest != "" && rest[0] >= '0' && rest[0] <= '9' &&
		(i == 0 || strings.IndexByte("( -0123456789", s[i-1]) >= 0) && strings.ContainsAny(s[:i], "0123456789+")
}

// lookalikeGroup reports whether a run of letters l, I and O stands for a group of digits: "+33 l 23…", "(II) 2345…",
// "8 (771) ooo 0928". Digits must stand on both sides, or brackets around it. "I" and "II" are words too, so they need a
// plus or a 0 at the beginning of the digits before them.
func lookalikeGroup(before []byte, run, behind string) bool {
	if len(run) > 4 || strings.Trim(run, "lIoO") != "" || len(before) == 0 {
		return false
	}
	gap := bytes.TrimRight(before, "-. ()")
	rest := strings.TrimLeft(behind, "-. ()")
	digitsBehind := startsWithDigit(strings.TrimLeft(rest, "lIoO"))
	if before[len(before)-1] == '(' && len(gap) == 0 {
		return digitsBehind && strings.IndexAny(behind, ")-") == 0
	}
	if len(gap) == 0 || !isDigits(string(gap[len(gap)-1:])) || len(before)-len(gap) > 2 || len(behind)-len(rest) > 2 {
		return false
	}
	start := bytes.LastIndexFunc(gap, func(r rune) bool { return (r < '0' || r > '9') && !strings.ContainsRune(" -.()/", r) }) + 1
	marked := bytes.IndexByte(gap, '+') >= 0 || bytes.HasPrefix(bytes.TrimLeft(gap[start:], " ("), []byte("0")) || run[0] == 'l' || len(run) > 1 && strings.Trim(run, "oO") == "" || strings.HasPrefix(behind, ")")
	return marked && (rest == "" || digitsBehind)
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// maxCodeDigits is the most digits of an exit code and calling code, behind which a lone O is a trunk zero.
const maxCodeDigits = 6

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

func appendRun(dst []byte, run string, lone bool) []byte {
	digits, rest := 0, 0
	for _, r := range run {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !isLetterZero(r) && r != 'l' && r != 'I':
			rest++
		}
	}
	if rest > 0 || digits == 0 && !lone {
		return append(dst, run...)
	}
	for _, r := range run {
		switch {
		case isLetterZero(r):
			r = '0'
		case r == 'l' || r == 'I':
			r = '1'
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func isLetterZero(r rune) bool {
	return r == 'o' || r == 'O' || r == 'ο' || r == 'Ο' || r == 'о' || r == 'О'
}
