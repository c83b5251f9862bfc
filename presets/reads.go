package presets

import "github.com/ringdex/ringdex/option"

// Reads reports whether presets like this one have contacts at all: a preset of scripts alone has nothing to test, map or
// synchronise, so the wizard has no such steps.
func (p *Preset) Reads() bool { return len(p.Streams) > 0 }

// Opens reports whether the server reads the contacts itself. Those of kind push are always sent to it.
func (p *Preset) Opens() bool { return p.Reads() && p.Kind != "push" }

// ReadsPath reports whether a connection with these options reads a file on the server's machine.
func (p *Preset) ReadsPath(v option.Values) bool { return p.Kind == "file" && v.Has("path") }

// ReadsUpload reports whether a connection with these options reads a file that is uploaded.
func (p *Preset) ReadsUpload(v option.Values) bool {
	return p.Kind == "file" && !v.Has("path") && !v.Has("url")
}
