package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ringdex/ringdex/store"
)

// DefaultBallast is enough for a table and two stores with default options to replay and flush their memory tables
// after one another: five of the table's, and as much again.
const DefaultBallast = 256 << 20

// Ballast makes sure that a file named ballast of so many bytes lies in a folder. Others can still fill the disk to the
// last byte; then Badger cannot even reopen, because it replays its logs into new files. Removing the ballast gives it
// the room. It answers store.ErrReadOnly, and makes nothing, where that would take the disk below what is kept free.
func Ballast(dir string, size int64) error {
	path := filepath.Join(dir, "ballast")
	info, err := os.Stat(path)
	if err == nil && info.Size() >= size {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("ballast: %w", err)
	}
	if err := room(dir, size); err != nil {
		return fmt.Errorf("ballast: %w", err)
	}
	return fill(path, size)
}

func room(dir string, size int64) error {
	total, free, err := space(dir)
	if err != nil {
		return err
	}
	if left := free - size; left < (disk{}).want(total) {
		return fmt.Errorf("%w: a file of %d MiB would leave %d MiB under %s", store.ErrReadOnly, size>>20, left>>20, dir)
	}
	return nil
}

// fill reserves the blocks, or writes zeros where the file system cannot reserve.
func fill(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("ballast: %w", err)
	}
	err = reserve(f.Fd(), size)
	if err != nil {
		err = zeros(f, size)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("ballast: %w", err), os.Remove(path))
	}
	return nil
}

func zeros(f *os.File, size int64) error {
	block := make([]byte, 1<<20)
	for at := int64(0); at < size; at += int64(len(block)) {
		if _, err := f.WriteAt(block[:min(int64(len(block)), size-at)], at); err != nil {
			return err
		}
	}
	return nil
}
