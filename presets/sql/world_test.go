package sql

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/sql/sqltest"
)

// product is a database the tests run on, with what they have to write differently for it.
type product struct {
	name    string
	options map[string]string
	exec    func(t testing.TB, statements ...string)
	types   map[string]string // names of types, by those of PostgreSQL
	slow    string            // an expression that takes half a minute
	active  string            // counts statements that run slow
	server  *sqltest.Server   // nil for a file
}

// words puts the product's own words into a statement: $type.
func (p *product) words(text string) string {
	for name, own := range p.types {
		text = strings.ReplaceAll(text, "$"+name, own)
	}
	return text
}

// make makes tables.
func (p *product) make(t testing.TB, statements ...string) {
	t.Helper()
	for i := range statements {
		statements[i] = p.words(statements[i])
	}
	p.exec(t, statements...)
}

// each runs a test on a fresh database of each product.
func each(t *testing.T, run func(t *testing.T, p *product)) {
	t.Run("PostgreSQL", func(t *testing.T) {
		s := sqltest.PostgreSQL(t)
		run(t, &product{
			name: "PostgreSQL", server: s, options: s.Options(), exec: s.Exec,
			types: map[string]string{
				"key": "bigint PRIMARY KEY", "double": "double precision", "time": "timestamp(6)", "zoned": "timestamptz", "blob": "bytea", "uuid": "uuid",
				"yes": "true", "bytes": `'\x00ff'`, "text": "text", "flag": "boolean",
			},
			slow: "pg_sleep(30)", active: "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
		})
	})
	t.Run("MariaDB", func(t *testing.T) {
		s := sqltest.MariaDB(t)
		run(t, &product{
			name: "MariaDB", server: s, options: s.Options(), exec: s.Exec,
			types: map[string]string{
				"key": "bigint PRIMARY KEY", "double": "double", "time": "datetime(6)", "zoned": "timestamp(6) NULL", "blob": "blob", "uuid": "uuid",
				"yes": "1", "bytes": "x'00ff'", "text": "varchar(200)", "flag": "boolean",
			},
			slow: "SLEEP(30)", active: "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(30)%' AND id <> connection_id()",
		})
	})
	t.Run("SQLite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "crm.sqlite")
		db := newFile(t, path, "CREATE TABLE unused (id INTEGER)")
		run(t, &product{
			name: "SQLite", options: map[string]string{"driver": "sqlite", "path": path},
			exec: func(t testing.TB, statements ...string) {
				t.Helper()
				for _, text := range statements {
					if _, err := db.ExecContext(t.Context(), text); err != nil {
						t.Fatalf("%.200s: %v", text, err)
					}
				}
			},
			types: map[string]string{
				"key": "INTEGER PRIMARY KEY", "double": "REAL", "time": "DATETIME", "zoned": "TEXT", "blob": "BLOB", "uuid": "TEXT",
				"yes": "1", "bytes": "x'00ff'", "text": "TEXT", "flag": "BOOLEAN",
			},
			slow: "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000000000) SELECT count(*) FROM c)",
		})
	})
}

// disk opens files of the machine, as the commands do.
type disk struct{}

func (disk) Open(_ context.Context, path string) (presets.OpenFile, error) { return os.Open(path) }

// preset is custom-sql with pages of that size.
func preset(t testing.TB, size int) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS("../catalog"), "custom-sql", map[string]presets.Kind{"sql": Kind{}})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	p.Streams[0].Page.Size = size
	return p
}

// connection reaches a product, with further options as name, value pairs.
func (p *product) connection(more ...string) presets.Connection {
	values := option.Values(maps.Clone(p.options))
	for i := 0; i+1 < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	var d net.Dialer
	return presets.Connection{ID: "i", Options: values, Dial: d.DialContext, Files: disk{}}
}

// open opens custom-sql.
func (p *product) open(t testing.TB, size int, more ...string) presets.Source {
	t.Helper()
	s, err := Kind{}.Open(t.Context(), preset(t, size), p.connection(more...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// drain reads to the end, from a cursor, and returns what came and the last page.
func drain(t testing.TB, s presets.Source, from presets.Cursor) (all []presets.Record, last presets.Page, err error) {
	t.Helper()
	for page, err := range s.Read(t.Context(), "contact", from) {
		if err != nil {
			return all, last, err
		}
		all, last = append(all, page.Records...), page
	}
	if !last.Last {
		t.Fatal("the stream ended without its end marker")
	}
	return all, last, nil
}

// read is drain for what has to work.
func read(t testing.TB, s presets.Source, from presets.Cursor) ([]presets.Record, presets.Page) {
	t.Helper()
	all, last, err := drain(t, s, from)
	if err != nil {
		t.Fatalf("%v (%+v)", err, err)
	}
	return all, last
}

func ids(records []presets.Record) string {
	list := make([]string, len(records))
	for i, r := range records {
		list[i] = r.ID
		if r.Deleted {
			list[i] += " deleted"
		}
	}
	return strings.Join(list, ", ")
}

// numbered inserts rows from one number to another: made with a value list each product understands.
func inserted(table, form string, from, to int) string {
	rows := make([]string, 0, to-from+1)
	for i := from; i <= to; i++ {
		rows = append(rows, strings.ReplaceAll(form, "#", fmt.Sprint(i)))
	}
	return "INSERT INTO " + table + " VALUES " + strings.Join(rows, ", ")
}
