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
	builtIn map[string]func() *Preset // of the folders it was made of; nil is one that is not fit for use

	mu  sync.RWMutex
	put map[string]*Preset
}

// NewCatalog takes every folder with a preset.yaml in each file system; a later one replaces a preset of an earlier one with
// the same id. Those of the operator's own are checked now, and one with lints is left out (so the earlier one stays). The
// tests of the program hold its own free of lints, so each is only read, when somebody first asks for it: a start does not wait
// for them. One whose kind is not there is left out too.
func NewCatalog(kinds map[string]Kind, program fs.FS, own ...fs.FS) (*Catalog, []Lint) {
	c := &Catalog{builtIn: map[string]func() *Preset{}, put: map[string]*Preset{}, kinds: kinds}
	lints := each(program, func(dir string) []Lint {
		c.builtIn[dir] = sync.OnceValue(func() *Preset { return c.read(program, dir) })
		return nil
	})
	for _, fsys := range own {
		lints = append(lints, each(fsys, func(dir string) []Lint {
			p, found := c.Load(fsys, dir)
			if len(found) == 0 {
				c.builtIn[p.ID] = func() *Preset { return p }
			}
			return found
		})...)
	}
	return c, lints
}

// each calls add for every folder with a preset.yaml.
func each(fsys fs.FS, add func(dir string) []Lint) []Lint {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return []Lint{{File: ".", Text: "the folder of presets cannot be read"}}
	}
	var lints []Lint
	for _, e := range entries {
		if _, err := fs.Stat(fsys, e.Name()+"/preset.yaml"); err == nil {
			lints = append(lints, add(e.Name())...)
		}
	}
	return lints
}

// read is a preset of the program.
func (c *Catalog) read(fsys fs.FS, dir string) *Preset {
	p, lints := read(fsys, dir)
	if len(lints) > 0 || c.kinds[p.Kind] == nil {
		return nil
	}
	return p
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
	if own, ok := c.builtIn[id]; ok {
		p := own()
		return p, p != nil
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
	all := maps.Clone(c.put)
	c.mu.RUnlock()
	for id, own := range c.builtIn {
		if p := own(); p != nil {
			all[id] = p
		}
	}
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
