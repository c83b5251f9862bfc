package file

import (
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
)

// summary is a record on few lines: what is known of the person, then each number
// with its label before and its country behind.
func summary(name, company, email string, phones []presets.Phone) []string {
	out := []string{name, company, email}
	for _, p := range phones {
		out = append(out, strings.TrimSpace(p.Label+" "+p.Raw+" "+p.Country))
	}
	return out
}

func withoutEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Rows of the same contact become one record with all its numbers; rows without an
// id are the same by name, company and e-mail.
func TestRowsMerge(t *testing.T) {
	text := "Name;Company;Phone\nAda;Muster BV;020 1234567\nBo;Muster BV;020 1\nada;muster  bv;06 12345678\nAda;Other BV;020 2\nAda;Muster BV;020 1234567\n"
	var got []string
	for _, r := range records(t, "csv", written(t, "list.csv", text)) {
		got = append(got, strings.Join(withoutEmpty(summary(r.Name, r.Company, "", r.Phones)), "|"))
	}
	want := []string{"Bo|Muster BV|020 1", "Ada|Other BV|020 2", "Ada|Muster BV|020 1234567|06 12345678"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every column is a field under its heading, also when two headings are the same.
func TestFields(t *testing.T) {
	got := records(t, "csv", written(t, "list.csv", "Name;Phone;Note;Note;\nAda;020 1234567;one;two;three\n"))
	want := []presets.Field{{Name: "Name", Value: "Ada"}, {Name: "Phone", Value: "020 1234567"}, {Name: "Note", Value: "one"}, {Name: "Note 2", Value: "two"}, {Name: "Column E", Value: "three"}}
	if diff := cmp.Diff(want, got[0].Fields); diff != "" {
		t.Error(diff)
	}
}

// A file that did not change since the last run is not read again; one that did,
// or other settings, is.
func TestUnchangedFile(t *testing.T) {
	path := written(t, "list.csv", "Name;Phone;Tel 2\nAda;020 1234567;020 2\n")
	first := lastPage(t, opened(t, "csv", path), "")
	if first.Same || first.Since == "" || !first.Full {
		t.Fatalf("first run: %+v", first)
	}
	again := lastPage(t, opened(t, "csv", path), first.Since)
	if !again.Same || len(again.Records) != 0 || again.Since != first.Since {
		t.Errorf("second run of the same file: %+v", again)
	}
	if other := lastPage(t, opened(t, "csv", path, "phone_columns", "Phone"), first.Since); other.Same {
		t.Error("other settings count as the same file")
	}
	if err := os.WriteFile(path, []byte("Name;Phone;Tel 2\nAda;020 1234568;020 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed := lastPage(t, opened(t, "csv", path), first.Since); changed.Same || len(changed.Records) != 1 {
		t.Errorf("changed file: %+v", changed)
	}
}

func lastPage(t *testing.T, s presets.Source, since string) presets.Page {
	t.Helper()
	var last presets.Page
	for page, err := range s.Read(t.Context(), "contact", presets.Cursor{Since: since}) {
		if err != nil {
			t.Fatal(err)
		}
		last = page
	}
	return last
}

// Each contact comes once, with the numbers of all its rows, also where so many
// rows are to be merged that it takes several readings.
func TestMergeInSeveralReadings(t *testing.T) {
	var list listed
	const people = 500
	for half := range 2 {
		for i := range people {
			list = append(list, presets.Record{ID: fmt.Sprint(i), Phones: []presets.Phone{{Raw: fmt.Sprintf("0%d%08d", half, i)}}})
		}
	}
	list = append(list, presets.Record{ID: "alone"})
	m, err := newMerger(t.Context(), list, 100)
	if err != nil {
		t.Fatal(err)
	}
	if m.passes < 10 {
		t.Fatalf("%d readings: the test shows nothing", m.passes)
	}
	seen := map[string]int{}
	for r, err := range m.all(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := seen[r.ID]; twice {
			t.Errorf("contact %s comes twice", r.ID)
		}
		if seen[r.ID] = len(r.Phones); r.ID != "alone" && len(r.Phones) != 2 {
			t.Errorf("contact %s has %d numbers, want both", r.ID, len(r.Phones))
		}
	}
	if len(seen) != people+1 {
		t.Errorf("%d contacts, want %d", len(seen), people+1)
	}
}

// listed is contacts at hand.
type listed []presets.Record

func (l listed) records(context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		for _, r := range l {
			if r.Phones = slices.Clone(r.Phones); !yield(r, nil) {
				return
			}
		}
	}
}

// Check says what was recognised, shows a sample and counts.
func TestReport(t *testing.T) {
	report, err := opened(t, "csv", written(t, "list.csv", "Naam;Mobiel;Land\nAda;06 12345678;NL\nBo;06 12345679;BE\n")).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"text in UTF-8, separated by semicolon", "headings are on line 1", "Naam (A) is the name", "Mobiel (B) is a phone, mobile", "Land (C) is the country of the phone"}
	if diff := cmp.Diff(want, report.Notes.In("en")); diff != "" || report.Total != 2 || len(report.Sample) != 2 || report.Account != "list.csv" {
		t.Errorf("%+v\n%s", report, diff)
	}
}

// A list of bare numbers can be read, and the report says what it lacks.
func TestReportOfMissingNames(t *testing.T) {
	report, err := opened(t, "csv", written(t, "list.csv", "Phone;Town\n020 1234567;Delft\n020 7654321;Gouda\n")).Check(t.Context())
	if err != nil || report.Total != 2 || len(report.Missing) != 1 || !strings.Contains(report.Missing[0].String(), "name_column") {
		t.Errorf("%+v, %v", report, err)
	}
}

// A file that is not there, a folder and one too large are told apart.
func TestFilesRefused(t *testing.T) {
	large := written(t, "large.csv", "x")
	if err := os.Truncate(large, maxFile+1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/nowhere/list.csv": "open list.csv: there is no such file", t.TempDir(): "this is no ordinary file", large: "larger than 50 MiB"} {
		if _, err := readAll(t, opened(t, "csv", path)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
