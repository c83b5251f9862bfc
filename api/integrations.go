package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// integrationBody is an integration as added: its preset's options and the common settings, by name.
type integrationBody struct {
	Name    string   `json:"name"`
	Preset  string   `json:"preset"`
	Options settings `json:"options"`
}

// integrationShown is an integration with the state of its cache.
type integrationShown struct {
	tenant.Integration
	Generation uint64         `json:"generation,omitempty"` // of the contacts that answer
	Contacts   int            `json:"contacts"`
	Numbers    int            `json:"numbers"`
	Rejected   int            `json:"rejected"`
	SyncedAt   *time.Time     `json:"synced_at,omitempty"`
	Previous   bool           `json:"has_previous"`
	Held       *heldShown     `json:"held,omitempty"`
	Next       *time.Time     `json:"next_sync,omitempty"`
	Progress   *jobs.Progress `json:"progress,omitempty"`
	Source     string         `json:"source"`              // read: by the server; pushed: sent to it; none: scripts alone
	WaitsFor   string         `json:"waits_for,omitempty"` // of a draft: sign_in or file
	SignIn     string         `json:"authorize_url,omitempty"`
}

type heldShown struct {
	Reason string      `json:"reason"`
	Since  time.Time   `json:"since"`
	Stats  cache.Stats `json:"stats"`
}

func (a *API) listIntegrations(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	all, err := a.Directory.Integrations(ctx, q.tenant)
	if err != nil {
		return nil, err
	}
	shown := make([]integrationShown, 0, len(all))
	for _, i := range all {
		one, err := a.shown(ctx, i)
		if err != nil {
			return nil, err
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// shown adds to an integration what the cache and the scheduler know of it.
func (a *API) shown(ctx context.Context, i tenant.Integration) (integrationShown, error) {
	s := integrationShown{Integration: i, Source: a.Setup.SourceOf(i), WaitsFor: a.Setup.WaitsFor(i)}
	in := cache.Ref{Tenant: i.Tenant, Integration: i.ID}
	status, err := a.Cache.Status(ctx, in)
	if err != nil {
		return s, err
	}
	if g := status.Published; g != nil {
		at := g.SyncedAt
		s.Generation, s.SyncedAt = g.Number, &at
		s.Contacts, s.Numbers, s.Rejected = g.Counts.Contacts, g.Counts.Numbers, g.Counts.Rejected
	}
	s.Previous = status.Previous != nil
	if h := status.Held; h != nil {
		s.Held = &heldShown{Reason: h.Reason, Since: h.Since, Stats: h.Stats}
	}
	if p, ok := a.Jobs.Progress(in); ok {
		s.Progress = &p
	}
	if plan, err := a.Jobs.Preview(ctx, in, 1); err == nil && !plan.Next.IsZero() {
		s.Next = &plan.Next
	}
	return s, nil
}

func (a *API) addIntegration(c echo.Context, q asked) (any, error) {
	body, err := read[integrationBody](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	i, err := a.Setup.Add(ctx, q.by, q.tenant, setup.Draft{Name: body.Name, Preset: body.Preset, Options: body.Options})
	if err != nil {
		return nil, err
	}
	shown, err := a.shown(ctx, i)
	if err != nil {
		return nil, err
	}
	if shown.WaitsFor == setup.WaitsForSignIn {
		shown.SignIn, err = a.Setup.AuthorizeURL(ctx, q.by, q.tenant, i.ID)
	}
	return created{shown}, err
}

func (a *API) showIntegration(c echo.Context, q asked) (any, error) {
	i, err := a.integration(c, q, tenant.Read)
	if err != nil {
		return nil, err
	}
	return a.shown(c.Request().Context(), i)
}

// integrationPatch changes what is given.
type integrationPatch struct {
	Name         *string                    `json:"name"`
	Options      settings                   `json:"options"`
	Notification []tenant.NotificationField `json:"notification"`
}

func (a *API) setIntegration(c echo.Context, q asked) (any, error) {
	body, err := read[integrationPatch](c)
	if err != nil {
		return nil, err
	}
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	if len(body.Options) > 0 {
		if _, err := a.Setup.Change(ctx, q.by, q.tenant, i.ID, body.Options); err != nil {
			return nil, err
		}
	}
	i, err = a.Directory.SetIntegration(ctx, q.by, q.tenant, i.ID, func(i *tenant.Integration) error {
		if body.Name != nil {
			i.Name = *body.Name
		}
		if body.Notification != nil {
			i.Notification = body.Notification
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.shown(ctx, i)
}

func (a *API) enableIntegration(c echo.Context, q asked) (any, error) {
	return a.setState(c, q, tenant.StateEnabled)
}

func (a *API) disableIntegration(c echo.Context, q asked) (any, error) {
	return a.setState(c, q, tenant.StateDisabled)
}

func (a *API) setState(c echo.Context, q asked, state tenant.State) (any, error) {
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	if a.Setup.WaitsFor(i) == setup.WaitsForFile {
		return nil, problem(http.StatusConflict, "%s waits for its first file; upload one and synchronise", i.Name)
	}
	if i.State == tenant.StateDraft {
		return nil, problem(http.StatusConflict, "%s is not connected yet: somebody has to sign in at the CRM first", i.Name)
	}
	ctx := c.Request().Context()
	i, err = a.Directory.SetIntegration(ctx, q.by, q.tenant, i.ID, func(i *tenant.Integration) error {
		i.State = state
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.shown(ctx, i)
}

// authorizeIntegration returns the address at which somebody signs in at the CRM.
func (a *API) authorizeIntegration(c echo.Context, q asked) (any, error) {
	i, err := a.integration(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	url, err := a.Setup.AuthorizeURL(c.Request().Context(), q.by, q.tenant, i.ID)
	if err != nil {
		return nil, err
	}
	return map[string]string{"authorize_url": url}, nil
}

// oauthCallback is where CRMs send people back to.
func (a *API) oauthCallback(c echo.Context, _ asked) error {
	i, err := a.Setup.Authorized(c.Request().Context(), c.QueryParams(), "")
	if err != nil {
		return err
	}
	return c.String(http.StatusOK, "Connected: "+i.Name+" may now be synchronised. You can close this window.\n")
}

// integration finds one of the tenant by id or by its name, and checks that q may do what it is about to.
func (a *API) integration(c echo.Context, q asked, what tenant.Action) (tenant.Integration, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, what); err != nil {
		return tenant.Integration{}, err
	}
	all, err := a.Directory.Integrations(ctx, q.tenant)
	if err != nil {
		return tenant.Integration{}, err
	}
	wanted := param(c, "integration")
	var named []tenant.Integration
	for _, i := range all {
		if string(i.ID) == wanted {
			return i, nil
		}
		if strings.EqualFold(i.Name, wanted) {
			named = append(named, i)
		}
	}
	if len(named) == 1 {
		return named[0], nil
	}
	if len(named) > 1 {
		return tenant.Integration{}, problem(http.StatusConflict, "several integrations have that name; use the id")
	}
	return tenant.Integration{}, notFound("integration")
}
