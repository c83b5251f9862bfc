package badgerkv

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
)

// verifyLater checks the blocks of files that were there when the table was opened, one after the other, until the table
// is closed. Files that compaction has taken away meanwhile need no check. What it finds it can only report.
func (t *bulk) verifyLater(files map[uint64]badger.TableManifest, log *slog.Logger) {
	var buffer []byte // one for all files, which may be some tens of MiB each
	for id := range files {
		if t.gate.closed() {
			return
		}
		path := table.NewFilename(id, t.disk.dir)
		var err error
		if buffer, err = verifyCopy(path, id, buffer); err != nil && t.lives(id) {
			log.Error("a file of the table is damaged", slog.String("file", filepath.Base(path)),
				slog.String("dir", t.disk.dir), slog.String("error", err.Error()), slog.String("next", tableKind().rescue))
		}
	}
}

// lives reports whether the table still consists of a file, which compaction cuts to nothing and removes after it is
// done with it.
func (t *bulk) lives(id uint64) bool {
	if t.gate.enter() != nil {
		return false
	}
	defer t.gate.leave()
	return slices.ContainsFunc(t.db.Tables(), func(info badger.TableInfo) bool { return info.ID == id })
}

// verifyCopy reads a file instead of mapping it: Badger cuts files to nothing before it removes them, and who then reads
// the map dies by SIGBUS. It returns the buffer, which may have grown.
func verifyCopy(path string, id uint64, buffer []byte) (data []byte, err error) {
	data, err = readInto(path, buffer)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("garbled or cut off: %v", p)
		}
	}()
	if err != nil {
		return data, err
	}
	t, err := table.OpenInMemoryTable(data, id, &table.Options{ChkMode: options.OnTableRead})
	if err != nil {
		return data, err
	}
	return data, t.VerifyChecksum()
}

// readInto is os.ReadFile with a buffer to use if it is large enough.
func readInto(path string, buffer []byte) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return buffer, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return buffer, err
	}
	data := slices.Grow(buffer[:0], int(info.Size()))[:info.Size()]
	_, err = io.ReadFull(f, data)
	return data, err
}
