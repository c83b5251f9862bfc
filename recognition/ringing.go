package recognition

import (
	"cmp"

	"github.com/ringdex/ringdex/recognition/ring"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// ringing is a request the server sends when it rings, and for which calls.
type ringing struct {
	action      *ring.Action
	when        tenant.When
	integration *integration // nil for a stand-alone script
}

// ringings are the requests among scripts; usual is when one is sent that does not say. What does not parse is left out, as
// buttons are.
func ringings(t tenant.ID, i *integration, list []tenant.Script, names scripts.Names, usual tenant.When) []ringing {
	var out []ringing
	for _, s := range list {
		if s.Server == nil {
			continue
		}
		var options map[string]string
		if i != nil {
			options = i.options
		}
		address, own := addressOf(s, &names, options)
		action, err := ring.Compile(s, address, own, names)
		if err != nil {
			continue
		}
		action.Tenant = t
		if i != nil {
			action.Integration = i.Integration
		}
		out = append(out, ringing{action, cmp.Or(s.When, usual), i})
	}
	return out
}

// Actions are the requests the server has to send when this call rings: for a match of an integration, with the fields of its
// first one.
func (a *Answer) Actions() []ring.Action {
	var out []ring.Action
	told := a.Matches()
	for _, one := range a.view.rings {
		values := a.values()
		if i := one.integration; i != nil {
			if i.state != tenant.StateEnabled {
				continue
			}
			values.Option = i.optionValue
		}
		switch one.when {
		case tenant.WhenNoMatch:
			if len(told) > 0 {
				continue
			}
		case tenant.WhenMatch:
			m := firstOf(told, one.integration)
			if m == nil {
				continue
			}
			values.Field = func(name string) string { return m.field(name).String() }
		}
		out = append(out, one.action.With(values))
	}
	return out
}

// firstOf is the first sure match of an integration, or of any for a stand-alone script.
func firstOf(told []Match, i *integration) *Match {
	for n := range told {
		if told[n].Quality == Exact && (i == nil || told[n].integration == i) {
			return &told[n]
		}
	}
	return nil
}
