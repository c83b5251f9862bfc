package webconfig

import (
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// problemShown is a page that can only say what is wrong and what to do next.
type problemShown struct {
	Text      string
	Next      string // where a link leads; "" is the start page
	Reference string // to find it in the log
	AskPerson bool   // say whom to ask
}

func notHere(*request) error { return tenant.ErrNotFound }

// answerError turns an error into a page that says what to do. What the log sees, no page repeats (reliability row B18).
func (w *Web) answerError(q *request, err error) error {
	if q.Response().Committed {
		w.Log.Error("page", "method", q.Request().Method, "path", q.Path(), "error", err)
		return nil
	}
	var large *http.MaxBytesError
	var coded *echo.HTTPError
	switch {
	case errors.Is(err, errSignIn):
		return q.Redirect(http.StatusSeeOther, toSignIn(q.Request()))
	case errors.Is(err, errChooseTenant):
		q.say("warn", q.T("problem.choose_tenant"))
		return q.Redirect(http.StatusSeeOther, "/tenants")
	case errors.Is(err, tenant.ErrNotFound):
		return q.problem(http.StatusNotFound, "problem.missing_title", problemShown{Text: q.T("problem.missing")})
	case errors.Is(err, tenant.ErrForbidden):
		return q.problem(http.StatusForbidden, "problem.forbidden_title", problemShown{Text: q.T("problem.forbidden"), AskPerson: true})
	case errors.As(err, &large):
		return q.problem(http.StatusRequestEntityTooLarge, "problem.large_title", problemShown{Text: q.T("problem.large")})
	case errors.Is(err, tenant.ErrBusy):
		return q.problem(http.StatusServiceUnavailable, "problem.busy_title", problemShown{Text: q.T("problem.busy"), Next: q.Request().URL.Path})
	case errors.As(err, &coded) && coded.Code < 500:
		return q.problem(coded.Code, "problem.refused_title", problemShown{Text: q.T("problem.refused")})
	}
	reference := rand.Text()[:10]
	w.Log.Error("page", "method", q.Request().Method, "path", q.Path(), "reference", reference, "error", err)
	return q.problem(http.StatusInternalServerError, "problem.broken_title", problemShown{Text: q.T("problem.broken"), Reference: reference, AskPerson: true})
}

func (q *request) problem(status int, title string, p problemShown) error {
	whole, err := q.page(title, p)
	if err != nil { // what surrounds the page cannot be read either
		whole = q.blank(title, p)
	}
	return q.w.writePage(q.Response(), status, "problem", whole)
}

// writeError is the last resort: what the router itself refuses.
func (w *Web) writeError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	q := &request{Context: c, w: w, words: w.texts.Choose(c.Request().Header.Get("Accept-Language"))}
	if err := w.answerError(q, err); err != nil {
		w.Log.Error("page of an error", "error", err)
		_ = c.NoContent(http.StatusInternalServerError)
	}
}
