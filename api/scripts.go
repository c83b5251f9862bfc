package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// scriptBody is a script as added.
type scriptBody struct {
	Name string      `json:"name"`
	URL  string      `json:"url"`
	When tenant.When `json:"when"`
	Pop  bool        `json:"pop"`
	// Server makes it a request the server sends when it rings.
	Server *tenant.ServerRequest `json:"server,omitempty"`
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
	s := tenant.Script{ID: tenant.NewScriptID(), Name: body.Name, URL: body.URL, When: body.When, Pop: body.Pop, Server: body.Server}
	if param(c, "integration") == "" {
		s.URL, err = compiled(s, a.Setup.StandAlone())
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
	if s.URL, err = compiled(s, names); err != nil {
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
		return nil, missing("script", a.Directory.RemoveScript(ctx, q.by, q.tenant, id))
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

// compiled returns a script's address as it was understood, or every mistake in its templates with its position.
func compiled(s tenant.Script, names scripts.Names) (string, error) {
	p := problem(http.StatusUnprocessableEntity, "this script cannot be used")
	t, err := scripts.Parse(s.URL, names)
	p.mistakes("url", err)
	if r := s.Server; r != nil {
		if s.Pop || err == nil && !strings.HasPrefix(t.String(), "https://") && !strings.HasPrefix(t.String(), "http://") {
			p.mistakes("server", errors.New("the server asks https and http addresses, and opens nothing"))
		}
		_, err = scripts.ParseBody(scripts.JSONBody, r.JSON, names)
		if r.JSON != "" {
			p.mistakes("server.json", err)
		}
		_, err = scripts.ParseBody(scripts.FormBody, r.Form, names)
		if r.Form != "" {
			p.mistakes("server.form", err)
		}
		for name, text := range r.Headers {
			_, err := scripts.ParseHeader(text, names)
			p.mistakes("server.headers."+name, err)
			if !presets.HeaderName(name) {
				p.mistakes("server.headers."+name, errors.New("a script may not set this header"))
			}
		}
	}
	if len(p.Errors) > 0 {
		return "", p
	}
	return t.String(), nil
}

// mistakes adds what is wrong with a template.
func (p *Problem) mistakes(member string, err error) {
	var all scripts.SyntaxErrors
	switch {
	case errors.As(err, &all):
		for _, one := range all {
			p.Errors = append(p.Errors, OptionErrors{Option: member, Text: one.Error()})
		}
	case err != nil:
		p.Errors = append(p.Errors, OptionErrors{Option: member, Text: err.Error()})
	}
}
