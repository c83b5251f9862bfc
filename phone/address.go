package phone

import "strings"

// addressUser takes the user part out of a sip:, sips: or tel: address (RFC 3261, RFC 3966), with or without a display
// name before it, or out of "Name" <number>.
func addressUser(s string) (string, bool) {
	at := schemeEnd(s)
	if at < 0 {
		if i := strings.IndexByte(s, '<'); i >= 0 {
			user, _, _ := strings.Cut(s[i+1:], ">")
			return user, true
		}
		return s, false
	}
	s = s[at:]
	if i := strings.IndexByte(s, '>'); i >= 0 {
		s = s[:i]
	}
	number, _, _ := strings.Cut(linkNumber(s), " ext ")
	return number, true
}

// withContext puts a calling code from ";phone-context=+31" before a local tel: number.
func withContext(number, parameters string) string {
	for p := range strings.SplitSeq(parameters, ";") {
		if prefix, ok := strings.CutPrefix(strings.ToLower(p), "phone-context="); ok && strings.HasPrefix(prefix, "+") && !strings.HasPrefix(number, "+") {
			return prefix + number
		}
	}
	return number
}

// schemeEnd gives where the address behind sip:, sips: or tel: begins, -1 if there is none.
func schemeEnd(s string) int {
	if strings.IndexByte(s, ':') < 0 {
		return -1
	}
	low := strings.ToLower(s)
	for _, scheme := range []string{"sip:", "sips:", "tel:"} {
		if i := strings.Index(low, scheme); i >= 0 && (i == 0 || !isLetter(rune(low[i-1]))) {
			return i + len(scheme)
		}
	}
	return -1
}
