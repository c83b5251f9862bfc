package api

import (
	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// settings is a set of named texts, checked by the declarations of what they belong to.
type settings map[string]string

func (a *API) listTenants(c echo.Context, q asked) (any, error) {
	accounts, err := a.Directory.Accounts(c.Request().Context(), q.by)
	if err != nil {
		return nil, err
	}
	tenants := []tenant.Account{}
	for _, account := range accounts {
		if account.Kind == tenant.KindTenant {
			tenants = append(tenants, account)
		}
	}
	return tenants, nil
}

func (a *API) addTenant(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	parent := q.by.Account
	if parent == "" {
		parent = a.Directory.Operator()
	}
	account, err := a.Directory.AddTenant(c.Request().Context(), q.by, parent, body)
	if err != nil {
		return nil, err
	}
	return created{account}, nil
}

func (a *API) showTenant(c echo.Context, q asked) (any, error) {
	return a.Directory.Account(c.Request().Context(), q.tenant)
}

func (a *API) setTenant(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	return a.Directory.SetAccount(c.Request().Context(), q.by, q.tenant, body)
}

func (a *API) audit(c echo.Context, q asked) (any, error) {
	from, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.ReadAudit); err != nil {
		return nil, err
	}
	return a.Directory.Audit(ctx, q.tenant, uint64(from), limit)
}
