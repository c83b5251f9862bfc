package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/api/phonebook"
	"github.com/ringdex/ringdex/recognition"
)

// xmlPath is where the phone books for brands of phones are.
const xmlPath = "/phonebook/"

// xmlRoutes are the phone books: one file for each brand. Some phones add the name of the file to a folder themselves.
func (a *API) xmlRoutes() (all []route) {
	for _, shape := range phonebook.Shapes() {
		all = append(all, route{method: http.MethodGet, path: xmlPath + shape + ".xml", need: needMatch, raw: a.xmlBook})
	}
	return append(all, route{method: http.MethodGet, path: xmlPath + "grandstream/phonebook.xml", need: needMatch, raw: a.xmlBook})
}

// shapeOf is which brand's phone book a route is.
func shapeOf(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, xmlPath), "/")
	return strings.TrimSuffix(name, ".xml")
}

// xmlBook shows people to a phone, page by page.
func (a *API) xmlBook(c echo.Context, q asked) error {
	ctx := c.Request().Context()
	account, err := a.Directory.Snapshot(ctx, q.tenant)
	if err != nil {
		return err
	}
	p := c.Request().URL.Query()
	if strings.Contains(c.Request().URL.RawQuery, ";") {
		p = semicolons(c.Request().URL.RawQuery)
	}
	shape := shapeOf(c.Path())
	r := phonebook.PageRequest{
		Search: recognition.RestorePlus(first(p, "search", "term", "q")), Account: first(p, "account"), Input: p.Get("input") == "1",
		Texts: phonebook.TextsIn(account.Account.Language),
	}
	if strings.HasPrefix(r.Search, "#SEARCH") || strings.HasPrefix(r.Search, "__X__") {
		r.Search = "" // a phone that shows everybody leaves the place for the text as it is
	}
	if n, err := strconv.Atoi(p.Get("page")); err == nil && n > 0 && n < 1e6 {
		r.Page = n
	}
	if _, err := strconv.Atoi(r.Account); err != nil {
		r.Account = ""
	}
	r.Link = a.pageLink(c, p, r.Search, shape)
	body, err := a.pages.Page(ctx, q.access, shape, r)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, xmlType, body)
}

const xmlType = "text/xml; charset=utf-8"

// semicolons reads a query whose parts are joined by semicolons: some phones do not decode an ampersand in XML.
func semicolons(query string) url.Values {
	values, _ := url.ParseQuery(strings.ReplaceAll(query, ";", "&")) // what cannot be read is as good as not there
	return values
}

func first(p url.Values, names ...string) string {
	for _, name := range names {
		if text := p.Get(name); text != "" {
			return text
		}
	}
	return ""
}

// pageLink makes the addresses of other pages. The key, where it came in the URL, stands first, since some phones cut long
// ones.
func (a *API) pageLink(c echo.Context, p url.Values, search, shape string) func(page int) string {
	base := a.publicURL(c) + xmlPath + shape + ".xml?"
	and := "&"
	if shape == "snom" {
		and = ";"
	}
	if key := p.Get("key"); key != "" {
		base += "key=" + url.QueryEscape(key) + and
	}
	return func(page int) string {
		if page == 0 {
			return base + "search="
		}
		link := base + "page=" + strconv.Itoa(page)
		if search != "" {
			link += and + "search=" + url.QueryEscape(search)
		}
		return link
	}
}

// publicURL is where this server is reached; without a setting, where it was.
func (a *API) publicURL(c echo.Context) string {
	if a.PublicURL != "" {
		return strings.TrimRight(a.PublicURL, "/")
	}
	return c.Scheme() + "://" + c.Request().Host
}

// xmlFailure tells a phone what is wrong in a page it can show. Only what an admin has to mend keeps its status: a missing
// key, at which phones send theirs, and one that is not good for this. At any other they would show nothing of the page.
func xmlFailure(c echo.Context, p *Problem) error {
	status := http.StatusOK
	switch p.Status {
	case http.StatusForbidden:
		status = p.Status
	case http.StatusUnauthorized:
		status = p.Status
		c.Response().Header().Set("WWW-Authenticate", `Basic realm="ringdex"`)
	}
	return c.Blob(status, xmlType, phonebook.Failure(shapeOf(c.Path()), p.Error()))
}
