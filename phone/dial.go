package phone

import (
	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/geocoding"
)

// library gives the number as the library has it. Nothing is parsed: code and national number are known.
func (n Number) library() (*phonenumbers.PhoneNumber, bool) {
	code, nsn := n.split()
	if code == 0 {
		return nil, false
	}
	country, zero, zeros := int32(code), false, int32(0)
	var value uint64
	for i := range len(nsn) {
		if value == 0 && nsn[i] == '0' {
			zero = true
			zeros++
		}
		value = value*10 + uint64(nsn[i]-'0')
	}
	out := &phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &value}
	if zero {
		out.ItalianLeadingZero, out.NumberOfLeadingZeros = &zero, &zeros
	}
	return out, true
}

// National gives the full national number as subscribers dial it, digits only: "0201234567". Numbers that are not valid
// are given as their digits; a short number as it is.
func (n Number) National() string {
	if n.IsZero() {
		return ""
	}
	if n.IsShort() {
		_, digits := n.short()
		return digits
	}
	code, nsn := n.split()
	if p, _ := classify(code, nsn); p != nil {
		return p.written(nsn)
	}
	return n.digits()
}

// International gives "+31 20 123 4567", the usual grouping with the calling code; a short number as it is.
func (n Number) International() string {
	p, ok := n.library()
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
	p, ok := n.library()
	if !ok || !n.valid() {
		return ""
	}
	if language != "" && language != "en" {
		if name := area(p, language); name != "" {
			return name
		}
	}
	return area(p, "en")
}

// area gives the name of a number's area in one language, "" where the metadata knows none.
func area(p *phonenumbers.PhoneNumber, language string) string {
	name, err := geocoding.GetDescriptionForValidNumber(p, language)
	if err != nil || name == countryName(p, language) {
		return ""
	}
	return name
}

// countryName gives what the geocoder falls back to where it knows no area: to a user elsewhere it names the country.
func countryName(p *phonenumbers.PhoneNumber, language string) string {
	name, err := geocoding.GetDescriptionForValidNumberForUserRegion(p, language, nonGeographic)
	if err != nil {
		return ""
	}
	return name
}
