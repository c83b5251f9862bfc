package api

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// personBody is a person as added; the password may be left out and set later.
type personBody struct {
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Role     tenant.Role     `json:"role"`
	Language string          `json:"language"`
	Devices  []tenant.Device `json:"devices"`
	DDIs     []string        `json:"ddis"`
	Queues   []string        `json:"queues"`
	Password string          `json:"password"`
}

func (b personBody) person(account tenant.ID) tenant.Person {
	return tenant.Person{Account: account, Email: b.Email, Name: b.Name, Role: b.Role, Language: b.Language, Devices: b.Devices, DDIs: b.DDIs, Queues: b.Queues}
}

// passwordBody is a new password.
type passwordBody struct {
	Password string `json:"password"`
}

func (a *API) listPeople(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	return orEmpty(a.Directory.People(ctx, q.tenant))
}

func (a *API) addPerson(c echo.Context, q asked) (any, error) {
	body, err := read[personBody](c)
	if err != nil {
		return nil, err
	}
	person, err := a.Directory.AddPerson(c.Request().Context(), q.by, body.person(q.tenant), tenant.NewSecret(body.Password))
	if err != nil {
		return nil, err
	}
	return created{person}, nil
}

func (a *API) setPassword(c echo.Context, q asked) (any, error) {
	body, err := read[passwordBody](c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	id, err := a.personID(ctx, q, param(c, "person"))
	if err != nil {
		return nil, err
	}
	return nil, a.Directory.SetPassword(ctx, q.by, q.tenant, id, tenant.NewSecret(body.Password))
}

func (a *API) removePerson(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	id, err := a.personID(ctx, q, param(c, "person"))
	if err != nil {
		return nil, err
	}
	if err := a.Directory.RemovePerson(ctx, q.by, q.tenant, id); err != nil {
		return nil, err
	}
	_, err = a.Calls.ErasePerson(context.WithoutCancel(ctx), q.tenant, id)
	return nil, err
}

// personID finds a person of the account by id or e-mail address.
func (a *API) personID(ctx context.Context, q asked, idOrEmail string) (tenant.PersonID, error) {
	people, err := a.Directory.People(ctx, q.tenant)
	if err != nil {
		return "", err
	}
	for _, p := range people {
		if string(p.ID) == idOrEmail || strings.EqualFold(p.Email, idOrEmail) {
			return p.ID, nil
		}
	}
	return "", notFound("person")
}

// operatorsOwn answers about the account of the operator itself, which is no tenant.
func (a *API) operatorsOwn(of handler) handler {
	return func(c echo.Context, q asked) (any, error) {
		q.tenant = a.Directory.Operator()
		return of(c, q)
	}
}
