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
	phoned bool    // it said that digits behind it are a phone number
	soft   bool    // other holds only for digits that do not begin with 0
	worded bool    // a word stands before the digits
	named  bool    // it is no label, and only blanks follow it
	taint  bool    // letters stand directly before the next digits
	space  [12]group
}

// run is a sequence of digit groups with nothing but blanks and punctuation of numbers between.
type run struct {
	plus      bool
	loose     bool // blanks stand on both sides of the plus, and a number before it: it may be an "and"
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
		s.run.loose = len(s.cell.Found) > 0 && s.text[i-1] == ' ' && strings.HasPrefix(s.text[i:], "+ ")
		if s.run.loose && strings.HasPrefix(s.text[i:], "+ 0") {
			s.run.plus = false
		}
		return i + 1
	case c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\'' || c == ',':
		if c == ' ' {
			s.taint = false
		}
		if (c == '-' || c == '/') && strings.HasPrefix(s.text[max(i-1, 0):], " "+string(rune(c))+" ") {
			s.named = false // "Jan de Vries - 31442"
		}
		s.listItem(i)
		return i + 1
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return s.word(i)
	case c < utf8.RuneSelf:
		return s.mark(i)
	}
	return s.letter(i)
}

// listItem drops the number of a list's item, "1) 020 1234567 2) 06 12345678" or "1. 020 1234567" at the beginning.
func (s *scanner) listItem(i int) {
	n := len(s.run.groups)
	if n == 0 || s.run.groups[n-1].end != i || s.run.groups[n-1].len() != 1 || s.run.plus {
		return
	}
	start := s.run.groups[n-1].start
	open := strings.LastIndexByte(s.text[:i], '(') > strings.LastIndexByte(s.text[:i], ')')
	first, spaced := start == 0, start == 0 || s.text[start-1] == ' '
	point := strings.HasPrefix(s.text[i:], ". ") && (first || spaced && i+2 < len(s.text) && strings.IndexByte("0+(", s.text[i+2]) >= 0)
	item := s.text[i] == ')' && !open && spaced || point
	if item {
		s.run.groups = s.run.groups[:n-1]
		s.flush(i)
	}
}

// letter reads a character beyond ASCII: part of a word, a currency sign or a separator.
func (s *scanner) letter(i int) int {
	r, w := utf8.DecodeRuneInString(s.text[i:])
	switch {
	case isLetter(r):
		return s.word(i)
	case unicode.Is(unicode.Sc, r):
		s.currency(i)
	case r == '°' && len(s.run.groups) > 0 && s.run.end == i:
		return s.degrees(i + w)
	default:
		s.flush(i)
	}
	return i + w
}

// degrees goes over a place or a temperature, 52°22'12.8"N; the digits before the mark belong to it.
func (s *scanner) degrees(i int) int {
	s.dropTail()
	s.flush(i)
	for i < len(s.text) && (s.text[i] >= '0' && s.text[i] <= '9' || strings.IndexByte("'\".", s.text[i]) >= 0) {
		i++
	}
	return i
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
		e := evaluation{scanner: s, run: s.run}
		port := len(s.run.groups) > 0 && s.run.end == i && e.isAddress(s.run.groups)
		s.flush(i)
		s.taint = port
	case '#':
		return s.hash(i)
	case '$':
		s.currency(i)
	case '%':
		s.spoil(i)
	case '@':
		s.spoil(i)
		s.named = false
		return s.domainEnd(i + 1)
	case '~':
		return s.tilde(i)
	case '*':
		e := evaluation{scanner: s, run: s.run}
		if s.run.end == i && startsWithDigit(s.text[i+1:]) && e.partDigits(s.run.groups) < enoughDigits {
			s.dropTail() // "2123*7909" is not the short number 2123
		}
		s.flush(i)
		s.taint = true
	case ';', '\n', '|':
		if s.text[i] == '\n' && s.goesOn(i) {
			return i + 1
		}
		if j := s.parameter(i); j > i {
			return j
		}
		s.flush(i)
		s.label, s.other, s.taint, s.inner, s.worded, s.phoned = meansNothing, false, false, false, false, false
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
	near := s.run.end
	if s.text[i] == '%' && near < i && s.text[near] == ' ' {
		near++ // "12.5 %"
	}
	if n := len(s.run.groups); n > 0 && near == i && !(s.run.plus && s.text[i] == '@') {
		s.dropTail()
	}
	s.flush(i)
}

// currency makes an amount of the digits that touch a currency sign.
func (s *scanner) currency(i int) {
	if n := len(s.run.groups); n > 0 && len(strings.TrimSpace(s.text[s.run.groups[n-1].end:i])) == 0 && s.amount() {
		s.other = true
	}
	s.flush(i)
	s.other = true
}

// amount reports whether the run may be an amount of money: it begins with neither plus nor 0.
func (s *scanner) amount() bool { return !s.run.plus && s.text[s.run.groups[0].start] != '0' }

// domainEnd goes over what stands behind an @: "example.com", "jan1234567".
func (s *scanner) domainEnd(i int) int {
	for i < len(s.text) && (alnum(s.text[i]) || s.text[i] >= 'a' && s.text[i] <= 'z' || strings.IndexByte(".-", s.text[i]) >= 0) {
		i++
	}
	return i
}

// tilde reads "~22" behind a number as its extension, "1234567~8" as a dash, and a wave elsewhere as nothing.
func (s *scanner) tilde(i int) int {
	if len(s.run.groups) > 0 && s.run.end < i {
		if ext, j, ok := extensionAt(s.text, i+1); ok {
			s.run.extension, s.run.end = ext, j
			s.flush(j)
			return j
		}
	}
	return i + 1
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
