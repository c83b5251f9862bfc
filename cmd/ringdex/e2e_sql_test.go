package main

import (
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets/sql/sqltest"
)

// book is a database with the people of a simulated CRM, and what a phone system must hear about each number.
type book struct {
	people []crmsim.Contact
	own    map[int]string // further numbers, kept as numbers without their zero
	gone   map[int]bool
	exec   func(t testing.TB, statements ...string)
}

// newBook fills a database. Each third Dutch contact has a further number in a column of numbers.
func newBook(t *testing.T, exec func(testing.TB, ...string), text, number, moment string) *book {
	t.Helper()
	b := &book{people: crmsim.New(crmsim.Options{Contacts: 1200, Seed: 7}).Contacts(), own: map[int]string{}, gone: map[int]bool{}, exec: exec}
	exec(t, fmt.Sprintf("CREATE TABLE contacts (id %[2]s PRIMARY KEY, voornaam %[1]s, achternaam %[1]s, bedrijf %[1]s, telefoon %[1]s, mobiel %[1]s, doorkiesnummer %[2]s, land %[1]s, updated_at %[3]s, deleted %[2]s)", text, number, moment))
	for part := range slices.Chunk(b.people, 100) {
		rows := make([]string, len(part))
		for i := range part {
			rows[i] = b.row(&part[i])
		}
		exec(t, "INSERT INTO contacts VALUES "+strings.Join(rows, ", "))
	}
	return b
}

func (b *book) row(c *crmsim.Contact) string {
	direct := "NULL"
	if c.Country == "NL" && c.Index%3 == 1 {
		b.own[c.Index] = fmt.Sprintf("+3185%07d", c.Index)
		direct = fmt.Sprintf("85%07d", c.Index)
	}
	q := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	return fmt.Sprintf("(%d, %s, %s, %s, %s, %s, %s, %s, '2026-11-20 01:00:00', 0)",
		c.Index+1, q(c.First), q(c.Last), q(c.Company), q(c.Phone), q(c.Mobile), direct, q(c.Country))
}

// truth is who must be found under each number.
func (b *book) truth() map[string]string {
	names := map[string][]string{}
	for i := range b.people {
		c := &b.people[i]
		list := slices.Clone(c.Numbers())
		if n, ok := b.own[i]; ok {
			list = append(list, n)
		}
		for _, n := range list {
			names[n] = append(names[n], "")
			if !b.gone[i] {
				names[n][len(names[n])-1] = c.Name()
			}
		}
	}
	all := map[string]string{}
	for n, list := range names {
		slices.Sort(list)
		all[n] = strings.Trim(strings.Join(list, "|"), "|")
	}
	return all
}

// found is who is found.
func (b *book) found(h *house) map[string]string {
	all := map[string]string{}
	for n := range b.truth() {
		var names []string
		for _, m := range h.ask(n) {
			names = append(names, m.Name)
		}
		slices.Sort(names)
		all[n] = strings.Join(names, "|")
	}
	return all
}

func (b *book) compare(h *house, when string) {
	h.t.Helper()
	if diff := cmp.Diff(b.truth(), b.found(h)); diff != "" {
		h.t.Fatalf("%s: %.3000s", when, diff)
	}
}

// lonely is a contact none of whose numbers anybody else has.
func (b *book) lonely(from int) int {
	for i := from; ; i++ {
		if i%3 == 1 && b.people[i].Country == "NL" && len(b.people[i].Numbers()) > 1 && !b.gone[i] {
			return i
		}
	}
}

// lives is a whole life of a copy: everything, changes, a deletion that is marked, one that only a full run can see.
func (b *book) lives(t *testing.T, h *house) {
	t.Helper()
	run := h.sync("DB", true)
	if run.State != jobs.Succeeded || run.Counts.Read != 1200 {
		t.Fatalf("first run: %+v", run)
	}
	b.compare(h, "everything")

	changed, marked, vanished := b.lonely(300), b.lonely(600), b.lonely(900)
	b.own[changed] = "+31850009999"
	b.exec(t, fmt.Sprintf("UPDATE contacts SET doorkiesnummer = 850009999, updated_at = '2026-11-20 02:00:00' WHERE id = %d", changed+1),
		fmt.Sprintf("UPDATE contacts SET deleted = 1, updated_at = '2026-11-20 02:00:01' WHERE id = %d", marked+1),
		fmt.Sprintf("DELETE FROM contacts WHERE id = %d", vanished+1))
	b.gone[marked] = true
	if run = h.sync("DB", false); run.State != jobs.Succeeded || run.Mode != jobs.Changes || run.Counts.Changed != 1 || run.Counts.Removed != 1 {
		t.Fatalf("changes: %+v", run)
	}
	b.compare(h, "changes")
	b.gone[vanished] = true
	if run = h.sync("DB", true); run.State != jobs.Succeeded || run.Mode != jobs.Full || run.Counts.Removed != 1 {
		t.Fatalf("everything again: %+v", run)
	}
	b.compare(h, "everything again")
}

