package recognition

import (
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Scripts are the buttons beside the matches: the stand-alone ones, those of script-only integrations, and the ones for no
// match where there is none. They are rendered anew at each call.
func (a *Answer) Scripts() []Button {
	if !a.view.scripted {
		return nil
	}
	known, values := len(a.Matches()) > 0, a.values()
	list := a.view.scripts.render(known, values, nil)
	for _, i := range a.view.integrations {
		if i.state == tenant.StateEnabled && !i.beside.empty() {
			values.Option = i.optionValue
			list = i.beside.render(known, values, list)
		}
	}
	return list
}

// ScriptsOf are the buttons of one of the matches, rendered anew at each call. A company alone has none: they would open a
// person's record.
func (a *Answer) ScriptsOf(m *Match) []Button {
	if m.Quality != Exact || len(m.integration.match) == 0 {
		return nil
	}
	values := a.values()
	values.Field = func(name string) string { return m.field(name).String() }
	values.Option = m.integration.optionValue
	return buttons(m.integration.match, values, make([]Button, 0, len(m.integration.match)))
}

// values are what scripts show of the call; contact and options are the script's.
func (a *Answer) values() scripts.Values {
	if a.call == nil {
		a.call = a.properties()
	}
	return scripts.Values{Region: a.view.account.Region, Call: a.call}
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
