package phone

import "strings"

// wholeText handles texts that are one thing as a whole: a spreadsheet's number, a link. It gives the text to scan, or
// reports that nothing is left to do.
func (s *scanner) wholeText(text string) (string, bool) {
	text = unquote(text)
	plus := strings.HasPrefix(text, "+")
	if digits, lossy, ok := sheetNumber(strings.TrimPrefix(text, "+")); ok {
		if lossy {
			s.cell.Refused = append(s.cell.Refused, Refusal{Text: text, Reason: ReasonLossy})
			return "", true
		}
		if plus {
			return "+" + digits, false
		}
		s.ctx.numeric = true
		return digits, false
	}
	if s.ctx.plan != nil && s.ctx.plan.region == "BR" {
		text = withoutCarrier(text)
	}
	scanned, foreign := unlink(text)
	s.phoned = scanned != text
	text = scanned
	s.ctx.foreign = s.ctx.foreign || foreign
	return withoutServiceCode(withoutUUID(withoutHexAddress(text))), false
}

// withoutServiceCode takes the code for showing or hiding one's number off, "*31#…" and "#31#…" (3GPP TS 22.030).
func withoutServiceCode(text string) string {
	for _, code := range []string{"*31#", "#31#"} {
		if rest, ok := strings.CutPrefix(text, code); ok {
			return rest
		}
	}
	if i := strings.IndexByte(text, '#'); i > 0 && i < 4 && isLetter(rune(text[0])) && len(text) > i+5 {
		return text[i+1:] // "L0#…", the line a phone names
	}
	return text
}

// withoutCarrier takes the "xx" out that Brazilians write where a carrier's code is dialled, "(0xx11)".
func withoutCarrier(text string) string {
	for _, xx := range []string{"0xx", "0XX", "(xx", "(XX"} {
		text = strings.ReplaceAll(text, xx, xx[:1])
	}
	return text
}

// unquote takes the quotes of ="…" and '… off, which keep spreadsheets from reading a number.
func unquote(text string) string {
	text = strings.TrimPrefix(text, "=")
	text = strings.TrimPrefix(text, "'")
	if n := len(text); n > 1 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
	}
	return strings.TrimSpace(text)
}

// sheetNumber reads what a spreadsheet makes of a number: 31612345678.0, 3.1612345678E+10. Lossy is true where digits
// were rounded away.
func sheetNumber(text string) (digits string, lossy, ok bool) {
	mantissa, exponent, scientific := cutExponent(text)
	whole, fraction, point := cutPoint(mantissa)
	if !isDigits(whole) || point && fraction != "" && !isDigits(fraction) {
		return "", false, false
	}
	if !scientific {
		if !point || strings.Trim(fraction, "0") != "" || len(fraction) == 0 || len(whole) < 5 || len(fraction) > 1 && len(whole) < 9 || len(fraction) > 2 {
			return "", false, false
		}
		return whole, false, true
	}
	if len(fraction) < exponent {
		return "", true, true
	}
	if strings.Trim(fraction[exponent:], "0") != "" {
		return "", true, true
	}
	return whole + fraction[:exponent], false, true
}

// cutExponent parts "3.16E+10", "3.16×10^10" and "3.16 x 10^10".
func cutExponent(s string) (string, int, bool) {
	i, behind := strings.IndexAny(s, "eE"), 1
	if at := strings.Index(s, "10^"); at > 0 {
		head := strings.TrimRight(s[:at], " ")
		mantissa := strings.TrimRight(head, "×xX*·.")
		if mantissa == head {
			return s, 0, false
		}
		i, behind = len(mantissa), at+len("10^")-len(mantissa)
	}
	if i <= 0 || i+behind >= len(s) {
		return s, 0, false
	}
	digits := strings.TrimPrefix(s[i+behind:], "+")
	if !isDigits(digits) || len(digits) > 3 {
		return s, 0, false
	}
	v := 0
	for i := range len(digits) {
		v = v*10 + int(digits[i]-'0')
	}
	return strings.TrimSpace(s[:i]), v, true
}

func cutPoint(s string) (string, string, bool) {
	i := strings.IndexAny(s, ".,")
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
