package recognition

import (
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// render adds the scripts to an answer: a match's own, and beside the matches the stand-alone ones, those of script-only
// integrations, and the ones for no match where there is none.
func (s *search) render(a *Answer) {
	if limit := s.q.limit(); len(a.matches) > limit {
		a.matches, a.cut = a.matches[:limit], true
	}
	values := scripts.Values{Region: s.view.account.Region}
	if s.view.hasScripts() {
		values.Call = s.view.call(s.q, s.form, a.number, s.now)
	}
	for i := range a.matches {
		s.renderMatch(&a.matches[i], values)
	}
	a.Scripts = buttons(s.view.scripts, values, a.Scripts)
	for _, i := range s.view.integrations {
		if i.state != tenant.StateEnabled {
			continue
		}
		values.Option = i.optionValue
		a.Scripts = buttons(i.always, values, a.Scripts)
		if a.none() && a.external() {
			a.Scripts = buttons(i.noMatch, values, a.Scripts)
		}
	}
}

// renderMatch makes a contact's buttons. A company alone has none: they would open a person's record.
func (s *search) renderMatch(m *Match, values scripts.Values) {
	if m.Quality != Exact || len(m.integration.match) == 0 {
		return
	}
	values.Field = func(name string) string { return m.field(name).String() }
	values.Option = m.integration.optionValue
	m.Scripts = buttons(m.integration.match, values, make([]Button, 0, len(m.integration.match)))
}

// buttons renders scripts; one that has nothing to show, or would open something unsafe, is left out.
func buttons(list []script, values scripts.Values, dst []Button) []Button {
	for i := range list {
		url, err := list[i].template.Render(values)
		if err != nil {
			continue
		}
		dst = append(dst, Button{ID: list[i].id, Name: list[i].name, URL: url, Pop: list[i].pop})
	}
	return dst
}

// hasScripts tells whether anything needs the call properties.
func (v *view) hasScripts() bool {
	if len(v.scripts) > 0 {
		return true
	}
	for _, i := range v.integrations {
		if len(i.match)+len(i.noMatch)+len(i.always) > 0 {
			return true
		}
	}
	return false
}
