package api

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/tenant"
)

// putPreset takes a preset's folder as zip or tar.gz. It works at once.
func (a *API) putPreset(c echo.Context, q asked) error {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, a.Directory.Operator(), tenant.ManagePresets); err != nil {
		return err
	}
	archive, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, shelf.MaxArchive))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return problem(http.StatusRequestEntityTooLarge, "a preset's archive has at most %d bytes", large.Limit)
	}
	if err != nil {
		return problem(http.StatusBadRequest, "the body breaks off")
	}
	p, lints, err := a.Shelf.Put(param(c, "preset"), archive)
	if err != nil {
		return err
	}
	if len(lints) > 0 {
		return lintProblem(lints)
	}
	if err := a.Directory.NotePreset(ctx, q.by, "put", p.ID); err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, a.card(p))
}

// lintProblem is what is wrong with a preset, all of it.
func lintProblem(lints []presets.Lint) *Problem {
	p := problem(http.StatusUnprocessableEntity, "the preset has mistakes; nothing was stored")
	for _, l := range lints {
		p.Lints = append(p.Lints, PresetLint(l))
	}
	return p
}

// removePreset deletes an uploaded preset that no integration has.
func (a *API) removePreset(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, a.Directory.Operator(), tenant.ManagePresets); err != nil {
		return nil, err
	}
	id := strings.ToLower(param(c, "preset"))
	err := a.Shelf.Remove(id, func() (string, error) {
		users, err := a.Directory.UsersOf(ctx, id)
		var names []string
		for _, u := range users {
			names = append(names, u.Name)
		}
		return strings.Join(names, ", "), err
	})
	if err != nil {
		return nil, err
	}
	return nil, a.Directory.NotePreset(ctx, q.by, "remove", id)
}
