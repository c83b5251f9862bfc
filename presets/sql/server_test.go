package sql

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/presettest"
)

// Promise: each product is read as every source is, value by value and page by page, and its refusals are told in words.
func TestProducts(t *testing.T) {
	each(t, func(t *testing.T, p *product) {
		t.Run("kind", func(t *testing.T) { suite(t, p) })
		t.Run("types", func(t *testing.T) { types(t, p) })
		t.Run("changes", func(t *testing.T) { changes(t, p) })
		t.Run("ids", func(t *testing.T) { badIDs(t, p) })
		t.Run("no id", func(t *testing.T) { noID(t, p) })
		t.Run("ordered", func(t *testing.T) { ordered(t, p) })
		t.Run("wide", func(t *testing.T) { wide(t, p) })
		t.Run("large", func(t *testing.T) { large(t, p) })
		t.Run("names", func(t *testing.T) { oddNames(t, p) })
		t.Run("refusals", func(t *testing.T) { refusals(t, p) })
		t.Run("authority", func(t *testing.T) { authority(t, p) })
		t.Run("slow", func(t *testing.T) { slow(t, p) })
	})
}

// suite is what every kind is held to.
func suite(t *testing.T, p *product) {
	p.make(t, "CREATE TABLE suite (id $key, name $text, phone $text, changed $time)",
		inserted("suite", "(#, 'Ada #', '020 12345#', '2026-11-20 01:02:03')", 10, 59))
	more := []string{"table", "suite", "updated_column", "changed"}
	options := func(more ...string) option.Values { return p.connection(more...).Options }
	presettest.RunKind(t, presettest.Subject{
		Kind: Kind{}, Preset: preset(t, 10), Stream: "contact",
		Connect: func(*testing.T) presets.Connection { return p.connection(more...) },
		Broken: func(*testing.T) presets.Connection {
			c := p.connection(more...)
			c.Dial, c.Files = cutting(p), &tearing{left: 12}
			return c
		},
		Refused: []presettest.Refused{
			{Name: "no table", Options: options(), Want: "table is required"},
			{Name: "table and query", Options: options("table", "suite", "query", "SELECT 1"), Want: "cannot be set together"},
			{Name: "a table that is not there", Options: options("table", "suites"), Want: "there is no such table or view"},
			{Name: "a column that is not there", Options: options("table", "suite", "phone_columns", "telefoon"), Want: `names column "telefoon", which suite does not have`},
			{Name: "a column of change that is not there", Options: options("table", "suite", "updated_column", "chanced"), Want: `there is no column "chanced"`},
			{Name: "no driver", Options: option.Values{"table": "suite"}, Want: "driver is required"},
			{Name: "writing", Options: options("query", "DELETE FROM suite"), Want: "must be a SELECT"},
		},
	})
}

// cutting dials a server whose connections break off in the middle.
func cutting(p *product) func(context.Context, string, string) (net.Conn, error) {
	var d net.Dialer
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		return &short{Conn: c, left: 6 << 10}, err
	}
}

type short struct {
	net.Conn
	left int
}

