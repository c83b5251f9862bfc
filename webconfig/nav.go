package webconfig

import (
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

// nav is the navigation of somebody who signed in.
type nav struct {
	Integrations []navIntegration
	All          int  // how many there are, where not all are listed
	Tenant       bool // pages of a tenant
	Admin        bool // of its admin
	Above        bool // of operator and resellers
	Operator     bool
	Notices      int // that need somebody
	path         string
}

// navIntegration is a line of it.
type navIntegration struct {
	ID, Name, Icon string
	Dot            string // good, warn, bad, off
	State          string // the same in words
}

// Here tells whether a link leads to the present page or one above it.
func (n *nav) Here(path string) bool {
	return n.path == path || path != "/" && strings.HasPrefix(n.path, path+"/")
}

func (q *request) navigation() (*nav, error) {
	n := &nav{
		Tenant: q.account.ID != "", Admin: q.account.ID != "" && q.person.Role != tenant.RoleAgent,
		Above: q.home.Kind != tenant.KindTenant, Operator: q.person.Role == tenant.RoleOperator,
		path: q.Request().URL.Path,
	}
	if n.Admin || q.account.ID == "" {
		open, err := q.w.Notices.Current(q.ctx(), q.managed().ID)
		if err != nil {
			return nil, err
		}
		n.Notices = len(open)
	}
	if !n.Admin {
		return n, nil
	}
	all, err := q.w.Directory.Integrations(q.ctx(), q.tenantID())
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		dot, key, err := q.w.condition(i)
		if err != nil {
			return nil, err
		}
		n.Integrations = append(n.Integrations, navIntegration{
			ID: string(i.ID), Name: i.Name, Icon: q.w.presetIcon(i.Preset), Dot: dot, State: q.T(key),
		})
	}
	if len(n.Integrations) > navMost {
		n.All, n.Integrations = len(n.Integrations), n.short()
	}
	return n, nil
}

// navMost is how many integrations the navigation lists; the start page lists all.
const navMost = 15

// short are the present one, those that need somebody, and the first of the others, in their order.
func (n *nav) short() []navIntegration {
	left := navMost
	listed := make([]bool, len(n.Integrations))
	for _, fits := range []func(i navIntegration) bool{
		func(i navIntegration) bool { return n.Here("/integrations/" + i.ID) },
		func(i navIntegration) bool { return troubled(i.Dot) },
		func(navIntegration) bool { return true },
	} {
		for at, i := range n.Integrations {
			if left > 0 && !listed[at] && fits(i) {
				listed[at], left = true, left-1
			}
		}
	}
	var out []navIntegration
	for at, i := range n.Integrations {
		if listed[at] {
			out = append(out, i)
		}
	}
	return out
}

// condition is an integration's state as a dot and as the key of a text. It reads nothing from disk.
func (w *Web) condition(i tenant.Integration) (dot, key string, err error) {
	switch {
	case i.State == tenant.StateDraft:
		return "off", "nav.state_draft", nil
	case i.State == tenant.StateDisabled:
		return "off", "nav.state_disabled", nil
	}
	switch i.Connection.Health {
	case tenant.HealthReauth:
		return "bad", "nav.state_reauth", nil
	case tenant.HealthStale:
		return "bad", "nav.state_stale", nil
	}
	held, err := w.Cache.Waiting(refOf(i))
	switch {
	case held:
		return "warn", "nav.state_held", err
	case i.Connection.Health == tenant.HealthRetrying:
		return "warn", "nav.state_retrying", err
	}
	return "good", "nav.state_ok", err
}

// troubled tells whether a state needs somebody.
func troubled(dot string) bool { return dot == "bad" || dot == "warn" }
