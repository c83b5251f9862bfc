package webconfig

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) auditRoutes() []route {
	return []route{get("/audit", needManager, w.audit)}
}

// auditShown is a page of the log.
type auditShown struct {
	Search  string
	Entries []auditRow
	Older   string // address of the next page, "" at the end
	Later   bool   // this is not the newest page
}

type auditRow struct {
	Time                             time.Time
	Who, Address, What, Object, More string
}

const auditOnPage = 50

func (w *Web) audit(q *request) error {
	account := q.managed().ID
	if err := w.Directory.Authorise(q.ctx(), q.by, account, tenant.ReadAudit); err != nil {
		return err
	}
	before, err := strconv.ParseUint(q.QueryParam("before"), 10, 64)
	if err != nil {
		before = 0
	}
	shown := auditShown{Search: strings.TrimSpace(q.QueryParam("search")), Later: before > 0}
	words := strings.Fields(strings.ToLower(shown.Search))
	entries, next, err := w.Directory.AuditBack(q.ctx(), account, before, auditOnPage, func(e tenant.Entry) bool {
		row := q.auditRow(e)
		text := strings.ToLower(strings.Join([]string{row.Who, row.Address, row.What, row.Object, row.More, e.Action, e.Object}, " "))
		for _, word := range words {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	for _, e := range entries {
		shown.Entries = append(shown.Entries, q.auditRow(e))
	}
	if next > 0 {
		shown.Older = "/audit?" + url.Values{"before": {strconv.FormatUint(next, 10)}, "search": {shown.Search}}.Encode()
	}
	return q.show("audit", "audit.title", shown)
}

func (q *request) auditRow(e tenant.Entry) auditRow {
	row := auditRow{Time: e.Time, Who: e.Name, Address: e.Address, What: e.Action, Object: e.Label, More: strings.Join(e.Details, ", ")}
	if row.Who == "" {
		row.Who = strings.TrimSpace(string(e.Kind) + " " + e.Actor)
	}
	if key := "audit.a_" + strings.ReplaceAll(e.Action, ".", "_"); q.words.Has(key) {
		row.What = q.T(key)
	}
	switch row.Object {
	case "":
		row.Object = e.Object
	case row.Who:
		row.Object = "" // somebody who signs in does it to nobody else
	}
	return row
}
