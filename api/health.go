package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// live says that the process runs: GET /livez.
func (a *API) live(c echo.Context, _ asked) error { return c.String(http.StatusOK, "ok\n") }

// ready says that questions are answered: GET /readyz. A load balancer sends none before, and none once the server is told
// to stop or its store cannot be read.
func (a *API) ready(c echo.Context, _ asked) error {
	if a.Ready != nil && !a.Ready() {
		return problem(http.StatusServiceUnavailable, "starting or stopping; ask again in a second")
	}
	if _, err := a.Directory.Account(c.Request().Context(), a.Directory.Operator()); err != nil {
		a.Log.Error("the settings cannot be read", "error", err)
		return problem(http.StatusServiceUnavailable, "the settings cannot be read; the server's log says why")
	}
	return c.String(http.StatusOK, "ok\n")
}

func (a *API) version(c echo.Context, _ asked) error {
	return writeJSON(c, http.StatusOK, map[string]string{"name": "ringdex", "version": a.Version})
}
