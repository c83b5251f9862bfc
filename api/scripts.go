package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// scriptBody is a script as added.
type scriptBody struct {
	Name string      `json:"name"`
	URL  string      `json:"url"`
	When tenant.When `json:"when"`
	Pop  bool        `json:"pop"`
}

// Scripts are the tenant's stand-alone ones, or, below an integration, that integration's.

func (a *API) listScripts(c echo.Context, q asked) (any, error) {
	if param(c, "integration") != "" {
		i, err := a.integration(c, q, tenant.Read)
		return orEmpty(i.Scripts, err)
	}
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	return orEmpty(a.Directory.Scripts(ctx, q.tenant))
}

func (a *API) addScript(c echo.Context, q asked) (any, error) {
	body, err := read[scriptBody](c)
	if err != nil {
		return nil, err
	}
	s := tenant.Script{ID: tenant.NewScriptID(), Name: body.Name, URL: body.URL, When: body.When, Pop: body.Pop}
	if param(c, "integration") == "" {
		s.URL, err = compiled(s.URL, a.Setup.StandAlone())
		if err != nil {
			return nil, err
		}
		s, err = a.Directory.AddScript(c.Request().Context(), q.by, q.tenant, s)
		return created{s}, err
	}
	return a.addToIntegration(c, q, s)
}

func (a *API) addToIntegration(c echo.Context, q asked, s tenant.Script) (any, error) {
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	names, ok := a.Setup.ScriptNames(c.Request().Context(), i)
	if !ok {
		return nil, problem(http.StatusConflict, "the preset of %s is not in the catalogue any more", i.Name)
	}
	if s.When == tenant.WhenNoMatch || s.When == tenant.WhenAlways {
		names = a.Setup.StandAlone() // there is no record whose fields it could show
	}
	if s.URL, err = compiled(s.URL, names); err != nil {
		return nil, err
	}
	_, err = a.Directory.SetIntegration(c.Request().Context(), q.by, q.tenant, i.ID, func(i *tenant.Integration) error {
		i.Scripts = append(i.Scripts, s)
		return nil
	})
	return created{s}, err
}

func (a *API) removeScript(c echo.Context, q asked) (any, error) {
	id, ctx := tenant.ScriptID(param(c, "script")), c.Request().Context()
	if param(c, "integration") == "" {
		return nil, a.Directory.RemoveScript(ctx, q.by, q.tenant, id)
	}
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	_, err = a.Directory.SetIntegration(ctx, q.by, q.tenant, i.ID, func(i *tenant.Integration) error {
		for k, s := range i.Scripts {
			if s.ID == id {
				i.Scripts = append(i.Scripts[:k:k], i.Scripts[k+1:]...)
				return nil
			}
		}
		return notFound("script")
	})
	return nil, err
}

// compiled returns a template as it was understood, or every mistake in it with its position.
func compiled(text string, names scripts.Names) (string, error) {
	t, err := scripts.Parse(text, names)
	if err == nil {
		return t.String(), nil
	}
	p := problem(http.StatusUnprocessableEntity, "this script cannot be used")
	var all scripts.SyntaxErrors
	if errors.As(err, &all) {
		for _, one := range all {
			p.Errors = append(p.Errors, OptionErrors{Option: "url", Text: one.Error()})
		}
	}
	return "", p
}
