package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

func (a *API) listSystems(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	return orEmpty(a.Directory.Systems(ctx, q.tenant))
}

func (a *API) addSystem(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	system, err := a.Directory.AddSystem(c.Request().Context(), q.by, q.tenant, body)
	if err != nil {
		return nil, err
	}
	return created{system}, nil
}

func (a *API) setSystem(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	id, err := a.systemID(ctx, q, param(c, "system"))
	if err != nil {
		return nil, err
	}
	return a.Directory.SetSystem(ctx, q.by, q.tenant, id, body)
}

func (a *API) removeSystem(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	id, err := a.systemID(ctx, q, param(c, "system"))
	if err != nil {
		return nil, err
	}
	return nil, a.Directory.RemoveSystem(ctx, q.by, q.tenant, id)
}

// systemID finds a phone system of the tenant by id or by its name, which is unique there.
func (a *API) systemID(ctx context.Context, q asked, idOrName string) (tenant.SystemID, error) {
	systems, err := a.Directory.Systems(ctx, q.tenant)
	if err != nil {
		return "", err
	}
	for _, s := range systems {
		if string(s.ID) == idOrName || s.Name == idOrName {
			return s.ID, nil
		}
	}
	return "", notFound("phone system")
}
