package webconfig

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/tenant"
)

func (w *Web) resellersRoutes() []route {
	return []route{get("/resellers", needOperator, w.listResellers)}
}

// resellersShown is the list of resellers.
type resellersShown struct {
	Resellers []resellerRow
	Search    string
	Any       bool // there are some at all
	Turn      pager
}

type resellerRow struct {
	ID, Name, External, Contact string
	Tenants                     int
	Suspended                   bool
}

func (w *Web) listResellers(q *request) error {
	accounts, err := w.Directory.Accounts(q.ctx(), q.by)
	if err != nil {
		return err
	}
	tenants := map[tenant.ID]int{}
	for _, a := range accounts {
		tenants[a.Parent]++
	}
	shown := resellersShown{Search: strings.TrimSpace(q.QueryParam("search"))}
	var rows []resellerRow
	for _, a := range accounts {
		if a.Kind != tenant.KindReseller {
			continue
		}
		shown.Any = true
		if strings.Contains(strings.ToLower(a.Name+" "+a.ExternalID+" "+a.Contact), strings.ToLower(shown.Search)) {
			rows = append(rows, resellerRow{
				ID: string(a.ID), Name: a.Name, External: a.ExternalID, Contact: a.Contact, Tenants: tenants[a.ID], Suspended: a.Suspended,
			})
		}
	}
	slices.SortFunc(rows, func(a, b resellerRow) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	shown.Resellers, shown.Turn = onPage(rows, q, tenantsOnPage)
	return q.show("resellers", "resellers.title", shown)
}
