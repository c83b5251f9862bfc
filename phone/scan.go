package phone

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner walks over a cleaned text and collects runs of digit groups that may be numbers.
type scanner struct {
	ctx    context
	text   string
	cell   Cell
	run    run
	label  meaning // of the last word before
	other  bool    // the last word said that this is no phone number
	inner  bool    // the last word was one for extensions
	worded bool    // a word stands before the digits
	named  bool    // it is no label, and only blanks follow it
	taint  bool    // letters stand directly before the next digits
	space  [12]group
}

// run is a sequence of digit groups with nothing but blanks and punctuation of numbers between.
type run struct {
	plus      bool
	groups    []group
	extension string
	direct    bool // the extension came with a word for direct dialling
	end       int  // where the text behind the run begins
}

// group is a sequence of digits in the text.
type group struct{ start, end int }

func (g group) len() int { return g.end - g.start }

// read finds the numbers of a cleaned text.
func (s *scanner) read(text string) {
	text, done := s.wholeText(text)
	if done {
		return
	}
	s.text = text
	s.run.groups = s.space[:0]
	for i := 0; i < len(text); {
		i = s.step(i)
	}
	s.flush(len(text))
}

// step reads what stands at i and gives where to go on.
func (s *scanner) step(i int) int {
	c := s.text[i]
	switch {
	case c >= '0' && c <= '9':
		return s.digits(i)
	case c == '+':
		parting := i > 0 && i+1 < len(s.text) && isDigits(s.text[i-1:i]) && s.text[i+1] == '0'
		s.flush(i)
		s.run.plus, s.taint = !parting, false
		return i + 1
	case c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\'' || c == ',':
		if c == ' ' {
			s.taint = false
		}
		return i + 1
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return s.word(i)
	case c < utf8.RuneSelf:
		return s.mark(i)
	}
	return s.letter(i)
}

// letter reads a character beyond ASCII: part of a word, a currency sign or a separator.
func (s *scanner) letter(i int) int {
	r, w := utf8.DecodeRuneInString(s.text[i:])
	switch {
	case isLetter(r):
		return s.word(i)
	case unicode.Is(unicode.Sc, r):
		s.currency(i)
	default:
		s.flush(i)
	}
	return i + w
}

// digits takes a group of digits into the run.
func (s *scanner) digits(i int) int {
	j := i
	for j < len(s.text) && s.text[j] >= '0' && s.text[j] <= '9' {
		j++
	}
	if s.taint {
		return s.skipTainted(j)
	}
	s.run.groups = append(s.run.groups, group{i, j})
	s.run.end = j
	return j
}

// skipTainted goes over the rest of a code such as INV-2021-0034567 or NL91ABNA0417.
func (s *scanner) skipTainted(j int) int {
	for j < len(s.text) && (s.text[j] >= '0' && s.text[j] <= '9' || strings.IndexByte("-./", s.text[j]) >= 0) {
		j++
	}
	s.taint = false
	return j
}

// mark reads an ASCII character that cannot stand inside a number.
func (s *scanner) mark(i int) int {
	switch s.text[i] {
	case ':':
		if j := s.clock(i); j > i {
			return j
		}
		s.flush(i)
	case '#':
		return s.hash(i)
	case '$':
		s.currency(i)
	case '%', '@':
		s.spoil(i)
	case '*':
		s.flush(i)
		s.taint = true
	case ';', '\n', '|':
		if s.text[i] == '\n' && s.goesOn(i) {
			return i + 1
		}
		s.flush(i)
		s.label, s.other, s.taint, s.inner, s.worded = meansNothing, false, false, false, false
	default:
		s.flush(i)
	}
	s.named = false
	return i + 1
}

