package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/tenant"
)

// uploadShown is a file that was uploaded, with what synchronising it would change, if that was asked for.
type uploadShown struct {
	upload.Info
	Preview *jobs.Comparison `json:"preview,omitempty"`
}

// oneImport lets a tenant have one file looked at a time (reliability row F14).
type oneImport struct {
	mu   sync.Mutex
	busy map[tenant.ID]bool
}

func (o *oneImport) begin(t tenant.ID) (end func(), err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.busy[t] {
		return nil, problem(http.StatusConflict, "another file of this tenant is being read; try again when it is done")
	}
	if o.busy == nil {
		o.busy = map[tenant.ID]bool{}
	}
	o.busy[t] = true
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.busy, t)
	}, nil
}

// showFile tells which files there are.
func (a *API) showFile(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return a.Setup.Uploads(c.Request().Context(), in.Tenant, in.Integration)
}

// uploadFile keeps a file, as the whole body or as a part of a form. It waits for the next synchronisation somebody starts.
func (a *API) uploadFile(c echo.Context, q asked) error {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return err
	}
	end, err := a.imports.begin(in.Tenant)
	if err != nil {
		return err
	}
	defer end()
	name, body, err := fileOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	info, err := a.Setup.Upload(ctx, in.Tenant, in.Integration, name, body)
	if err != nil {
		return err
	}
	shown := uploadShown{Info: info}
	if c.QueryParam("preview") == "1" {
		if shown.Preview, err = a.preview(ctx, in); err != nil {
			return err
		}
	}
	return writeJSON(c, http.StatusOK, shown)
}

// fileOf finds the file in a request: the first one of a form, or the body.
func fileOf(c echo.Context) (name string, from io.Reader, err error) {
	r := c.Request()
	r.Body = readCloser{&patient{from: r.Body, control: http.NewResponseController(c.Response())}, r.Body}
	media, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)) // whatever cannot be read is no form
	if media != echo.MIMEMultipartForm {
		return c.QueryParam("name"), r.Body, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, problem(http.StatusBadRequest, "the form cannot be read")
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, problem(http.StatusBadRequest, "the form holds no file")
		}
		if part.FileName() != "" {
			return part.FileName(), part, nil
		}
	}
}

type readCloser struct {
	io.Reader
	io.Closer
}

// previewFile tells what synchronising the waiting file would change.
func (a *API) previewFile(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	end, err := a.imports.begin(in.Tenant)
	if err != nil {
		return nil, err
	}
	defer end()
	return a.preview(c.Request().Context(), in)
}

func (a *API) preview(ctx context.Context, in cache.Ref) (*jobs.Comparison, error) {
	found, err := a.Jobs.Compare(ctx, in, func(ctx context.Context) (presets.Source, error) {
		return a.Setup.OpenUpload(ctx, in.Tenant, in.Integration)
	})
	var failure *presets.Error
	if errors.As(err, &failure) { // no CRM is at fault: it is the file
		p := problem(http.StatusUnprocessableEntity, "%s", failure.Error())
		p.Hint = failure.Hint.String()
		return nil, p
	}
	return &found, err
}

// dropFile forgets the waiting file.
func (a *API) dropFile(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.ManageIntegrations)
	if err != nil {
		return nil, err
	}
	return nil, a.Setup.DropUpload(c.Request().Context(), in.Tenant, in.Integration)
}
