package webconfig

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/ringdex/ringdex/webconfig/assets"
)

//go:embed templates/*.html templates/parts/*.html
var templateFiles embed.FS

// pages are the templates by page name, each with the layout and the parts.
type pages map[string]*template.Template

// loadPages parses everything, so that a mistake stops the start and not the person who opens the page.
func loadPages(a *assets.Set) (pages, error) {
	base := template.New("base").Funcs(template.FuncMap{
		"asset": a.Path,
		"icon":  a.Icon,
		"dict":  dict,
		"link":  link,
	}).Option("missingkey=error")
	base, err := base.ParseFS(templateFiles, "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the parts of pages: %w", err)
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	out := pages{}
	for _, name := range names {
		clone, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := clone.ParseFS(templateFiles, name); err != nil {
			return nil, fmt.Errorf("read page %s: %w", name, err)
		}
		out[strings.TrimSuffix(path.Base(name), ".html")] = clone
	}
	return out, nil
}

// dict joins values for a template that takes one: {{template "x" dict "Page" $ "Item" .}}.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is not a name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

// page is what templates get.
type page struct {
	*request
	Title string
	Data  any
	Nav   *nav // nil on pages before sign-in
	Flash *flash
}

// blank is a page without navigation.
func (q *request) blank(title string, data any) *page {
	if title != "" {
		title = q.T(title)
	}
	return &page{request: q, Title: title, Data: data}
}

// page is a page with everything around it. title is a key, or a text where it is none.
func (q *request) page(title string, data any) (*page, error) {
	p := q.blank(title, data)
	p.Flash = q.said()
	if q.person == nil {
		return p, nil
	}
	var err error
	p.Nav, err = q.navigation()
	return p, err
}

// Lang is the value of <html lang>.
func (p *page) Lang() string { return p.words.Lang }

// Time is a moment in the person's language and the tenant's time zone.
func (p *page) Time(t time.Time) string { return p.words.Time(t, p.zone()) }

// Number is a whole number in the person's language.
func (p *page) Number(n any) string { return p.words.Number(n) }

// Framed tells whether the page is a widget in another page's frame.
func (p *page) Framed() bool { return p.framed }

// Contact is the operator's line.
func (p *page) Contact() string { return p.w.Contact }

// writePage executes a page into memory first, so that a mistake does not leave half a page.
func (w *Web) writePage(rw http.ResponseWriter, status int, name string, p *page) error {
	return w.execute(rw, status, name, "layout", p)
}

func (w *Web) writeBlock(rw http.ResponseWriter, name, block string, p *page) error {
	return w.execute(rw, http.StatusOK, name, block, p)
}

func (w *Web) execute(rw http.ResponseWriter, status int, name, block string, p *page) error {
	t, ok := w.pages[name]
	if !ok {
		return fmt.Errorf("no page is called %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, p); err != nil {
		return fmt.Errorf("write page %s: %w", name, err)
	}
	h, body := rw.Header(), b.Bytes()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if p.compressed(len(body)) {
		body = small(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Add("Vary", "Accept-Encoding")
	rw.WriteHeader(status)
	_, err := rw.Write(body)
	if err != nil {
		w.Log.Debug("a browser did not take its page", "page", name, "error", err)
	}
	return nil
}

// worthIt is the size from which a page is compressed.
const worthIt = 2000

// compressed tells whether a page of that size is sent compressed. What answers a form is not: it may show a key once, beside
// what was typed, and sizes would tell of it. Nor is a widget: other sites can make a browser ask for one, with a number of theirs
// beside the agent's calls.
func (p *page) compressed(size int) bool {
	if p.Context == nil || size < worthIt || p.framed {
		return false
	}
	r := p.Request()
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

var smallers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one there is
	return z
}}

func small(body []byte) []byte {
	var out bytes.Buffer
	z := smallers.Get().(*gzip.Writer)
	defer smallers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}
