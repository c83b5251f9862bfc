package recognition

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// script is a parsed template of a button.
type script struct {
	id, name string
	pop      bool
	template *scripts.Template
}

// parseScripts leaves out what does not parse: it was checked when it was saved, so only a change of the preset since
// can have broken it, and the other buttons still serve.
func parseScripts(list []tenant.Script, names scripts.Names, when ...tenant.When) []script {
	var out []script
	for _, s := range list {
		if !slices.Contains(when, s.When) {
			continue
		}
		t, err := scripts.Parse(s.URL, names)
		if err != nil {
			continue
		}
		out = append(out, script{id: string(s.ID), name: s.Name, pop: s.Pop, template: t})
	}
	return out
}

// standAlone are a tenant's own scripts; one that does not say when is always offered.
func standAlone(list []tenant.Script, names scripts.Names) besides {
	return besides{
		always:  parseScripts(list, names, "", tenant.WhenAlways),
		match:   parseScripts(list, names, tenant.WhenMatch),
		noMatch: parseScripts(list, names, tenant.WhenNoMatch),
	}
}

func (b *besides) all() []script { return slices.Concat(b.always, b.match, b.noMatch) }

// asksFor tells whether one of the scripts shows that call property.
func asksFor(property string, lists ...[]script) bool {
	for _, list := range lists {
		for i := range list {
			if slices.Contains(list[i].template.Properties(), property) {
				return true
			}
		}
	}
	return false
}

// optionValue gives a script the integration's own options.
func (i *integration) optionValue(name string) string {
	return i.options[strings.TrimPrefix(name, "option.")]
}
