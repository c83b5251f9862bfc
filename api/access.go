package api

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// identifier says who sends a request; the error is what they are told.
type identifier func(c echo.Context, r route) (asked, error)

// permit decides whether q may use r at all and which tenant it is about. What it may do there, the directory checks.
func (a *API) permit(c echo.Context, r route, q *asked) error {
	switch r.need {
	case needMatch, needCalls, needDial:
		q.tenant = q.access.Tenant
		return nil
	case needCallList:
		return permitCallList(r, q)
	case needAdmin:
		return permitAdmin(r, q)
	case needOperator:
		return a.permitOperator(c, q)
	}
	return fmt.Errorf("route %s %s does not say who may use it", r.method, r.path)
}

// permitOperator lets operators and resellers through, to tenants they reach.
func (a *API) permitOperator(c echo.Context, q *asked) error {
	named := param(c, "tenant")
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

// permitCallList lets a phone system's key see its tenant's calls, and an agent the own ones. A key that stands in the URLs of
// desk phones sees nothing.
func permitCallList(r route, q *asked) error {
	agent := q.by.Kind == tenant.ActorPerson && q.by.Role == tenant.RoleAgent
	if agent || q.access.Scopes.Has(tenant.ScopeCalls) && !q.access.URLKey {
		q.tenant = q.by.Account
		return nil
	}
	return permitAdmin(r, q)
}

func permitAdmin(r route, q *asked) error {
	switch {
	case q.by.Role == tenant.RoleAdmin:
		q.tenant = q.by.Account
		return nil
	case q.by.Role == tenant.RoleOperator && r.installation:
		return nil
	case q.by.Role == tenant.RoleOperator || q.by.Role == tenant.RoleReseller:
		return problem(http.StatusForbidden, "say of which tenant: /v1/tenants/{tenant}/…")
	}
	return problem(http.StatusForbidden, "this needs the rights of an admin: a key with scope admin, or an admin's sign-in")
}

// fromSocket: whoever may open the admin socket is the operator. Questions of phone systems need a key there too, because
// it says whose they are.
func (a *API) fromSocket(c echo.Context, r route) (asked, error) {
	if _, byKey := keyScope(r.need); byKey {
		return a.fromNetwork(c, r)
	}
	return asked{by: tenant.Command("ringdex")}, nil
}

// keyScope is the scope a route of phone systems needs; ok is false for routes of people.
func keyScope(n need) (scope tenant.Scopes, ok bool) {
	switch n {
	case needMatch:
		return tenant.ScopeMatch, true
	case needCalls:
		return tenant.ScopeCalls, true
	case needDial:
		return tenant.ScopeDial, true
	}
	return 0, false
}

func (a *API) fromNetwork(c echo.Context, r route) (asked, error) {
	presented, inURL := presentedKey(c.Request())
	scope, byKey := keyScope(r.need)
	if strings.Contains(presented, "@") && !inURL && !byKey {
		return a.signIn(c)
	}
	access, ok := a.Directory.Access(presented)
	if !ok || (inURL && !(access.URLKey && byKey)) {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="ringdex"`)
		return asked{}, problem(http.StatusUnauthorized, "send a valid API key as `Authorization: Bearer KEY`")
	}
	q := asked{access: access, usage: a.meters.of(access.Key)}
	now := a.Now()
	q.usage.day.add(now)
	if wait, ok := q.usage.allow(now, access.Rate); !ok {
		return asked{}, tooMany(wait, "this key asks more often than it may")
	}
	if !byKey {
		q.by = access.Actor(c.RealIP())
		return q, nil
	}
	if !access.Scopes.Has(scope) {
		return asked{}, problem(http.StatusForbidden, "this key lacks the scope %s", scope)
	}
	return q, nil // nobody is named in a log for a look-up
}

// presentedKey finds the key where a phone system can put one: the header, the user name of Basic, or the URL.
func presentedKey(r *http.Request) (key string, inURL bool) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
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
	if strings.Contains(r.URL.RawQuery, "key=") {
		return semicolons(r.URL.RawQuery).Get("key"), true
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
