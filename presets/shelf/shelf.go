package shelf

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/presets"
)

// Errors of a shelf.
var (
	ErrBuiltIn = errors.New("the preset comes with the program or its --presets folder")
	ErrUsed    = errors.New("the preset is in use")
	ErrNone    = errors.New("there is no such uploaded preset")
)

// Shelf is the uploaded presets, below one folder and in the catalogue. It is safe for concurrent use.
type Shelf struct {
	dir     string
	catalog *presets.Catalog
	mu      sync.Mutex
}

const suffix = ".zip"

// id is what an uploaded preset may be called; it is a file's name too.
var id = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Open puts what lies in a folder into the catalogue. The folder is made when something is stored. What cannot be used any
// more, as by a newer program, is left out and told.
func Open(dir string, c *presets.Catalog) (*Shelf, []presets.Lint, error) {
	s := &Shelf{dir: dir, catalog: c}
	found, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, nil, fmt.Errorf("open uploaded presets: %w", err)
	}
	var lints []presets.Lint
	for _, file := range found {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("open uploaded presets: %w", err)
		}
		p, bad := s.read(strings.TrimSuffix(filepath.Base(file), suffix), raw)
		if len(bad) == 0 && !c.Put(p) {
			bad = []presets.Lint{{File: p.ID, Text: "this uploaded preset has the id of one that comes with the program", Hint: "remove it, or upload it under another id"}}
		}
		lints = append(lints, bad...)
	}
	return s, lints, nil
}

// read is the preset in a stored file.
func (s *Shelf) read(id string, raw []byte) (*presets.Preset, []presets.Lint) {
	folder, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, []presets.Lint{{File: id, Text: "the uploaded preset is damaged", Hint: "upload it again"}}
	}
	return s.catalog.Load(folder, id)
}

// Put stores the preset in an archive under its id and puts it into the catalogue, in place of an uploaded one of that id. With
// lints nothing is stored. Other errors are [ErrArchive], [ErrBuiltIn], or those of the disk.
func (s *Shelf) Put(name string, archive []byte) (*presets.Preset, []presets.Lint, error) {
	if !id.MatchString(name) || len(name) > 40 {
		return nil, nil, fmt.Errorf("%w: %.60q is no id; lower-case letters, digits and single dashes, 40 at most", ErrArchive, name)
	}
	if s.catalog.BuiltIn(name) {
		return nil, nil, fmt.Errorf("%s: %w", name, ErrBuiltIn)
	}
	unpacked, err := unpack(archive)
	if err != nil {
		return nil, nil, err
	}
	raw, err := unpacked.pack(name)
	if err != nil {
		return nil, nil, err
	}
	p, lints := s.read(name, raw)
	if len(lints) > 0 {
		return nil, lints, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.write(name, raw); err != nil {
		return nil, nil, fmt.Errorf("store preset %s: %w", name, err)
	}
	s.catalog.Put(p)
	return p, nil, nil
}

// write replaces a stored file as a whole.
func (s *Shelf) write(name string, raw []byte) (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(s.dir, name+suffix))
}

// Remove takes an uploaded preset out of the catalogue and deletes it, unless used says by whom it is used: "" is nobody. No
// integration can be added of it meanwhile.
func (s *Shelf) Remove(name string, used func() (by string, err error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.catalog.Get(name)
	if !ok || s.catalog.BuiltIn(name) {
		if ok {
			return fmt.Errorf("%s: %w", name, ErrBuiltIn)
		}
		return fmt.Errorf("%.60q: %w", name, ErrNone)
	}
	s.catalog.Drop(p.ID)
	by, err := used()
	if err == nil && by != "" {
		err = fmt.Errorf("%s: %w by %s", p.ID, ErrUsed, by)
	}
	if err == nil {
		if err = os.Remove(filepath.Join(s.dir, p.ID+suffix)); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		s.catalog.Put(p)
	}
	return err
}

// Export gives the stored files, for a backup.
func (s *Shelf) Export(each func(name string, content []byte) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := filepath.Glob(filepath.Join(s.dir, "*"+suffix))
	if err != nil {
		return err
	}
	for _, file := range found {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := each(filepath.Base(file), raw); err != nil {
			return err
		}
	}
	return nil
}
