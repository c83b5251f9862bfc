package webconfig

import (
	"errors"
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) homeRoutes() []route {
	return []route{
		get("/", needPerson, w.home),
		post("/notices/:notice/acknowledge", needAdmin, w.acknowledge),
	}
}

// home leads each role to what it came for.
func (w *Web) home(q *request) error {
	switch {
	case q.account.ID == "":
		return q.Redirect(http.StatusSeeOther, "/tenants")
	case q.person.Role == tenant.RoleAgent:
		return q.Redirect(http.StatusSeeOther, "/agent")
	}
	shown, err := w.homeShown(q)
	if err != nil {
		return err
	}
	return q.show("home", "home.title", shown)
}

// homeShown is the start page of an admin.
type homeShown struct {
	Notices      []homeNotice
	Integrations []homeIntegration
	Contacts     int
	Numbers      int
	Attention    int
}

// homeNotice is something that needs somebody.
type homeNotice struct{ ID, Title, Text, Action, Path string }

// noticesOnHome is how many the start page shows; the others come when these are done.
const noticesOnHome = 5

type homeIntegration struct {
	navIntegration
	Preset            string
	Contacts, Numbers int
	Synced            string
	Text              string
}

func (w *Web) homeShown(q *request) (homeShown, error) {
	var s homeShown
	var err error
	if s.Notices, err = w.openNotices(q); err != nil {
		return s, err
	}
	all, err := w.Directory.Integrations(q.ctx(), q.tenantID())
	if err != nil {
		return s, err
	}
	for _, i := range all {
		dot, key, err := w.condition(i)
		if err != nil {
			return s, err
		}
		row := homeIntegration{
			navIntegration: navIntegration{ID: string(i.ID), Name: i.Name, Icon: w.presetIcon(i.Preset), Dot: dot, State: q.T(key)},
			Preset:         i.Preset, Text: i.Connection.Text,
		}
		if p, ok := w.Catalog.Get(i.Preset); ok {
			row.Preset = p.Name
		}
		g, err := w.Cache.Published(refOf(i))
		if err != nil {
			return s, err
		}
		if g != nil {
			row.Contacts, row.Numbers = g.Counts.Contacts, g.Counts.Numbers
			row.Synced = q.words.Time(g.SyncedAt, q.zone())
			s.Contacts += row.Contacts
			s.Numbers += row.Numbers
		}
		if troubled(dot) {
			s.Attention++
		}
		s.Integrations = append(s.Integrations, row)
	}
	return s, nil
}

// openNotices are those that have not ended and nobody has put aside.
func (w *Web) openNotices(q *request) ([]homeNotice, error) {
	all, err := w.Notices.List(q.ctx(), q.tenantID(), 200)
	if err != nil {
		return nil, err
	}
	var out []homeNotice
	for _, n := range all {
		if !n.Ended.IsZero() || !n.Acknowledged.IsZero() || len(out) == noticesOnHome {
			continue
		}
		said := w.Notices.Say(n, q.account, q.words.Lang)
		out = append(out, homeNotice{n.ID, said.Title, said.Text, said.Action, local(strings.TrimPrefix(said.URL, strings.TrimRight(w.PublicURL, "/")))})
	}
	return out, nil
}

// acknowledge puts a notice aside: what goes on is not told again.
func (w *Web) acknowledge(q *request) error {
	if err := w.Directory.Authorise(q.ctx(), q.by, q.tenantID(), tenant.ChangeSettings); err != nil {
		return err
	}
	_, err := w.Notices.Acknowledge(q.ctx(), q.tenantID(), q.pathParam("notice"))
	if errors.Is(err, notice.ErrNone) {
		return tenant.ErrNotFound
	}
	if err != nil {
		return err
	}
	return q.see("/", "home.acknowledged")
}
