package phone

import "strings"

// keypad gives the digit of a capital letter (ITU-T E.161).
const keypad = "22233344455566677778889999"

// vanity reads letters written for digits, 1-800-FLOWERS, from the run and the text behind it, where the digits alone are
// no number. Letters in another country's number never make one.
func (s *scanner) vanity(i int) (int, bool) {
	e := evaluation{scanner: s, run: s.run}
	if e.readings(s.run.groups, s.run.plus).n > 0 {
		return 0, false
	}
	for end, last := wordEnd(s.text, i), i; end > last; end, last = wordEnd(s.text, end), end {
		n, ok := s.keypadNumber(s.text[s.run.groups[0].start:end], s.text[i-1] != ' ')
		if ok {
			s.run = run{groups: s.space[:0]}
			e.add(Found{Number: n, How: howVanity})
			return end, true
		}
	}
	return 0, false
}

// wordEnd gives the end of the next word of letters and digits behind i, i if the text has none.
func wordEnd(s string, i int) int {
	for i < len(s) && strings.IndexByte(" -.()", s[i]) >= 0 {
		i++
	}
	j := i
	for j < len(s) && (alnum(s[j]) || s[j] >= 'a' && s[j] <= 'z') {
		j++
	}
	return j
}

// keypadNumber reads a text of digits and letters. Words of small letters are mostly notes, so only freephone numbers
// are read from them, and only behind a hyphen.
func (s *scanner) keypadNumber(text string, hyphen bool) (Number, bool) {
	digits, capitals, ok := keyed(text)
	if !ok || len(digits) < 6 || len(digits) > maxE164 {
		return Number{}, false
	}
	read := s.ctx.readDigits
	if s.run.plus {
		read = s.ctx.readPlus
	}
	rs := read(digits)
	n := rs.list[0].number
	return n, rs.n == 1 && (capitals && hyphen || (capitals || hyphen) && freephone(n))
}

func freephone(n Number) bool {
	switch n.Kind() {
	case KindTollFree, KindSharedCost, KindPremium, KindUAN:
		return true
	}
	return false
}

// keyed turns digits and letters into digits, and tells whether all letters are capitals. At least three letters are
// needed, and no digit directly behind one: "0039DB19331955F" is a code.
func keyed(s string) (digits string, capitals, ok bool) {
	var out []byte
	letters, capitals := 0, true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if i > 0 && isLetter(rune(s[i-1])) {
				return "", false, false
			}
			out = append(out, c)
		case c >= 'A' && c <= 'Z':
			out, letters = append(out, keypad[c-'A']), letters+1
		case c >= 'a' && c <= 'z':
			out, letters, capitals = append(out, keypad[c-'a']), letters+1, false
		case strings.IndexByte(" -.()", c) < 0:
			return "", false, false
		}
	}
	return string(out), capitals, letters > 2
}
