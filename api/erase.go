package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// Erasing goes in this order, so that a crash in between leaves nothing that answers or can be read: answers stop, keys are
// destroyed, then the bytes are deleted and counted. A client that hangs up does not stop it.

// removeTenant erases a tenant with everything that belongs to it, or a reseller that has no tenants any more.
func (a *API) removeTenant(c echo.Context, q asked) (any, error) {
	return a.EraseAccount(c.Request().Context(), q.by, q.tenant)
}

// EraseAccount erases a tenant, or a reseller without tenants, wherever something of it lies, and reports what it found.
func (a *API) EraseAccount(ctx context.Context, by tenant.Actor, id tenant.ID) (tenant.Erasure, error) {
	ctx = context.WithoutCancel(ctx)
	if err := a.Directory.Authorise(ctx, by, id, tenant.ManageAccount); err != nil {
		return tenant.Erasure{}, err
	}
	all, err := a.Directory.Integrations(ctx, id)
	if err != nil {
		return tenant.Erasure{}, err
	}
	for _, i := range all {
		if err := a.endAnswers(ctx, i); err != nil {
			return tenant.Erasure{}, err
		}
	}
	erasure, err := a.Directory.RemoveAccount(ctx, by, id)
	if err != nil {
		return tenant.Erasure{}, err
	}
	return a.sweep(ctx, erasure, all)
}

// removeIntegration erases an integration's settings, tokens and contacts.
func (a *API) removeIntegration(c echo.Context, q asked) (any, error) {
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return a.EraseIntegration(c.Request().Context(), q.by, i)
}

// EraseIntegration erases an integration's settings, tokens and contacts wherever they lie, and reports what it found.
func (a *API) EraseIntegration(ctx context.Context, by tenant.Actor, i tenant.Integration) (tenant.Erasure, error) {
	ctx = context.WithoutCancel(ctx)
	if err := a.Directory.Authorise(ctx, by, i.Tenant, tenant.ManageIntegrations); err != nil {
		return tenant.Erasure{}, err
	}
	if err := a.endAnswers(ctx, i); err != nil {
		return tenant.Erasure{}, err
	}
	if err := a.Setup.AbandonCopies(ctx, by, i); err != nil {
		return tenant.Erasure{}, err
	}
	erasure, err := a.Directory.RemoveIntegration(ctx, by, i.Tenant, i.ID)
	if err != nil {
		return tenant.Erasure{}, err
	}
	return a.sweep(ctx, erasure, []tenant.Integration{i})
}

// endAnswers withdraws access at the CRM, as well as that can be done, and stops the answers.
func (a *API) endAnswers(ctx context.Context, i tenant.Integration) error {
	a.Setup.Revoke(ctx, i)
	return a.Cache.Erase(ctx, refOf(i))
}

func refOf(i tenant.Integration) cache.Ref {
	return cache.Ref{Tenant: i.Tenant, Integration: i.ID}
}

// sweep deletes what can no longer be read, and closes the report.
func (a *API) sweep(ctx context.Context, e tenant.Erasure, all []tenant.Integration) (tenant.Erasure, error) {
	entries, uploads := 0, 0
	for _, i := range all {
		if err := a.Jobs.Forget(ctx, refOf(i)); err != nil {
			return e, err
		}
		n, err := a.Cache.Sweep(ctx, refOf(i))
		if err != nil {
			return e, err
		}
		entries += n
		if n, err = a.Setup.EraseUploads(i.Tenant, i.ID); err != nil {
			return e, err
		}
		uploads += n
	}
	kept, err := a.eraseCalls(ctx, e)
	if err != nil {
		return e, err
	}
	stores := []tenant.ErasedStore{{Name: "cache", Records: entries}, {Name: "calls", Records: kept}}
	if uploads > 0 {
		stores = append(stores, tenant.ErasedStore{Name: "files", Records: uploads})
	}
	return a.Directory.FinishErasure(ctx, e, stores...)
}

// eraseCalls forgets a tenant's calls, or what an integration knew of them.
func (a *API) eraseCalls(ctx context.Context, e tenant.Erasure) (int, error) {
	if e.Integration != "" {
		return a.Calls.EraseIntegration(ctx, e.Account, e.Integration)
	}
	return a.Calls.EraseTenant(ctx, e.Account)
}

// FinishErasure ends an erasure that a crash interrupted.
func (a *API) FinishErasure(ctx context.Context, e tenant.Erasure) error {
	ids := e.Integrations
	if e.Integration != "" {
		ids = []tenant.IntegrationID{e.Integration}
	}
	var all []tenant.Integration
	for _, id := range ids {
		i := tenant.Integration{ID: id, Tenant: e.Account}
		if err := a.Cache.Erase(ctx, refOf(i)); err != nil {
			return err
		}
		all = append(all, i)
	}
	_, err := a.sweep(ctx, e, all)
	return err
}

// erasures lists everything that was erased.
func (a *API) erasures(c echo.Context, q asked) (any, error) {
	if q.by.Role != tenant.RoleOperator {
		return nil, problem(http.StatusForbidden, "this is for the operator")
	}
	return orEmpty(a.Directory.Erasures(c.Request().Context()))
}