// unlimited gives the phone system a key without a rate.
func (h *house) unlimited() {
	h.t.Helper()
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match,admin", "--rate", "none").last()
}

// withDatabase is a server with an integration of custom-sql called DB.
func withDatabase(t *testing.T, options map[string]string, flags ...string) *house {
	t.Helper()
	h := newHouse(t, append([]string{"--allow-outbound", "127.0.0.1/32"}, flags...)...)
	h.serve()
	h.settle()
	h.unlimited()
	args := []string{"integration", "add", "--tenant", e2eTenant, "--preset", "custom-sql", "--name", "DB"}
	for name, value := range options {
		args = append(args, "--set", name+"="+value)
	}
	h.run(args...)
	return h
}

// TestSQL guards that people in a real database, with numbers as people type them, are found under every number of theirs and
// nobody else is, also after changes and deletions.
func TestSQL(t *testing.T) {
	more := []string{"table", "contacts", "updated_column", "updated_at", "deleted_column", "deleted"}
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		s := sqltest.PostgreSQL(t)
		newBook(t, s.Exec, "text", "bigint", "timestamptz").lives(t, withDatabase(t, s.Options(more...)))
	})
	t.Run("MariaDB", func(t *testing.T) {
		t.Parallel()
		s := sqltest.MariaDB(t)
		newBook(t, s.Exec, "varchar(200)", "bigint", "datetime(3)").lives(t, withDatabase(t, s.Options(more...)))
	})
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "crm.sqlite")
		db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(wal)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		exec := func(t testing.TB, statements ...string) {
			t.Helper()
			for _, text := range statements {
				if _, err := db.ExecContext(t.Context(), text); err != nil {
					t.Fatal(err)
				}
			}
		}
		options := map[string]string{"driver": "sqlite", "path": path}
		for i := 0; i < len(more); i += 2 {
			options[more[i]] = more[i+1]
		}
		newBook(t, exec, "TEXT", "INTEGER", "DATETIME").lives(t, withDatabase(t, options))
	})
}

// ownPreset is an operator's description of a product with a database: a fixed SELECT and mapping, pages of 100.
const ownPreset = `format: 1
id: northwind-db
name: Northwind on premises
summary: Contacts of Northwind's database.
category: crm
kind: sql
maturity: experimental
sql: { driver: postgresql, database: crm }
options:
  - { name: host, type: hostname, title: Server, required: true, example: db.example }
  - { name: port, type: integer, title: Port }
  - { name: username, title: User, required: true, example: reader }
  - { name: password, type: secret, title: Password }
  - { name: tls, type: choice, title: Encryption, choices: [ { value: verify }, { value: require } ] }
  - { name: country, title: Country, example: NL }
streams:
  - id: contact
    query: |
      SELECT id, voornaam || ' ' || achternaam AS wie, bedrijf, telefoon, mobiel, doorkiesnummer, land, updated_at
      FROM contacts WHERE land = $(option.country) OR $(option.country) = ''
    page: { size: 100 }
    since: { field: updated_at, lookback: 1m }
    record: { id: id, name: wie, company: bedrijf, country: land }
    phones: [ { path: telefoon, label: business }, { path: mobiel, label: mobile }, { path: doorkiesnummer, label: direct } ]
    url: "https://crm.example/contacts/$(id)"
notification: [ DisplayName, Company ]
scripts:
  - { name: Open, url: "$(PopUpUri)", pop: true }
tests:
  - name: two Dutch contacts, one abroad
    options: { country: NL }
    database: testdata/northwind.sqlite
    want: testdata/northwind.golden.json
`

const ownGolden = `{"since":"text 2026-11-20 01:00:00","full":true,"records": [
  {"id":"1","name":"Ada Muster","company":"Muster BV","url":"https://crm.example/contacts/1","changed":"2026-11-20T01:00:00Z","phones":[{"raw":"020 1234567","label":"business","column":"telefoon","country":"NL"},{"raw":"851234567","label":"direct","column":"doorkiesnummer","country":"NL","numeric":true}]},
  {"id":"2","name":"Bo Muster","company":"Muster BV","url":"https://crm.example/contacts/2","phones":[{"raw":"06 12345678","label":"mobile","column":"mobiel","country":"NL"}]}
]}`

