package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/geocoding"
)

// parsed gives the number as the library has it.
func (n Number) parsed() (*phonenumbers.PhoneNumber, bool) {
	if n.IsZero() || n.IsShort() {
		return nil, false
	}
	p, err := phonenumbers.Parse(n.E164(), "ZZ")
	return p, err == nil
}

// National gives the full national number as subscribers dial it, digits only: "0201234567". Numbers that are not valid
// are given as their digits; a short number as it is.
func (n Number) National() string {
	if n.IsShort() {
		_, digits := n.short()
		return digits
	}
	p, ok := n.parsed()
	if !ok {
		return strings.TrimPrefix(n.E164(), "+")
	}
	return phonenumbers.NormalizeDigitsOnly(phonenumbers.Format(p, phonenumbers.NATIONAL))
}

// International gives "+31 20 123 4567", the usual grouping with the calling code; a short number as it is.
func (n Number) International() string {
	p, ok := n.parsed()
	if !ok {
		if n.IsShort() {
			return n.National()
		}
		return n.E164()
	}
	return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
}

// Dialled gives the number as a subscriber in region dials it: national where region shares the number's calling code,
// else exit code, calling code and national number ("00442079460018"). Without a known region it is E.164.
func (n Number) Dialled(region string) string {
	if n.IsZero() {
		return ""
	}
	p := planOf(canonicalRegion(region))
	if p == nil {
		return n.E164()
	}
	if n.IsShort() || n.code() == p.code {
		return n.National()
	}
	return p.exitText + n.digits()
}

// Location gives the name of the number's area in a language (a BCP 47 tag), else in English, else "".
func (n Number) Location(language string) string {
	p, ok := n.parsed()
	if !ok || !n.valid() {
		return ""
	}
	for _, lang := range []string{language, "en"} {
		name, err := geocoding.GetDescriptionForValidNumber(p, lang)
		if err == nil && lang != "" && name != countryName(p, lang) {
			return name
		}
	}
	return ""
}

// countryName gives what the geocoder falls back to where it knows no area: to a user elsewhere it names the country.
func countryName(p *phonenumbers.PhoneNumber, language string) string {
	name, err := geocoding.GetDescriptionForValidNumberForUserRegion(p, language, nonGeographic)
	if err != nil {
		return ""
	}
	return name
}
