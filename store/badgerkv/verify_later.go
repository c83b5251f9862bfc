package badgerkv

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
)

// verifyLater checks the blocks of files that were there when the table was opened, one after the other, until the table
// is closed. Files that compaction has taken away meanwhile need no check. What it finds it can only report.
func (t *bulk) verifyLater(files map[uint64]badger.TableManifest, log *slog.Logger) {
	for id := range files {
		if t.gate.closed() {
			return
		}
		path := table.NewFilename(id, t.disk.dir)
		if err := verifyCopy(path, id); err != nil && !t.gate.closed() {
			log.Error("a file of the table is damaged", slog.String("file", filepath.Base(path)),
				slog.String("dir", t.disk.dir), slog.String("error", err.Error()), slog.String("next", tableKind().rescue))
		}
	}
}

// verifyCopy reads a file instead of mapping it: Badger cuts files to nothing before it removes them, and who then reads
// the map dies by SIGBUS.
func verifyCopy(path string, id uint64) (err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("garbled or cut off: %v", p)
		}
		if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
			err = nil
		}
	}()
	if err != nil {
		return err
	}
	t, err := table.OpenInMemoryTable(data, id, &table.Options{ChkMode: options.OnTableRead})
	if err != nil {
		return err
	}
	return t.VerifyChecksum()
}
