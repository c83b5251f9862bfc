package api

import (
	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// verified is what a check of everything stored found.
type verified struct {
	Accounts     int      `json:"accounts"`
	Integrations int      `json:"integrations"`
	Entries      int      `json:"entries"`
	Calls        int      `json:"calls"`
	Broken       int      `json:"broken"`
	Problems     []string `json:"problems"`
}

// verify opens every sealed entry and walks every audit log.
func (a *API) verify(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	accounts, err := a.Directory.Accounts(ctx, q.by)
	if err != nil {
		return nil, err
	}
	v := verified{Accounts: len(accounts), Problems: []string{}}
	for _, account := range accounts {
		if err := a.Directory.VerifyAudit(ctx, account.ID); err != nil {
			v.Problems = append(v.Problems, "audit log of "+account.Name+": "+err.Error())
		}
		if account.Kind != tenant.KindTenant {
			continue
		}
		if err := a.verifyTenant(c, account, &v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (a *API) verifyTenant(c echo.Context, account tenant.Account, v *verified) error {
	ctx := c.Request().Context()
	all, err := a.Directory.Integrations(ctx, account.ID)
	if err != nil {
		v.Problems = append(v.Problems, "settings of "+account.Name+": "+err.Error())
		return nil
	}
	kept, unopened, err := a.Calls.Verify(ctx, account.ID)
	if err != nil {
		v.Problems = append(v.Problems, "calls of "+account.Name+": "+err.Error())
	}
	if unopened > 0 {
		v.Problems = append(v.Problems, account.Name+" has calls in its history that cannot be opened")
	}
	v.Calls, v.Broken = v.Calls+kept, v.Broken+unopened
	for _, i := range all {
		entries, broken, err := a.Cache.Verify(ctx, cache.Ref{Tenant: account.ID, Integration: i.ID})
		if err != nil {
			v.Problems = append(v.Problems, "contacts of "+i.Name+": "+err.Error())
		}
		if broken > 0 {
			v.Problems = append(v.Problems, i.Name+" of "+account.Name+" has contacts that cannot be opened; synchronise it in full")
		}
		v.Integrations, v.Entries, v.Broken = v.Integrations+1, v.Entries+entries, v.Broken+broken
	}
	return nil
}
