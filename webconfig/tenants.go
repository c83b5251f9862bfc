package webconfig

import (
	"cmp"
	"context"
	"errors"
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
	ID, Name, External          string
	Suspended                   bool
	Integrations, Trouble       int
	Contacts, Numbers, Sleeping int
	Dot                         string
}

const tenantsOnPage = 50

func (w *Web) listTenants(q *request) error {
	accounts, err := w.Directory.Accounts(q.ctx(), q.by)
	if err != nil {
		return err
	}
	shown := tenantsShown{Search: strings.TrimSpace(q.QueryParam("search")), Only: q.QueryParam("only")}
	search := strings.ToLower(shown.Search)
	var rows []tenantRow
	for _, a := range accounts {
		if a.Kind != tenant.KindTenant {
			continue
		}
		shown.Any = true
		if search != "" && !strings.Contains(strings.ToLower(a.Name+" "+a.ExternalID+" "+string(a.ID)), search) {
			continue
		}
		rows = append(rows, tenantRow{ID: string(a.ID), Name: a.Name, External: a.ExternalID, Suspended: a.Suspended})
	}
	slices.SortFunc(rows, func(a, b tenantRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	if shown.Only == "trouble" { // the one list for which every tenant has to be looked at
		if rows, err = w.measured(q.ctx(), rows); err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r tenantRow) bool { return r.Trouble == 0 })
	}
	shown.Tenants, shown.Turn = onPage(rows, q, tenantsOnPage)
	if shown.Tenants, err = w.measured(q.ctx(), shown.Tenants); err != nil {
		return err
	}
	return q.show("tenants", "tenants.title", shown)
}

// measured fills in sizes and health.
func (w *Web) measured(ctx context.Context, rows []tenantRow) ([]tenantRow, error) {
	for n := range rows {
		r := &rows[n]
		r.Integrations, r.Trouble, r.Contacts, r.Numbers, r.Sleeping, r.Dot = 0, 0, 0, 0, 0, "off"
		all, err := w.Directory.Integrations(ctx, tenant.ID(r.ID))
		if errors.Is(err, tenant.ErrNotFound) { // removed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			if err := w.measure(ctx, r, i); err != nil {
				return nil, err
			}
		}
		if r.Integrations > r.Sleeping {
			r.Dot = "good"
		}
		if r.Trouble > 0 {
			r.Dot = "bad"
		}
	}
	return rows, nil
}

func (w *Web) measure(ctx context.Context, r *tenantRow, i tenant.Integration) error {
	r.Integrations++
	if i.State != tenant.StateEnabled {
		r.Sleeping++
	}
	dot, _ := condition(i)
	status, err := w.Cache.Status(ctx, refOf(i))
	if err != nil {
		return err
	}
	if dot == "bad" || dot == "warn" || status.Held != nil {
		r.Trouble++
	}
	if g := status.Published; g != nil {
		r.Contacts += g.Counts.Contacts
		r.Numbers += g.Counts.Numbers
	}
	return nil
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
