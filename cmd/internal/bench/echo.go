package bench

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Noop is the rival: an echo server whose handler answers a short JSON and does nothing.
func Noop() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	body := []byte(`{"ok":true}`)
	e.GET("/", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/json", body) })
	return e
}

// lookupHandler answers with the JSON a peer stores of a number, as it stands.
func lookupHandler(find func(ctx context.Context, e164 string) ([]byte, error)) http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/v1/match", func(c echo.Context) error {
		body, err := find(c.Request().Context(), c.QueryParam("number"))
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "application/json", body)
	})
	return e
}

// Serve runs a server until ctx is over.
func Serve(ctx context.Context, address string, srv *http.Server) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
