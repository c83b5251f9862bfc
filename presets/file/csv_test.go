package file

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A text file is read whatever spreadsheet wrote it: delimiter, quotes, line ends
// and lines above the headings are found.
func TestDialects(t *testing.T) {
	want := []string{"Ada Muster|020 123 45 67", "Bo, Jr.|+31 6 12345678"}
	tests := map[string]string{
		"comma":               "Name,Phone\nAda Muster,020 123 45 67\n\"Bo, Jr.\",+31 6 12345678\n",
		"semicolon":           "Name;Telefoon\nAda Muster;020 123 45 67\nBo, Jr.;+31 6 12345678\n",
		"tab":                 "Name\tTelefon\nAda Muster\t020 123 45 67\nBo, Jr.\t+31 6 12345678\n",
		"bar":                 "Name|Phone\nAda Muster|020 123 45 67\nBo, Jr.|+31 6 12345678\n",
		"announced":           "sep=|\r\nName|Phone\r\nAda Muster|020 123 45 67\r\nBo, Jr.|+31 6 12345678\r\n",
		"old Mac line ends":   "Name;Phone\rAda Muster;020 123 45 67\rBo, Jr.;+31 6 12345678\r",
		"no line end at last": "Name;Phone\nAda Muster;020 123 45 67\nBo, Jr.;+31 6 12345678",
		"all quoted":          "\"Name\";\"Phone\"\n\"Ada Muster\";\"020 123 45 67\"\n\"Bo, Jr.\";\"+31 6 12345678\"\n",
		"title above":         "Contact list of 2026;\n;\nName;Phone\nAda Muster;020 123 45 67\nBo, Jr.;+31 6 12345678\n",
		"blank lines":         "Name;Phone\n\nAda Muster;020 123 45 67\n;\n\nBo, Jr.;+31 6 12345678\n\n",
		"no headings":         "Ada Muster;020 123 45 67\nBo, Jr.;+31 6 12345678\n",
		"phone first":         "020 123 45 67;Ada Muster\n+31 6 12345678;Bo, Jr.\n",
		"blank behind quote":  "Name;Phone\n\"Ada Muster\" ;\"020 123 45 67\"\n\"Bo, Jr.\" ;+31 6 12345678\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range records(t, "csv", written(t, "list.csv", text)) {
				got = append(got, r.Name+"|"+r.Phones[0].Raw)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Texts in old charsets come out as the letters they were, and what is no text in
// any charset is replaced and counted (row D11).
func TestCharsets(t *testing.T) {
	dutch := "Naam;Telefoon\nJosé Müller-Großmann;020 123 45 67\nChloë Françoise;010 765 43 21\n"
	encode := func(cm *charmap.Charmap, s string) string {
		out, err := cm.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(dutch)
	bare, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(dutch)
	tests := []struct {
		name, text, charset, want, about string
		replaced                         int
	}{
		{"UTF-8", dutch, "", "José Müller-Großmann", "UTF-8", 0},
		{"UTF-8 with mark", "\ufeff" + dutch, "", "José Müller-Großmann", "UTF-8", 0},
		{"UTF-16 with mark", utf16, "", "José Müller-Großmann", "UTF-16LE", 0},
		{"UTF-16 without mark", bare, "", "José Müller-Großmann", "UTF-16BE", 0},
		{"Windows-1252", encode(charmap.Windows1252, dutch), "", "José Müller-Großmann", "windows-1252", 0},
		{"DOS", encode(charmap.CodePage850, dutch), "", "José Müller-Großmann", "IBM850", 0},
		{"Mac", encode(charmap.Macintosh, dutch), "", "José Müller-Großmann", "macintosh", 0},
		{"Windows-1250", encode(charmap.Windows1250, "Name;Phone\nJiří Dvořák;+420 601 123 456\nŁucja Wójcik;+48 601 123 456\nŽofie Růžičková;+420 601 123 457\n"), "", "Jiří Dvořák", "windows-1250", 0},
		{"Windows-1251", encode(charmap.Windows1251, "Name;Phone\nИван Петров;+7 495 123 45 67\n"), "", "Иван Петров", "windows-1251", 0},
		{"set by the admin", encode(charmap.ISO8859_15, "Name;Phone\nŒuvre €;020 123 45 67\n"), "iso-8859-15", "Œuvre €", "iso-8859-15", 0},
		{"UTF-8 with a broken byte", strings.Replace(dutch, "José", "Jos\xff\u00e9", 1), "", "Jos\ufffdé Müller-Großmann", "UTF-8", 1},
		{"NUL bytes", strings.Replace(dutch, "José", "Jo\x00sé", 1), "", "Jo\ufffdsé Müller-Großmann", "UTF-8", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := opened(t, "csv", written(t, "list.csv", test.text), "charset", test.charset)
			got, err := readAll(t, s)
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Name != test.want {
				t.Errorf("name %q, want %q", got[0].Name, test.want)
			}
			report, err := s.Check(t.Context())
			if err != nil || !strings.Contains(report.Notes[0].String(), test.about) {
				t.Errorf("notes %q, %v; want %s named", report.Notes, err, test.about)
			}
			if notes := strings.Join(report.Notes.In("en"), "\n"); strings.Contains(notes, "1 invalid characters") != (test.replaced == 1) {
				t.Errorf("replaced characters are not counted: %s", notes)
			}
		})
	}
}

// What is wrong with a text file is told with its line, and a file that was cut
// off is an error, never the end of the contacts (row F2).
func TestDamagedCSV(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"open quote at the end", "Name;Phone\nAda;020 1234567\n\"Bo;020 7654321\nCy;020 1111111\n", "line 3: the quote that opens here is never closed"},
		{"cell too long", "Name;Phone\nAda;" + strings.Repeat("1", 40_000) + "\n", "line 2: a cell is longer than 32 KiB"},
		{"quote that swallows", "Name;Phone\n\"Ada;020 1234567\n" + strings.Repeat("Bo;020 7654321\n", 4000), "line 2: a cell is longer than 32 KiB"},
		{"too many columns", "Name;Phone\nAda;1" + strings.Repeat(";", 600) + "\n", "line 2: there are more than 512 columns"},
		{"no numbers", "Name;Town\nAda;Delft\n", "no column with phone numbers was recognised; its columns are Name, Town"},
		{"empty", "", "the file is empty"},
		{"blank", "\n \n\n", "the file has no rows"},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or a password-protected Excel workbook"},
		{"a PDF", "%PDF-1.7", "this is no CSV, XLSX or vCard file"},
		{"a web page", "\n<html><table><tr><td>Name", "this is a web page or an XML file"},
		{"a vCard", "BEGIN:VCARD\nEND:VCARD\n", "this is a VCARD file, not CSV"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readAll(t, opened(t, "csv", written(t, "list.csv", test.text)))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "list.csv") {
				t.Errorf("got %v, want list.csv and %q", err, test.want)
			}
		})
	}
}

// A quote inside a text and a formula that keeps zeros reach the record as they stand.
func TestCarelessQuotes(t *testing.T) {
	got := records(t, "csv", written(t, "list.csv", "Name,Company,Phone\nAda,The \"Best\" Ltd,=\"0612345678\"\nBo,\"The \"Other\" Ltd\",020 1\n\"Cy \"\"C\"\"\",\"two\nlines\",020 7654321\n"))
	var texts []string
	for _, r := range got {
		texts = append(texts, r.Name+"|"+r.Company+"|"+r.Phones[0].Raw)
	}
	want := []string{`Ada|The "Best" Ltd|="0612345678"`, `Bo|The "Other" Ltd|020 1`, "Cy \"C\"|two\nlines|020 7654321"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}
