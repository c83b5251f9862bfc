package api

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// keyBody is a key as added. Rate nil is the default, 0 is no limit.
type keyBody struct {
	Name   string        `json:"name"`
	System string        `json:"system"` // id or name; "" is the one called default
	Scopes tenant.Scopes `json:"scopes"`
	Rate   *float64      `json:"rate"`
	URLKey bool          `json:"url_key"`
}

// keyShown is a key with its secret, which is answered this once and never again.
type keyShown struct {
	tenant.Key
	Secret string `json:"key"`
	// Address is what a softphone opens, with the number behind it; of scope pop only.
	Address string `json:"address,omitempty"`
}

func (a *API) listKeys(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	return orEmpty(a.Directory.Keys(ctx, q.tenant))
}

func (a *API) addKey(c echo.Context, q asked) (any, error) {
	body, err := read[keyBody](c)
	if err != nil {
		return nil, err
	}
	if body.System == "" {
		body.System = tenant.DefaultSystem
	}
	ctx := c.Request().Context()
	system, err := a.systemID(ctx, q, body.System)
	if err != nil {
		return nil, err
	}
	key := tenant.Key{
		Name: body.Name, Tenant: q.tenant, System: system, Scopes: body.Scopes, Rate: tenant.DefaultRate, URLKey: body.URLKey,
	}
	if body.Rate != nil {
		key.Rate = *body.Rate
	}
	key, secret, err := a.Directory.AddKey(ctx, q.by, key)
	if err != nil {
		return nil, err
	}
	shown := keyShown{Key: key, Secret: secret}
	if key.Scopes == tenant.ScopePop {
		shown.Address = strings.TrimRight(a.PublicURL, "/") + "/pop/" + secret + "?number="
	}
	return created{shown}, nil
}

func (a *API) revokeKey(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	keys, err := a.Directory.Keys(ctx, q.tenant)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if wanted := param(c, "key"); string(k.ID) == wanted || (k.Prefix != "" && k.Prefix == wanted) {
			return nil, a.Directory.RevokeKey(ctx, q.by, q.tenant, k.ID)
		}
	}
	return nil, notFound("key")
}
