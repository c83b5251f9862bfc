package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// adminBody is the longest body of an admin request.
const adminBody = 1 << 20

// asJSON runs a handler and writes what it returns.
func asJSON(h handler) func(c echo.Context, q asked) error {
	return func(c echo.Context, q asked) error {
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, adminBody)
		body, err := h(c, q)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if made, ok := body.(created); ok {
			status, body = http.StatusCreated, made.body
		}
		if csv, ok := body.(csvReport); ok {
			return csv.written(c)
		}
		if body == nil {
			return c.NoContent(http.StatusNoContent)
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

// read decodes a request's body strictly: members nobody declared are refused, so that nothing is set by accident.
func read[T any](c echo.Context) (T, error) {
	var body T
	dec := json.NewDecoder(c.Request().Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(&body)
	if errors.Is(err, io.EOF) {
		return body, nil // an empty body is the empty object
	}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return body, problem(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", tooBig.Limit)
	}
	if err != nil {
		return body, problem(http.StatusBadRequest, "the body is not the JSON this needs: %v", err)
	}
	if dec.More() {
		return body, problem(http.StatusBadRequest, "the body holds more than one JSON object")
	}
	return body, nil
}

// tooMany tells when to come back.
func tooMany(c echo.Context, wait time.Duration) *Problem {
	seconds := int(wait/time.Second) + 1
	c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	return problem(http.StatusTooManyRequests, "this key asks more often than it may; try again in %d s", seconds)
}

// writeError is echo's last word on an error: a problem for the client, the chain for the log.
func (a *API) writeError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := asProblem(err)
	if p.Status >= http.StatusInternalServerError {
		a.Log.Error("request failed", "method", c.Request().Method, "route", c.Path(), "error", err)
	}
	if c.Path() == "/v1/name" {
		// Phone systems show whatever body they get as the caller's name.
		_ = c.NoContent(p.Status)
		return
	}
	_ = writeProblem(c, p)
}
