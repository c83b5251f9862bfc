package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/tenant"
)

// pushPause is how long whoever sends contacts may be silent. An empty line counts as a word.
const pushPause = 2 * time.Minute

// pushState tells what the next run that is sent has to be.
func (a *API) pushState(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return a.Jobs.PushState(c.Request().Context(), in)
}

// pushRun takes the contacts of a run as lines of JSON, and answers when the run is over.
func (a *API) pushRun(c echo.Context, q asked) error {
	if media, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); err != nil || media != push.MediaType {
		return problem(http.StatusUnsupportedMediaType, "send one JSON object a line, as Content-Type: %s", push.MediaType)
	}
	body := &patient{from: c.Request().Body, control: http.NewResponseController(c.Response())}
	lines, err := push.NewReader(body)
	if err != nil {
		return asSent(err)
	}
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return err
	}
	run, err := a.Jobs.Push(c.Request().Context(), in, jobs.Delivery{Lines: lines, Interrupt: body.interrupt})
	if err != nil {
		return asSent(err)
	}
	return writeJSON(c, http.StatusOK, run)
}

// asSent tells which line of a body is at fault, if one is.
func asSent(err error) error {
	var sent *push.Error
	if !errors.As(err, &sent) {
		return err
	}
	p := problem(http.StatusBadRequest, "%s", sent.Error())
	p.Line = sent.Line
	p.Hint = "nothing was published; send the run again from its beginning"
	return p
}

// patient reads a body that takes as long as its sender goes on sending.
type patient struct {
	from    io.Reader
	control *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(pushPause)) // what has no deadline is a body in memory
	return p.from.Read(b)
}

func (p *patient) interrupt() { _ = p.control.SetReadDeadline(time.Unix(1, 0)) }
