package sql

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// watchedFiles opens files and lets a test do something whenever the database is read.
type watchedFiles struct{ read func() }

func (f watchedFiles) Open(ctx context.Context, path string) (presets.OpenFile, error) {
	file, err := disk{}.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return watchedFile{file, f}, nil
}

type watchedFile struct {
	presets.OpenFile
	f watchedFiles
}

func (w watchedFile) ReadAt(b []byte, at int64) (int, error) {
	if len(b) > 1000 { // a page of the database, not a look at its beginning
		w.f.read()
	}
	return w.OpenFile.ReadAt(b, at)
}

// reader reads a SQLite file in pages of 10, on a clock on which waiting takes no time.
func reader(t *testing.T, path string, read func()) (presets.Source, *int) {
	t.Helper()
	waited := 0
	c := presets.Connection{
		ID: "i", Options: option.Values{"driver": "sqlite", "path": path, "table": "t"}, Files: watchedFiles{read},
		Sleep: func(ctx context.Context, _ time.Duration) error { waited++; return ctx.Err() },
	}
	s, err := Kind{}.Open(t.Context(), preset(t, 10), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, &waited
}

// Promise: what a program has committed is read, also while it is still in the log beside the file; nothing is written, and
// no file appears beside it.
func TestSQLiteLog(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "crm.sqlite")
	db := newFile(t, path, "PRAGMA journal_mode = wal", "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)",
		inserted("t", "(#, 'Ada #', '020 12345#')", 10, 44))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := reader(t, path, func() {})
	if all, _ := read(t, s, presets.Cursor{}); len(all) != 35 {
		t.Errorf("%d records", len(all))
	}
	if _, err := db.Exec("INSERT INTO t VALUES (45, 'Late', '020 1234545')"); err != nil {
		t.Fatal(err)
	}
	if all, _ := read(t, s, presets.Cursor{}); len(all) != 36 {
		t.Errorf("%d records after another commit", len(all))
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file was written to: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*")); len(files) != 3 { // the writer's own log and index
		t.Errorf("files: %v", files)
	}
}

// Promise: a copy of a file whose log was emptied is read like any other.
func TestSQLiteLogThatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.sqlite")
	db := newFile(t, path, "PRAGMA journal_mode = wal", "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)", inserted("t", "(#, 'Ada #', '020 12345#')", 10, 44))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ := reader(t, path, func() {})
	if all, _ := read(t, s, presets.Cursor{}); len(all) != 35 {
		t.Errorf("%d records", len(all))
	}
}

// Promise: a page that was read while somebody wrote is read again, so that nothing half written comes through; each row that
// was there all the time comes once.
func TestSQLiteWhileSomebodyWrites(t *testing.T) {
	for _, mode := range []string{"wal", "delete"} {
		t.Run(mode, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "crm.sqlite")
			db := newFile(t, path, "PRAGMA journal_mode = "+mode, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)", inserted("t", "(#, 'Ada #', '020 12345#')", 10, 44))
			n, left := 100, 12
			s, waited := reader(t, path, func() {
				if left--; left >= 0 && left%3 == 0 {
					n++
					if _, err := db.Exec(fmt.Sprintf("INSERT INTO t VALUES (%d, 'New', '020 1234567')", n)); err != nil {
						t.Error(err)
					}
				}
			})
			all, _ := read(t, s, presets.Cursor{})
			if len(all) < 35 || *waited == 0 {
				t.Errorf("%d records, waited %d times", len(all), *waited)
			}
			for i := range 35 {
				if all[i].ID != fmt.Sprint(10+i) {
					t.Fatalf("record %d is %s", i, all[i].ID)
				}
			}
		})
	}
}

// Promise: a file that is half written is not read at all, and the run is tried again later; one that is written to without
// pause is told as such.
func TestSQLiteHalfWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.sqlite")
	db := newFile(t, path, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)", inserted("t", "(#, 'Ada #', '020 12345#')", 10, 44))
	for _, text := range []string{"PRAGMA cache_size = 5", "BEGIN", "UPDATE t SET name = 'Half'", inserted("t", "(#, '"+strings.Repeat("x", 500)+"', '020 1#')", 1000, 1400)} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	s, waited := reader(t, path, func() {})
	_, _, err := drain(t, s, presets.Cursor{})
	var failure *presets.Error
	if !errors.As(err, &failure) || !failure.Retry || failure.Hint.IsZero() || *waited == 0 {
		t.Errorf("half written: %v", err)
	}
	if _, err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if all, _ := read(t, s, presets.Cursor{}); len(all) != 35 || all[0].Name != "Ada 10" {
		t.Errorf("rolled back: %d records", len(all))
	}
}

// Promise: what is no database is told by the name of the file alone, and a folder of the server is never shown.
func TestSQLiteRefusals(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"empty.sqlite": {"", "the file is empty"},
		"text.sqlite":  {strings.Repeat("id;name;phone\n", 100), "this is no SQLite file"},
		"torn.sqlite":  {"SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20" + strings.Repeat("\x00", 200), "damaged"},
		"gone.sqlite":  {"-", "there is no such file"},
	} {
		path := filepath.Join(folder, name)
		if c.content != "-" {
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, _ := reader(t, path, func() {})
		_, err := s.Check(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), folder) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