func (c *short) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p[:min(len(p), max(c.left, 1))])
	if c.left -= n; c.left <= 0 {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

// tearing opens files that cannot be read to their end.
type tearing struct{ left int }

func (f *tearing) Open(ctx context.Context, path string) (presets.OpenFile, error) {
	file, err := disk{}.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return &torn{file, f}, nil
}

type torn struct {
	presets.OpenFile
	f *tearing
}

func (t *torn) ReadAt(b []byte, at int64) (int, error) {
	if t.f.left--; t.f.left < 0 {
		return 0, errors.New("torn")
	}
	return t.OpenFile.ReadAt(b, at)
}

// types reads a value of each sort: nothing, numbers of all kinds as phones, padding, flags, moments, bytes.
func types(t *testing.T, p *product) {
	p.make(t,
		"CREATE TABLE types (id $key, name char(20), phone bigint, phone2 numeric(15,2), mobile $double, fax $text, active $flag, changed $time, seen $zoned, photo $blob, code $uuid, land $text)",
		"INSERT INTO types VALUES (1, 'Ada Muster', 201234567, 31201234568.00, 612345678, NULL, $yes, '2026-11-20 01:02:03.5', '2026-11-20 01:02:03', $bytes, '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'NL')",
		"INSERT INTO types VALUES (2, '', NULL, NULL, NULL, '+31 20 1234500', NULL, NULL, NULL, NULL, NULL, '')")
	all, last := read(t, p.open(t, 10, "table", "types", "updated_column", "changed"), presets.Cursor{})
	if len(all) != 2 || !last.Full {
		t.Fatalf("%+v", all)
	}
	ada := all[0]
	want := []presets.Phone{
		{Raw: "201234567", Column: "phone", Country: "NL", Numeric: true},
		{Raw: "31201234568", Column: "phone2", Country: "NL", Numeric: true},
		{Raw: "612345678", Label: "mobile", Column: "mobile", Country: "NL", Numeric: true},
	}
	if diff := cmp.Diff(want, ada.Phones); diff != "" || ada.ID != "1" || ada.Name != "Ada Muster" || !ada.Changed.Equal(time.Date(2026, 11, 20, 1, 2, 3, 5e8, time.UTC)) {
		t.Errorf("%+v %s", ada, diff)
	}
	fields := map[string]string{}
	for _, f := range ada.Fields {
		fields[f.Name] = f.Value
	}
	if fields["code"] != "6ba7b810-9dad-11d1-80b4-00c04fd430c8" || fields["photo"] != "" || !truth(fields["active"]) || !strings.HasPrefix(fields["seen"], "2026-11-20 01:02:03") {
		t.Errorf("%v", fields)
	}
	if want := []presets.Phone{{Raw: "+31 20 1234500", Label: "fax", Column: "fax", Fax: true}}; !cmp.Equal(want, all[1].Phones) {
		t.Errorf("%+v", all[1])
	}
}

// changes are read by time and id, each once also where many changed at the same moment, without what lies in the future
// deciding what is new, and with those marked as deleted.
func changes(t *testing.T, p *product) {
	p.make(t, "CREATE TABLE changes (id $key, name $text, phone $text, changed $time, gone $time)",
		inserted("changes", "(#, 'Old #', '020 1234#', '2026-11-19 01:00:00', NULL)", 100, 140),
		"INSERT INTO changes VALUES (1, 'Future', '020 1234567', '2099-01-01 00:00:00', NULL), (2, 'Never', '020 1234568', NULL, NULL)")
	source := func() presets.Source {
		return p.open(t, 10, "table", "changes", "updated_column", "changed", "deleted_column", "gone")
	}
	all, last := read(t, source(), presets.Cursor{})
	if len(all) != 43 || !strings.HasPrefix(last.Since, "text 2026-11-19 01:00:00") {
		t.Fatalf("%d records, since %q", len(all), last.Since)
	}
	p.make(t, inserted("changes", "(#, 'New #', '020 1234#', '2026-11-20 01:00:00', NULL)", 200, 244),
		"UPDATE changes SET gone = '2026-11-20 00:30:00', changed = '2026-11-20 00:30:00' WHERE id = 105",
		"DELETE FROM changes WHERE id BETWEEN 100 AND 104", "UPDATE changes SET changed = '2026-11-19 00:49:00' WHERE id > 105 AND id <= 140")
	some, next := read(t, source(), presets.Cursor{Since: last.Since})
	want := "105 deleted"
	for i := 200; i <= 244; i++ {
		want += fmt.Sprintf(", %d", i)
	}
	if got := ids(some); got != want+", 1" || next.Full {
		t.Errorf("changes: %s", got)
	}
	if got, _ := read(t, source(), presets.Cursor{Since: next.Since}); ids(got) != strings.TrimPrefix(want, "105 deleted, ")+", 1" {
		t.Errorf("nothing new: %s", ids(got))
	}
	if got, page := read(t, p.open(t, 11, "table", "changes", "updated_column", "changed"), presets.Cursor{Since: next.Since}); !page.Full || len(got) != 83 {
		t.Errorf("other settings: %d records, full %v", len(got), page.Full)
	}
}

// badIDs: rows without an id are shown and not lost in silence; two rows of one id are no list of contacts.
func badIDs(t *testing.T, p *product) {
	p.make(t, "CREATE TABLE loose (id $text, name $text, phone $text)",
		inserted("loose", "('k#', 'Ada #', '020 1234#')", 100, 125), "INSERT INTO loose VALUES (NULL, 'Nobody', '020 1234567')")
	all, _ := read(t, p.open(t, 10, "table", "loose"), presets.Cursor{})
	if len(all) != 27 || all[0].ID != "" || all[0].Name != "Nobody" {
		t.Errorf("%s", ids(all))
	}
	for _, id := range []string{"k100", "k109", "k110", "k125"} {
		p.make(t, "INSERT INTO loose VALUES ('"+id+"', 'Twice', '020 7654321')")
		all, _, err := drain(t, p.open(t, 10, "table", "loose"), presets.Cursor{})
		if err == nil || !strings.Contains(err.Error(), "the same id stands in several rows") || strings.Contains(err.Error(), id) {
			t.Errorf("%s twice: %v, %s", id, err, ids(all))
		}
		p.make(t, "DELETE FROM loose WHERE name = 'Twice'")
	}
}

// noID is read in one go, in pages that cannot be gone on from.
func noID(t *testing.T, p *product) {
	p.make(t, "CREATE TABLE bare (name $text, phone $text)", inserted("bare", "('Ada #', '020 1234#')", 100, 134), "INSERT INTO bare VALUES ('Ada 100', '020 1234100')")
	s := p.open(t, 10, "query", "SELECT name, phone FROM bare -- all of them")
	pages := 0
	seen := map[string]int{}
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil {
			t.Fatal(err)
		}
		pages++
		if page.Resume != "" || !page.Full {
			t.Errorf("page %d: %+v", pages, page)
		}
		for _, r := range page.Records {
			seen[r.ID]++
		}
	}
	if pages != 4 || len(seen) != 35 {
		t.Errorf("%d pages, %d contacts", pages, len(seen))
	}
	report, err := s.Check(t.Context())
	if err != nil || report.Total != 36 || len(report.Sample) != 10 || !strings.Contains(strings.Join(report.Notes.In("en"), "\n"), "read in one go") {
		t.Errorf("%+v, %v", report, err)
	}
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{}) {
		if err != nil || len(page.Records) != 10 {
			t.Errorf("left early: %v", err)
		}
		break
	}
}

