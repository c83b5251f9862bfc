package webconfig

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestWeight guards that a first visit to a page takes at most 100 KB, everything it loads included, even where
// nothing is compressed, and that a compressed page is the same.
func TestWeight(t *testing.T) {
	w := newWorld(t)
	acme := w.customer("acme", "")
	b := w.signedInAs("admin@acme.example")
	z, err := gzip.NewReader(strings.NewReader(b.send(http.MethodGet, "/settings", nil, "Accept-Encoding", "gzip").body))
	w.must(err)
	if raw, err := io.ReadAll(z); err != nil || string(raw) != b.get("/settings").body {
		t.Errorf("compressed, the page is another one: %v", err)
	}
	loads := regexp.MustCompile(`(?:src|href)="(/(?:assets|preset-icons)/[^"]+)"`)
	sizes := map[string]int{}
	size := func(path string) int {
		if n, ok := sizes[path]; ok {
			return n
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+path, nil)
		w.must(err)
		r.Header.Set("Accept-Encoding", "gzip")
		got, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Do(r)
		w.must(err)
		defer got.Body.Close()
		raw, err := io.ReadAll(got.Body)
		w.must(err)
		if got.StatusCode != http.StatusOK || strings.HasPrefix(path, "/assets/") && !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, got.StatusCode, got.Header)
		}
		sizes[path] = len(raw)
		return len(raw)
	}
	for _, r := range w.routes() {
		if r.method != http.MethodGet || r.long || strings.HasPrefix(r.path, "/preset-icons/") {
			continue
		}
		page := b.get(filled(r.path, acme))
		if page.StatusCode != http.StatusOK {
			continue
		}
		total := len(page.body)
		for _, m := range loads.FindAllStringSubmatch(page.body, -1) {
			total += size(m[1])
		}
		if total > 100_000 {
			t.Errorf("%s takes %d bytes on a first visit", r.path, total)
		}
	}
}
