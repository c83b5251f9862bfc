package phone

import "strings"

// national is a national significant number and whether a plain trunk prefix stood before it.
type national struct {
	nsn   string
	trunk bool
}

// stripped gives what is left of digits without the prefixes the plan allows: trunk, carrier codes, and the older
// dialling forms of Mexico. Each must still be checked for validity. Usually there is one, never more than three.
func (p *plan) stripped(digits string) []national {
	var out []national
	if p.trunk != "" && strings.HasPrefix(digits, p.trunk) && len(digits) > len(p.trunk) && !p.rewrites(digits) {
		out = append(out, national{digits[len(p.trunk):], true})
	}
	if p.strip != nil && !p.onlyTrunk() {
		if s, ok := p.stripCarrier(digits); ok {
			out = append(out, national{s, p.trunk != "" && strings.HasPrefix(digits, p.trunk)})
		}
	}
	for _, prefix := range formerPrefixes(p.code) {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && len(rest) == 10 {
			out = append(out, national{rest, true})
		}
	}
	return out
}

// rewrites reports whether the plan rewrites digits: behind "011 15" in Argentina there is a mobile or nothing.
func (p *plan) rewrites(digits string) bool {
	if p.rewrite == "" {
		return false
	}
	m := p.strip.FindStringSubmatchIndex(digits)
	return len(m) > 2 && m[len(m)-2] >= 0
}

// onlyTrunk reports whether the prefix for parsing is nothing but the trunk prefix.
func (p *plan) onlyTrunk() bool { return p.strip.String() == "^(?:"+p.trunk+")" }

// stripCarrier takes a carrier code or another prefix of the metadata off, or rewrites the number as it says.
func (p *plan) stripCarrier(digits string) (string, bool) {
	m := p.strip.FindStringSubmatchIndex(digits)
	if m == nil {
		return "", false
	}
	last := len(m) - 2
	if p.rewrite == "" || last == 0 || m[last] < 0 {
		return digits[m[1]:], m[1] > 0 && m[1] < len(digits)
	}
	out := p.strip.ExpandString(nil, p.rewrite, digits, m)
	return string(out) + digits[m[1]:], true
}

// formerPrefixes gives prefixes that were dialled before national numbers of a calling code and are still written.
// Mexico: 01 (long distance), 044 and 045 (calls to mobiles) ended in August 2019 (IFT, "marcación a diez dígitos").
func formerPrefixes(code int) []string {
	if code == 52 {
		return []string{"044", "045", "01"}
	}
	return nil
}

// formerly gives a national number without what was once dialled between calling code and number: Mexico's mobile 1.
func formerly(code int, nsn string) []national {
	if rest, ok := strings.CutPrefix(nsn, "1"); ok && code == 52 && len(rest) == 10 {
		return []national{{rest, false}}
	}
	return nil
}
