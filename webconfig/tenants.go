package webconfig

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) tenantsRoutes() []route {
	return []route{
		get("/tenants", needAbove, w.listTenants),
		post("/tenants/leave", needAbove, w.leaveTenant),
		post("/tenants/:tenant/enter", needAbove, w.enterTenant),
	}
}

// tenantsShown is the list of tenants.
type tenantsShown struct {
	Tenants      []tenantRow
	Search, Only string
	Turn         pager
	Any          bool // there are tenants at all
}

// tenantRow is one, with its size and how its connections are.
type tenantRow struct {
	ID, Name, External    string
	Reseller              string // whose it is, "" of the operator's own
	Suspended             bool
	Integrations, Trouble int
	Contacts, Numbers     int
	Dot                   string
}

const tenantsOnPage = 50

func (w *Web) listTenants(q *request) error {
	accounts, err := w.Directory.Accounts(q.ctx(), q.by)
	if err != nil {
		return err
	}
	shown := tenantsShown{Search: strings.TrimSpace(q.QueryParam("search")), Only: q.QueryParam("only")}
	search := strings.ToLower(shown.Search)
	resellers := map[tenant.ID]string{}
	for _, a := range accounts {
		if a.Kind == tenant.KindReseller && a.ID != q.home.ID {
			resellers[a.ID] = a.Name
		}
	}
	accounts = slices.DeleteFunc(accounts, func(a tenant.Account) bool { return a.Kind != tenant.KindTenant })
	shown.Any = len(accounts) > 0
	accounts = slices.DeleteFunc(accounts, func(a tenant.Account) bool {
		return search != "" && !strings.Contains(strings.ToLower(a.Name+" "+a.ExternalID+" "+string(a.ID)+" "+resellers[a.Parent]), search)
	})
	slices.SortFunc(accounts, func(a, b tenant.Account) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	if shown.Only == "trouble" {
		if accounts, err = w.inTrouble(q.ctx(), accounts); err != nil {
			return err
		}
	}
	accounts, shown.Turn = onPage(accounts, q, tenantsOnPage)
	for _, a := range accounts {
		row, err := w.measured(q.ctx(), a)
		if err != nil {
			return err
		}
		row.Reseller = resellers[a.Parent]
		shown.Tenants = append(shown.Tenants, row)
	}
	return q.show("tenants", "tenants.title", shown)
}

// inTrouble are those with an integration that needs somebody.
func (w *Web) inTrouble(ctx context.Context, accounts []tenant.Account) (out []tenant.Account, err error) {
	for _, a := range accounts {
		row, err := w.measured(ctx, a)
		if err != nil {
			return nil, err
		}
		if row.Trouble > 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

// measured is a tenant with its size and health, from memory where nothing has changed.
func (w *Web) measured(ctx context.Context, a tenant.Account) (tenantRow, error) {
	r := tenantRow{ID: string(a.ID), Name: a.Name, External: a.ExternalID, Suspended: a.Suspended, Dot: "off"}
	all, err := w.surveyed(ctx, a)
	if err != nil {
		return r, err
	}
	sleeping := 0
	for _, i := range all {
		r.Integrations++
		if i.State != tenant.StateEnabled {
			sleeping++
		}
		dot, _, err := w.condition(i)
		if err != nil {
			return r, err
		}
		if troubled(dot) {
			r.Trouble++
		}
		g, err := w.Cache.Published(refOf(i))
		if err != nil {
			return r, err
		}
		if g != nil {
			r.Contacts += g.Counts.Contacts
			r.Numbers += g.Counts.Numbers
		}
	}
	if r.Integrations > sleeping {
		r.Dot = "good"
	}
	if r.Trouble > 0 {
		r.Dot = "bad"
	}
	return r, nil
}

// enterTenant lets the operator or a reseller work in a tenant for an hour; the tenant sees it in its own log (reliability row A13).
func (w *Web) enterTenant(q *request) error {
	a, err := w.accountBelow(q, tenant.KindTenant)
	if err != nil {
		return err
	}
	if err := w.Directory.NoteSession(q.ctx(), q.by, a.ID, "session.enter"); err != nil {
		return err
	}
	if err := w.sessions.RenewToken(q.ctx()); err != nil {
		return err
	}
	w.sessions.Put(q.ctx(), sessTenant, string(a.ID))
	w.sessions.Put(q.ctx(), sessTenantUntil, w.Now().Add(workingLimit).Unix())
	return q.see("/", "tenants.entered", "Name", a.Name)
}

func (w *Web) leaveTenant(q *request) error {
	w.sessions.Remove(q.ctx(), sessTenant)
	if err := w.sessions.RenewToken(q.ctx()); err != nil {
		return err
	}
	return q.Redirect(http.StatusSeeOther, "/tenants")
}
