package rest

import (
	"cmp"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// phonePlace is one place of phone numbers in a record, with its selectors read.
type phonePlace struct {
	presets.PhonePath
	at, country               path
	value, labelAt, countryAt path // in an entry
}

func newPhonePlace(given presets.PhonePath) (out phonePlace, err error) {
	out.PhonePath = given
	if out.at, err = newPath(given.Path); err != nil {
		return out, err
	}
	if out.country, err = newPath(given.Country); err != nil {
		return out, err
	}
	if out.value, err = newPath(given.Value); err != nil {
		return out, err
	}
	if out.countryAt, err = newPath(given.CountryAt); err != nil {
		return out, err
	}
	out.labelAt, err = newPath(given.LabelAt)
	return out, err
}

// numbers are the record's phone fields, unread. country is the record's.
func (m *mapping) numbers(v *object, country string) []presets.Phone {
	var list []presets.Phone
	for i := range m.phones {
		p := &m.phones[i]
		own := country
		if !p.country.isZero() {
			own = clean(p.country.first(v).Text())
		}
		for _, entry := range p.at.each(v) {
			number, where := entry, own
			if m.entry.Value = entry; p.inEntry() {
				m.entry.open(entry)
			}
			if !p.value.isZero() {
				number = p.value.first(&m.entry)
			}
			raw := clean(number.Text())
			if raw == "" {
				continue
			}
			if !p.countryAt.isZero() {
				where = cmp.Or(clean(p.countryAt.first(&m.entry).Text()), own)
			}
			label := p.label(&m.entry)
			list = append(list, presets.Phone{
				Raw: raw, Label: label, Column: p.Path, Country: where, Fax: p.Fax || label == "fax",
				Numeric: !strings.HasPrefix(number.Raw(), `"`),
			})
		}
	}
	return list
}

// inEntry reports that a place is one of entries with members.
func (p *phonePlace) inEntry() bool {
	return !p.value.isZero() || !p.labelAt.isZero() || !p.countryAt.isZero()
}

// label is the kind of a number: the vendor's word in our list, or the word itself, else the preset's.
func (p *phonePlace) label(entry *object) string {
	word := ""
	if !p.labelAt.isZero() {
		word = clean(p.labelAt.first(entry).Text())
	}
	if ours, ok := p.Labels[word]; ok {
		return ours
	}
	if p.PhonePath.Label != "" {
		return p.PhonePath.Label
	}
	return strings.ToLower(word)
}
