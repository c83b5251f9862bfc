package presets

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/option"
)

// Catalog is the presets of the program and of the operator's folders, and those that were put into it since. It is safe for
// concurrent use; a preset itself never changes.
type Catalog struct {
	kinds   map[string]Kind
	builtIn map[string]*Preset // of the folders it was made of

	mu  sync.RWMutex
	put map[string]*Preset
}

// NewCatalog loads every folder with a preset.yaml in each file system; a later one replaces a preset of an earlier one with
// the same id. Those of the program are only read, which takes a fraction of the time: its tests hold them free of lints. Of
// the operator's own, one with lints is left out (so the earlier one stays), as is one whose kind is not there.
func NewCatalog(kinds map[string]Kind, program fs.FS, own ...fs.FS) (*Catalog, []Lint) {
	c := &Catalog{builtIn: map[string]*Preset{}, put: map[string]*Preset{}, kinds: kinds}
	lints := c.add(program, c.readOnly)
	for _, fsys := range own {
		lints = append(lints, c.add(fsys, c.Load)...)
	}
	return c, lints
}

func (c *Catalog) add(fsys fs.FS, load func(fs.FS, string) (*Preset, []Lint)) []Lint {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return []Lint{{File: ".", Text: "the folder of presets cannot be read"}}
	}
	var lints []Lint
	for _, e := range entries {
		if _, err := fs.Stat(fsys, e.Name()+"/preset.yaml"); err != nil {
			continue
		}
		p, found := load(fsys, e.Name())
		if lints = append(lints, found...); len(found) == 0 {
			c.builtIn[p.ID] = p
		}
	}
	return lints
}

func (c *Catalog) readOnly(fsys fs.FS, dir string) (*Preset, []Lint) {
	p, lints := read(fsys, dir)
	if p == nil {
		return nil, lints
	}
	if _, ok := c.kinds[p.Kind]; !ok {
		lints = append(lints, p.noKind())
	}
	return p, lints
}

// LoadChecked is [Load] followed, if the preset could be read, by what only its kind can say.
func LoadChecked(fsys fs.FS, dir string, kinds map[string]Kind) (*Preset, []Lint) {
	p, lints := Load(fsys, dir)
	if p == nil || p.Kind == "" || !known("kind", p.Kind) {
		return p, lints
	}
	return p, sortLints(append(lints, lintKind(p, kinds)...))
}

// Load is [LoadChecked] with the catalogue's kinds. The preset is not put into it.
func (c *Catalog) Load(fsys fs.FS, dir string) (*Preset, []Lint) {
	return LoadChecked(fsys, dir, c.kinds)
}

// Put adds a preset that was loaded without lints, or replaces one that was put before; false, and nothing is changed, if a
// built-in one has its id.
func (c *Catalog) Put(p *Preset) bool {
	if c.BuiltIn(p.ID) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put[strings.ToLower(p.ID)] = p
	return true
}

// Drop takes out a preset that was put.
func (c *Catalog) Drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.put, strings.ToLower(id))
}

// BuiltIn reports that a preset with that id is in the folders the catalogue was made of.
func (c *Catalog) BuiltIn(id string) bool {
	_, ok := c.builtIn[strings.ToLower(id)]
	return ok
}

// Get is the preset with that id; letter case does not matter.
func (c *Catalog) Get(id string) (*Preset, bool) {
	id = strings.ToLower(id)
	if p, ok := c.builtIn[id]; ok {
		return p, true
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	p, ok := c.put[id]
	return p, ok
}

// All is every preset, by name.
func (c *Catalog) All() []*Preset {
	return slices.SortedFunc(maps.Values(c.all()), func(a, b *Preset) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
}

func (c *Catalog) all() map[string]*Preset {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all := maps.Clone(c.put)
	maps.Copy(all, c.builtIn)
	return all
}

// Nearest is the id that was probably meant, "" if none is near.
func (c *Catalog) Nearest(id string) string {
	return option.Nearest(id, slices.Sorted(maps.Keys(c.all())))
}

// Kind is the reader of a preset.
func (c *Catalog) Kind(p *Preset) (Kind, bool) {
	k, ok := c.kinds[p.Kind]
	return k, ok
}
