package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
)

// checkBody is what a command may add to a test of the connection.
type checkBody struct {
	AllowOutbound []string `json:"allow_outbound,omitempty"`
}

// syncBody says how much to read, and what a command may add.
type syncBody struct {
	Full          bool     `json:"full"`
	AllowOutbound []string `json:"allow_outbound,omitempty"`
}

// extraRules reads the private addresses this one check or run may reach besides those of the server's settings. Only a
// command on the server's machine may name any: whoever runs it is the operator, and could change the settings.
func extraRules(q asked, texts []string) ([]outbound.Rule, error) {
	if len(texts) > 0 && q.by.Kind != tenant.ActorCommand {
		return nil, problem(http.StatusForbidden, "allow_outbound is for commands on the server's machine only")
	}
	rules := make([]outbound.Rule, len(texts))
	for i, text := range texts {
		var err error
		if rules[i], err = outbound.ParseRule(text); err != nil {
			return nil, problem(http.StatusBadRequest, "allow_outbound: %v", err)
		}
	}
	return rules, nil
}

func (a *API) ref(c echo.Context, q asked, what tenant.Action) (cache.Ref, error) {
	i, err := a.integration(c, q, what)
	return cache.Ref{Tenant: q.tenant, Integration: i.ID}, err
}

// toRun is the integration a check or run is asked for, and what it may reach besides.
func (a *API) toRun(c echo.Context, q asked, allow []string) (cache.Ref, []outbound.Rule, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return in, nil, err
	}
	rules, err := extraRules(q, allow)
	return in, rules, err
}

// checkIntegration is "Test connection".
func (a *API) checkIntegration(c echo.Context, q asked) (any, error) {
	body, err := read[checkBody](c)
	if err != nil {
		return nil, err
	}
	in, allow, err := a.toRun(c, q, body.AllowOutbound)
	if err != nil {
		return nil, err
	}
	return a.Jobs.Check(c.Request().Context(), in, allow...)
}

// listChoices asks the CRM what there is for an option: its own fields, views, lists. A draft may ask too.
func (a *API) listChoices(c echo.Context, q asked) (any, error) {
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	list, err := orEmpty(a.Setup.Choices(c.Request().Context(), i, param(c, "option")))
	var failure *presets.Error
	if errors.As(err, &failure) && failure.ReauthNeeded {
		p := problem(http.StatusConflict, "%s", failure.Error())
		p.Hint = failure.Hint.String()
		return nil, p
	}
	return list, err
}

// syncIntegration begins a run and answers at once; the run's page tells how it goes.
func (a *API) syncIntegration(c echo.Context, q asked) (any, error) {
	body, err := read[syncBody](c)
	if err != nil {
		return nil, err
	}
	in, allow, err := a.toRun(c, q, body.AllowOutbound)
	if err != nil {
		return nil, err
	}
	mode := jobs.Auto
	if body.Full {
		mode = jobs.Full
	}
	if err := a.Setup.UseUpload(c.Request().Context(), q.by, in.Tenant, in.Integration); err != nil {
		return nil, err
	}
	id, err := a.Jobs.Sync(c.Request().Context(), in, mode, jobs.Manual, allow...)
	if err != nil {
		return nil, err
	}
	return created{map[string]jobs.RunID{"run": id}}, nil
}

func (a *API) acceptHeld(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return nil, a.Jobs.Accept(c.Request().Context(), in)
}

func (a *API) discardHeld(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return nil, a.Jobs.Discard(c.Request().Context(), in)
}

func (a *API) rollback(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return nil, a.Jobs.Rollback(c.Request().Context(), in)
}

func (a *API) listRuns(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.Read)
	if err != nil {
		return nil, err
	}
	_, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	return orEmpty(a.Jobs.Runs(c.Request().Context(), in, limit))
}

// runShown is a run with how far it is.
type runShown struct {
	jobs.Run
	Progress *jobs.Progress `json:"progress,omitempty"`
}

func (a *API) showRun(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.Read)
	if err != nil {
		return nil, err
	}
	run, err := a.Jobs.Run(c.Request().Context(), in, jobs.RunID(param(c, "run")))
	if err != nil {
		return nil, err
	}
	shown := runShown{Run: run}
	if p, ok := a.Jobs.Progress(in); ok && p.Run == run.ID {
		shown.Progress = &p
	}
	return shown, nil
}
