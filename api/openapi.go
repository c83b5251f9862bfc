package api

import (
	_ "embed"
	"net/http"

	"github.com/labstack/echo/v4"
)

// description is the OpenAPI 3.1 document; a test holds it against the routes.
//
//go:embed openapi.json
var description []byte

func (a *API) openAPI(c echo.Context, _ asked) error {
	return c.Blob(http.StatusOK, "application/json", description)
}
