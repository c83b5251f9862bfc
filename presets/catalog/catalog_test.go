package catalog_test

import (
	"flag"
	"io/fs"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/catalog"
	"github.com/ringdex/ringdex/presets/directory"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/link"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/presets/rest"
	"github.com/ringdex/ringdex/presets/sql"
)

var _ = flag.Bool("update", false, "write golden files anew")

func kinds() map[string]presets.Kind {
	return map[string]presets.Kind{"directory": directory.Kind{}, "file": file.Kind{}, "link": link.Kind{}, "push": push.Kind{}, "rest": rest.Kind{}, "sql": sql.Kind{}}
}

// Every preset lints clean and gives what its fixtures say, clean and with every fault.
func TestPresets(t *testing.T) { presettest.Run(t, kinds(), ".") }

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
