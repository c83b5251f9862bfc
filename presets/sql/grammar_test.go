package sql

import (
	"strings"
	"testing"
)

// Promise: a query is one SELECT that only reads, whatever is hidden in its quotes and comments; everything else is refused
// with a reason, before it is sent.
func TestOneSelect(t *testing.T) {
	for _, c := range []struct{ dialect, query, want string }{
		{"", "SELECT id, name, phone FROM contacts", ""},
		{"", "  select 1 ; ", ""},
		{"", "SELECT ';' AS a, \"a;b\" FROM t -- ; and a remark", ""},
		{"", "SELECT /* ; DELETE */ 1", ""},
		{"", "SELECT 'it''s; DROP' FROM t", ""},
		{"", "SELECT updated, deleted_at, created, lockers FROM inserts", ""},
		{"", "WITH a AS (SELECT 1) SELECT * FROM a", ""},
		{"postgresql", "SELECT $$;DELETE$$, $x$ $$ ; $x$, regexp_replace(tel, '\\D', '', 'g') FROM t WHERE a[1] = 'x'", ""},
		{"postgresql", `SELECT E'\';' FROM t`, ""},
		{"mysql", "SELECT `a;b`, 'a\\';b', 5--1 FROM t # ; remark", ""},
		{"sqlserver", "SELECT [a;b]]c] FROM t", ""},
		{"", "", "is empty"},
		{"", "-- nothing", "is empty"},
		{"", "DELETE FROM t", "must be a SELECT, and begins with DELETE"},
		{"", "VALUES (1)", "must be a SELECT"},
		{"", "(SELECT 1) UNION SELECT 2; SELECT 3", "single statement"},
		{"", "SELECT 1; SELECT 2", "single statement"},
		{"", "SELECT 1) q; DROP TABLE t; --", "brackets"},
		{"", "SELECT (1", "brackets"},
		{"", "SELECT * INTO copy FROM t", "INTO writes"},
		{"", "SELECT id FROM t FOR UPDATE", "UPDATE writes or locks"},
		{"", "SELECT id FROM t FOR SHARE", "SHARE locks"},
		{"", "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "DELETE writes"},
		{"", "SELECT 'open", "quote of the query is not closed"},
		{"", "SELECT 1 /* open", "comment of the query is not closed"},
		{"", "SELECT 1 /* a /* b */ c */", "comment that may be run or is nested"},
		{"mysql", "SELECT 1 /*!50000 INTO OUTFILE 'x' */", "comment that may be run"},
		{"mysql", "SELECT 1 /*M! ; DROP TABLE t */", "comment that may be run"},
		{"mysql", "SELECT 'a\\'; DROP TABLE t; -- '", ""},
		{"mysql", "SELECT 1 --1) q; DROP TABLE t", "brackets"},
		{"postgresql", "SELECT 'a\\'; DROP TABLE t; -- '", "single statement"},
		{"postgresql", "SELECT $a$ open", "quote of the query is not closed"},
		{"postgresql", "SELECT lo_export(1, '/tmp/x')", "LO_EXPORT writes files"},
		{"postgresql", "SELECT * FROM dblink('host=x', 'delete from t') AS q(a int)", "DBLINK reaches beyond"},
		{"mysql", "SELECT LOAD_FILE('/etc/passwd')", "LOAD_FILE opens files"},
		{"sqlserver", "SELECT * FROM OPENROWSET('x', 'y', 'z')", "OPENROWSET reaches beyond"},
		{"sqlserver", "WITH a AS (SELECT 1 x) SELECT * FROM a", "make a view"},
		{"sqlite", "SELECT load_extension('x')", "LOAD_EXTENSION runs code"},
		{"", "SELECT '" + strings.Repeat("x", maxStatement) + "'", "longer than"},
	} {
		for _, name := range []string{"postgresql", "mysql", "sqlserver", "sqlite"} {
			if c.dialect != "" && c.dialect != name || c.dialect == "" && name == "sqlserver" && strings.HasPrefix(c.query, "WITH") {
				continue
			}
			d, err := dialectOf(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.grammar.oneSelect(c.query)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("%s: %.60q is refused: %v", name, c.query, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s: %.60q gives %q, %v; want %q", name, c.query, got, err, c.want)
			}
		}
	}
}

// hostile are queries that try to be more than one.
var hostile = []string{
	"SELECT * FROM t", "SELECT 1; DELETE FROM t", "SELECT ']' [a]]b] FROM t", "SELECT 1) q; DELETE FROM t; --", "SELECT `a``b`;", "SELECT '''' /* */ -- x\n",
	"WITH a AS (SELECT 1) SELECT * FROM a", "SELECT [x'] FROM t); DELETE FROM t;--']", "SELECT x'00' \"a\"\"b\"", "SELECT '\\'; DELETE FROM t; --'",
	"SELECT \"\\\"; DELETE FROM t; --\"", "SELECT \u00a0 \xff 1", "SELECT 1 -- \n) q; DELETE FROM t; --", "SELECT $$'$$; DELETE FROM t; --'", "SELECT [a\"] FROM t) q; DELETE FROM t --\"",
}

// Promise: no query that is let through changes a database, even on a connection that may write and that takes several
// statements at a time.
func TestHostileQueriesChangeNothing(t *testing.T) {
	db := newFile(t, ":memory:", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)")
	for _, query := range hostile {
		clean, err := sqliteFile.grammar.oneSelect(query)
		if err != nil {
			continue
		}
		_, _ = db.ExecContext(t.Context(), "SELECT q.* FROM (\n"+clean+"\n) q LIMIT 3") // whether it is understood does not matter
		if n := dump(t, db, "SELECT count(*), (SELECT count(*) FROM sqlite_schema) FROM t"); n[0] != "[2 1]" {
			t.Fatalf("%q changed the database: %s", query, n)
		}
	}
}

// Promise: checking a query never fails by itself, and what was let through once is let through as it is.
func FuzzOneSelect(f *testing.F) {
	for _, query := range hostile {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, d := range []*dialect{&postgresql, &mysqlServer, &sqlServer, &sqliteFile} {
			clean, err := d.grammar.oneSelect(query)
			if err != nil {
				continue
			}
			if again, err := d.grammar.oneSelect(clean); err != nil || again != clean {
				t.Errorf("%s: %q became %q, then %q, %v", d.name, query, clean, again, err)
			}
			if words, _, _ := d.grammar.words(clean); len(words) == 0 || words[0] != "SELECT" && words[0] != "WITH" {
				t.Errorf("%s: %q is no SELECT", d.name, clean)
			}
		}
	})
}
