package api

import (
	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
)

// noticeShown is a notice with what it says, in the language of whoever asks.
type noticeShown struct {
	notice.Notice
	notice.Said
}

func (a *API) showNotices(c echo.Context, q asked, all ...notice.Notice) ([]noticeShown, error) {
	account, err := a.Directory.Account(c.Request().Context(), q.tenant)
	if err != nil {
		return nil, err
	}
	shown := make([]noticeShown, len(all))
	for i, n := range all {
		shown[i] = noticeShown{n, a.Notices.Say(n, account, c.Request().Header.Get("Accept-Language"))}
	}
	return shown, nil
}

// listNotices lists the newest, with ?open=1 those that have not ended.
func (a *API) listNotices(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.Read); err != nil {
		return nil, err
	}
	_, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	all, err := a.Notices.List(ctx, q.tenant, "", 1000)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, n := range all {
		if len(kept) < limit && (c.QueryParam("open") != "1" || n.Ended.IsZero()) {
			kept = append(kept, n)
		}
	}
	return a.showNotices(c, q, kept...)
}

// acknowledge notes that somebody knows: what goes on is not told again.
func (a *API) acknowledge(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.ChangeSettings); err != nil {
		return nil, err
	}
	n, err := a.Notices.Acknowledge(ctx, q.tenant, param(c, "notice"))
	if err != nil {
		return nil, missing("notice", err)
	}
	shown, err := a.showNotices(c, q, n)
	if err != nil {
		return nil, err
	}
	return shown[0], nil
}

// tryNotices sends one to see whether they arrive.
func (a *API) tryNotices(c echo.Context, q asked) (any, error) {
	ctx := c.Request().Context()
	if err := a.Directory.Authorise(ctx, q.by, q.tenant, tenant.ChangeSettings); err != nil {
		return nil, err
	}
	n, err := a.Notices.Try(ctx, q.tenant)
	if err != nil {
		return nil, err
	}
	shown, err := a.showNotices(c, q, n)
	if err != nil {
		return nil, err
	}
	return created{shown[0]}, nil
}

func (a *API) invitePerson(c echo.Context, q asked) (any, error) {
	return a.handOver(c, q, tenant.Invitation)
}

func (a *API) resetPerson(c echo.Context, q asked) (any, error) {
	return a.handOver(c, q, tenant.Reset)
}

// handOver makes somebody a one-time link, which is mailed, or answered where no mail can be sent.
func (a *API) handOver(c echo.Context, q asked, purpose tenant.Purpose) (any, error) {
	ctx := c.Request().Context()
	id, err := a.personID(ctx, q, param(c, "person"))
	if err != nil {
		return nil, err
	}
	h, err := a.Notices.Invite(ctx, q.by, q.tenant, id, purpose)
	if err != nil {
		return nil, err
	}
	return created{h}, nil
}
