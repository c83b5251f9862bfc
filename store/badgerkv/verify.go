package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"
	"golang.org/x/sync/errgroup"
)

// verifyAtOnce is how many files are looked at in parallel.
const verifyAtOnce = 4

// verify checks the sums of every sorted file of a folder before Badger opens it. Badger could do that itself, but in
// goroutines of its own, in which a file with garbled lengths is a panic that ends the process. It also takes a folder
// without its list of files for an empty one and removes what is there.
//
// The lengths and the index of a file are always looked at, its blocks with the mode OnTableRead only.
func verify(dir string, opt badger.Options, mode options.ChecksumVerificationMode) error {
	files, err := listed(dir, opt)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(verifyAtOnce)
	for id := range files {
		group.Go(func() error { return verifyFile(table.NewFilename(id, dir), mode) })
	}
	return group.Wait()
}

// listed returns the sorted files that the folder's MANIFEST names.
func listed(dir string, opt badger.Options) (map[uint64]badger.TableManifest, error) {
	path := filepath.Join(dir, badger.ManifestFilename)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unlisted(dir)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, _, err := badger.ReplayManifestFile(f, opt.ExternalMagicVersion, opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m.Tables, nil
}

// unlisted is an error if there are data files although nothing lists them.
func unlisted(dir string) error {
	for _, pattern := range []string{"*.sst", "*.mem"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		if len(files) > 0 {
			return fmt.Errorf("%s is missing", filepath.Join(dir, badger.ManifestFilename))
		}
	}
	return nil
}

// verifyFile checks one sorted file.
func verifyFile(path string, mode options.ChecksumVerificationMode) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: garbled or cut off: %v", path, p)
		}
	}()
	file, err := z.OpenMmapFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	t, err := table.OpenTable(file, table.Options{ChkMode: mode})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return t.Close(-1) // keeps the file, which giving up the last reference would not
}
