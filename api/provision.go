package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// provisionBody is how a tenant should be. What is not named stays as it is; nothing is removed.
type provisionBody struct {
	Settings settings     `json:"settings"`
	Systems  []settings   `json:"systems"` // known by their names
	People   []personBody `json:"people"`  // known by their e-mail addresses; a password is for those that are new
	SignIn   string       `json:"sign_in"` // e-mail address of one of them who is to be signed in now
}

// provisioned is how the tenant is afterwards.
type provisioned struct {
	Tenant  tenant.Account  `json:"tenant"`
	Systems []tenant.System `json:"systems"`
	People  []tenant.Person `json:"people"`
	// SignInURL signs that person in once, within a minute: a portal sends the person's browser there.
	SignInURL string `json:"sign_in_url,omitempty"`
}

// provision makes a tenant as an operator's or reseller's own system wants it, under the id that system has for it. Each
// step is a change of its own; asked again after an error, or just again, it does what is left to do.
func (a *API) provision(c echo.Context, q asked) (any, error) {
	body, err := read[provisionBody](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	account, err := a.provisionAccount(ctx, q, param(c, "external"), body.Settings)
	if err != nil {
		return nil, err
	}
	q.tenant = account.ID
	for _, s := range body.Systems {
		if err := a.provisionSystem(ctx, q, s); err != nil {
			return nil, err
		}
	}
	for _, p := range body.People {
		if err := a.provisionPerson(ctx, q, p); err != nil {
			return nil, err
		}
	}
	done, err := a.provisioned(ctx, account)
	if err != nil || body.SignIn == "" {
		return done, err
	}
	done.SignInURL, err = a.signInURL(ctx, q, body.SignIn)
	return done, err
}

// signInURL is the link a portal opens for somebody of the tenant.
func (a *API) signInURL(ctx context.Context, q asked, email string) (string, error) {
	id, err := a.personID(ctx, q, strings.TrimSpace(email))
	if err != nil {
		return "", err
	}
	if a.PublicURL == "" {
		return "", problem(http.StatusConflict, "no link can be made: the address of this server is not known; start it with --public-url")
	}
	token, err := a.Directory.AddSignInLink(ctx, q.by, q.tenant, id)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(a.PublicURL, "/") + "/enter/" + token.Reveal(), nil
}

func (a *API) provisioned(ctx context.Context, account tenant.Account) (done provisioned, err error) {
	done.Tenant = account
	if done.Systems, err = a.Directory.Systems(ctx, account.ID); err != nil {
		return done, err
	}
	done.People, err = a.Directory.People(ctx, account.ID)
	return done, err
}

func (a *API) provisionAccount(ctx context.Context, q asked, external string, s settings) (tenant.Account, error) {
	parent := a.accountOf(q)
	known, err := a.Directory.AccountByExternal(ctx, parent, external)
	switch {
	case errors.Is(err, tenant.ErrNotFound):
		all := settings{}
		maps.Copy(all, s)
		all["external_id"] = external
		return a.Directory.AddTenant(ctx, q.by, parent, all)
	case err == nil && known.Kind != tenant.KindTenant:
		return known, problem(http.StatusConflict, "that external id is a reseller's; give the tenant another one")
	case err != nil || len(s) == 0:
		return known, err
	}
	if id, given := s["external_id"]; given && id != external {
		return known, problem(http.StatusUnprocessableEntity, "external_id is in the path already, and another one in the settings")
	}
	return a.Directory.SetAccount(ctx, q.by, known.ID, s)
}

func (a *API) provisionSystem(ctx context.Context, q asked, s settings) error {
	known, err := a.systemOf(ctx, q, s["name"])
	var missing *Problem
	fresh := errors.As(err, &missing)
	if err != nil && !fresh {
		return err
	}
	if err := a.Lines.Lint(known.WithLines(s)); err != nil {
		return err
	}
	if fresh {
		_, err = a.Directory.AddSystem(ctx, q.by, q.tenant, s)
	} else {
		_, err = a.Directory.SetSystem(ctx, q.by, q.tenant, known.ID, s)
	}
	return err
}

func (a *API) provisionPerson(ctx context.Context, q asked, p personBody) error {
	id, err := a.personID(ctx, q, strings.TrimSpace(p.Email))
	var missing *Problem
	switch {
	case errors.As(err, &missing):
		_, err = a.Directory.AddPerson(ctx, q.by, p.person(q.tenant), tenant.NewSecret(p.Password))
	case err == nil:
		_, err = a.Directory.SetPerson(ctx, q.by, q.tenant, id, func(known *tenant.Person) error {
			wanted := p.person(q.tenant)
			known.Name, known.Role, known.Language, known.Devices = wanted.Name, wanted.Role, wanted.Language, wanted.Devices
			if p.DDIs != nil {
				known.DDIs = wanted.DDIs
			}
			if p.Queues != nil {
				known.Queues = wanted.Queues
			}
			return nil
		})
	}
	return err
}
