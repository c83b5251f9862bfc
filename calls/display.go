package calls

import (
	"slices"

	"github.com/ringdex/ringdex/tenant"
)

// display leaves out of a person's view what its integration does not show for such a call, or not to this person, or not
// before it is answered. The call itself stays: somebody has to answer it.
func (r *routes) display(c *Call, v View) {
	if r == nil || v.Person == "" || !slices.ContainsFunc(c.Known.Matches, func(m Match) bool { return !r.shows(c, m, v) }) {
		return
	}
	kept := []Match{} // the list is shared with other views
	for _, m := range c.Known.Matches {
		if r.shows(c, m, v) {
			kept = append(kept, m)
		}
	}
	c.Known.Matches = kept
}

func (r *routes) shows(c *Call, m Match, v View) bool {
	at := slices.IndexFunc(r.snapshot.Integrations, func(i tenant.Integration) bool { return i.ID == m.Integration.ID })
	if at < 0 {
		return true // a link of "This is …", or one that has gone meanwhile
	}
	display := r.snapshot.Integrations[at].Display
	return display.Everything() || display.Shows(string(c.Direction), v.Person, c.State == StateAnswered, func(listed string) bool {
		return r.numberKey(listed) == r.numberKey(c.DDI.Number)
	})
}