// operatorsOwn is a folder with the operator's preset.
func operatorsOwn(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "presets")
	own := filepath.Join(folder, "northwind-db")
	if err := os.MkdirAll(filepath.Join(own, "testdata"), 0o700); err != nil {
		t.Fatal(err)
	}
	icon, err := os.ReadFile("../../presets/catalog/custom-sql/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"preset.yaml": []byte(ownPreset), "icon.svg": icon, "testdata/northwind.golden.json": []byte(ownGolden)} {
		if err := os.WriteFile(filepath.Join(own, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(own, "testdata/northwind.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE contacts (id INTEGER, voornaam TEXT, achternaam TEXT, bedrijf TEXT, telefoon TEXT, mobiel TEXT, doorkiesnummer INTEGER, land TEXT, updated_at TEXT);
		INSERT INTO contacts VALUES (1, 'Ada', 'Muster', 'Muster BV', '020 1234567', NULL, 851234567, 'NL', '2026-11-20 01:00:00'),
		(2, 'Bo', 'Muster', 'Muster BV', '', '06 12345678', NULL, 'NL', NULL), (3, 'Cor', 'Müller', 'Muster GmbH', '030 123456', NULL, NULL, 'DE', NULL)`); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestSQLServerDies guards that a run whose database goes down in the middle of a page is suspended, and goes on behind the
// last whole page when the database is back; and that an operator's own description of a product works.
func TestSQLServerDies(t *testing.T) {
	t.Parallel()
	s := sqltest.PostgreSQL(t)
	b := newBook(t, s.Exec, "text", "bigint", "timestamptz")
	folder := operatorsOwn(t)
	wire := newWire(t, net.JoinHostPort(s.Host, fmt.Sprint(s.Port)))
	h := newHouse(t, "--allow-outbound", "127.0.0.1/32", "--presets", folder)
	if said := h.run("preset", "test", folder); !strings.Contains(said.out+said.err, "1 replays passed, 0 failed") {
		t.Fatalf("%+v", said)
	}
	h.serve()
	h.settle()
	h.unlimited()
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "northwind-db", "--name", "DB", "--set", "host="+wire.address,
		"--set", "username="+s.Username, "--set", "password="+s.Password, "--set", "tls=require")
	if run := h.sync("DB", true); run.State != jobs.Succeeded || run.Counts.Pages != 13 {
		t.Fatalf("first run: %+v", run)
	}
	b.compare(h, "everything")

	b.own[b.lonely(10)] = "+31850009999"
	b.exec(t, fmt.Sprintf("UPDATE contacts SET doorkiesnummer = 850009999 WHERE id = %d", b.lonely(10)+1))
	wire.slow.Store(true)
	dead := make(chan struct{})
	wire.cut(wire.bytes.Swap(0)*3/4, func() { s.Kill(); close(dead) })
	run := h.sync("DB", true)
	if run.State != jobs.Suspended || run.Counts.Pages < 2 || run.Counts.Pages > 11 || run.Hint == "" {
		t.Fatalf("the database died: %+v", run)
	}
	<-dead
	s.Start(t)
	wire.slow.Store(false)
	again := h.sync("DB", true)
	if again.State != jobs.Succeeded || again.Resumed != 1 || again.Counts.Pages != 13 || again.Counts.Read != 1200 || again.Counts.Changed != 1 {
		t.Fatalf("the database is back: %+v", again)
	}
	b.compare(h, "gone on")
}

// wire passes connections on to a server, counts what the server sends, and can break everything at one byte of it.
type wire struct {
	address string
	bytes   atomic.Int64
	limit   atomic.Int64 // 0: none
	slow    atomic.Bool  // as a line far away, so that a run saves pages before it is cut off
	broken  func()
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &wire{address: l.Addr().String()}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go w.pass(in, to)
		}
	}()
	return w
}

func (w *wire) cut(after int64, broken func()) {
	w.broken = broken
	w.limit.Store(after)
}

func (w *wire) pass(in net.Conn, to string) {
	defer in.Close()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	buffer := make([]byte, 512)
	for {
		n, err := out.Read(buffer)
		if w.slow.Load() {
			time.Sleep(4 * time.Millisecond)
		}
		if _, failed := in.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
		if limit := w.limit.Load(); w.bytes.Add(int64(n)) > limit && limit > 0 && w.limit.CompareAndSwap(limit, 0) {
			w.broken()
			return
		}
	}
}

// TestSQLPushed guards that a database only its own network can reach is read by a command inside, first whole and then by
// what has changed.
func TestSQLPushed(t *testing.T) {
	t.Parallel()
	s := sqltest.PostgreSQL(t)
	b := newBook(t, s.Exec, "text", "bigint", "timestamptz")
	var sets []string
	for name, value := range s.Options("table", "contacts", "updated_column", "updated_at", "deleted_column", "deleted") {
		if name != "password" {
			sets = append(sets, name+"="+value)
		}
	}
	h, args := pushed(t, "custom-sql", sets...)
	h.unlimited()
	h.env = append(h.env, "RINGDEX_KEY="+h.key, "RINGDEX_OPTION_PASSWORD="+s.Password)
	if run := h.push(args); run.State != jobs.Succeeded || run.Mode != jobs.Full || run.Counts.Read != 1200 {
		t.Fatalf("first: %+v", run)
	}
	b.compare(h, "everything")
	gone := b.lonely(500)
	b.gone[gone] = true
	b.exec(t, fmt.Sprintf("UPDATE contacts SET deleted = 1, updated_at = '2026-11-20 02:00:01' WHERE id = %d", gone+1))
	if run := h.push(args); run.State != jobs.Succeeded || run.Mode != jobs.Changes || run.Counts.Removed != 1 {
		t.Fatalf("changes: %+v", run)
	}
	b.compare(h, "changes")
}
