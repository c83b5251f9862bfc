package presets

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// anyKind accepts every preset, so that only the format's own rules speak.
type anyKind struct{}

func (anyKind) Lint(*Preset) []Lint { return nil }

func (anyKind) Open(context.Context, *Preset, Connection) (Source, error) { return nil, nil }

const plainIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`

// folderOf is a preset's folder "sample" from the files of an archive; an icon is
// added where it has none.
func folderOf(a *txtar.Archive) fstest.MapFS {
	fsys := fstest.MapFS{"sample/icon.svg": {Data: []byte(plainIcon)}}
	for _, f := range a.Files {
		if f.Name != "want" {
			fsys["sample/"+f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys
}

// Every mistake is told with file, line, column, the line itself and what to do:
// each archive in testdata/lint holds a preset and, side by side, its messages.
func TestLints(t *testing.T) {
	paths, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no archives", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, lints := LoadChecked(folderOf(a), "sample", map[string]Kind{"rest": anyKind{}})
			var got strings.Builder
			for _, l := range lints {
				got.WriteString(l.String() + "\n")
			}
			if *update {
				rewrite(t, path, a, got.String())
				return
			}
			if diff := cmp.Diff(string(a.Files[len(a.Files)-1].Data), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// rewrite puts the messages into the last file of an archive, "want".
func rewrite(t *testing.T, path string, a *txtar.Archive, got string) {
	t.Helper()
	if last := a.Files[len(a.Files)-1]; last.Name == "want" {
		a.Files = a.Files[:len(a.Files)-1]
	}
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
