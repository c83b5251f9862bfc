package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// refusalsPerSecond bounds how often refusals are written down, in the whole installation: each is a durable write, and
// asking for what one may not have costs nothing.
const refusalsPerSecond = 5

// noteRefusal keeps in the audit log of whoever asked that they asked for something that is not theirs (reliability row
// A1): what their role may not do, or an id that does not exist for them. Misspelt names are not noted.
func (a *API) noteRefusal(c echo.Context, r route, q asked, err error) {
	if q.by.Account == "" {
		return
	}
	status, object := asProblem(err).Status, namedID(c)
	if status != http.StatusForbidden && (status != http.StatusNotFound || object == "") {
		return
	}
	if _, ok := a.refusals.allow(a.Now(), refusalsPerSecond); !ok {
		return
	}
	if err := a.Directory.NoteRefusal(c.Request().Context(), q.by, tenant.Action(r.method+" "+r.path), object); err != nil {
		a.Log.Error("note a refusal", "account", q.by.Account, "error", err)
	}
}

// namedID is the last part of the path that has the form of an id.
func namedID(c echo.Context) string {
	id := ""
	for _, name := range c.ParamNames() {
		if value := param(c, name); len(value) == tenant.IDLength && value[1] == '_' {
			id = value
		}
	}
	return id
}
