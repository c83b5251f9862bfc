package push

import (
	"context"
	"fmt"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Kind is of presets whose contacts somebody else sends. The zero value is ready for use.
type Kind struct{}

var _ presets.Kind = Kind{}

// Lint refuses what belongs to reading.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"auth", "http", "check", "file"} {
		if p.Has(key) {
			lints = append(lints, p.At(key, 0, fmt.Sprintf("contacts that are sent need no %s", key), "leave the key out"))
		}
	}
	return lints
}

// Open has nothing to open.
func (Kind) Open(context.Context, *presets.Preset, presets.Connection) (presets.Source, error) {
	return nil, &presets.Error{
		Op: wording.New("presets.connect", "connect"), Text: wording.New("presets.contacts_integration_sent_server_nothing", "the contacts of this integration are sent to the server, nothing is read from here"),
		Hint: wording.New("presets.send_them_by_ringdex_push", "send them by `ringdex push` or your own program"),
	}
}
