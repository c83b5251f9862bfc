package rest

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
)

// expr is a value of a record: a selector, or a text with several.
type expr struct {
	path path
	text presets.Text
	refs map[string]path // of the text, by selector
}

func newExpr(text string) (expr, error) {
	if !strings.Contains(text, "$(") {
		p, err := newPath(text)
		return expr{path: p}, err
	}
	t, err := presets.ParseText(text)
	if err != nil {
		return expr{}, err
	}
	e := expr{text: t, refs: map[string]path{}}
	for _, ref := range t.References() {
		if ref.Space == presets.SpaceRecord {
			if e.refs[ref.Name], err = newPath(ref.Name); err != nil {
				return expr{}, err
			}
		}
	}
	return e, nil
}

func (e expr) isZero() bool { return e.path.isZero() && len(e.text.Parts) == 0 }

// of is the value in a record, with joined values by name.
func (e expr) of(o *object, joined map[string]string) string {
	if len(e.text.Parts) == 0 {
		if e.path.isZero() {
			return ""
		}
		return clean(e.path.first(o).Text())
	}
	text, err := e.text.Expand(func(p presets.Part) (string, error) {
		if p.Space == "join" {
			return joined[p.Name], nil
		}
		return e.refs[p.Name].first(o).Text(), nil
	}, func(v string) (string, error) { return v, nil })
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(clean(text)), " ")
}

// clean takes out what no field means: NUL and blanks around.
func clean(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\x00", "")) }

// mapping reads the records of one stream.
type mapping struct {
	id, name, first, last, company, email, identifier, country, url, changed expr

	deleted presets.Condition
	phones  []phonePlace
	fields  []fieldPlace
	others  bool
	joins   []*join
	link    *scripts.Template
	linked  map[string]path // fields of the link
	after   string          // behind which values stand in the link
	clock   clock
	open    object // the record at hand
	entry   object // the entry of a list in it
}

type fieldPlace struct {
	name string
	at   expr
}

func newMapping(p *presets.Preset, s presets.Stream, c clock) (*mapping, error) {
	m := &mapping{others: s.OtherFields, clock: c}
	r := s.Record
	if r.Changed == "" {
		r.Changed = s.Since.Field
	}
	for _, one := range []struct {
		text string
		to   *expr
	}{
		{r.ID, &m.id},
		{r.Name, &m.name},
		{r.FirstName, &m.first},
		{r.LastName, &m.last},
		{r.Company, &m.company},
		{r.Email, &m.email},
		{r.Identifier, &m.identifier},
		{r.Country, &m.country},
		{r.URL, &m.url},
		{r.Changed, &m.changed},
	} {
		var err error
		if *one.to, err = newExpr(one.text); err != nil {
			return nil, fmt.Errorf("record of %s: %w", s.ID, err)
		}
	}
	if m.id.isZero() {
		return nil, fmt.Errorf("stream %s: record.id is missing", s.ID)
	}
	return m, m.places(p, s)
}

// places reads the phone, field and link parts.
func (m *mapping) places(p *presets.Preset, s presets.Stream) error {
	var err error
	if s.Deleted != "" {
		if m.deleted, err = presets.ParseCondition(s.Deleted); err != nil {
			return err
		}
	}
	for _, given := range s.Phones {
		place, err := newPhonePlace(given)
		if err != nil {
			return err
		}
		m.phones = append(m.phones, place)
	}
	for _, f := range s.Fields {
		e, err := newExpr(f.At())
		if err != nil {
			return err
		}
		m.fields = append(m.fields, fieldPlace{f.Name, e})
	}
	if s.URL != "" {
		if m.link, err = scripts.Parse(s.URL, p.LinkNames()); err != nil {
			return fmt.Errorf("url of %s: %w", s.ID, err)
		}
		m.linked, m.after = map[string]path{}, s.URLAfter
		for _, name := range m.link.Fields() {
			if m.linked[name], err = newPath(name); err != nil {
				return fmt.Errorf("url of %s: %w", s.ID, err)
			}
		}
	}
	return nil
}

// record reads one record. A record without an id is an error: it could never be found again.
func (m *mapping) record(raw presets.Value, values scope) (presets.Record, error) {
	v := &m.open
	v.open(raw)
	joined := m.joined(raw)
	r := presets.Record{
		ID: m.id.of(v, joined), Deleted: m.deleted.Of(v.Value),
		FirstName: m.first.of(v, joined), LastName: m.last.of(v, joined), Name: m.name.of(v, joined),
		Company: m.company.of(v, joined), Email: m.email.of(v, joined), Identifier: m.identifier.of(v, joined),
	}
	if r.ID == "" {
		return r, fmt.Errorf("a record has no id")
	}
	if r.Name == "" {
		r.Name = strings.TrimSpace(r.FirstName + " " + r.LastName)
	}
	if r.Identifier == "" {
		r.Identifier = r.ID
	}
	r.Changed, _ = m.clock.read(m.changed.of(v, joined))
	if r.Deleted {
		return r, nil
	}
	r.URL = m.address(v, joined, values)
	r.Phones = m.numbers(v, m.country.of(v, joined))
	r.Fields = m.own(v, joined)
	return r, nil
}

// address is the record's page: the one the CRM names, else the preset's.
func (m *mapping) address(v *object, joined map[string]string, values scope) string {
	if given := m.url.of(v, joined); given != "" {
		if u, err := url.Parse(given); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
			return given
		}
	}
	if m.link == nil {
		return ""
	}
	text, err := m.link.Render(scripts.Values{
		Field:  func(name string) string { return partOf(m.after, m.linked[name].first(v).Text()) },
		Option: values.named,
	})
	if err != nil {
		return ""
	}
	return text
}

// partOf is the part of a value that stands behind a mark, the whole where it is not there.
func partOf(mark, value string) string {
	if i := strings.LastIndex(value, mark); mark != "" && i >= 0 {
		return value[i+len(mark):]
	}
	return value
}

// named is a value by its whole name, option.domain or auth.instance.
func (s *scope) named(name string) string {
	space, rest, _ := strings.Cut(name, ".")
	v, err := s.lookup(presets.Part{Space: space, Name: rest})
	if err != nil {
		return ""
	}
	return v
}

// own are the CRM's own fields under the names scripts use.
func (m *mapping) own(v *object, joined map[string]string) []presets.Field {
	var list []presets.Field
	seen := map[string]bool{}
	for _, f := range m.fields {
		seen[f.name] = true
		if text := f.at.of(v, joined); text != "" {
			list = append(list, presets.Field{Name: f.name, Value: text})
		}
	}
	if m.others {
		for i, name := range v.names {
			member := v.values[i]
			if text := clean(member.Text()); text != "" && !seen[name] {
				seen[name] = true
				list = append(list, presets.Field{Name: name, Value: text})
			}
		}
	}
	return list
}
