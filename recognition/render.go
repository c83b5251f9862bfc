package recognition

import (
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// render adds the scripts to an answer: a match's own, and beside the matches the stand-alone ones, those of script-only
// integrations, and the ones for no match where there is none.
func (s *search) render() {
	if !s.view.scripted && len(s.view.rings) == 0 {
		return
	}
	a := s.answer
	values := scripts.Values{Region: s.view.account.Region, Call: s.call()}
	if len(s.view.rings) > 0 {
		a.values = values
	}
	told := a.Matches()
	for i := range told {
		told[i].render(values)
	}
	a.Scripts = s.view.scripts.render(len(told) > 0, values, nil)
	for _, i := range s.view.integrations {
		if i.state == tenant.StateEnabled && !i.beside.empty() {
			values.Option = i.optionValue
			a.Scripts = i.beside.render(len(told) > 0, values, a.Scripts)
		}
	}
}

// render makes a contact's buttons. A company alone has none: they would open a person's record.
func (m *Match) render(values scripts.Values) {
	if m.Quality != Exact || len(m.integration.match) == 0 {
		return
	}
	values.Field = func(name string) string { return m.field(name).String() }
	values.Option = m.integration.optionValue
	m.Scripts = buttons(m.integration.match, values, make([]Button, 0, len(m.integration.match)))
}

// besides are scripts that are offered beside the matches, by when they are.
type besides struct{ always, match, noMatch []script }

func (b *besides) empty() bool { return len(b.always)+len(b.match)+len(b.noMatch) == 0 }

func (b *besides) render(known bool, values scripts.Values, dst []Button) []Button {
	dst = buttons(b.always, values, dst)
	if known {
		return buttons(b.match, values, dst)
	}
	return buttons(b.noMatch, values, dst)
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
