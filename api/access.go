package api

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// identifier says who sends a request; the error is what they are told.
type identifier func(c echo.Context, r route) (asked, error)

// register puts one route behind its access rule.
func (a *API) register(e *echo.Echo, r route, identify identifier) {
	handle := r.raw
	if handle == nil {
		handle = asJSON(r.handle)
	}
	e.Add(r.method, r.path, func(c echo.Context) error {
		if r.need == needNothing {
			return handle(c, asked{})
		}
		noStore(c)
		q, err := identify(c, r)
		if err == nil {
			err = a.permit(c, r, &q)
		}
		if err != nil {
			return err
		}
		return handle(c, q)
	})
}

// noStore keeps answers with personal data out of every cache (reliability row B16).
func noStore(c echo.Context) {
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set("X-Content-Type-Options", "nosniff")
}

// permit decides whether q may use r at all and which tenant it is about. What it may do there, the directory checks.
func (a *API) permit(c echo.Context, r route, q *asked) error {
	switch r.need {
	case needMatch:
		q.tenant = q.access.Tenant
		return nil
	case needAdmin:
		return permitAdmin(r, q)
	}
	named := c.Param("tenant")
	if q.by.Role != tenant.RoleOperator && q.by.Role != tenant.RoleReseller {
		if named != "" {
			return notFound("tenant")
		}
		return problem(http.StatusForbidden, "this is for the operator and resellers")
	}
	if named == "" {
		return nil
	}
	account, err := a.Directory.Find(c.Request().Context(), q.by, named)
	if errors.Is(err, tenant.ErrNotFound) {
		return notFound("tenant")
	}
	if err != nil {
		return err
	}
	q.tenant = account.ID
	return nil
}

func permitAdmin(r route, q *asked) error {
	if q.by.Role == tenant.RoleAdmin {
		q.tenant = q.by.Account
		return nil
	}
	if q.by.Role == tenant.RoleOperator && r.withoutTenant() {
		return nil
	}
	return problem(http.StatusForbidden, "this needs the rights of an admin: a key with scope admin, or an admin's sign-in")
}

// withoutTenant are admin routes about the installation rather than one tenant.
func (r route) withoutTenant() bool {
	return r.path == "/metrics" || strings.HasPrefix(r.path, "/v1/presets")
}

func (a *API) fromSocket(echo.Context, route) (asked, error) {
	return asked{by: tenant.Command("ringdex")}, nil
}

func (a *API) fromNetwork(c echo.Context, r route) (asked, error) {
	presented, inURL := presentedKey(c.Request())
	if strings.Contains(presented, "@") && !inURL && r.need != needMatch {
		return a.signIn(c)
	}
	access, ok := a.Directory.Access(presented)
	if !ok || (inURL && !(access.URLKey && r.need == needMatch)) {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="ringdex"`)
		return asked{}, problem(http.StatusUnauthorized, "send a valid API key as `Authorization: Bearer KEY`")
	}
	if wait, ok := a.meters.of(access.Key).allow(a.Now(), access.Rate); !ok {
		return asked{}, tooMany(c, wait)
	}
	if r.need == needMatch {
		if !access.Scopes.Has(tenant.ScopeMatch) {
			return asked{}, problem(http.StatusForbidden, "this key lacks the scope match")
		}
		return asked{access: access}, nil // nobody is named in a log for a look-up
	}
	return asked{access: access, by: access.Actor(c.RealIP())}, nil
}

// presentedKey finds the key where a phone system can put one: the header, the user name of Basic, or the URL.
func presentedKey(r *http.Request) (key string, inURL bool) {
	header := r.Header.Get("Authorization")
	if scheme, rest, ok := strings.Cut(header, " "); ok {
		switch {
		case strings.EqualFold(scheme, "Bearer"):
			return strings.TrimSpace(rest), false
		case strings.EqualFold(scheme, "Basic"):
			raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
			if err != nil {
				return "", false
			}
			user, _, _ := strings.Cut(string(raw), ":")
			return user, false
		}
	}
	if strings.Contains(r.URL.RawQuery, "key=") {
		return r.URL.Query().Get("key"), true
	}
	return "", false
}

// signIn lets people with an account use the admin API with their own e-mail address and password.
func (a *API) signIn(c echo.Context) (asked, error) {
	email, password, _ := c.Request().BasicAuth()
	from, _ := netip.ParseAddr(c.RealIP())
	person, err := a.Directory.CheckPassword(c.Request().Context(), email, tenant.NewSecret(password), from)
	if err != nil {
		return asked{}, err
	}
	return asked{by: person.Actor(c.RealIP())}, nil
}
