package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed css/*.css js/*.js icons/*.svg vendor/*.js
var files embed.FS

// Prefix is the path all assets are below.
const Prefix = "/assets/"

// Set is all assets, ready to be served. Nobody changes it.
type Set struct {
	byName map[string]string // "ringdex.css" → "/assets/ringdex.HASH.css"
	byPath map[string]file
	icons  map[string]template.HTML
}

type file struct {
	media        string
	plain, small []byte // small is gzipped
}

// Load reads all assets.
func Load() (*Set, error) {
	s := &Set{byName: map[string]string{}, byPath: map[string]file{}, icons: map[string]template.HTML{}}
	if err := s.style(); err != nil {
		return nil, err
	}
	for _, pattern := range []string{"js/*.js", "vendor/*.js"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			raw, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if err := s.add(path.Base(name), raw); err != nil {
				return nil, err
			}
		}
	}
	return s, s.loadIcons()
}

// style joins the style sheets.
func (s *Set) style() error {
	names, err := fs.Glob(files, "css/*.css")
	if err != nil {
		return err
	}
	var all bytes.Buffer
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		all.Write(raw)
	}
	return s.add("ringdex.css", all.Bytes())
}

func (s *Set) loadIcons() error {
	names, err := fs.Glob(files, "icons/*.svg")
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		id := strings.TrimSuffix(path.Base(name), ".svg")
		s.icons[id] = template.HTML(bytes.TrimSpace(raw)) //nolint:gosec // our own files
		if id == "ringdex" {
			if err := s.add("ringdex.svg", raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Set) add(name string, raw []byte) error {
	if _, twice := s.byName[name]; twice {
		return fmt.Errorf("asset %s is there twice", name)
	}
	var small bytes.Buffer
	z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(raw); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	ext := path.Ext(name)
	sum := sha256.Sum256(raw)
	at := Prefix + strings.TrimSuffix(name, ext) + "." + base64.RawURLEncoding.EncodeToString(sum[:9]) + ext
	s.byName[name] = at
	s.byPath[at] = file{media: mime.TypeByExtension(ext), plain: raw, small: small.Bytes()}
	return nil
}

// Path returns where an asset is served. One that does not exist is an error, so that a template naming it fails its test.
func (s *Set) Path(name string) (string, error) {
	at, ok := s.byName[name]
	if !ok {
		return "", fmt.Errorf("no asset is called %q", name)
	}
	return at, nil
}

// Icon returns an icon as SVG to stand in a page. It says nothing to screen readers: text beside it does.
func (s *Set) Icon(name string) (template.HTML, error) {
	svg, ok := s.icons[name]
	if !ok {
		return "", fmt.Errorf("no icon is called %q", name)
	}
	return svg, nil
}

// ServeHTTP answers with an asset, to be kept for a year.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.byPath[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
