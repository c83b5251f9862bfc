package upload

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// MaxSize is the longest file, in bytes.
const MaxSize = 50 << 20

var (
	// ErrNone means that no file was uploaded.
	ErrNone = fmt.Errorf("no file was uploaded: %w", fs.ErrNotExist)
	// ErrTooLarge means a file of more than MaxSize bytes.
	ErrTooLarge = wording.Error("presets.file_larger", "the file is larger than {MiB} MiB", "MiB", MaxSize>>20)
	// ErrEmpty means a file of no bytes.
	ErrEmpty = wording.Error("presets.file_empty", "the file is empty")
)

// Keys gives the key of an integration's contacts; *tenant.Keyring does.
type Keys interface {
	IntegrationKey(t tenant.ID, i tenant.IntegrationID) ([32]byte, error)
}

// Slot is one of the two files of an integration.
type Slot string

// The slots.
const (
	Used    Slot = "used"    // is read by every synchronisation
	Waiting Slot = "waiting" // until somebody takes it into use
)

// Store keeps the files in a folder of its own: DIR/TENANT/INTEGRATION.SLOT. It is safe for concurrent use by one process.
type Store struct {
	dir  string
	keys Keys
}

// New returns a store over a folder, which is made when the first file comes.
func New(dir string, keys Keys) *Store { return &Store{dir: dir, keys: keys} }

// Info is what is known of a file.
type Info struct {
	Name     string    `json:"name"` // as it was called where it came from
	Size     int64     `json:"size"`
	Uploaded time.Time `json:"uploaded"`
}

// Put keeps a file as the waiting one, in place of another that waits. It is there whole or not at all.
func (s *Store) Put(ctx context.Context, t tenant.ID, i tenant.IntegrationID, about Info, from io.Reader) (Info, error) {
	about.Name = baseName(about.Name)
	info, err := s.put(ctx, t, i, about, from)
	if err != nil {
		return info, fmt.Errorf("keep the file of %s: %w", i, err)
	}
	return info, nil
}

func (s *Store) put(ctx context.Context, t tenant.ID, i tenant.IntegrationID, about Info, from io.Reader) (info Info, err error) {
	key, err := s.keys.IntegrationKey(t, i)
	if err != nil {
		return about, err
	}
	to := s.path(t, i, Waiting)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return about, err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".new-")
	if err != nil {
		return about, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	about.Size, err = seal(ctx, f, placed{key, t, i, rand.Text()}, about, from)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return about, err
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return about, err
	}
	return about, syncFolder(filepath.Dir(to))
}

// Open opens a file for reading from any place. [ErrNone] if there is none.
func (s *Store) Open(t tenant.ID, i tenant.IntegrationID, slot Slot) (*File, error) {
	key, err := s.keys.IntegrationKey(t, i)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(s.path(t, i, slot))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	opened, err := unseal(f, placed{key: key, tenant: t, integration: i})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the file of %s: %w", i, err), f.Close())
	}
	return opened, nil
}

// Stat is what is known of a file. [ErrNone] if there is none.
func (s *Store) Stat(t tenant.ID, i tenant.IntegrationID, slot Slot) (Info, error) {
	f, err := s.Open(t, i, slot)
	if err != nil {
		return Info{}, err
	}
	return f.about, f.Close()
}

// Take puts the waiting file into use. [ErrNone] if none waits.
func (s *Store) Take(t tenant.ID, i tenant.IntegrationID) error {
	err := os.Rename(s.path(t, i, Waiting), s.path(t, i, Used))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	if err == nil {
		err = syncFolder(filepath.Dir(s.path(t, i, Used)))
	}
	if err != nil {
		return fmt.Errorf("take the file of %s into use: %w", i, err)
	}
	return nil
}

// Drop removes the waiting file. [ErrNone] if none waits.
func (s *Store) Drop(t tenant.ID, i tenant.IntegrationID) error {
	err := os.Remove(s.path(t, i, Waiting))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	return err
}

// Erase removes both files and returns how many there were. Their key is destroyed by then, or will be.
func (s *Store) Erase(t tenant.ID, i tenant.IntegrationID) (n int, err error) {
	for _, slot := range []Slot{Used, Waiting} {
		gone := os.Remove(s.path(t, i, slot))
		switch {
		case gone == nil:
			n++
		case !errors.Is(gone, fs.ErrNotExist):
			err = errors.Join(err, gone)
		}
	}
	_ = os.Remove(filepath.Dir(s.path(t, i, Used))) // the tenant's folder goes with its last file
	return n, err
}

// Export calls fn with each file as it lies on disk, for a backup: name, and the sealed content.
func (s *Store) Export(fn func(name string, content io.Reader) error) error {
	names, err := fs.Glob(os.DirFS(s.dir), "*/i_*."+string(Used))
	if err != nil {
		return err
	}
	for _, name := range names {
		f, err := os.Open(filepath.Join(s.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was erased since
		}
		if err == nil {
			err = errors.Join(fn(name, f), f.Close())
		}
		if err != nil {
			return fmt.Errorf("copy an uploaded file: %w", err)
		}
	}
	return nil
}

// Import appends to a file of that name, as Export gave it.
func (s *Store) Import(name string, content []byte) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%q is no name of an uploaded file", name)
	}
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

func (s *Store) path(t tenant.ID, i tenant.IntegrationID, slot Slot) string {
	return filepath.Join(s.dir, string(t), string(i)+"."+string(slot))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// baseName is a file's name without the folders a browser may send, short enough to be shown.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if len(name) > 100 {
		name = strings.ToValidUTF8(name[:100], "")
	}
	if name == "" || name == "." || name == ".." {
		return "upload"
	}
	return name
}
