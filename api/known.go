package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/shelf"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/setup/upload"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// knownErrors are the errors of the packages below whose own words are for the client, with their status.
var knownErrors = []struct {
	err    error
	status int
}{
	{tenant.ErrNotFound, http.StatusNotFound},
	{tenant.ErrForbidden, http.StatusForbidden},
	{tenant.ErrExists, http.StatusConflict},
	{tenant.ErrSignIn, http.StatusUnauthorized},
	{tenant.ErrInvalid, http.StatusUnprocessableEntity},
	{tenant.ErrErased, http.StatusNotFound},
	{setup.ErrSignIn, http.StatusConflict},
	{setup.ErrNoChoices, http.StatusNotFound},
	{setup.ErrNoUpload, http.StatusConflict},
	{upload.ErrNone, http.StatusNotFound},
	{upload.ErrTooLarge, http.StatusRequestEntityTooLarge},
	{upload.ErrEmpty, http.StatusUnprocessableEntity},
	{shelf.ErrArchive, http.StatusUnprocessableEntity},
	{shelf.ErrBuiltIn, http.StatusConflict},
	{shelf.ErrUsed, http.StatusConflict},
	{shelf.ErrNone, http.StatusNotFound},
	{jobs.ErrNoRun, http.StatusNotFound},
	{jobs.ErrRunning, http.StatusConflict},
	{jobs.ErrNotEnabled, http.StatusConflict},
	{jobs.ErrPushed, http.StatusConflict},
	{jobs.ErrNotPushed, http.StatusConflict},
	{jobs.ErrNothing, http.StatusConflict},
	{jobs.ErrNeedsFull, http.StatusConflict},
	{notice.ErrNone, http.StatusNotFound},
	{notice.ErrOften, http.StatusTooManyRequests},
	{tenant.ErrBusy, http.StatusServiceUnavailable},
	{jobs.ErrBusy, http.StatusServiceUnavailable},
	{jobs.ErrStopped, http.StatusServiceUnavailable},
	{cache.ErrNothing, http.StatusConflict},
	{cache.ErrErased, http.StatusNotFound},
	{cache.ErrFenced, http.StatusConflict},
	{jobs.ErrLeaseLost, http.StatusConflict},
	{cache.ErrSuperseded, http.StatusConflict},
}

// asKnown turns an error of the packages below into what the client may read.
func asKnown(err error) (*Problem, bool) {
	var problems option.Problems
	if errors.As(err, &problems) {
		p := problem(http.StatusUnprocessableEntity, "some values cannot be used")
		for _, one := range problems {
			p.Errors = append(p.Errors, OptionErrors{Option: one.Option, Text: one.Text.String(), Hint: one.Hint.String(), Code: one.Text.Key})
		}
		return p, true
	}
	var wait *tenant.WaitError
	if errors.As(err, &wait) {
		return tooMany(wait.Wait, "there were too many wrong passwords"), true
	}
	var failure *presets.Error
	if errors.As(err, &failure) {
		p := problem(http.StatusBadGateway, "%s", failure.Error())
		p.Hint = failure.Hint.String()
		return p, true
	}
	if errors.Is(err, store.ErrReadOnly) {
		// Its own words name a folder of this host (reliability row B18); the log has them.
		p := problem(http.StatusInsufficientStorage, "the server's disk is nearly full: questions are answered, changes are not kept")
		p.Hint = "the operator has to make room; the server's log says where, under this instance"
		return p, true
	}
	if p, ok := asCallError(err); ok {
		return p, true
	}
	for _, known := range knownErrors {
		if errors.Is(err, known.err) {
			// The kind of a refused value is the status; its words say nothing on top.
			return problem(known.status, "%s", strings.TrimPrefix(err.Error(), tenant.ErrInvalid.Error()+": ")), true
		}
	}
	return nil, false
}
