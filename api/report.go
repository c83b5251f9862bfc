package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/tenant"
)

// report is the data-quality report of an integration: JSON, or with ?format=csv all rows for a spreadsheet.
func (a *API) report(c echo.Context, q asked) (any, error) {
	in, err := a.ref(c, q, tenant.Read)
	if err != nil {
		return nil, err
	}
	switch c.QueryParam("format") {
	case "", "json":
		return a.Jobs.Report(c.Request().Context(), in)
	case "csv":
		return csvReport{a, in}, nil
	}
	return nil, problem(http.StatusBadRequest, "format must be json or csv")
}

// csvReport is a report that is written row by row.
type csvReport struct {
	a  *API
	in cache.Ref
}

// written streams the report; a report can have more rows than fit in memory.
func (r csvReport) written(c echo.Context) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="ringdex-report.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	return jobs.WriteCSV(c.Response(), r.a.Jobs.ReportRows(c.Request().Context(), r.in))
}
