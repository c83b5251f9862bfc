package presettest_test

import (
	"flag"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/file"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

var _ = flag.Bool("update", false, "write golden files anew")

func kinds() map[string]presets.Kind {
	return map[string]presets.Kind{"rest": rest.Kind{}, "file": file.Kind{}}
}

// The example of the documentation lints clean and gives what its fixtures say,
// clean and with every fault.
func TestNorthwind(t *testing.T) {
	presettest.RunPreset(t, kinds(), "../testdata", "northwind")
}
