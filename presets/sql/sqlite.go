package sql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vfs"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// sqliteName is what SQLite calls the file; which one that is only the opener knows.
const sqliteName = "contacts"

// sqliteFiles gives SQLite its file and the log beside it, through the connection's opener, which keeps the rules of what
// may be read. SQLite itself opens no path and has no way to write.
type sqliteFiles struct {
	files presets.FileOpener
	path  string
	name  string // in SQLite's list of file systems
	vfs   *vfs.FS
}

func openSQLite(files presets.FileOpener, path string) (*sqliteFiles, error) {
	if files == nil {
		return nil, fmt.Errorf("this connection may not read files")
	}
	s := &sqliteFiles{files: files, path: path}
	var err error
	s.name, s.vfs, err = vfs.New(s)
	return s, err
}

func (s *sqliteFiles) close() error { return s.vfs.Close() }

// connector makes connections that write nothing, keep no lock and use no temporary file. Locks mean nothing to a reader
// without a path; stamp is what tells that a page was read while somebody wrote.
func (s *sqliteFiles) connector() (driver.Connector, error) {
	return sqlite.NewConnector("file:" + sqliteName + "?mode=ro&vfs=" + s.name +
		"&_pragma=locking_mode(exclusive)&_pragma=query_only(1)&_pragma=temp_store(memory)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_defensive=1")
}

// beside maps SQLite's names to files: the database, its write-ahead log, its rollback journal.
var beside = map[string]string{sqliteName: "", sqliteName + "-wal": "-wal", sqliteName + "-journal": "-journal"}

// Open implements [fs.FS].
func (s *sqliteFiles) Open(name string) (fs.File, error) {
	suffix, ok := beside[filepath.Base(name)]
	if !ok {
		return nil, fs.ErrNotExist
	}
	f, err := s.files.Open(context.Background(), s.path+suffix)
	if suffix == "-wal" && errors.Is(err, fs.ErrNotExist) && s.logs() {
		return emptyLog{}, nil
	}
	if err != nil {
		return nil, err
	}
	return &seeker{OpenFile: f}, nil
}

// logs reports a database that keeps a write-ahead log. Where that is gone, because everything is in the database, SQLite
// would make an empty one.
// Source: SQLite, database file format, 1.3.3: file format version numbers.
func (s *sqliteFiles) logs() bool {
	_, _, head, err := s.look("")
	return err == nil && head[18] == 2
}

// emptyLog is a log with nothing in it.
type emptyLog struct{ fs.FileInfo }

func (l emptyLog) Stat() (fs.FileInfo, error)            { return l, nil }
func (emptyLog) Read([]byte) (int, error)                { return 0, io.EOF }
func (emptyLog) Seek(offset int64, _ int) (int64, error) { return offset, nil }
func (emptyLog) Size() int64                             { return 0 }
func (emptyLog) Close() error                            { return nil }

// seeker reads a file from any place, as SQLite asks for it.
type seeker struct {
	presets.OpenFile
	at int64
}

// Seek implements [io.Seeker] from the beginning, the only way it is used.
func (s *seeker) Seek(offset int64, _ int) (int64, error) {
	s.at = offset
	return offset, nil
}

// Read implements [io.Reader].
func (s *seeker) Read(p []byte) (int, error) {
	n, err := s.ReadAt(p, s.at)
	s.at += int64(n)
	return n, err
}

// stamp is what changes when somebody writes into the database.
type stamp struct {
	size, log  int64
	time, wal  time.Time
	head, salt [32]byte // beginning of the file with its counter of changes, beginning of the log
	journal    bool     // somebody is writing, or was when the machine went down
}

var errHotJournal = wording.Error("sql.being_written", "the file is being written to")

// stamp looks at the files. A journal that is not empty means that the file is half written.
func (s *sqliteFiles) stamp() (st stamp, err error) {
	if st.size, st.time, st.head, err = s.look(""); err != nil {
		return st, openError(filepath.Base(s.path), err)
	}
	switch {
	case st.size == 0:
		return st, &presets.Error{Op: wording.New("presets.read_file", "read {Name}", "Name", filepath.Base(s.path)), Text: wording.New("presets.file_empty", "the file is empty")}
	case st.size > maxSQLiteFile:
		return st, &presets.Error{Op: wording.New("presets.read_file", "read {Name}", "Name", filepath.Base(s.path)), Text: wording.New("sql.file_too_large", "the file is too large")}
	case string(st.head[:15]) != "SQLite format 3":
		return st, &presets.Error{Op: wording.New("presets.read_file", "read {Name}", "Name", filepath.Base(s.path)), Text: wording.New("sql.no_sqlite_file_encrypted_one", "this is no SQLite file, or an encrypted one"), Hint: wording.New("sql.name_file_sqlite_version_3", "name a file of SQLite version 3 without a password")}
	}
	st.log, st.wal, st.salt, _ = s.look("-wal")
	size, _, head, _ := s.look("-journal")
	st.journal = size > 0 && head != [32]byte{}
	return st, nil
}

// look is size, time of change and beginning of a file.
func (s *sqliteFiles) look(suffix string) (size int64, changed time.Time, head [32]byte, err error) {
	f, err := s.files.Open(context.Background(), s.path+suffix)
	if err != nil {
		return 0, changed, head, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, changed, head, err
	}
	if !info.Mode().IsRegular() {
		return 0, changed, head, errors.New("this is no ordinary file")
	}
	if _, err = f.ReadAt(head[:], 0); errors.Is(err, io.EOF) {
		err = nil
	}
	return info.Size(), info.ModTime(), head, err
}

func openError(name string, err error) error {
	var own *presets.Error
	if errors.As(err, &own) {
		return err
	}
	e := &presets.Error{Op: wording.New("presets.open_name", "open {Name}", "Name", name), Text: wording.New("presets.file_cannot_read", "the file cannot be read"), Hint: wording.New("sql.check_path_server_user_may", "check the path, and that the server's user may read the file"), Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.Text = wording.New("presets.no_such_file", "there is no such file")
	}
	return e
}

// steady runs a piece of reading and repeats it where the file changed meanwhile, unless it can be run once only: what it
// gave then may fit nothing.
func (s *sqliteFiles) steady(ctx context.Context, sleep func(context.Context, time.Duration) error, once bool, read func() error) error {
	const tries = 20
	for n := range tries {
		before, err := s.stamp()
		if err != nil {
			return err
		}
		if !before.journal {
			err := read()
			after, again := s.stamp()
			if again == nil && after == before {
				return err
			}
			if once {
				break
			}
		}
		if err := sleep(ctx, time.Duration(n+1)*50*time.Millisecond); err != nil {
			return err
		}
	}
	return &presets.Error{
		Op: wording.New("presets.read_file", "read {Name}", "Name", filepath.Base(s.path)), Text: wording.Of(errHotJournal), Retry: true, Err: errHotJournal,
		Hint: wording.New("sql.read_copy_made_one_piece", "read a copy that is made in one piece, as with `sqlite3 FILE '.backup COPY'`"),
	}
}
