package presets

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// Catalog is the presets of the program and of the operator's folders. It does
// not change after [NewCatalog] and is safe for concurrent use.
type Catalog struct {
	presets map[string]*Preset
	kinds   map[string]Kind
}

// NewCatalog loads every folder with a preset.yaml in each file system; a later
// one replaces a preset of an earlier one with the same id. A preset with lints
// is left out (so the earlier one stays), the others are ready for use.
func NewCatalog(kinds map[string]Kind, folders ...fs.FS) (*Catalog, []Lint) {
	c := &Catalog{presets: map[string]*Preset{}, kinds: kinds}
	var lints []Lint
	for _, fsys := range folders {
		lints = append(lints, c.add(fsys)...)
	}
	return c, lints
}

func (c *Catalog) add(fsys fs.FS) []Lint {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return []Lint{{File: ".", Text: "the folder of presets cannot be read"}}
	}
	var lints []Lint
	for _, e := range entries {
		if _, err := fs.Stat(fsys, e.Name()+"/preset.yaml"); err != nil {
			continue
		}
		p, found := LoadChecked(fsys, e.Name(), c.kinds)
		if lints = append(lints, found...); len(found) == 0 {
			c.presets[p.ID] = p
		}
	}
	return lints
}

// LoadChecked is [Load] followed, if the preset could be read, by [LintKind].
func LoadChecked(fsys fs.FS, dir string, kinds map[string]Kind) (*Preset, []Lint) {
	p, lints := Load(fsys, dir)
	if p == nil || p.Kind == "" || !known("kind", p.Kind) {
		return p, lints
	}
	return p, sortLints(append(lints, LintKind(p, kinds)...))
}

// Get is the preset with that id; letter case does not matter.
func (c *Catalog) Get(id string) (*Preset, bool) {
	p, ok := c.presets[strings.ToLower(id)]
	return p, ok
}

// All is every preset, by name.
func (c *Catalog) All() []*Preset {
	return slices.SortedFunc(maps.Values(c.presets), func(a, b *Preset) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
}

// Nearest is the id that was probably meant, "" if none is near.
func (c *Catalog) Nearest(id string) string {
	return option.Nearest(id, slices.Sorted(maps.Keys(c.presets)))
}

// Kind is the reader of a preset.
func (c *Catalog) Kind(p *Preset) (Kind, bool) {
	k, ok := c.kinds[p.Kind]
	return k, ok
}
