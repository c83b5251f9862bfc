package directory

import (
	"errors"

	"github.com/ringdex/ringdex/presets"
)

func openCardDAV(p *presets.Preset, c presets.Connection, set settings) (presets.Source, error) {
	return nil, errors.New("not yet")
}
