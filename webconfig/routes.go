package webconfig

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

// need is who may use a route. It is the whole rule: a handler never asks for a role itself.
type need uint8

const (
	needUnsaid   need = iota // nobody may use a route that does not say who may
	needNobody               // whoever comes: sign-in, one-time links
	needWidget               // whoever comes: who it is says the widget's own cookie, which is good for nothing else
	needPerson               // somebody who signed in
	needAgent                // somebody of a tenant, or who works in one
	needAdmin                // an admin of a tenant, or operator or reseller who works in one
	needManager              // whoever manages people: needAdmin, or operator and reseller about their own account
	needAbove                // operator or reseller
	needOperator             // operator
)

// route is one line of the pages. Nothing is served that is not in the list.
type route struct {
	method, path string
	need         need
	handle       func(q *request) error
	large        int64 // bytes a body may have, where it is more than maxForm
	long         bool  // may take longer than the server lets answers take
}

func get(path string, n need, handle func(q *request) error) route {
	return route{method: http.MethodGet, path: path, need: n, handle: handle}
}

func post(path string, n need, handle func(q *request) error) route {
	return route{method: http.MethodPost, path: path, need: n, handle: handle}
}

// routes is every page. Each file lists its own.
func (w *Web) routes() []route {
	return slices.Concat(
		w.signInRoutes(),
		w.linkRoutes(),
		w.popRoutes(),
		w.oidcRoutes(),
		w.callbackRoutes(),
		w.accountRoutes(),
		w.homeRoutes(),
		w.noticesRoutes(),
		w.peopleRoutes(),
		w.auditRoutes(),
		w.settingsRoutes(),
		w.tenantsRoutes(),
		w.resellersRoutes(),
		w.belowRoutes(),
		w.presetsRoutes(),
		w.iconRoutes(),
		w.wizardRoutes(),
		w.overviewRoutes(),
		w.scriptsRoutes(),
		w.lookUpRoutes(),
		w.systemsRoutes(),
		w.callsRoutes(),
		w.agentRoutes(),
		w.widgetRoutes(),
	)
}

// Paths are those of all pages, with parameters as in /systems/:system, for whoever measures them.
func (w *Web) Paths() []string {
	var out []string
	for _, r := range w.routes() {
		if r.method == http.MethodGet && !r.long {
			out = append(out, r.path)
		}
	}
	return out
}

// register puts one route behind its access rule.
func (w *Web) register(e *echo.Echo, r route) {
	guarded := func(c echo.Context) error { return w.entered(c, r) }
	e.Add(r.method, r.path, guarded)
	if r.method == http.MethodGet {
		e.Add(http.MethodHead, r.path, guarded)
	}
}

// entered identifies who asks, holds that against the route, and lets the handler answer.
func (w *Web) entered(c echo.Context, r route) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, max(maxForm, r.large))
	identify := w.identify
	if r.need == needWidget {
		identify = w.identifyWidget
	}
	q, err := identify(c)
	if err == nil {
		err = w.permit(q, r)
	}
	if err == nil && (r.long || r.large > 0) { // whoever may not use it gets no more time than others
		control := http.NewResponseController(c.Response())
		_ = control.SetWriteDeadline(time.Time{})
		_ = control.SetReadDeadline(time.Time{})
	}
	if err == nil && r.method == http.MethodPost {
		err = readable(req)
	}
	if err == nil {
		err = r.handle(q)
	}
	if err != nil {
		return w.answerError(q, err)
	}
	return nil
}

// readable refuses a form that is too large or broken: what cannot be read would count as empty.
func readable(req *http.Request) error {
	err := req.ParseForm()
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	return err
}

// panicked turns a panic into an error for the log; the person sees an internal error like any other.
func panicked(v any) error {
	if err, ok := v.(error); ok && err == http.ErrAbortHandler { //nolint:errorlint // the value itself is the signal
		panic(v)
	}
	return fmt.Errorf("panic: %v\n%s", v, debug.Stack())
}
