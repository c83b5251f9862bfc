package sql

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write fixtures anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newFile makes a SQLite file of statements.
func newFile(t testing.TB, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	for _, text := range statements {
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%.200s: %v", text, err)
		}
	}
	return db
}

// Promise: the fixture of the catalogue is what its text says; nobody has to trust a binary file.
func TestFixtureIsMadeOfItsText(t *testing.T) {
	const folder = "../catalog/custom-sql/testdata"
	text, err := os.ReadFile(filepath.Join(folder, "crm.sql"))
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "crm.sqlite")
	db := newFile(t, fresh, string(text))
	if *update {
		raw, err := os.ReadFile(fresh)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "crm.sqlite"), raw, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	kept, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "crm.sqlite")+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	for _, query := range []string{"SELECT sql FROM sqlite_schema ORDER BY name", "SELECT * FROM klanten", "SELECT * FROM people"} {
		if diff := cmp.Diff(dump(t, db, query), dump(t, kept, query)); diff != "" {
			t.Error(diff)
		}
	}
}

func dump(t *testing.T, db *sql.DB, query string) (lines []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, places := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%v", values)))
	}
	return lines
}
