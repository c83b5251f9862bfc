package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"
)

// PageSizes is how much there is for pages to show.
type PageSizes struct {
	Contacts     int // of the first integration; the others have 200
	Integrations int // of the tenant that is looked at; it has people, calls, runs and the like by their number
	Tenants      int // beside it
}

func (s PageSizes) runs() int   { return s.Integrations } // of the first integration
func (s PageSizes) calls() int  { return s.Integrations * 40 }
func (s PageSizes) people() int { return s.Integrations * 6 }
func (s PageSizes) links() int  { return s.Integrations * 10 }

// Pages measures the time a server takes for each page, as each role, in this process and without a network: a listener,
// the browser and what it draws are not in it. open is the whole server on a folder.
func (r *Run) Pages(ctx context.Context, size PageSizes, open func(dir string) (PageServer, error)) (err error) {
	dir := r.folder("pages-%d-%d-%d", size.Contacts, size.Integrations, size.Tenants)
	err = once(dir, func() (err error) {
		s, err := open(dir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return r.fillPages(ctx, s, size)
	})
	if err != nil {
		return err
	}
	s, err := open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	visits, err := r.visitors(ctx, s)
	if err != nil {
		return err
	}
	r.table(fmt.Sprintf("Server time for a page, in process: a tenant with %d integrations (%s contacts in the first, 200 in each of the others), %d runs, %s calls, %d people; %d other tenants. Of %d requests, KB as sent without compression",
		size.Integrations, thousands(size.Contacts), size.runs(), thousands(size.calls()), size.people(), size.Tenants, pageRepeats*r.rounds()),
		"page", "as", "fastest ms", "p50 ms", "worst ms", "KB")
	for _, v := range visits {
		for _, path := range v.paths(s.Paths) {
			if err := r.visit(v, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// pageRepeats is how often a page is asked for in a round.
const pageRepeats = 4

func (r *Run) visit(v *visitor, path string) error {
	var took latencies
	var got answered
	for n := range pageRepeats*r.rounds() + 1 {
		began := time.Now()
		got = v.get(path)
		if n > 0 { // the first fills what is kept for the next
			took = append(took, time.Since(began))
		}
		if got.status != http.StatusOK {
			break
		}
	}
	switch {
	case got.status >= http.StatusInternalServerError:
		return fmt.Errorf("%s as %s: %d", path, v.role, got.status)
	case got.status != http.StatusOK:
		return nil // not for this role, or it leads elsewhere
	}
	took = took.sorted()
	r.line("`"+v.shown(path)+"`", v.role, fmt.Sprintf("%.1f", took.at(0)/1e3), fmt.Sprintf("%.1f", took.at(50)/1e3), fmt.Sprintf("%.1f", took.at(100)/1e3), fmt.Sprint((got.size+999)/1000))
	return nil
}

// visitor is somebody in front of a browser.
type visitor struct {
	role    string
	handler http.Handler
	jar     http.CookieJar
	at      *url.URL
	ids     map[string]string // by the parameter in a path, and backwards for what is printed
	further []string          // what is asked for beside the routes
}

type answered struct {
	status, size int
	location     string
}

func newVisitor(s PageServer, role string, ids map[string]string, further ...string) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(s.URL)
	return &visitor{role: role, handler: s.Handler, jar: jar, at: at, ids: ids, further: further}, err
}

func (v *visitor) get(path string) answered { return v.send(http.MethodGet, path, nil) }

func (v *visitor) post(path string, form url.Values) answered {
	return v.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}

func (v *visitor) send(method, path string, body io.Reader) answered {
	q := httptest.NewRequest(method, v.at.String()+path, body)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range v.jar.Cookies(v.at) {
		q.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, q)
	got := w.Result()
	v.jar.SetCookies(v.at, got.Cookies())
	return answered{got.StatusCode, w.Body.Len(), got.Header.Get("Location")}
}

func (v *visitor) signIn(email string) error {
	got := v.post("/sign-in", url.Values{"email": {email}, "password": {pagePassword}})
	if got.status != http.StatusSeeOther {
		return fmt.Errorf("sign in as %s: %d", v.role, got.status)
	}
	return nil
}

// paths are the routes with their parameters filled in, and what is asked for beside them.
func (v *visitor) paths(routes []string) []string {
	var out []string
	for _, route := range routes {
		if path, ok := v.filled(route); ok {
			out = append(out, path)
		}
	}
	for _, route := range v.further {
		if path, ok := v.filled(route); ok {
			out = append(out, path)
		}
	}
	return out
}

func (v *visitor) filled(route string) (path string, ok bool) {
	parts := strings.Split(route, "/")
	for n, part := range parts {
		name, query, _ := strings.Cut(part, "?")
		if !strings.HasPrefix(name, ":") {
			continue
		}
		key := name[1:]
		if strings.Contains(route, "/setup") && key == "integration" {
			key = "draft"
		}
		if parts[n], ok = v.ids[key]; !ok {
			return "", false
		}
		if query != "" {
			parts[n] += "?" + query
		}
	}
	return strings.Join(parts, "/"), true
}

// shown is a path as the routes have it.
func (v *visitor) shown(path string) string {
	for name, id := range v.ids {
		path = strings.ReplaceAll(path, "/"+id, "/:"+name)
	}
	return path
}
