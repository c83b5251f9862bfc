package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
)

// setsPath tells whether options name a file on this machine.
func setsPath(p *presets.Preset, options map[string]string) bool {
	for name := range options {
		if o, ok := p.Options.Find(name); ok && o.Kind() == option.Path {
			return true
		}
	}
	return false
}

// checkPaths refuses files outside the import folder, unless a command on this machine named them.
func (s *Setup) checkPaths(p *presets.Preset, i *tenant.Integration) error {
	if i.PathsTrusted {
		return nil
	}
	for _, o := range p.Options {
		if text := i.Options[o.Name]; o.Kind() == option.Path && text != "" && !s.below(text) {
			return option.Problems{{
				Option: o.Name, Code: option.CodeMalformed, Text: "names a file this server may not read",
				Hint: "files must lie in the operator's import folder (--import-dir); ask the operator for its place",
			}}
		}
	}
	return nil
}

func (s *Setup) below(path string) bool {
	if s.d.ImportDir == "" || !filepath.IsAbs(path) {
		return false
	}
	rel, err := filepath.Rel(s.d.ImportDir, filepath.Clean(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// files opens what an integration may read: anything a command named, else only below the import folder, where
// links that lead out of it are refused by the kernel's own rules (os.Root).
type files struct {
	trusted bool
	dir     string
}

func (f files) Open(_ context.Context, path string) (presets.OpenFile, error) {
	file, err := f.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &presets.Error{Op: "open " + filepath.Base(path), Text: "there is no such file", Hint: "check the path, and that the file was not moved", Err: err}
	}
	if err != nil {
		return nil, &presets.Error{Op: "open " + filepath.Base(path), Text: "the file cannot be read", Hint: "check that the server's user may read it", Err: err}
	}
	return file, nil
}

func (f files) open(path string) (*os.File, error) {
	if f.trusted {
		return os.Open(path)
	}
	if f.dir == "" {
		return nil, fmt.Errorf("no import folder: %w", fs.ErrPermission)
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	rel, err := filepath.Rel(f.dir, path)
	if err != nil {
		return nil, err
	}
	return root.Open(rel)
}
