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
	if err := a.Lines.Lint(tenant.System{}.WithLines(body)); err != nil {
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
	system, err := a.systemOf(ctx, q, param(c, "system"))
	if err == nil {
		err = a.Lines.Lint(system.WithLines(body))
	}
	if err != nil {
		return nil, err
	}
	return a.Directory.SetSystem(ctx, q.by, q.tenant, system.ID, body)
}

func (a *API) removeSystem(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	id, err := a.systemID(ctx, q, param(c, "system"))
	if err != nil {
		return nil, err
	}
	return nil, a.Directory.RemoveSystem(ctx, q.by, q.tenant, id)
}

// showLine tells how the connection to a phone system stands.
func (a *API) showLine(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	id, err := a.systemID(ctx, q, param(c, "system"))
	if err != nil {
		return nil, err
	}
	return a.Lines.Status(q.tenant, id), nil
}

// checkSystem is "Test connection" of a phone system.
func (a *API) checkSystem(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.ManageSystems); err != nil {
		return nil, err
	}
	id, err := a.systemID(ctx, q, param(c, "system"))
	if err != nil {
		return nil, err
	}
	return a.Lines.Check(ctx, q.tenant, id)
}

// systemID finds the id of a phone system by its id or name.
func (a *API) systemID(ctx context.Context, q asked, idOrName string) (tenant.SystemID, error) {
	s, err := a.systemOf(ctx, q, idOrName)
	return s.ID, err
}

// systemOf finds a phone system of the tenant by id or by its name, which is unique there.
func (a *API) systemOf(ctx context.Context, q asked, idOrName string) (tenant.System, error) {
	systems, err := a.Directory.Systems(ctx, q.tenant)
	if err != nil {
		return tenant.System{}, err
	}
	for _, s := range systems {
		if string(s.ID) == idOrName || s.Name == idOrName {
			return s, nil
		}
	}
	return tenant.System{}, notFound("phone system")
}