// large texts that nobody asked for are left out; one that should be a phone number is an error.
func large(t *testing.T, p *product) {
	p.make(t, strings.ReplaceAll("CREATE TABLE large (id $key, name $text, phone LONG, remark LONG)", "LONG", map[string]string{"MariaDB": "longtext"}[p.name]+map[bool]string{true: "text"}[p.name != "MariaDB"]))
	huge := strings.Repeat("x", maxCell+1)
	p.make(t, "INSERT INTO large VALUES (1, 'Ada', '020 1234567', '"+huge+"'), (2, 'Bo', '020 1234568', 'short')")
	all, _ := read(t, p.open(t, 10, "table", "large"), presets.Cursor{})
	if len(all) != 2 || len(all[0].Fields) != 3 || len(all[1].Fields) != 4 {
		t.Errorf("%d records, %d and %d fields", len(all), len(all[0].Fields), len(all[1].Fields))
	}
	p.make(t, "UPDATE large SET phone = remark WHERE id = 1")
	if _, _, err := drain(t, p.open(t, 10, "table", "large", "phone_columns", "phone"), presets.Cursor{}); err == nil || !strings.Contains(err.Error(), "a cell of column phone is larger than 1024 KiB") {
		t.Errorf("got %v", err)
	}
}

// oddNames of tables and columns are found as people write them, also strange ones, and never run.
func oddNames(t *testing.T, p *product) {
	quote := map[bool]string{true: "`", false: `"`}[p.name == "MariaDB"]
	strange := `Kl'a;n-t "e[n`
	in := func(name string) string { return quote + strings.ReplaceAll(name, quote, quote+quote) + quote }
	p.make(t, "CREATE TABLE "+in(strange)+" ("+in("Id")+" $key, "+in("Volledige naam")+" $text, "+in(`Tel. "nr"`)+" $text)",
		"INSERT INTO "+in(strange)+" VALUES (5, 'Ada', '020 1234567')")
	all, _ := read(t, p.open(t, 10, "table", strange, "phone_columns", `Tel. "nr"=direct`), presets.Cursor{})
	if len(all) != 1 || all[0].ID != "5" || all[0].Name != "Ada" || all[0].Phones[0].Label != "direct" {
		t.Errorf("%+v", all)
	}
	_, _, err := drain(t, p.open(t, 10, "table", "sute"), presets.Cursor{})
	var failure *presets.Error
	if !errors.As(err, &failure) || failure.Hint.String() != "did you mean suite?" {
		t.Errorf("%v", err)
	}
	if all, _ := read(t, p.open(t, 10, "table", "SUITE"), presets.Cursor{}); len(all) != 50 {
		t.Errorf("in capitals: %d", len(all))
	}
}

