package webconfig

import (
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

// nav is the navigation of somebody who signed in.
type nav struct {
	Integrations []navIntegration
	Tenant       bool // pages of a tenant
	Admin        bool // of its admin
	Above        bool // of operator and resellers
	Operator     bool
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
	if !n.Admin {
		return n, nil
	}
	all, err := q.w.Directory.Integrations(q.ctx(), q.tenantID())
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		dot, key := condition(i)
		n.Integrations = append(n.Integrations, navIntegration{
			ID: string(i.ID), Name: i.Name, Icon: q.w.presetIcon(i.Preset), Dot: dot, State: q.T(key),
		})
	}
	return n, nil
}

// condition is an integration's state as a dot and as the key of a text.
func condition(i tenant.Integration) (dot, key string) {
	switch {
	case i.State == tenant.StateDraft:
		return "off", "nav.state_draft"
	case i.State == tenant.StateDisabled:
		return "off", "nav.state_disabled"
	}
	switch i.Connection.Health {
	case tenant.HealthReauth:
		return "bad", "nav.state_reauth"
	case tenant.HealthStale:
		return "bad", "nav.state_stale"
	case tenant.HealthRetrying:
		return "warn", "nav.state_retrying"
	}
	return "good", "nav.state_ok"
}
