package file

import (
	"context"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/presets"
)

// Kind opens presets of kind file. The zero value is ready for use.
type Kind struct{}

var (
	_ presets.Kind         = Kind{}
	_ presets.OptionReader = Kind{}
	_ presets.Fetcher      = Kind{}
)

// ReadsOptions are the options whose names mean something here.
func (Kind) ReadsOptions() []string { return optionNames() }

// FetchesUpTo is a little more than a file may have, so that a file that is too large is told as such.
func (Kind) FetchesUpTo() int64 { return maxFile + 1<<20 }

// Lint checks what only files know: a path, options with names it reads, nothing of HTTP.
func (Kind) Lint(p *presets.Preset) []presets.Lint {
	var lints []presets.Lint
	for _, key := range []string{"auth", "http", "check"} {
		if p.Has(key) {
			lints = append(lints, p.At(key, 0, fmt.Sprintf("a file has no %s", key), "leave the key out"))
		}
	}
	if _, ok := p.Options.Find("path"); !ok {
		lints = append(lints, p.At("options", 0, "option path is missing", "kind file reads the file that option path names"))
	}
	if len(p.Streams) > 1 {
		lints = append(lints, p.At("streams[1]", 0, "a file has one stream", ""))
	}
	for i, o := range p.Options {
		if !slices.Contains(optionNames(), o.Name) {
			lints = append(lints, p.At(fmt.Sprintf("options[%d]", i), 0, fmt.Sprintf("kind file does not read option %s", o.Name), ""))
		}
	}
	return lints
}

// Open checks the settings. The file is opened by each Check and Read anew.
func (Kind) Open(_ context.Context, p *presets.Preset, c presets.Connection) (presets.Source, error) {
	if len(p.Streams) == 0 {
		return nil, fmt.Errorf("open %s: the preset has no stream", p.ID)
	}
	p, err := p.With(c.Options)
	if err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	set, err := readSettings(p.File.Format, c.Options)
	if err != nil {
		return nil, err
	}
	return &source{set: set, files: c.Files, http: c.HTTP, sleep: c.Sleep, stream: p.Streams[0].ID}, nil
}
