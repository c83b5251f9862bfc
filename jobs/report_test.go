package jobs

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/store"
)

var update = flag.Bool("update", false, "write golden files")

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := "testdata/" + file
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// messy is a CRM with one of each thing a report tells.
func messy() *crm {
	c := newCRM(12)
	put := func(i int, change func(*presets.Record)) {
		r := record(i)
		change(&r)
		c.set(i, r)
	}
	put(1, func(r *presets.Record) { r.Phones[0].Raw = "12345678901234567890" })
	put(2, func(r *presets.Record) { r.Phones[0].Raw = "3.16E+10" })
	put(3, func(r *presets.Record) { r.Name, r.Phones[0].Raw = `=HYPERLINK("http://evil.example")`, "+31 20 999" })
	put(4, func(r *presets.Record) { r.Name, r.Phones[0].Raw = "Ada Muster", "020 7000005" })
	put(5, func(r *presets.Record) { r.Name = "ada  muster" })
	put(6, func(r *presets.Record) { r.ID, r.Phones[0].Raw = "", "020 7000006" })
	for i := 12; i < 24; i++ {
		put(i, func(r *presets.Record) { r.Company, r.Phones[0].Raw = "Muster AG", "020 7777777" })
	}
	return c
}

// Promise: the report tells each value that is not used and why, as JSON and as CSV, and stays complete when a later run
// finds nothing changed.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, messy())
		if _, err := w.s.Report(t.Context(), w.in); !errors.Is(err, cache.ErrNothing) {
			t.Errorf("report of nothing: %v", err)
		}
		first := w.mustSync(Full)
		w.mustSync(Full)
		r, err := w.s.Report(t.Context(), w.in)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(r.Rows, func(a, b Row) int {
			return strings.Compare(fmt.Sprint(a.Reason, a.ID), fmt.Sprint(b.Reason, b.ID)) // the cache lists in the order of keyed hashes
		})
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "report.json", append(text, '\n'))

		var out bytes.Buffer
		if err := WriteCSV(&out, rowsOf(r.Rows)); err != nil {
			t.Fatal(err)
		}
		golden(t, "report.csv", out.Bytes())

		run, err := w.s.Run(t.Context(), w.in, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		run.ID = ""
		text, err = json.MarshalIndent(run, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "run.json", append(text, '\n'))
	})
}

// Promise: a page of the report is a part of the whole one, also after runs that change something, change nothing, or are rolled
// back, and nothing of it is left when the integration is erased.
func TestReportPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := messy()
		w := newWorld(t, c)
		if _, err := w.s.ReportPage(t.Context(), w.in, "", 0, 10); !errors.Is(err, cache.ErrNothing) {
			t.Errorf("a page of nothing: %v", err)
		}
		same := func(when string) {
			t.Helper()
			g, err := w.s.published(w.in)
			if err != nil {
				t.Fatal(err)
			}
			fresh, err := w.s.gather(t.Context(), w.in, g)
			if err != nil {
				t.Fatal(err)
			}
			for only, count := range fresh.Totals {
				var rows []Row
				for offset := 0; ; offset += 7 {
					r, err := w.s.ReportPage(t.Context(), w.in, only, offset, 7)
					if err != nil {
						t.Fatal(err)
					}
					if r.Generation != fresh.Generation || !r.SyncedAt.Equal(fresh.SyncedAt) || r.Contacts != fresh.Contacts {
						t.Fatalf("%s: the page is of generation %d, not %d", when, r.Generation, fresh.Generation)
					}
					if rows = append(rows, r.Rows...); len(r.Rows) < 7 {
						break
					}
				}
				want := slices.DeleteFunc(slices.Clone(fresh.Rows), func(r Row) bool { return r.Reason != only })
				if diff := cmp.Diff(want, rows); diff != "" || len(rows) != min(count, ReportMost) {
					t.Errorf("%s, %s: %s", when, only, diff)
				}
			}
			all, err := w.s.ReportPage(t.Context(), w.in, "", 0, len(fresh.Rows)+1)
			if err != nil || len(all.Rows) != len(fresh.Rows) {
				t.Errorf("%s: %d rows of %d, %v", when, len(all.Rows), len(fresh.Rows), err)
			}
		}
		w.mustSync(Full)
		same("after the first run")
		w.mustSync(Full)
		same("after a run without changes")
		for i := 24; i < 224; i++ {
			r := record(i)
			r.Phones[0].Raw = "+31 20 999"
			c.set(i, r)
		}
		w.mustSync(Full)
		same("after many changes")
		if err := w.s.Rollback(t.Context(), w.in); err != nil {
			t.Fatal(err)
		}
		same("after rolling back")
		w.mustSync(Full)
		if err := w.s.d.Store.Update(t.Context(), func(w2 store.Writer) error { return deleteAll(w2, reportPrefix(w.in)) }); err != nil {
			t.Fatal(err)
		}
		same("gathered when somebody asks")
		if err := w.s.Forget(t.Context(), w.in); err != nil {
			t.Fatal(err)
		}
		if k, err := w.s.kept(t.Context(), w.in); k != nil || err != nil {
			t.Errorf("kept after forgetting: %v %v", k, err)
		}
	})
}

