package phone

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// newPlan makes a plan of the metadata of a region.
func newPlan(region string, m *metadata.PhoneMetadata) *plan {
	p := &plan{region: region, code: int(m.GetCountryCode()), trunk: m.GetNationalPrefix(), rewrite: m.GetNationalPrefixTransformRule()}
	p.codeText = strconv.Itoa(p.code)
	p.setNumbers(m)
	if l := m.GetLeadingDigits(); l != "" {
		p.leading = automatonOf(`(?:` + l + `)\d*`)
	}
	p.exit = startsWith(m.GetInternationalPrefix())
	p.exitText = exitText(m)
	p.strip = startsWith(p.stripPattern(m.GetNationalPrefixForParsing()))
	for _, f := range m.GetNumberFormat() {
		p.formats = append(p.formats, newFormat(f))
		p.points = p.points || strings.Contains(f.GetFormat(), "$1.$2")
	}
	return p
}

func (p *plan) setNumbers(m *metadata.PhoneMetadata) {
	descs := [kindBits]*metadata.PhoneNumberDesc{
		bitGeneral: m.GetGeneralDesc(), bitPremium: m.GetPremiumRate(), bitTollFree: m.GetTollFree(),
		bitSharedCost: m.GetSharedCost(), bitVoIP: m.GetVoip(), bitPersonal: m.GetPersonalNumber(), bitPager: m.GetPager(),
		bitUAN: m.GetUan(), bitVoicemail: m.GetVoicemail(), bitFixed: m.GetFixedLine(), bitMobile: m.GetMobile(),
	}
	var patterns [kindBits]string
	for bit, d := range descs {
		patterns[bit] = d.GetNationalNumberPattern()
		p.setLengths(bit, d, m.GetGeneralDesc())
	}
	p.numbers = automatonOf(patterns[:]...)
}

// automatonOf gives an automaton that accepts nothing for patterns that cannot be read; a test compiles all metadata.
func automatonOf(patterns ...string) *automaton {
	if a, err := newAutomaton(patterns); err == nil {
		return a
	}
	return &automaton{next: make([][10]int32, 2), accept: make([]uint16, 2)}
}

func (p *plan) setLengths(bit int, d, general *metadata.PhoneNumberDesc) {
	lengths := d.GetPossibleLength()
	if len(lengths) == 0 {
		lengths = general.GetPossibleLength()
	}
	for _, n := range lengths {
		if n < 0 || int(n) >= len(p.lengths) {
			continue
		}
		p.lengths[n] |= 1 << bit
		if bit == bitFixed && d.GetNationalNumberPattern() != "" {
			p.fixedMax = max(p.fixedMax, int(n))
		}
	}
}

// stripPattern leaves out the alternatives that put an area code before a local number: where a text does not say
// which town it means we do not guess one. San Marino's 0549 and Argentina's mobile 9 are no towns.
func (p *plan) stripPattern(s string) string {
	if p.rewrite == "" || p.rewrite[0] == '$' || p.region == "AR" || p.region == "SM" {
		return s
	}
	p.rewrite = ""
	if _, rest, ok := strings.Cut(s, ")$|"); ok {
		return rest
	}
	return ""
}

// exitText gives the exit code that people write, "" where every call needs a carrier's.
func exitText(m *metadata.PhoneMetadata) string {
	if s := m.GetPreferredInternationalPrefix(); s != "" {
		return strings.Trim(s, "~")
	}
	if s := m.GetInternationalPrefix(); isDigits(s) {
		return s
	}
	return "00"
}

// startsWith gives nil for an empty or unreadable pattern; a test compiles all metadata.
func startsWith(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	re, err := regexp.Compile("^(?:" + pattern + ")")
	if err != nil {
		return nil
	}
	return re
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
