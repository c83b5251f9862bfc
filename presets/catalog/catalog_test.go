package catalog_test

import (
	"flag"
	"io/fs"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/presettest"
)

var _ = flag.Bool("update", false, "write golden files anew")

// kinds are the readers this test can run; presets of other kinds are tested
// beside their kind.
func kinds() map[string]presets.Kind { return map[string]presets.Kind{"file": file.Kind{}} }

// Every preset of a file lints clean and gives what its fixtures say.
func TestFilePresets(t *testing.T) {
	for _, id := range []string{"csv", "xlsx", "vcard"} {
		t.Run(id, func(t *testing.T) { presettest.RunPreset(t, kinds(), ".", id) })
	}
}

// Every folder is embedded with fixtures and is a preset that can be read.
func TestEveryFolderIsAPreset(t *testing.T) {
	entries, err := fs.ReadDir(catalog.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		p, lints := presets.Load(catalog.FS(), e.Name())
		for _, l := range lints {
			t.Error(l)
		}
		if p == nil {
			continue
		}
		if _, ok := p.Translations["nl"]; !ok {
			t.Errorf("%s has no Dutch texts", e.Name())
		}
		if strings.TrimSpace(p.Setup) == "" {
			t.Errorf("%s does not say how to get its values", e.Name())
		}
	}
}
