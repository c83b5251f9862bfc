package link

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/presets"
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
	return nil, &presets.Error{Op: "connect", Text: "this integration has scripts only", Hint: "there is nothing to test or to synchronise"}
}
