package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// settings is a set of named texts, checked by the declarations of what they belong to.
type settings map[string]string

// resellerSetting is what a tenant's settings hold besides those of its account: below whom it is, by id or name, "" for the operator.
const resellerSetting = "reseller"

func (a *API) listTenants(c echo.Context, q asked) (any, error) {
	return a.listAccounts(c, q, tenant.KindTenant)
}

// listResellers lists what the caller sees of them; a reseller sees itself. What a tenant is asked by its id or name, a reseller is too.
func (a *API) listResellers(c echo.Context, q asked) (any, error) {
	return a.listAccounts(c, q, tenant.KindReseller)
}

func (a *API) listAccounts(c echo.Context, q asked, kind tenant.Kind) (any, error) {
	accounts, err := a.Directory.Accounts(c.Request().Context(), q.by)
	if err != nil {
		return nil, err
	}
	found := []tenant.Account{}
	for _, account := range accounts {
		if account.Kind == kind {
			found = append(found, account)
		}
	}
	return found, nil
}

func (a *API) addTenant(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	parent := a.accountOf(q)
	if reseller, ok := body[resellerSetting]; ok {
		if parent, err = a.reseller(ctx, q, reseller); err != nil {
			return nil, err
		}
		delete(body, resellerSetting)
	}
	account, err := a.Directory.AddTenant(ctx, q.by, parent, body)
	if err != nil {
		return nil, err
	}
	return created{account}, nil
}

func (a *API) addReseller(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	account, err := a.Directory.AddReseller(c.Request().Context(), q.by, body)
	if err != nil {
		return nil, err
	}
	return created{account}, nil
}

// reseller finds the account a tenant is to be below.
func (a *API) reseller(ctx context.Context, q asked, idOrName string) (tenant.ID, error) {
	if idOrName == "" {
		return a.Directory.Operator(), nil
	}
	account, err := a.Directory.Find(ctx, q.by, idOrName)
	if err != nil {
		return "", missing("reseller", err)
	}
	if account.Kind != tenant.KindReseller {
		return "", problem(http.StatusUnprocessableEntity, "reseller: that is no reseller")
	}
	return account.ID, nil
}

func (a *API) showTenant(c echo.Context, q asked) (any, error) {
	return a.Directory.Account(c.Request().Context(), q.tenant)
}

// setTenant changes settings. Below whom a tenant is only the operator changes.
func (a *API) setTenant(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	if reseller, ok := body[resellerSetting]; ok {
		parent, err := a.reseller(ctx, q, reseller)
		if err == nil {
			err = a.Directory.MoveAccount(ctx, q.by, q.tenant, parent)
		}
		if err != nil {
			return nil, err
		}
		if delete(body, resellerSetting); len(body) == 0 {
			return a.Directory.Account(ctx, q.tenant)
		}
	}
	return a.Directory.SetAccount(ctx, q.by, q.tenant, body)
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
