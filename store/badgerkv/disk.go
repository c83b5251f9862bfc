package badgerkv

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ringdex/ringdex/store"
)

// disk watches the free space under a folder. A full disk cannot be handled afterwards: Badger writes through memory
// maps, and a page that finds no block kills the process by SIGBUS. So writing stops while there is still room for what
// Badger has to finish.
type disk struct {
	dir     string
	minFree int64 // bytes; negative: not watched
}

const (
	leastFree = 256 << 20
	mostFree  = 1 << 30
)

// writable returns an error that wraps store.ErrReadOnly if too little is free. It costs one system call, about 1 µs.
func (d disk) writable() error {
	if d.minFree < 0 {
		return nil
	}
	size, free, err := space(d.dir)
	if err != nil {
		return fmt.Errorf("free space of %s: %w", d.dir, err)
	}
	if want := d.want(size); free < want {
		return fmt.Errorf("%w: %d MiB free under %s, %d MiB are kept free: remove files or make the disk larger; reading goes on",
			store.ErrReadOnly, free>>20, d.dir, want>>20)
	}
	return nil
}

// Writable returns an error that wraps store.ErrReadOnly while too little is free under a folder for stores there to write.
func Writable(dir string) error { return disk{dir: dir}.writable() }

// want is how many bytes must be free on a disk of that size.
func (d disk) want(size int64) int64 {
	if d.minFree > 0 {
		return d.minFree
	}
	return min(max(size/20, leastFree), mostFree)
}

// spareToOpen is for the beginnings of new logs, which take a page or two each.
const spareToOpen = 8 << 20

// openable refuses to open a folder on a disk that has no room for it: Badger writes what its logs hold (*.mem) into
// tables and begins new logs, all through memory maps. free is what the disk has, in bytes.
func openable(dir string, free int64) error {
	logs, err := filepath.Glob(filepath.Join(dir, "*.mem"))
	if err != nil {
		return fmt.Errorf("list logs of %s: %w", dir, err)
	}
	need := int64(spareToOpen)
	for _, path := range logs {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("list logs of %s: %w", dir, err)
		}
		need += allocated(info)
	}
	if free < need {
		return fmt.Errorf("%w: opening %s needs %d MiB, %d MiB are free: remove files, or the ballast file that is kept for this",
			store.ErrReadOnly, dir, need>>20, free>>20)
	}
	return nil
}
