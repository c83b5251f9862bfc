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
func parseScripts(list []tenant.Script, names scripts.Names, options map[string]string, when ...tenant.When) []script {
	var out []script
	for _, s := range list {
		if s.Server != nil || !slices.Contains(when, s.When) {
			continue
		}
		t, err := scripts.Parse(addressOf(s, &names, options))
		if err != nil {
			continue
		}
		out = append(out, script{id: string(s.ID), name: s.Name, pop: s.Pop, template: t})
	}
	return out
}

// addressOf is a script's address with the names it may use. Where it is one option and nothing else, what an admin set there
// is the template, which may name no options of its own.
func addressOf(s tenant.Script, names *scripts.Names, options map[string]string) (string, scripts.Names) {
	if name, whole := scripts.WholeOption(s.URL); whole {
		own := *names
		own.Options = nil
		return options[name], own
	}
	return s.URL, *names
}

// standAlone are a tenant's own scripts; one that does not say when is always offered.
func standAlone(list []tenant.Script, names scripts.Names) besides {
	return besides{
		always:  parseScripts(list, names, nil, "", tenant.WhenAlways),
		match:   parseScripts(list, names, nil, tenant.WhenMatch),
		noMatch: parseScripts(list, names, nil, tenant.WhenNoMatch),
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
