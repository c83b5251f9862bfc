package api

import (
	_ "embed"
	"net/http"

	"github.com/labstack/echo/v4"
)

// description is the OpenAPI 3.1 document. It is made from the routes and from the types of their bodies by
// `go test ./api -run TestOpenAPI -update`; without -update the same test fails where the two differ.
//
//go:embed openapi.json
var description []byte

func (a *API) openAPI(c echo.Context, _ asked) error {
	return c.Blob(http.StatusOK, "application/json", description)
}
