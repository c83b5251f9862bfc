package webconfig

import (
	"net/http"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

// ownAddresses are somebody's own addresses that open who is calling.
type ownAddresses struct {
	Rows    []keyRow
	Systems []choiceShown // where there are several
	Name    string
	Problem string
	Fresh   string // one that was made just now, shown this once
}

// addresses are those of the person who asks, nil where calls are nothing of theirs.
func (w *Web) addresses(q *request) (*ownAddresses, error) {
	if q.home.Kind != tenant.KindTenant {
		return nil, nil //nolint:nilnil // the page leaves that part out
	}
	keys, err := w.Directory.Keys(q.ctx(), q.home.ID)
	if err != nil {
		return nil, err
	}
	s := &ownAddresses{}
	for _, k := range keys {
		if k.Person == q.person.ID {
			s.Rows = append(s.Rows, w.keyRow(q, k))
		}
	}
	systems, err := w.Directory.Systems(q.ctx(), q.home.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range systems {
		if len(systems) > 1 {
			s.Systems = append(s.Systems, choiceShown{Value: string(p.ID), Text: q.systemName(p), Here: p.Name == tenant.DefaultSystem})
		}
	}
	return s, nil
}

// addAddress makes one and shows it on the page that answers, and nowhere else.
func (w *Web) addAddress(q *request) error {
	name := strings.TrimSpace(q.FormValue("name"))
	_, text, err := w.Directory.AddOwnKey(q.ctx(), q.by, tenant.Key{Tenant: q.home.ID, System: tenant.SystemID(q.FormValue("system")), Name: name})
	if err != nil && !refused(err) {
		return err
	}
	shown, err := w.addresses(q)
	if err != nil {
		return err
	}
	if text == "" {
		shown.Name, shown.Problem = name, q.T("account.address_bad")
		return w.accountWith(q, http.StatusUnprocessableEntity, "", shown)
	}
	shown.Fresh = w.popAddress(text)
	return w.accountWith(q, http.StatusOK, "", shown)
}

func (w *Web) revokeAddress(q *request) error {
	if err := w.Directory.RevokeOwnKey(q.ctx(), q.by, q.home.ID, tenant.KeyID(q.pathParam("key"))); err != nil {
		return err
	}
	return q.see("/account", "account.address_revoked")
}
