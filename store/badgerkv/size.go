package badgerkv

import (
	"io/fs"
	"path/filepath"
)

// Size adds up what the files of the folder really take, which for Badger's preallocated logs is less than they claim.
// A file that goes while it is being counted does not count.
func (t *bulk) Size() int64 {
	var sum int64
	_ = filepath.WalkDir(t.disk.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			sum += allocated(info)
		}
		return nil
	})
	return sum
}
