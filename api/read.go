package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// adminBody is the longest body of an admin request.
const adminBody = 1 << 20

// read decodes a request's body strictly: members nobody declared are refused, so that nothing is set by accident.
func read[T any](c echo.Context) (T, error) {
	var body T
	dec := json.NewDecoder(c.Request().Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(&body)
	if errors.Is(err, io.EOF) {
		return body, nil // an empty body is the empty object
	}
	if err != nil {
		return body, unreadable(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return body, problem(http.StatusBadRequest, "the body holds more than one JSON value")
	}
	return body, nil
}

// unreadable says what is wrong with a body, without the names things have in here.
func unreadable(err error) error {
	var tooBig *http.MaxBytesError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	unknown, isUnknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &tooBig):
		return problem(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", tooBig.Limit)
	case errors.As(err, &syntax):
		return problem(http.StatusBadRequest, "the body is not JSON from byte %d on", syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return problem(http.StatusBadRequest, "the body must be a JSON object with the members of this request, and not a %s", kind.Value)
	case errors.As(err, &kind):
		return problem(http.StatusBadRequest, "the member %q cannot be a %s", kind.Field, kind.Value)
	case isUnknown:
		return problem(http.StatusBadRequest, "there is no member %s in this request", unknown)
	case errors.Is(err, tenant.ErrInvalid):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return problem(http.StatusBadRequest, "the body ends in the middle of its JSON")
	}
	return problem(http.StatusBadRequest, "the body cannot be read")
}

// page reads ?from= and ?limit= of a list; the default is the newest hundred.
func page(c echo.Context) (from, limit int, err error) {
	limit = 100
	for name, into := range map[string]*int{"from": &from, "limit": &limit} {
		text := c.QueryParam(name)
		if text == "" {
			continue
		}
		if *into, err = strconv.Atoi(text); err != nil || *into < 0 || *into > 1_000_000_000 {
			return 0, 0, problem(http.StatusBadRequest, "%s must be a whole number, not negative", name)
		}
	}
	return from, min(limit, 1000), nil
}