// goesOn reports whether a new line begins with more digits: of the same number, or of a second one.
func (s *scanner) goesOn(i int) bool {
	rest := strings.TrimLeft(s.text[i:], "\n (")
	return len(s.run.groups) > 0 && !s.other && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// clock goes over a time of day; the digits before the colon belong to it.
func (s *scanner) clock(i int) int {
	n := len(s.run.groups)
	if n == 0 || s.run.groups[n-1].end != i || s.run.groups[n-1].len() > 2 || s.run.plus && n == 1 {
		return i
	}
	j := i + 1
	for j < len(s.text) && (s.text[j] >= '0' && s.text[j] <= '9' || s.text[j] == ':') {
		j++
	}
	if j-i < 3 {
		return i
	}
	s.dropTail()
	s.flush(i)
	return j
}

// dropTail takes the last groups off the run, back to a blank.
func (s *scanner) dropTail() {
	g := s.run.groups
	for n := len(g); n > 0; n-- {
		if n == 1 || strings.IndexByte(s.text[g[n-2].end:g[n-1].start], ' ') >= 0 {
			s.run.groups = g[:n-1]
			break
		}
	}
}

// spoil drops digits that directly touch a mark, as in 20% or info2020@example.com.
func (s *scanner) spoil(i int) {
	if n := len(s.run.groups); n > 0 && s.run.groups[n-1].end == i && !(s.run.plus && s.text[i] == '@') {
		s.dropTail()
	}
	s.flush(i)
	s.taint = s.text[i] == '@'
}

// currency makes an amount of the digits that touch a currency sign.
func (s *scanner) currency(i int) {
	if n := len(s.run.groups); n > 0 && len(strings.TrimSpace(s.text[s.run.groups[n-1].end:i])) == 0 && !s.run.plus {
		s.other = true
	}
	s.flush(i)
	s.other = true
}

// hash reads "#22" behind a number as its extension.
func (s *scanner) hash(i int) int {
	if len(s.run.groups) > 0 {
		if ext, j, ok := extensionAt(s.text, i+1); ok {
			s.run.extension, s.run.end = ext, j
			s.flush(j)
			return j
		}
	}
	s.flush(i)
	s.taint = len(s.run.groups) == 0 && i+1 < len(s.text) && s.text[i+1] != '+'
	return i + 1
}

// word reads a run of letters: a label, an extension, letters for digits, or the end of a number.
func (s *scanner) word(i int) int {
	j := i
	for j < len(s.text) {
		r, w := utf8.DecodeRuneInString(s.text[j:])
		if !isLetter(r) {
			break
		}
		j += w
	}
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
	s.worded, s.named = true, m == meansNothing || m == meansNumber
	s.taint = s.touches(i, j, m)
	if k := s.codeEnd(i, j); k > j {
		return k
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
	if k, ok := s.vanity(i); ok {
		return k, true
	}
	if m == meansCurrency && !s.run.plus {
		s.other = true
	}
	if touching && m.label() == "" && m != meansExtension {
		s.dropTail()
	}
	if m.label() != "" && s.bracketed(i, j) {
		s.label = m
		s.flush(i)
		return j, true
	}
	return 0, false
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
		s.other = true
	case meansNothing:
		if len(word) > 3 && !upper(word) {
			s.other = false
		}
	case meansPhone:
		s.other = false
	case meansMobile, meansBusiness, meansHome, meansFax, meansPager:
		s.other = false
		if s.label != meansFax {
			s.label = m
		}
	}
}

// touches reports whether digits stand directly behind a word that is no label; of single letters only T, M
// and F are one, before a 0: P12345678 is a passport.
func (s *scanner) touches(i, j int, m meaning) bool {
	label := m != meansNothing && m != meansOther && m != meansCurrency && m != meansExtension
	if label && j-i > 1 {
		return false
	}
	if j < len(s.text) && (s.text[j] == '-' || s.text[j] == '/') {
		j++
	}
	return j < len(s.text) && s.text[j] >= '0' && s.text[j] <= '9' && !(label && s.text[j] == '0' && strings.IndexByte("tTmMfF", s.text[i]) >= 0)
}

// codeEnd goes over an international bank account number that begins at i (ISO 13616: two letters, two digits, then up
// to 30 letters and digits, often in groups of four).
func (s *scanner) codeEnd(i, j int) int {
	if j-i != 2 || !upper(s.text[i:j]) || len(s.text)-j < 13 || !isDigits(s.text[j:j+2]) {
		return j
	}
	k, count := j, 2
	for k < len(s.text) && (alnum(s.text[k]) || s.text[k] == ' ' && k+1 < len(s.text) && alnum(s.text[k+1]) && s.text[k-1] != ' ') {
		if s.text[k] != ' ' {
			count++
		}
		k++
	}
	if count < 15 {
		return j
	}
	s.taint = false
	return k
}

func upper(s string) bool { return s == strings.ToUpper(s) }

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
}
