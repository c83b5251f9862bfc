package api

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets/catalog"
)

// sheet is the preset csv under another id, as an archive, with something in its description changed.
func sheet(t *testing.T, id, from, to string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := fs.WalkDir(catalog.FS(), "csv", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(catalog.FS(), name)
		if err != nil {
			return err
		}
		if name == "csv/preset.yaml" {
			text = []byte(strings.Replace(strings.Replace(string(text), "id: csv", "id: "+id, 1), from, to, 1))
		}
		f, err := w.Create(strings.TrimPrefix(name, "csv/"))
		if err == nil {
			_, err = f.Write(text)
		}
		return err
	})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Promise: an operator's preset can be used as soon as it is uploaded, is replaced as a whole, and cannot be removed while an
// integration has it; each upload and removal is in the operator's audit log.
func TestUploadedPreset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	put := func(body string) answered {
		return w.do(request{method: http.MethodPut, path: "/v1/presets/our-sheet", body: body, header: http.Header{"Content-Type": {"application/zip"}}, socket: true})
	}
	if got := put(sheet(t, "our-sheet", "name: ", "name: Our ")); got.status != http.StatusOK || !strings.Contains(got.body, `"uploaded":true`) {
		t.Fatalf("upload: %d %s", got.status, got.body)
	}
	added := w.do(request{method: http.MethodPost, path: "/v1/integrations", body: `{"preset":"our-sheet","options":{"path":"` + w.imports + `/x.csv"}}`, as: a.admin})
	if added.status != http.StatusCreated {
		t.Fatalf("used: %d %s", added.status, added.body)
	}
	if got := put(sheet(t, "our-sheet", "name: ", "name: Their ")); got.status != http.StatusOK || !strings.Contains(got.body, "Their") {
		t.Errorf("replaced: %d %s", got.status, got.body)
	}
	remove := request{method: http.MethodDelete, path: "/v1/presets/our-sheet", socket: true}
	if got := w.do(remove); got.status != http.StatusConflict || !strings.Contains(got.body, "anna") {
		t.Errorf("in use: %d %s", got.status, got.body)
	}
	var i struct{ ID string }
	w.must(json.Unmarshal([]byte(added.body), &i))
	w.do(request{method: http.MethodDelete, path: "/v1/integrations/" + i.ID, as: a.admin})
	if got := w.do(remove); got.status != http.StatusNoContent {
		t.Errorf("removed: %d %s", got.status, got.body)
	}
	if got := w.do(remove); got.status != http.StatusNotFound {
		t.Errorf("again: %d %s", got.status, got.body)
	}
	entries, err := w.Directory.Audit(t.Context(), w.Directory.Operator(), 0, 100)
	w.must(err)
	var log strings.Builder
	for _, e := range entries {
		log.WriteString(e.String() + "\n")
	}
	if strings.Count(log.String(), "preset.put") != 2 || strings.Count(log.String(), "preset.remove") != 1 {
		t.Errorf("audit log:\n%s", log.String())
	}
}

// Promise: mistakes of an uploaded preset come back as `preset lint` prints them, all of them with their places, and what is no
// preset at all is refused in words.
func TestUploadedPresetWithMistakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	put := func(path, body string) Problem {
		got := w.do(request{method: http.MethodPut, path: path, body: body, header: http.Header{"Content-Type": {"application/zip"}}, socket: true})
		var p Problem
		w.must(json.Unmarshal([]byte(got.body), &p))
		return p
	}
	p := put("/v1/presets/our-sheet", sheet(t, "our-sheet", "maturity: ", "maturiti: "))
	if p.Status != http.StatusUnprocessableEntity || len(p.Lints) < 2 || p.Lints[0].File != "our-sheet/preset.yaml" {
		t.Errorf("%+v", p)
	}
	found := false
	for _, l := range p.Lints {
		found = found || l.Line > 1 && l.Column == 1 && strings.Contains(l.Hint, "maturity") && strings.HasSuffix(l.Excerpt, "^")
	}
	if !found {
		t.Errorf("%+v", p.Lints)
	}
	for path, want := range map[string]int{"/v1/presets/our-sheet": http.StatusUnprocessableEntity, "/v1/presets/csv": http.StatusConflict, "/v1/presets/%2e%2e%2fx": http.StatusUnprocessableEntity} {
		if p := put(path, "nothing"); p.Status != want || p.Detail == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	if p := put("/v1/presets/our-sheet", strings.Repeat("x", 5<<20)); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("%+v", p)
	}
}
