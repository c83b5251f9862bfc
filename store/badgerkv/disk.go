package badgerkv

import (
	"fmt"

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

// want is how many bytes must be free on a disk of that size.
func (d disk) want(size int64) int64 {
	if d.minFree > 0 {
		return d.minFree
	}
	return min(max(size/20, leastFree), mostFree)
}
