package shelf

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/presets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// anyKind accepts every preset.
type anyKind struct{}

func (anyKind) Lint(*presets.Preset) []presets.Lint { return nil }

func (anyKind) Open(context.Context, *presets.Preset, presets.Connection) (presets.Source, error) {
	return nil, errors.New("not opened here")
}

const description = `format: 1
id: ID
name: Sample
summary: A CRM that does not exist.
kind: rest
maturity: beta
http: { base_url: https://crm.example.com }
streams: [ { id: contact, request: { get: /contacts }, records: items, record: { id: id }, phones: [ { path: phone } ] } ]
tests: [ { name: all, exchange: [ testdata/all.http ], want: testdata/all.json } ]
`

// folder is the files of a preset that lints clean.
func folder(id string) map[string]string {
	return map[string]string{
		"preset.yaml": strings.Replace(description, "ID", id, 1), "icon.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"testdata/all.http": "GET /contacts\n\nHTTP/1.1 200 OK\n\n{\"items\": [{\"id\": 1, \"phone\": \"1\"}]}\n", "testdata/all.json": "{}",
	}
}

func zipped(t *testing.T, prefix string, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(prefix + name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, heads ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range heads {
		text := h.Linkname // of a file: its content
		if h.Typeflag == tar.TypeReg {
			h.Linkname, h.Size, h.Mode = "", int64(len(text)), 0o644
		}
		err := w.WriteHeader(&h)
		if err == nil && h.Typeflag == tar.TypeReg {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T, dir string) (*Shelf, *presets.Catalog, []presets.Lint) {
	t.Helper()
	builtIn := fstest.MapFS{}
	for name, text := range folder("comes-along") {
		builtIn["comes-along/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, lints := presets.NewCatalog(map[string]presets.Kind{"rest": anyKind{}}, builtIn)
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	s, lints, err := Open(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	return s, c, lints
}

func nobody() (string, error) { return "", nil }

// Promise: an uploaded preset works at once and after a restart, can be replaced, and is gone when it is removed; while it is used
// it stays, and a built-in one is never touched.
func TestShelf(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "presets")
	s, c, _ := open(t, dir)
	files := folder("mine")
	for name, archive := range map[string][]byte{
		"zip": zipped(t, "", files), "in a folder": zipped(t, "mine-main/", files),
		"tar.gz": tarred(t, tar.Header{Name: "./mine/", Typeflag: tar.TypeDir}, tar.Header{Name: "./mine/preset.yaml", Typeflag: tar.TypeReg, Linkname: files["preset.yaml"]},
			tar.Header{Name: "mine/icon.svg", Typeflag: tar.TypeReg, Linkname: files["icon.svg"]}, tar.Header{Name: "mine/testdata/all.http", Typeflag: tar.TypeReg, Linkname: files["testdata/all.http"]},
			tar.Header{Name: "mine/testdata/all.json", Typeflag: tar.TypeReg, Linkname: "{}"}, tar.Header{Name: "mine/.DS_Store", Typeflag: tar.TypeReg, Linkname: "x"}),
	} {
		if p, lints, err := s.Put("mine", archive); err != nil || len(lints) > 0 || p.ID != "mine" {
			t.Errorf("%s: %v %v", name, lints, err)
		}
	}
	if _, ok := c.Get("Mine"); !ok || len(c.All()) != 2 {
		t.Error("not in the catalogue")
	}
	if _, _, err := s.Put("comes-along", zipped(t, "", folder("comes-along"))); !errors.Is(err, ErrBuiltIn) {
		t.Errorf("over a built-in one: %v", err)
	}
	_, c, lints := open(t, dir)
	if p, ok := c.Get("mine"); !ok || len(lints) > 0 || p.Name != "Sample" {
		t.Errorf("after a restart: %v", lints)
	}
	s, c, _ = open(t, dir)
	if err := s.Remove("mine", func() (string, error) { return "Acme", nil }); !errors.Is(err, ErrUsed) || !strings.Contains(err.Error(), "Acme") {
		t.Errorf("in use: %v", err)
	}
	if _, ok := c.Get("mine"); !ok {
		t.Error("gone though it is used")
	}
	if err := s.Remove("mine", nobody); err != nil {
		t.Error(err)
	}
	for id, want := range map[string]error{"mine": ErrNone, "comes-along": ErrBuiltIn} {
		if err := s.Remove(id, nobody); !errors.Is(err, want) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, c, _ = open(t, dir); len(c.All()) != 1 {
		t.Error("back after a restart")
	}
}

// Promise: mistakes are told with their places and nothing is stored; what a newer program does not take any more, or is damaged,
// is left out and told, and the server starts.
func TestMistakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c, _ := open(t, dir)
	files := folder("mine")
	files["preset.yaml"] = strings.Replace(files["preset.yaml"], "records: items", "record: items", 1)
	_, lints, err := s.Put("mine", zipped(t, "", files))
	if err != nil || len(lints) == 0 || lints[0].File != "mine/preset.yaml" || lints[0].Line == 0 || lints[0].Excerpt == "" {
		t.Errorf("%v %+v", err, lints)
	}
	if _, lints, _ = s.Put("other", zipped(t, "", folder("mine"))); len(lints) != 1 || !strings.Contains(lints[0].Text, "the id is mine") {
		t.Errorf("another id: %v", lints)
	}
	if found, _ := os.ReadDir(dir); len(found) > 0 || len(c.All()) != 1 {
		t.Errorf("stored all the same: %v", found)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.zip"), []byte("PK\x03\x04 damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	raw := zipped(t, "comes-along/", folder("comes-along"))
	if err := os.WriteFile(filepath.Join(dir, "comes-along.zip"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, lints = open(t, dir); len(lints) < 2 {
		t.Errorf("left out: %v", lints)
	}
}

// Promise: an archive is data: nothing in it leaves the folder, is a link, or takes more room than a preset may.
func TestHostileArchives(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range maxFiles + 1 {
		many[fmt.Sprintf("testdata/%d", i)] = ""
	}
	large := map[string]string{}
	for i := range 4 {
		large[fmt.Sprintf("testdata/%d", i)] = strings.Repeat("0", 7<<20)
	}
	for name, test := range map[string]struct {
		archive []byte
		want    string
	}{
		"no archive":     {[]byte("preset.yaml"), "neither a zip nor"},
		"empty":          {nil, "neither a zip nor"},
		"too large":      {bytes.Repeat([]byte("x"), MaxArchive+1), "larger than 4 MiB"},
		"cut zip":        {zipped(t, "", folder("mine"))[:200], "damaged"},
		"cut tar":        {tarred(t, tar.Header{Name: "a", Typeflag: tar.TypeReg, Linkname: "text"})[:30], "damaged"},
		"above":          {zipped(t, "../", folder("mine")), "no name of a file"},
		"in the middle":  {zipped(t, "a/../../", folder("mine")), "no name of a file"},
		"absolute":       {zipped(t, "/etc/", folder("mine")), "no name of a file"},
		"backslash":      {zipped(t, `a\..\`, folder("mine")), "no name of a file"},
		"hidden":         {zipped(t, ".git/", folder("mine")), "no name of a file"},
		"deep":           {zipped(t, "a/b/c/d/", folder("mine")), "no name of a file"},
		"control":        {zipped(t, "a\x1b[2J/", folder("mine")), "no name of a file"},
		"many":           {zipped(t, "", many), "more than 400 entries"},
		"bomb":           {zipped(t, "", map[string]string{"preset.yaml": strings.Repeat("0", maxFile+1)}), "larger than 8 MiB"},
		"bomb in pieces": {zipped(t, "", large), "more than 24 MiB"},
		"symbolic link":  {tarred(t, tar.Header{Name: "preset.yaml", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), "a link or device"},
		"hard link":      {tarred(t, tar.Header{Name: "preset.yaml", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}), "a link or device"},
		"device":         {tarred(t, tar.Header{Name: "preset.yaml", Typeflag: tar.TypeChar}), "a link or device"},
		"link in zip":    {linked(t), "a link or device"},
		"twice":          {tarred(t, tar.Header{Name: "a", Typeflag: tar.TypeReg, Linkname: "1"}, tar.Header{Name: "./a", Typeflag: tar.TypeReg, Linkname: "2"}), "in it twice"},
		"two presets":    {tarred(t, tar.Header{Name: "a/preset.yaml", Typeflag: tar.TypeReg, Linkname: "1"}, tar.Header{Name: "b/preset.yaml", Typeflag: tar.TypeReg, Linkname: "2"}), "neither at its top"},
		"no preset":      {zipped(t, "", map[string]string{"a/readme.md": "x"}), "no preset.yaml"},
		"tar bomb":       {tarred(t, tar.Header{Name: "a", Typeflag: tar.TypeReg, Linkname: strings.Repeat("0", maxFile+1)}), "larger than 8 MiB"},
	} {
		_, err := unpack(test.archive)
		if !errors.Is(err, ErrArchive) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{"", "..", "../x", "A", "a b", "a.zip", strings.Repeat("a", 41)} {
		s, _, _ := open(t, t.TempDir())
		if _, _, err := s.Put(id, zipped(t, "", folder("mine"))); !errors.Is(err, ErrArchive) {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func linked(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "preset.yaml"}
	h.SetMode(fs.ModeSymlink | 0o777)
	f, err := w.CreateHeader(h)
	if err == nil {
		_, err = f.Write([]byte("/etc/passwd"))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Promise: uploads and removals beside look-ups never show half a preset (the race detector is the judge).
func TestShelfTogether(t *testing.T) {
	t.Parallel()
	s, c, _ := open(t, t.TempDir())
	archive := zipped(t, "", folder("mine"))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				if _, _, err := s.Put("mine", archive); err != nil {
					t.Error(err)
				}
				if p, ok := c.Get("mine"); ok && p.Name != "Sample" {
					t.Error("half a preset")
				}
				_ = c.All()
				_ = c.Nearest("min")
				if err := s.Remove("mine", nobody); err != nil && !errors.Is(err, ErrNone) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
