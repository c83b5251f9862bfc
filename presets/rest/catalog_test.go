package rest_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

var _ = flag.Bool("update", false, "write golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var kinds = map[string]presets.Kind{"rest": rest.Kind{}}

// Promise: every preset of this kind lints clean and gives what its fixtures say, clean and with every fault.
func TestCatalog(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob("../catalog/*/preset.yaml")
	if err != nil || len(found) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	for _, file := range found {
		id := filepath.Base(filepath.Dir(file))
		if p, _ := presets.Load(os.DirFS("../catalog"), id); p == nil || p.Kind != "rest" {
			continue
		}
		t.Run(id, func(t *testing.T) { presettest.RunPreset(t, kinds, "../catalog", id) })
	}
}