// refusals are told by what to do about them, without a secret.
func refusals(t *testing.T, p *product) {
	for name, c := range map[string]struct {
		options []string
		want    string
		retry   bool
		reauth  bool
		server  bool
	}{
		"near table":  {[]string{"query", "SELECT id, name, phone FROM suit"}, "there is no such table", false, false, false},
		"no column":   {[]string{"query", "SELECT id, nam, phone FROM suite"}, "there is no such column", false, false, false},
		"no table":    {[]string{"query", "SELECT id, name, phone FROM nowhere"}, "there is no such table", false, false, false},
		"syntax":      {[]string{"query", "SELECT id,, name FROM suite"}, "the database cannot read the query", false, false, false},
		"same name":   {[]string{"query", "SELECT id, phone, phone AS phone FROM suite"}, "phone", false, false, false},
		"password":    {[]string{"table", "suite", "password", "canary-wrong"}, "refused user name or password", false, true, true},
		"user":        {[]string{"table", "suite", "username", "nobody"}, "refused user name or password", false, true, true},
		"database":    {[]string{"table", "suite", "database", "nowhere"}, "there is no such database", false, false, true},
		"certificate": {[]string{"table", "suite", "tls", "verify"}, "certificate of the database is not trusted", false, false, true},
		"closed port": {[]string{"table", "suite", "port", "1"}, "no connection to the database", true, false, true},
		"locking":     {[]string{"query", "SELECT id, name, phone FROM suite FOR UPDATE"}, "must only read", false, false, false},
		"several":     {[]string{"query", "SELECT 1; DROP TABLE suite"}, "single statement", false, false, false},
		"out of it":   {[]string{"query", "SELECT 1) q; DROP TABLE suite --"}, "brackets of the query do not match", false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if p.server == nil && (c.server || name == "same name") {
				t.Skip("a file has no sign-in, and SQLite gives such columns names of its own")
			}
			source, err := Kind{}.Open(t.Context(), preset(t, 10), p.connection(c.options...))
			if err == nil {
				defer source.Close()
				_, err = source.Check(t.Context())
			}
			var failure *presets.Error
			if !errors.As(err, &failure) || !strings.Contains(failure.Text.String(), c.want) || failure.Retry != c.retry || failure.ReauthNeeded != c.reauth || failure.Hint.IsZero() {
				t.Fatalf("got %v: %+v", err, failure)
			}
			if name == "near table" && failure.Hint.String() != "did you mean suite?" {
				t.Errorf("hint %q", failure.Hint)
			}
			for _, secret := range []string{"canary", p.options["password"]} {
				if secret != "" && strings.Contains(err.Error()+failure.Hint.String(), secret) {
					t.Errorf("%q shows a secret", err)
				}
			}
		})
	}
}

// authority of the admin's own makes a server trusted; text that is no certificate is refused.
func authority(t *testing.T, p *product) {
	if p.server == nil {
		t.Skip("a file needs no certificate")
	}
	if all, _ := read(t, p.open(t, 10, "table", "suite", "tls", "verify", "certificate", p.server.Certificate), presets.Cursor{}); len(all) != 50 {
		t.Errorf("%d records", len(all))
	}
	_, err := Kind{}.Open(t.Context(), preset(t, 10), p.connection("table", "suite", "certificate", "x"))
	if err == nil || !strings.Contains(err.Error(), "certificate is no certificate") {
		t.Errorf("got %v", err)
	}
}

// slow statements end at their limit and, when a run is stopped, at once: on the server too.
func slow(t *testing.T, p *product) {
	more := []string{"query", "SELECT id, name, phone, " + p.slow + " AS waited FROM suite"}
	_, _, err := drain(t, p.open(t, 10, append(more, "timeout", "1s")...), presets.Cursor{})
	var failure *presets.Error
	if !errors.As(err, &failure) || !failure.Retry || !strings.Contains(failure.Text.String(), "took too long") {
		t.Errorf("timeout: %v", err)
	}
	s := p.open(t, 10, append(more, "timeout", "30s")...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		for _, err := range s.Read(ctx, "contact", presets.Cursor{}) {
			done <- err
			return
		}
	}()
	if p.server != nil {
		p.counts(t, 1)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if p.server != nil {
		p.counts(t, 0)
	}
}

// counts waits until that many slow statements run.
func (p *product) counts(t *testing.T, want int) {
	t.Helper()
	n := -1
	for range 6000 {
		if err := p.server.Admin.QueryRowContext(t.Context(), p.active).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d slow statements run, want %d", n, want)
}
