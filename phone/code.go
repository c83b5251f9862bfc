package phone

import (
	"regexp"
	"strings"
	"sync"
)

// taxNumbers are the VAT numbers that are often written with blanks or points, behind the letters of their country (VIES,
// "VAT identification number structure", 2024; United Kingdom: HMRC, VAT format). Written in one they are codes anyway.
var taxNumbers = sync.OnceValue(func() map[string]*regexp.Regexp {
	all := map[string]*regexp.Regexp{}
	for country, digits := range map[string]string{
		"BE": `[01]\d{3}[. ]\d{3}[. ]\d{3}`,
		"FR": `[0-9A-Z]{2} ?\d{3} ?\d{3} ?\d{3}`,
		"GB": `\d{3} \d{4} \d{2}( \d{3})?`,
		"NL": `\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?B[. ]?\d{2}`,
		"AT": `U ?\d{8}`,
	} {
		all[country] = regexp.MustCompile(`^[. ]?` + digits + `\b`)
	}
	return all
})

// taxEnd goes over the VAT number whose country's letters stand from i to j.
func (s *scanner) taxEnd(i, j int) int {
	if j-i < 2 || j-i > 3 || !upper(s.text[i:j]) {
		return j
	}
	re, ok := taxNumbers()[s.text[i:i+2]]
	if !ok {
		return j
	}
	loc := re.FindStringIndex(s.text[i+2:])
	if loc == nil {
		return j
	}
	s.taint = false
	return i + 2 + loc[1]
}

// withoutHexAddress leaves out addresses of computers in hexadecimal, "2001:db8::370:7334" (RFC 4291, 2.2).
func withoutHexAddress(text string) string {
	if strings.Count(text, ":") < 3 {
		return text
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		if strings.Count(w, ":") > 2 && strings.Trim(w, "0123456789abcdefABCDEF:./[]()") == "" {
			words[i] = ";"
		}
	}
	return strings.Join(words, " ")
}

// uuid is the text form of RFC 9562, section 4.
var uuid = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)
})

// lengthUUID is how long a UUID is.
const lengthUUID = 36

// withoutUUID leaves UUIDs out of a text.
func withoutUUID(text string) string {
	if len(text) < lengthUUID || strings.Count(text, "-") < 4 {
		return text
	}
	return uuid().ReplaceAllString(text, ";")
}
