package webconfig

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/webconfig/locale"
)

// request is one request with what is known of it.
type request struct {
	echo.Context
	w        *Web
	words    *locale.Printer
	person   *tenant.Person // nil: nobody signed in
	by       tenant.Actor
	home     tenant.Account // the person's own
	account  tenant.Account // the tenant the pages are about; the zero value where there is none
	visiting bool           // the tenant is not the person's own
	framed   bool           // the page is a widget in another page's frame, which changes nothing
}

func (q *request) ctx() context.Context { return q.Request().Context() }

// tenantID is the tenant the pages are about.
func (q *request) tenantID() tenant.ID { return q.account.ID }

// managed is the account that needManager is about: the tenant of the pages, else the person's own.
func (q *request) managed() tenant.Account {
	if q.account.ID != "" {
		return q.account
	}
	return q.home
}

// T is a text in the person's language.
func (q *request) T(key string, args ...any) string { return q.words.T(key, args...) }

// zone is the time zone times are shown in.
func (q *request) zone() *time.Location {
	if q.account.ID != "" {
		return q.account.Location()
	}
	return q.home.Location()
}

// pathParam is a part of the path as it was meant: the router hands it over still encoded where the path holds an encoded
// slash or the like.
func (q *request) pathParam(name string) string {
	value := q.Param(name)
	if q.Request().URL.RawPath == "" {
		return value
	}
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

// integration is the one in the path (":integration"), of the tenant the pages are about.
func (q *request) integration() (tenant.Integration, error) {
	return q.w.Directory.Integration(q.ctx(), q.tenantID(), tenant.IntegrationID(q.pathParam("integration")))
}

// refOf names an integration to cache and jobs.
func refOf(i tenant.Integration) cache.Ref { return cache.Ref{Tenant: i.Tenant, Integration: i.ID} }

// show answers with a page: templates/NAME.html, a title, and what its {{.Data}} is.
func (q *request) show(name, title string, data any) error {
	return q.showStatus(http.StatusOK, name, title, data)
}

// showStatus is show with another status, 422 for a form that was refused.
func (q *request) showStatus(status int, name, title string, data any) error {
	p, err := q.page(title, data)
	if err != nil {
		return err
	}
	return q.w.writePage(q.Response(), status, name, p)
}

// part answers with one block of a page, for htmx to put in.
func (q *request) part(name, block string, data any) error {
	p := q.blank("", data)
	return q.w.writeBlock(q.Response(), name, block, p)
}

// flash is what a page says once, after a redirect.
type flash struct {
	Kind string `json:"kind"` // good, warn, bad
	Text string `json:"text"`
}

// see redirects after a change and says there what was done. key may be "".
func (q *request) see(path, key string, args ...any) error {
	if key != "" {
		q.say("good", q.T(key, args...))
	}
	return q.Redirect(http.StatusSeeOther, path)
}

// say leaves a message for the next page.
func (q *request) say(kind, text string) {
	raw, err := json.Marshal(flash{kind, text})
	if err == nil {
		q.w.sessions.Put(q.ctx(), sessFlash, string(raw))
	}
}

func (q *request) said() *flash {
	raw := q.w.sessions.PopString(q.ctx(), sessFlash)
	var f flash
	if raw == "" || json.Unmarshal([]byte(raw), &f) != nil {
		return nil
	}
	return &f
}

// Person is who is signed in, for templates.
func (q *request) Person() *tenant.Person { return q.person }

// Organisation is the tenant the pages are about, else the person's own account.
func (q *request) Organisation() string {
	if q.account.ID != "" {
		return q.account.Name
	}
	return q.home.Name
}

// Visiting tells whether that tenant is not the person's own.
func (q *request) Visiting() bool { return q.visiting }

// refused tells a person's mistake from one of ours: what the rooms below refuse with tenant.ErrInvalid or ErrExists goes back
// onto the form.
func refused(err error) bool {
	var problems option.Problems
	return errors.Is(err, tenant.ErrInvalid) || errors.Is(err, tenant.ErrExists) || errors.As(err, &problems)
}
