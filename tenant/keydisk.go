package tenant

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keyDisk is the folder of the key files, and the only code that writes there.
type keyDisk struct {
	dir   string
	fault func(step string) error // nil but in tests, which stop the work before a step as a crash would
}

const temporary = ".tmp"

func (d keyDisk) step(name string) error {
	if d.fault == nil {
		return nil
	}
	return d.fault(name)
}

func (d keyDisk) path(name string) string { return filepath.Join(d.dir, name) }

func (d keyDisk) read(name string) ([]byte, error) { return os.ReadFile(d.path(name)) }

func (d keyDisk) open(name string) (*os.File, error) { return os.OpenFile(d.path(name), os.O_RDWR, 0) }

func (d keyDisk) create() error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(d.dir))
}

// replace writes a file whole: temporary file, fsync, rename, fsync of the folder. A crash leaves the old content or the new.
func (d keyDisk) replace(name string, content []byte) error {
	if err := d.step("write " + name); err != nil {
		return err
	}
	if err := writeSynced(d.path(name+temporary), content); err != nil {
		return err
	}
	if err := d.step("rename " + name); err != nil {
		return err
	}
	if err := os.Rename(d.path(name+temporary), d.path(name)); err != nil {
		return err
	}
	return syncFolder(d.dir)
}

// list returns the names of the keyring's files, sorted, without temporary ones.
func (d keyDisk) list() ([]string, error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		_, isShard := shardNumber(e.Name())
		if isShard || e.Name() == headName || e.Name() == epochsName {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func (d keyDisk) removeTemporary() error {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), temporary) {
			continue
		}
		if err := os.Remove(d.path(e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func writeSynced(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Sync(); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := folder.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync folder: %w", err), folder.Close())
	}
	return folder.Close()
}
