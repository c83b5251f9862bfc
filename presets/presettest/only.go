package presettest

import (
	"io/fs"
	"slices"
)

// Only is the folders of fsys with those names, for tests that need few presets and many worlds.
func Only(fsys fs.FS, names ...string) fs.FS { return few{fsys, names} }

type few struct {
	fs.FS
	names []string
}

// ReadDir hides the other folders.
func (f few) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.FS, name)
	if name != "." {
		return all, err
	}
	return slices.DeleteFunc(all, func(e fs.DirEntry) bool { return !slices.Contains(f.names, e.Name()) }), err
}
