package link

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Kind is of presets that bring scripts and nothing else. The zero value is ready for use.
type Kind struct{}

var _ presets.Kind = Kind{}

// Lint wants scripts, and refuses what belongs to reading.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"auth", "http", "check", "file", "streams", "notification", "tests"} {
		if p.Has(key) {
			lints = append(lints, p.At(key, 0, fmt.Sprintf("scripts alone need no %s", key), "leave the key out"))
		}
	}
	if len(p.Scripts) == 0 {
		lints = append(lints, p.At("scripts", 0, "there is no script", "kind link is of presets that bring scripts"))
	}
	return lints
}

// Open has nothing to open.
func (Kind) Open(context.Context, *presets.Preset, presets.Connection) (presets.Source, error) {
	return nil, &presets.Error{Op: wording.New("presets.connect", "connect"), Text: wording.New("presets.integration_has_scripts_only", "this integration has scripts only"), Hint: wording.New("presets.nothing_test_synchronise", "there is nothing to test or to synchronise")}
}
