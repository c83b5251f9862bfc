package webconfig

import (
	"net/http"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) homeRoutes() []route {
	return []route{
		get("/", needPerson, w.home),
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
	Notices      []noticeShown // the newest
	More         int           // open ones beside these
	Integrations []homeIntegration
	Contacts     int
	Numbers      int
	Attention    int
}

// noticesOnHome is how many the start page shows.
const noticesOnHome = 3

type homeIntegration struct {
	navIntegration
	Preset            string
	Contacts, Numbers int
	Synced            string
	Text              string
}

func (w *Web) homeShown(q *request) (homeShown, error) {
	var s homeShown
	open, err := w.Notices.Current(q.ctx(), q.tenantID())
	if err != nil {
		return s, err
	}
	s.Notices, s.More = q.notices(open[:min(len(open), noticesOnHome)]), max(0, len(open)-noticesOnHome)
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
			Preset:         i.Preset, Text: q.told(i.Connection.Said()),
		}
		if p, ok := w.Catalog.Get(i.Preset); ok {
			row.Preset = nameIn(p, q.words.Lang)
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
