package directory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// mapping says what of an entry goes where: the stream's texts, in which a selector is the name of an attribute, of a
// first_of, or id or dn.
type mapping struct {
	name, first, last, company, email, identifier, country, url value
	phones                                                      []presets.PhonePath
	fields                                                      []field
	firstOf                                                     map[string][]string // by lower-case name
	wanted                                                      map[string]string   // attributes, by lower-case name
}

type field struct {
	name string
	at   value
}

// value is an attribute's name, or a text with several.
type value struct {
	attribute string
	text      presets.Text
}

func newMapping(s presets.Stream, d presets.Directory, set settings) (*mapping, error) {
	m := &mapping{firstOf: map[string][]string{}, wanted: map[string]string{}}
	for name, list := range d.FirstOf {
		m.firstOf[strings.ToLower(name)] = list
	}
	for _, one := range []struct {
		text string
		to   *value
	}{
		{s.Record.Name, &m.name},
		{s.Record.FirstName, &m.first},
		{s.Record.LastName, &m.last},
		{s.Record.Company, &m.company},
		{s.Record.Email, &m.email},
		{s.Record.Identifier, &m.identifier},
		{s.Record.Country, &m.country},
		{s.Record.URL, &m.url},
	} {
		var err error
		if *one.to, err = m.value(one.text); err != nil {
			return nil, err
		}
	}
	if err := m.wantFields(s, set); err != nil {
		return nil, err
	}
	return m, m.want("cn")
}

func (m *mapping) wantFields(s presets.Stream, set settings) error {
	m.phones = slices.Clone(s.Phones)
	for _, name := range set.phones {
		m.phones = append(m.phones, presets.PhonePath{Path: name, Label: "other"})
	}
	if len(m.phones) == 0 {
		return fmt.Errorf("no attribute with phone numbers is named")
	}
	for _, p := range m.phones {
		if err := m.want(p.Path); err != nil {
			return err
		}
	}
	fields := slices.Clone(s.Fields)
	for _, name := range set.attributes {
		fields = append(fields, presets.FieldPath{Name: name})
	}
	for _, f := range fields {
		at, err := m.value(f.At())
		if err != nil {
			return err
		}
		m.fields = append(m.fields, field{f.Name, at})
	}
	return nil
}

// value reads a text of the preset.
func (m *mapping) value(text string) (value, error) {
	if !strings.Contains(text, "$(") {
		if text == "" {
			return value{}, nil
		}
		return value{attribute: strings.ToLower(text)}, m.want(text)
	}
	t, err := presets.ParseText(text)
	if err != nil {
		return value{}, err
	}
	for _, ref := range t.References() {
		if err := m.want(ref.Name); err != nil {
			return value{}, err
		}
	}
	return value{text: t}, nil
}

// want adds an attribute to those that are asked for.
func (m *mapping) want(name string) error {
	if list, ok := m.firstOf[strings.ToLower(name)]; ok {
		for _, one := range list {
			if err := m.ask(one); err != nil {
				return err
			}
		}
		return nil
	}
	if name == "id" || name == "dn" {
		return nil
	}
	return m.ask(name)
}

func (m *mapping) ask(name string) error {
	if !attributeForm.MatchString(name) {
		return fmt.Errorf("%q is no name of an attribute", name)
	}
	m.wanted[strings.ToLower(name)] = name
	return nil
}

// attributes are what is asked for.
func (m *mapping) attributes() []string { return slices.Sorted(maps.Values(m.wanted)) }

// reachable is the filter for entries that have a number at all.
func (m *mapping) reachable() string {
	var b strings.Builder
	b.WriteString("(|")
	seen := map[string]bool{}
	for _, p := range m.phones {
		if name := strings.ToLower(p.Path); !seen[name] {
			seen[name] = true
			b.WriteString("(" + p.Path + "=*)")
		}
	}
	return b.String() + ")"
}

// list are the values under a name of the preset.
func (m *mapping) list(e *entry, name string) []string {
	name = strings.ToLower(name)
	switch {
	case m.firstOf[name] != nil:
		for _, one := range m.firstOf[name] {
			if v := e.values[strings.ToLower(one)]; len(v) > 0 {
				return v
			}
		}
		return nil
	case name == "id":
		return []string{e.id}
	case name == "dn":
		return []string{e.dn}
	}
	return e.values[name]
}

func (m *mapping) of(e *entry, v value) string {
	if v.attribute != "" {
		if list := m.list(e, v.attribute); len(list) > 0 {
			return list[0]
		}
		return ""
	}
	text, _ := v.text.Expand(func(p presets.Part) (string, error) { // neither function fails
		return strings.Join(m.list(e, p.Name), ", "), nil
	}, func(s string) (string, error) { return s, nil })
	return strings.Join(strings.Fields(text), " ")
}

// record is an entry as a contact.
func (m *mapping) record(e *entry) presets.Record {
	r := presets.Record{
		ID: e.id, Name: m.of(e, m.name), FirstName: m.of(e, m.first), LastName: m.of(e, m.last),
		Company: m.of(e, m.company), Email: m.of(e, m.email), Identifier: m.of(e, m.identifier), URL: m.of(e, m.url),
	}
	if r.Name == "" {
		r.Name = strings.TrimSpace(r.FirstName + " " + r.LastName)
	}
	if r.Name == "" {
		r.Name = e.first("cn") // every person has one (RFC 4519 section 3.12)
	}
	for _, name := range changedAttributes {
		if t := timeOf(e.first(strings.ToLower(name))); t.After(r.Changed) {
			r.Changed = t
		}
	}
	country := presets.Country(m.of(e, m.country))
	for _, p := range m.phones {
		for _, raw := range m.list(e, p.Path) {
			if len(r.Phones) < maxPhones {
				r.Phones = append(r.Phones, presets.Phone{Raw: raw, Label: p.Label, Column: p.Path, Country: country, Fax: p.Fax || p.Label == "fax"})
			}
		}
	}
	for _, f := range m.fields {
		text := m.of(e, f.at)
		if f.at.attribute != "" {
			text = strings.Join(m.list(e, f.at.attribute), ", ")
		}
		if text != "" {
			r.Fields = append(r.Fields, presets.Field{Name: f.name, Value: text})
		}
	}
	return r
}
