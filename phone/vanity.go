package phone

// keypad gives the digit of a capital letter (ITU-T E.161).
const keypad = "22233344455566677778889999"

// vanity reads letters written for digits, 1-800-FLOWERS, from the run and the text behind it, where the digits alone are
// no number. Letters in another country's number never make one.
func (s *scanner) vanity(i int) (int, bool) {
	e := evaluation{scanner: s, run: s.run}
	if e.readings(s.run.groups, s.run.plus).n > 0 {
		return 0, false
	}
	digits, end, capitals := keyed(s.text, s.run.groups[0].start)
	hyphen := s.text[i-1] != ' '
	if end < i || len(digits) < 6 || len(digits) > maxE164 {
		return 0, false
	}
	var rs readings
	if s.run.plus {
		rs = s.ctx.readPlus(digits)
	} else {
		rs = s.ctx.readDigits(digits)
	}
	if rs.n != 1 || !(capitals && hyphen) && !((capitals || hyphen) && freephone(rs.list[0].number)) {
		return 0, false
	}
	s.run.groups = s.run.groups[:0]
	s.run.plus = false
	e.add(Found{Number: rs.list[0].number, How: howVanity})
	return end, true
}

func freephone(n Number) bool {
	switch n.Kind() {
	case KindTollFree, KindSharedCost, KindPremium, KindUAN:
		return true
	}
	return false
}

// keyed turns digits and letters from i on into digits until something else comes, and tells whether all letters were
// capitals. There must be at least three letters.
func keyed(s string, i int) (string, int, bool) {
	var out []byte
	letters, capitals := 0, true
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			out = append(out, c)
		case c >= 'A' && c <= 'Z':
			out, letters = append(out, keypad[c-'A']), letters+1
		case c >= 'a' && c <= 'z':
			out, letters, capitals = append(out, keypad[c-'a']), letters+1, false
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return "", 0, false
		}
	}
	if letters < 3 {
		return "", 0, false
	}
	return string(out), i, capitals
}
