package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// register puts one route behind its access rule. Whoever may GET may ask for the head alone.
func (a *API) register(e *echo.Echo, r route, identify identifier) {
	handle := r.raw
	if handle == nil {
		handle = asJSON(r.handle)
	}
	guarded := func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = panicked(v)
			}
		}()
		if r.long {
			// The server's own limit is for answers that are made at once.
			_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Time{})
		}
		if r.need == needNothing {
			return handle(c, asked{})
		}
		q, err := identify(c, r)
		if err == nil {
			err = a.permit(c, r, &q)
		}
		if err == nil {
			err = handle(c, q)
		}
		if err != nil {
			a.noteRefusal(c, r, q, err)
		}
		return err
	}
	e.Add(r.method, r.path, guarded)
	if r.method == http.MethodGet {
		e.Add(http.MethodHead, r.path, guarded)
	}
}

// panicked turns a panic into an error for the log; the client sees an internal error like any other.
func panicked(v any) error {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	return fmt.Errorf("panic: %v\n%s", v, debug.Stack())
}

// param is a part of the path as it was meant. The router hands it over still encoded where the path holds an encoded
// slash or the like.
func param(c echo.Context, name string) string {
	value := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return value
	}
	decoded, err := url.PathUnescape(value)
	if err != nil {
		return value
	}
	return decoded
}