func rowsOf(rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Promise: no cell of an export is a formula, and reading it again gives the very texts (C13).
func TestCSVIsFormulaSafe(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		texts := rapid.OneOf(rapid.StringMatching(`[=+\-@\t'][ -~]{0,20}`), rapid.StringMatching(`\+[1-9][0-9]{6,14}`), rapid.String())
		row := Row{
			Reason: Unparsable, ID: texts.Draw(r, "id"), Name: texts.Draw(r, "name"),
			Company: texts.Draw(r, "company"), Value: texts.Draw(r, "value"),
		}
		var out bytes.Buffer
		if err := WriteCSV(&out, rowsOf([]Row{row})); err != nil {
			r.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(lines) != 2 {
			r.Fatalf("%d lines: %v", len(lines), err)
		}
		cells := lines[1]
		for _, cell := range cells {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				r.Errorf("cell %q is a formula", cell)
			}
		}
		// encoding/csv reads CR LF within a cell as LF, whoever wrote it
		plain := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		want := []string{"unparsable", "", row.ID, row.Name, row.Company, row.Value, "", ""}
		for i, cell := range cells {
			if plain(strings.TrimPrefix(cell, "'")) != plain(want[i]) {
				r.Errorf("cell %d is %q, want %q", i, strings.TrimPrefix(cell, "'"), want[i])
			}
		}
	})
}

// Promise: names and numbers of a CRM lie nowhere unsealed in the control store.
func TestHistoryIsSealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, messy())
		w.crm.fail(func(page int) error {
			time.Sleep(checkpointEvery)
			return nil
		})
		w.mustSync(Full)
		w.crm.fail(func(page int) error {
			if page == 2 {
				return errOff
			}
			return nil
		})
		if run := w.sync(Full); run.State != Suspended {
			t.Fatalf("run is %s", run.State)
		}
		err := w.store.View(t.Context(), func(r store.Reader) error {
			for pair, err := range r.Scan(nil, nil) {
				if err != nil {
					return err
				}
				for _, secret := range []string{"Muster", "HYPERLINK", "7000005", "123456789012", "contact/Phone"} {
					if bytes.Contains(pair.Value, []byte(secret)) {
						t.Errorf("%s holds %s", pair.Key, secret)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Promise: run ids sort by time, whatever was drawn for them.
func TestRunIDsSortByTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		at := func(name string) time.Time { return time.UnixMilli(rapid.Int64Range(0, 1<<44-2).Draw(r, name)) }
		random := func(name string) *bytes.Reader {
			return bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(r, name))
		}
		a, b := at("a"), at("b")
		x, err := newRunID(a, random("x"))
		y, err2 := newRunID(b, random("y"))
		if err != nil || err2 != nil {
			r.Fatal(err, err2)
		}
		if a.Before(b) && x >= y || b.Before(a) && y >= x {
			r.Errorf("%s %s, %s %s", a, x, b, y)
		}
		if len(x) != 15 || bytes.Compare(runKey(cache.Ref{}, x), runKey(cache.Ref{}, y)) != -strings.Compare(string(x), string(y)) {
			r.Errorf("keys of %s and %s are not newest first", x, y)
		}
	})
}

// Promise: a text that is no run id is not found, and does not find another run.
func TestUnknownRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(1))
		w.mustSync(Full)
		for _, id := range []RunID{"", "r_", "r_0000000000000", "../../due", "r_!!!!!!!!!!!!!"} {
			if _, err := w.s.Run(t.Context(), w.in, id); !errors.Is(err, ErrNoRun) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}
