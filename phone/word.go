package phone

import (
	"strings"
	"unicode/utf8"
)

// word reads a run of letters: a label, an extension, letters for digits, or the end of a number.
func (s *scanner) word(i int) int {
	j := i + letters(s.text[i:])
	if s.webAddress(i, j) {
		s.flush(i)
		return i + blankAt(s.text[i:])
	}
	m := meaningOf(s.text[i:j])
	if len(s.run.groups) > 0 {
		if k, ok := s.wordBehind(i, j, m); ok {
			return k
		}
	}
	s.flush(i)
	s.labelled(m, s.text[i:j])
	s.worded, s.named = true, m == meansNothing || m == meansNumber && !s.phoned || m == meansAnd && len(s.cell.Found) == 0
	s.taint = s.touches(i, j, m)
	if k := s.codeEnd(i, j); k > j {
		return k
	}
	return s.taxEnd(i, j)
}

// letters gives how many bytes of letters a text begins with.
func letters(s string) int {
	j := 0
	for j < len(s) {
		r, w := utf8.DecodeRuneInString(s[j:])
		if !isLetter(r) {
			break
		}
		j += w
	}
	return j
}

// webAddress reports whether an address of the web begins with a word; links with a number in them are already taken out.
func (s *scanner) webAddress(i, j int) bool {
	switch asciiLower(s.text[i:j]) {
	case "http", "https", "ftp":
		return strings.HasPrefix(s.text[j:], "://")
	case "www":
		return strings.HasPrefix(s.text[j:], ".")
	}
	return false
}

// blankAt gives where the first blank stands, else the length.
func blankAt(s string) int {
	if i := strings.IndexAny(s, " \n"); i >= 0 {
		return i
	}
	return len(s)
}

// wordBehind reads a word that stands behind digits.
func (s *scanner) wordBehind(i, j int, m meaning) (int, bool) {
	touching := s.run.groups[len(s.run.groups)-1].end == i
	if m == meansExtension || m == meansDirectDial || touching && s.pause(i, j) {
		if ext, k, ok := extensionAt(s.text, j); ok {
			s.run.extension, s.run.direct, s.run.end = ext, m == meansDirectDial, k
			s.flush(k)
			return k, true
		}
	}
	if k, ok := s.extensionBehind(j, m); ok {
		return k, true
	}
	if k, ok := s.vanity(i); ok {
		return k, true
	}
	if m == meansCurrency && s.amount() {
		s.other = true
	}
	inside := j-i == 1 && j < len(s.text) && s.text[j] >= '0' && s.text[j] <= '9'
	if touching && (m.label() == "" || inside) && m != meansExtension {
		s.dropTail()
	}
	if m.label() != "" && s.bracketed(i, j) {
		s.label = m
		s.flush(i)
		return j, true
	}
	return 0, false
}

// extensionBehind reads an extension whose word stands behind another one, "máy lẻ 22", "direct ext 22".
func (s *scanner) extensionBehind(j int, m meaning) (int, bool) {
	next := j + len(s.text[j:]) - len(strings.TrimLeft(s.text[j:], " "))
	end := next + letters(s.text[next:])
	if m == meansOther || m == meansCurrency || next == j || meaningOf(s.text[next:end]) != meansExtension || end-next < 2 {
		return 0, false
	}
	ext, k, ok := extensionAt(s.text, end)
	if ok {
		s.run.extension, s.run.end = ext, k
		s.flush(k)
	}
	return k, ok
}

// bracketed reports whether a word stands in brackets or ends the text's part, so that it labels the number before it.
func (s *scanner) bracketed(i, j int) bool {
	return i > 0 && s.text[i-1] == '(' && j < len(s.text) && s.text[j] == ')'
}

// pause reports whether p or w stand between digits, as in a stored dial string.
func (s *scanner) pause(i, j int) bool {
	return j-i == 1 && strings.IndexByte("pPwW", s.text[i]) >= 0 && j < len(s.text) && s.text[j] >= '0' && s.text[j] <= '9'
}

// labelled notes what a word says about the digits behind it. An unknown word takes back that they are no phone number:
// "order 123", but "order desk 020 1234567".
func (s *scanner) labelled(m meaning, word string) {
	s.inner = m == meansExtension
	switch m {
	case meansOther, meansCurrency:
		s.other, s.soft = true, false
	case meansParty:
		s.other, s.soft = true, true
	case meansNumber:
		s.soft = false
	case meansNothing:
		s.phoned = false
		if len(word) > 3 && !upper(word) {
			s.other = false
		}
	case meansPhone:
		s.other, s.phoned = false, true
	case meansMobile, meansBusiness, meansHome, meansFax, meansPager:
		s.other, s.phoned = false, true
		if s.label != meansFax {
			s.label = m
		}
	}
}

// touches reports whether digits stand directly behind a word that is no label; of single letters only T, M
// and F are one, before a 0: P12345678 is a passport.
func (s *scanner) touches(i, j int, m meaning) bool {
	label := m != meansNothing && m != meansOther && m != meansParty && m != meansCurrency && m != meansExtension
	if label && j-i > 1 {
		return false
	}
	if j < len(s.text) && (s.text[j] == '-' || s.text[j] == '/') {
		j++
	}
	return j < len(s.text) && s.text[j] >= '0' && s.text[j] <= '9' && !(label && s.text[j] == '0' && strings.IndexByte("tTmMfF", s.text[i]) >= 0)
}

// maxAccount is the most digits and letters behind the two letters of a country (ISO 13616).
const maxAccount = 32

// codeEnd goes over an international bank account number that begins at i (ISO 13616: two letters, two digits, then up
// to 30 letters and digits, often in groups of four).
func (s *scanner) codeEnd(i, j int) int {
	if j-i != 2 || !upper(s.text[i:j]) || len(s.text)-j < 13 || !isDigits(s.text[j:j+2]) {
		return j
	}
	k, count := j, 2
	for k < len(s.text) && count < maxAccount && (alnum(s.text[k]) || s.text[k] == ' ' && k+1 < len(s.text) && alnum(s.text[k+1]) && s.text[k-1] != ' ') {
		if s.text[k] != ' ' {
			count++
		}
		k++
	}
	if count < 15 {
		return j
	}
	if blank := strings.LastIndexByte(s.text[:k], ' '); k < len(s.text) && s.text[k] >= 'a' && s.text[k] <= 'z' && blank > j {
		k = blank // "…0130 00 Tel"
	}
	s.taint, s.other = false, false
	return k
}

func upper(s string) bool { return s == strings.ToUpper(s) }

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
}
