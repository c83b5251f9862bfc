package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// presetShown is a card of the catalogue.
type presetShown struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Summary  string     `json:"summary"`
	Category string     `json:"category,omitempty"`
	Kind     string     `json:"kind"`
	Reads    bool       `json:"reads"` // false: scripts alone, with nothing to map, test or synchronise
	Maturity string     `json:"maturity"`
	Docs     string     `json:"docs,omitempty"`
	Uploaded bool       `json:"uploaded,omitempty"` // by an operator
	Setup    string     `json:"setup,omitempty"`
	Options  option.Set `json:"options,omitempty"`
	// Objects are what can be copied, for the option objects; Choices the options for which an integration can be asked what
	// there is.
	Objects []objectShown `json:"objects,omitempty"`
	Choices []string      `json:"choices,omitempty"`
}

type objectShown struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
}

func (a *API) card(p *presets.Preset) presetShown {
	return presetShown{Uploaded: !a.Catalog.BuiltIn(p.ID), ID: p.ID, Name: p.Name, Summary: p.Summary, Category: p.Category, Kind: p.Kind, Reads: p.Reads(), Maturity: p.Maturity, Docs: p.Docs}
}

func (a *API) listPresets(echo.Context, asked) (any, error) {
	cards := []presetShown{}
	for _, p := range a.Catalog.All() {
		cards = append(cards, a.card(p))
	}
	return cards, nil
}

func (a *API) showPreset(c echo.Context, _ asked) (any, error) {
	p, ok := a.Catalog.Get(param(c, "preset"))
	if !ok {
		p := notFound("preset")
		if near := a.Catalog.Nearest(param(c, "preset")); near != "" {
			p.Hint = "did you mean " + near + "? " + p.Hint
		}
		return nil, p
	}
	shown := a.card(p)
	shown.Setup, shown.Options = p.Setup, append(p.Options[:len(p.Options):len(p.Options)], setup.Common()...)
	shown.Choices = p.Choosable()
	for _, s := range p.Streams {
		shown.Objects = append(shown.Objects, objectShown{s.ID, s.Title})
	}
	return shown, nil
}

// showPresetOptions tells which operator-level options are set; values stay where they are.
func (a *API) showPresetOptions(c echo.Context, q asked) (any, error) {
	account := a.accountOf(q)
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, account, tenant.ManagePresetOptions); err != nil {
		return nil, err
	}
	var together []string
	if p, ok := a.Catalog.Get(param(c, "preset")); ok {
		together = p.AppOptions()
	}
	set, err := a.Directory.PresetOptions(ctx, account, param(c, "preset"), together...)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for name := range set {
		names[name] = "set"
	}
	return names, nil
}

func (a *API) setPresetOptions(c echo.Context, q asked) (any, error) {
	body, err := read[settings](c)
	if err != nil {
		return nil, err
	}
	p, ok := a.Catalog.Get(param(c, "preset"))
	if !ok {
		return nil, notFound("preset")
	}
	change := map[string]tenant.Secret{}
	for name, value := range body {
		o, ok := p.Options.Find(name)
		if !ok || !o.ForOperator() {
			return nil, problem(http.StatusUnprocessableEntity, "%s has no operator-level option %q", p.Name, name)
		}
		change[o.Name] = tenant.NewSecret(value)
	}
	return nil, a.Directory.SetPresetOptions(c.Request().Context(), q.by, a.accountOf(q), p.ID, change)
}

// accountOf is the operator's or reseller's own account.
func (a *API) accountOf(q asked) tenant.ID {
	if q.by.Account == "" {
		return a.Directory.Operator()
	}
	return q.by.Account
}
