package phone

import "strings"

// parameter reads ";ext=22" behind a number, and goes over another parameter whose value holds digits, such as the
// ";tag=1928301774" of a copied SIP header. It gives i where a semicolon only parts two numbers.
func (s *scanner) parameter(i int) int {
	if s.text[i] != ';' {
		return i
	}
	j := i + 1 + letters(s.text[i+1:])
	if j == i+1 || j >= len(s.text) || s.text[j] != '=' {
		return i
	}
	switch m := meaningOf(s.text[i+1 : j]); {
	case m == meansExtension && len(s.run.groups) > 0:
		if ext, k, ok := extensionAt(s.text, j); ok {
			s.run.extension, s.run.end = ext, k
			s.flush(k)
			return k
		}
		return i
	case m.label() != "" || m == meansPhone:
		return i // ";mobile=0612345678" of some export
	}
	value := s.text[j+1:]
	if k := strings.IndexAny(value, " ;,:<>\n"); k >= 0 {
		value = value[:k]
	}
	if !hasDigit(value) {
		return i
	}
	s.flush(i)
	return j + 1 + len(value)
}
