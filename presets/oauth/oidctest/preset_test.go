package oidctest

import (
	"flag"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
	"github.com/ringdex/ringdex/presets/rest"
)

var _ = flag.Bool("update", false, "write golden files anew")

// The preset of the tests lints clean and reads its list, clean and with every fault.
func TestPreset(t *testing.T) {
	presettest.Run(t, map[string]presets.Kind{"rest": rest.Kind{}}, "presets")
}
