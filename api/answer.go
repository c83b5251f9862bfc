package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"
)

// asJSON runs a handler and writes what it returns.
func asJSON(h handler) func(c echo.Context, q asked) error {
	return func(c echo.Context, q asked) error {
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, adminBody)
		body, err := h(c, q)
		if err != nil {
			return err
		}
		status := http.StatusOK
		switch made := body.(type) {
		case nil:
			return c.NoContent(http.StatusNoContent)
		case csvReport:
			return made.written(c)
		case created:
			status, body = http.StatusCreated, made.body
		}
		return writeJSON(c, status, body)
	}
}

func writeJSON(c echo.Context, status int, body any) error {
	c.Response().Header().Set(echo.HeaderContentType, "application/json")
	c.Response().WriteHeader(status)
	enc := json.NewEncoder(c.Response())
	enc.SetEscapeHTML(false)
	return enc.Encode(body)
}

// orEmpty makes an empty list of nothing, because JSON's null is not a list.
func orEmpty[T any](list []T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = []T{}
	}
	return list, nil
}
