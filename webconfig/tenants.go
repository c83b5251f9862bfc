package webconfig

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) tenantsRoutes() []route {
	return []route{
		get("/tenants", needAbove, w.listTenants),
		get("/tenants/new", needAbove, w.showNewTenant),
		post("/tenants/new", needAbove, w.addTenant),
		post("/tenants/leave", needAbove, w.leaveTenant),
		get("/tenants/:tenant", needAbove, w.showTenant),
		post("/tenants/:tenant", needAbove, w.setTenant),
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
	accounts = slices.DeleteFunc(accounts, func(a tenant.Account) bool { return a.Kind != tenant.KindTenant })
	shown.Any = len(accounts) > 0
	accounts = slices.DeleteFunc(accounts, func(a tenant.Account) bool {
		return search != "" && !strings.Contains(strings.ToLower(a.Name+" "+a.ExternalID+" "+string(a.ID)), search)
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

// tenantShown is one tenant's settings, for whoever is above it.
type tenantShown struct {
	ID   string // "" for a new one
	Name string
	Form form
}

// aboveSettings are all settings of a tenant; whether it is suspended is not asked of a new one.
func aboveSettings(fresh bool) option.Set {
	return slices.DeleteFunc(slices.Clone(tenant.AccountOptions()), func(o option.Option) bool { return fresh && o.Name == "suspended" })
}

func (w *Web) showNewTenant(q *request) error {
	return q.show("tenant", "tenants.new", tenantShown{Form: q.form(aboveSettings(true), formInput{Words: q.settingWords})})
}

func (w *Web) addTenant(q *request) error {
	values := q.values(aboveSettings(true))
	for name, text := range values {
		if text == "" {
			delete(values, name)
		}
	}
	a, err := w.Directory.AddTenant(q.ctx(), q.by, q.home.ID, values)
	if refused(err) {
		f := q.form(aboveSettings(true), formInput{Values: values, Err: err, Words: q.settingWords})
		return q.showStatus(http.StatusUnprocessableEntity, "tenant", "tenants.new", tenantShown{Form: f})
	}
	if err != nil {
		return err
	}
	return q.see("/tenants/"+string(a.ID), "tenants.added", "Name", a.Name)
}

// theTenant is the one in the path, if it is in reach.
func (w *Web) theTenant(q *request) (tenant.Account, error) {
	id := tenant.ID(q.pathParam("tenant"))
	if err := w.Directory.Authorise(q.ctx(), q.by, id, tenant.Read); err != nil {
		return tenant.Account{}, err
	}
	a, err := w.Directory.Account(q.ctx(), id)
	if err == nil && a.Kind != tenant.KindTenant {
		err = tenant.ErrNotFound
	}
	return a, err
}

func (w *Web) showTenant(q *request) error {
	a, err := w.theTenant(q)
	if err != nil {
		return err
	}
	f := q.form(aboveSettings(false), settingsForm(a, q.settingWords))
	return q.show("tenant", a.Name, tenantShown{ID: string(a.ID), Name: a.Name, Form: f})
}

func (w *Web) setTenant(q *request) error {
	a, err := w.theTenant(q)
	if err != nil {
		return err
	}
	values := q.values(aboveSettings(false))
	_, err = w.Directory.SetAccount(q.ctx(), q.by, a.ID, values)
	if refused(err) {
		in := settingsForm(a, q.settingWords)
		in.Values, in.Err = values, err
		f := q.form(aboveSettings(false), in)
		return q.showStatus(http.StatusUnprocessableEntity, "tenant", a.Name, tenantShown{ID: string(a.ID), Name: a.Name, Form: f})
	}
	if err != nil {
		return err
	}
	return q.see("/tenants/"+string(a.ID), "form.saved")
}

// enterTenant lets the operator or a reseller work in a tenant for an hour; the tenant sees it in its own log (reliability row A13).
func (w *Web) enterTenant(q *request) error {
	a, err := w.theTenant(q)
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
