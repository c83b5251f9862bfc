package sql

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/scripts"
)

// mapping makes contacts of rows as a preset says; without phones in the preset, columns are recognised instead.
type mapping struct {
	id, name, first, last, company, email, identifier, country, url expr

	phones []phonePlace
	fields []fieldPlace
	others bool
	link   *scripts.Template
	linked map[string]expr
	option func(name string) string
	names  []string
}

type phonePlace struct {
	presets.PhonePath
	at, country, labelAt expr
}

type fieldPlace struct {
	name string
	at   expr
}

// newMapping reads the mapping of a stream; nil where it has none of its own.
func newMapping(p *presets.Preset, st presets.Stream) (*mapping, error) {
	if len(st.Phones) == 0 {
		return nil, nil
	}
	m := &mapping{others: st.OtherFields}
	if st.Record.ID == "" {
		return nil, fmt.Errorf("record.id is missing: it says which column tells contacts apart")
	}
	for _, one := range []struct {
		text string
		to   *expr
	}{
		{st.Record.ID, &m.id},
		{st.Record.Name, &m.name},
		{st.Record.FirstName, &m.first},
		{st.Record.LastName, &m.last},
		{st.Record.Company, &m.company},
		{st.Record.Email, &m.email},
		{st.Record.Identifier, &m.identifier},
		{st.Record.Country, &m.country},
		{st.Record.URL, &m.url},
	} {
		var err error
		if *one.to, err = newExpr(one.text); err != nil {
			return nil, err
		}
	}
	if len(m.id) != 1 || m.id[0].column == "" {
		return nil, fmt.Errorf("record.id must be one column: pages go on behind it")
	}
	return m, m.places(p, st)
}

func (m *mapping) places(p *presets.Preset, st presets.Stream) (err error) {
	for _, given := range st.Phones {
		place := phonePlace{PhonePath: given}
		for _, one := range []struct {
			text string
			to   *expr
		}{{given.Path, &place.at}, {given.Country, &place.country}, {given.LabelAt, &place.labelAt}} {
			if *one.to, err = newExpr(one.text); err != nil {
				return err
			}
		}
		m.phones = append(m.phones, place)
	}
	for _, f := range st.Fields {
		e, err := newExpr(f.At())
		if err != nil {
			return err
		}
		m.fields = append(m.fields, fieldPlace{f.Name, e})
	}
	if st.URL == "" {
		return nil
	}
	if m.link, err = scripts.Parse(st.URL, p.LinkNames()); err != nil {
		return err
	}
	m.linked = map[string]expr{}
	for _, name := range m.link.Fields() {
		if m.linked[name], err = newExpr(name); err != nil {
			return err
		}
	}
	return nil
}

// exprs are all parts of the mapping that name columns.
func (m *mapping) exprs() []expr {
	list := []expr{m.id, m.name, m.first, m.last, m.company, m.email, m.identifier, m.country, m.url}
	for _, p := range m.phones {
		list = append(list, p.at, p.country, p.labelAt)
	}
	for _, f := range m.fields {
		list = append(list, f.at)
	}
	for _, e := range m.linked {
		list = append(list, e)
	}
	return list
}

// wanted are the names of the columns the mapping uses.
func (m *mapping) wanted() []string {
	var list []string
	for _, e := range m.exprs() {
		for _, p := range e {
			if p.column != "" && !slices.Contains(list, p.column) {
				list = append(list, p.column)
			}
		}
	}
	return list
}

func (m *mapping) bind(cols []column) error {
	m.names = nil
	for _, c := range cols {
		m.names = append(m.names, c.name)
	}
	for _, e := range m.exprs() {
		if err := e.bind(func(name string) (int, error) { return findColumn(cols, name) }); err != nil {
			return err
		}
	}
	return nil
}

// record makes a contact of a row.
func (m *mapping) record(r columns.Row) presets.Record {
	rec := presets.Record{
		ID: m.id.of(r), Name: m.name.of(r), FirstName: m.first.of(r), LastName: m.last.of(r), Company: m.company.of(r),
		Email: m.email.of(r), Identifier: m.identifier.of(r), URL: m.address(r),
	}
	if rec.Name == "" {
		rec.Name = strings.TrimSpace(rec.FirstName + " " + rec.LastName)
	}
	country := presets.Country(m.country.of(r))
	for _, p := range m.phones {
		raw := p.at.of(r)
		if raw == "" || len(rec.Phones) >= columns.MaxPhones {
			continue
		}
		phone := presets.Phone{Raw: raw, Label: p.label(r), Column: p.Path, Country: country}
		if len(p.country) > 0 {
			phone.Country = presets.Country(p.country.of(r))
		}
		if len(p.at) == 1 && p.at[0].column != "" {
			phone.Numeric = r.Cells[p.at[0].at].Numeric
		}
		phone.Fax = p.Fax || phone.Label == "fax"
		rec.Phones = append(rec.Phones, phone)
	}
	rec.Fields = m.own(r)
	return rec
}

func (p *phonePlace) label(r columns.Row) string {
	word := p.labelAt.of(r)
	if ours, ok := p.Labels[word]; ok {
		return ours
	}
	if p.PhonePath.Label != "" {
		return p.PhonePath.Label
	}
	return strings.ToLower(word)
}

func (m *mapping) own(r columns.Row) []presets.Field {
	var list []presets.Field
	seen := map[string]bool{}
	add := func(name, value string) {
		if value != "" && !seen[name] {
			seen[name] = true
			list = append(list, presets.Field{Name: name, Value: value})
		}
	}
	for _, f := range m.fields {
		add(f.name, f.at.of(r))
	}
	if m.others {
		for i, name := range m.names {
			add(name, r.Text(i))
		}
	}
	return list
}

// address is the record's page: the one the row names, else the preset's.
func (m *mapping) address(r columns.Row) string {
	if given := m.url.of(r); given != "" {
		if u, err := url.Parse(given); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
			return given
		}
	}
	if m.link == nil {
		return ""
	}
	text, err := m.link.Render(scripts.Values{
		Field:  func(name string) string { return m.linked[name].of(r) },
		Option: m.option,
	})
	if err != nil {
		return ""
	}
	return text
}
