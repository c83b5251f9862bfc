package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ringdex/ringdex/store"
)

// kind is what a folder holds, with the newest format of it this release knows. The format covers how this package lays
// data out and what the packages above write into it; it goes up when either changes in a way older releases misread.
type kind struct {
	name   string
	format int
	rescue string // what to do about a damaged folder
}

func storeKind() kind {
	return kind{name: "store", format: 1, rescue: "keep a copy of the folder and restore the newest backup into an empty one"}
}

func tableKind() kind {
	return kind{name: "table", format: 1, rescue: "stop, move the folder away and start: the next sync of each integration fills it again"}
}

// formatFile stands beside Badger's files, not within them, so that it can be read without opening, replaying and thereby
// changing them.
const formatFile = "FORMAT"

func (k kind) text() string { return fmt.Sprintf("ringdex %s %d\n", k.name, k.format) }

// check compares the folder's format with what is known and marks an empty folder. It changes nothing in any other case.
func (k kind) check(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, formatFile))
	if errors.Is(err, fs.ErrNotExist) {
		return k.mark(dir)
	}
	if err != nil {
		return fmt.Errorf("read format of %s: %w", dir, err)
	}
	var name string
	var format int
	if _, err := fmt.Sscanf(string(text), "ringdex %s %d\n", &name, &format); err != nil {
		return fmt.Errorf("%w: %s is not a format file", store.ErrDamaged, filepath.Join(dir, formatFile))
	}
	return k.compare(dir, name, format)
}

func (k kind) compare(dir, name string, format int) error {
	switch {
	case name != k.name:
		return fmt.Errorf("%w: %s holds a %s, not a %s: check the data folder's setting", store.ErrDamaged, dir, name, k.name)
	case format > k.format:
		return fmt.Errorf("%w: %s has format %d, this release knows %d: start the release that wrote it, or a newer one; nothing was changed",
			store.ErrNewer, dir, format, k.format)
	case format < k.format:
		return fmt.Errorf("%w: %s has format %d, which this release no longer reads: start an older release and take a backup",
			store.ErrDamaged, dir, format)
	}
	return nil
}

// mark writes the format into an empty folder; anything else without a format file is somebody else's.
func (k kind) mark(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Name() != formatFile+".tmp" {
			return fmt.Errorf("%w: %s is missing from a folder that is not empty: check the data folder's setting",
				store.ErrDamaged, filepath.Join(dir, formatFile))
		}
	}
	return writeFile(filepath.Join(dir, formatFile), k.text())
}

// writeFile puts a small file in place whole: written aside, synced, renamed, folder synced.
func writeFile(path, text string) error {
	tmp, err := os.Create(path + ".tmp")
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	_, err = tmp.WriteString(text)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
