package phone

import "unicode"

// asciiRune gives what a character means in a phone number: digits of every script become ASCII, dashes one dash,
// blanks one blank. 0 means the character is invisible and left out.
func asciiRune(r rune) rune {
	switch {
	case r < 0x80:
		return asciiControl(r)
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0 // full-width forms stand in ASCII order (Unicode block FF00)
	}
	if out, ok := lookalikes(r); ok {
		return out
	}
	switch {
	case unicode.Is(unicode.Nd, r):
		return decimalDigit(r)
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), r == 0x85:
		return '\n'
	case unicode.Is(unicode.Pd, r):
		return '-'
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.Is(unicode.Cc, r):
		return 0
	case r == '°':
		return r
	case unicode.Is(unicode.So, r):
		return ';' // a pictogram (telephone, mobile) stands between numbers as a label does
	}
	return r
}

func asciiControl(r rune) rune {
	switch {
	case r == '\n' || r == '\r':
		return '\n'
	case r == '\t' || r == '\v' || r == '\f':
		return '\t'
	case r < ' ' || r == 0x7F:
		return 0
	case r == '[' || r == '{':
		return '('
	case r == ']' || r == '}':
		return ')'
	case r == '\\':
		return '/'
	case r == '`':
		return '\''
	case r == '_':
		return '-'
	}
	return r
}

// lookalikes maps the marks that stand for an ASCII one in numbers.
func lookalikes(r rune) (rune, bool) {
	switch r {
	case '⁺', '﹢', '➕', '﬩':
		return '+', true
	case '−', '⁃', '˗', 'ー', 'ｰ', '─', '━', '﹣':
		return '-', true
	case '⁄', '∕', '⧸', '╱':
		return '/', true
	case '·', '•', '․', '∙', '⋅', '・', '。', '｡', '‧', '･':
		return '.', true
	case '،', '、', '﹐', '､', '٬':
		return ',', true
	case '؛', '﹔':
		return ';', true
	case '∶', '﹕', '꞉':
		return ':', true
	case '’', '‘', '‚', '‛', '´', 'ʼ', '′', 'ˈ':
		return '\'', true
	case '“', '”', '„', '‟', '«', '»', '″', '〝', '〞':
		return '"', true
	case '【', '〔', '〖', '❨', '⟨', '﹙', '「', '『', '⁽':
		return '(', true
	case '】', '〕', '〗', '❩', '⟩', '﹚', '」', '』', '⁾':
		return ')', true
	case '\u2800', '\u3164', '\uFFA0', '\u115F', '\u1160', '\u2007', '\uFFFC':
		return ' ', true
	case '№':
		return r, true
	case '〇':
		return '0', true
	}
	return 0, false
}

// decimalDigit gives the ASCII digit of a character of Unicode category Nd, whose ranges begin at a zero and are whole tens.
func decimalDigit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if lo := rune(t.Lo); r >= lo && r <= rune(t.Hi) {
			return '0' + (r-lo)%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if lo := rune(t.Lo); r >= lo && r <= rune(t.Hi) {
			return '0' + (r-lo)%10
		}
	}
	return r
}
