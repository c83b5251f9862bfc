package webconfig

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) noticesRoutes() []route {
	return []route{
		get("/notices", needManager, w.listNotices),
		post("/notices/:notice/acknowledge", needManager, w.acknowledge),
	}
}

// noticesShown is what people were told.
type noticesShown struct {
	Open     int  // that need somebody
	All      bool // also those that are over or put aside
	Settings bool // whoever looks may say who is told
	Notices  []noticeShown
	Turn     pager  // of the open ones
	Older    string // of all
	Later    bool
}

// noticeShown is one occasion.
type noticeShown struct {
	ID, Title, Text, Action string
	Path                    string // where a page helps
	Told                    time.Time
	Sent                    string // to whom
	Limited                 bool
	Undelivered             int
	Open                    bool
	Ended, Acknowledged     time.Time
	kind                    notice.Kind
}

const noticesOnPage = 20

func (w *Web) listNotices(q *request) error {
	account := q.managed()
	if err := w.Directory.Authorise(q.ctx(), q.by, account.ID, tenant.Read); err != nil {
		return err
	}
	open, err := w.Notices.Current(q.ctx(), account.ID)
	if err != nil {
		return err
	}
	s := noticesShown{Open: len(open), Later: q.QueryParam("before") != "", Settings: q.account.ID != ""}
	s.All = q.QueryParam("only") == "all" || s.Later || len(open) == 0
	if !s.All {
		open, s.Turn = onPage(open, q, noticesOnPage)
		s.Notices = q.notices(open)
		return q.show("notices", "notices.title", s)
	}
	all, err := w.Notices.List(q.ctx(), account.ID, q.QueryParam("before"), noticesOnPage+1)
	if errors.Is(err, notice.ErrNone) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	if len(all) > noticesOnPage {
		all = all[:noticesOnPage]
		s.Older = "/notices?" + url.Values{"before": {all[noticesOnPage-1].ID}}.Encode()
	}
	s.Notices = q.notices(all)
	return q.show("notices", "notices.title", s)
}

// notices are what they say in the person's language.
func (q *request) notices(all []notice.Notice) []noticeShown {
	out := make([]noticeShown, len(all))
	base := strings.TrimRight(q.w.PublicURL, "/")
	for i, n := range all {
		said := q.w.Notices.Say(n, q.managed(), q.words.Lang)
		out[i] = noticeShown{
			ID: n.ID, Title: said.Title, Text: said.Text, Action: said.Action, Path: local(strings.TrimPrefix(said.URL, base)), Told: n.Told,
			Sent: q.sentTo(n), Limited: n.Limited, Undelivered: n.Undelivered, Open: n.Ended.IsZero() && n.Acknowledged.IsZero(), Ended: n.Ended, Acknowledged: n.Acknowledged,
			kind: n.Kind,
		}
	}
	return out
}

// addressesShown is how many addresses a sentence names.
const addressesShown = 3

// sentTo says where a notice went.
func (q *request) sentTo(n notice.Notice) string {
	var ways []string
	if to := n.MailedTo; len(to) > addressesShown {
		ways = append(ways, q.T("notices.and_more", "To", strings.Join(to[:addressesShown], ", "), "Count", len(to)-addressesShown))
	} else if len(to) > 0 {
		ways = append(ways, strings.Join(to, ", "))
	}
	if n.Webhook {
		ways = append(ways, q.T("notices.webhook"))
	}
	return strings.Join(ways, ", ")
}

// acknowledge puts a notice aside: what goes on is not told again.
func (w *Web) acknowledge(q *request) error {
	account := q.managed().ID
	if err := w.Directory.Authorise(q.ctx(), q.by, account, tenant.ChangeSettings); err != nil {
		return err
	}
	_, err := w.Notices.Acknowledge(q.ctx(), account, q.pathParam("notice"))
	if errors.Is(err, notice.ErrNone) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	return q.see(local(q.FormValue("back")), "notices.acknowledged")
}
