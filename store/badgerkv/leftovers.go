package badgerkv

import (
	"errors"
	"os"
	"path/filepath"
)

// sweep removes log files of zero bytes. Badger makes a log and then gives it its size, and cuts it to nothing before it
// removes it; killed between the two it leaves an empty file, and then never opens the folder again ("Create a new file",
// v4.9.6, valueLog.open and openMemTable). There is nothing in such a file.
func sweep(dir string) error {
	var all error
	for _, pattern := range []string{"*.vlog", "*.mem"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		all = errors.Join(all, err)
		for _, path := range files {
			if info, err := os.Stat(path); err == nil && info.Size() == 0 {
				all = errors.Join(all, os.Remove(path))
			}
		}
	}
	return all
}
