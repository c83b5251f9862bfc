package file

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// saved writes a workbook that excelize makes: a program other than ours.
func saved(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	fill(f)
	path := filepath.Join(t.TempDir(), "list.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func put(t testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, r := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
}

// A messy workbook gives each number with the digits the file has, and says
// which cells were numbers.
func TestMessyWorkbook(t *testing.T) {
	path := saved(t, func(f *excelize.File) {
		put(t, f, "Sheet1",
			[]any{"Contact list"},
			[]any{},
			[]any{"Name", "Firma", "Telefon", "Mobil", "Land", "Since"},
			[]any{"Ada Müller & <Co>", "Muster AG", 31612345678, "0170 1234567", "DE", 46346},
			[]any{},
			[]any{"Bo", nil, 3.1612345678e10, "=\"0612345678\"", "Niederlande", 46346.75},
			[]any{"Cy", "  ", 612345678, " +31 6 1234 5678 ", "NL", true},
			[]any{"Di", "line\r\nbreak", "(020) 7946-0018", 4930123456.5, "GB", "text"})
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			t.Fatal(err)
		}
		custom := `0000 000000 "day"`
		grouped, err := f.NewStyle(&excelize.Style{CustomNumFmt: &custom})
		if err != nil {
			t.Fatal(err)
		}
		_ = f.SetCellStyle("Sheet1", "F4", "F6", style)
		_ = f.SetCellStyle("Sheet1", "C4", "C7", grouped)
		if err := f.SetCellFormula("Sheet1", "B6", `="For"&"mula"`); err != nil {
			t.Fatal(err)
		}
	})
	var got []string
	for _, r := range records(t, "xlsx", path) {
		line := r.Name + "|" + r.Company
		for _, p := range r.Phones {
			line += fmt.Sprintf("|%s %s %v", p.Raw, p.Country, p.Numeric)
		}
		got = append(got, line+"|"+r.Fields[len(r.Fields)-1].Value)
	}
	want := []string{
		"Ada Müller & <Co>|Muster AG|31612345678 DE true|0170 1234567 DE false|2026-11-20",
		"Bo||31612345678 NL true|=\"0612345678\" NL false|2026-11-20 18:00:00",
		"Cy||612345678 NL true|+31 6 1234 5678 NL false|TRUE",
		"Di|line\nbreak|(020) 7946-0018 GB false|4930123456.5 GB true|text",
	}
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "\r\n", "\n")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The first visible sheet with rows is read; another one when it is set.
func TestSheets(t *testing.T) {
	path := saved(t, func(f *excelize.File) {
		for _, name := range []string{"Hidden", "Empty", "People", "More"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		put(t, f, "Hidden", []any{"Name", "Phone"}, []any{"Nobody", "020 1"})
		put(t, f, "People", []any{"Name", "Phone"}, []any{"Ada", "020 1234567"})
		put(t, f, "More", []any{"Name", "Phone"}, []any{"Bo", "020 7654321"})
		_ = f.SetSheetVisible("Hidden", false)
	})
	for sheet, want := range map[string]string{"": "Ada", "more": "Bo", "5": "Bo", "Hidden": "Nobody"} {
		if got := records(t, "xlsx", path, "sheet", sheet); got[0].Name != want {
			t.Errorf("sheet %q gives %s, want %s", sheet, got[0].Name, want)
		}
	}
	_, err := readAll(t, opened(t, "xlsx", path, "sheet", "Nothing"))
	if err == nil || !strings.Contains(err.Error(), `there is no sheet "Nothing"`) {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// Scientific notation and inline texts as other programs write them keep their digits.
func TestRawCells(t *testing.T) {
	path := workbookOf(t, nil, `<row r="1"><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Phone</t></is></c></row>
		<row r="7"><c r="A7" t="inlineStr"><is><r><t>A</t></r><r><t>da&#x20;M</t></r><rPh><t>x</t></rPh></is></c><c r="B7"><v>3.1612345678E+10</v></c></row>
		<row><c t="str"><f>CONCATENATE("B","o")</f><v>B_x006F_</v></c><c><f>1+1</f><v>20794601</v></c><c t="e"><v>#N/A</v></c></row>`)
	got := records(t, "xlsx", path)
	var lines []string
	for _, r := range got {
		lines = append(lines, fmt.Sprint(r.Name, " ", r.Phones[0].Raw, " ", r.Phones[0].Numeric))
	}
	if diff := cmp.Diff([]string{"Ada M 3.1612345678E+10 true", "Bo 20794601 true"}, lines); diff != "" {
		t.Error(diff)
	}
}

// workbookOf writes a minimal workbook by hand, with a sheet of these rows and further members.
func workbookOf(t testing.TB, more map[string]string, rows string) string {
	t.Helper()
	members := [][2]string{
		{"_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="r"><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<?xml version="1.0"?><!-- a > remark --><worksheet><sheetData>` + rows + `</sheetData></worksheet>`},
	}
	for name, text := range more {
		found := false
		for i := range members {
			if members[i][0] == name {
				members[i][1], found = text, true
			}
		}
		if !found {
			members = append(members, [2]string{name, text})
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m[0])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(m[1]))
	}
	_ = z.Close()
	return written(t, "list.xlsx", b.String())
}

// Hostile and damaged workbooks are refused with a reason (row F14).
func TestWorkbooksRefused(t *testing.T) {
	head := `<row r="1"><c t="str"><v>Phone</v></c></row>`
	many := map[string]string{}
	for i := range 1001 {
		many[fmt.Sprintf("m/%d", i)] = ""
	}
	tests := []struct {
		name string
		more map[string]string
		rows string
		want string
	}{
		{"archive inside", map[string]string{"xl/embeddings/a.xlsx": "PK"}, head, "another archive inside"},
		{"way out", map[string]string{"../../etc/passwd": "x"}, head, "outside of its own folders"},
		{"many members", many, head, "more than 1000 members"},
		{"document type", map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>`}, "", "document type"},
		{"entity", nil, head + `<row><c t="str"><v>&lol;</v></c></row>`, "entity &lol;"},
		{"row beyond the last", nil, head + `<row r="1048577"><c><v>1</v></c></row>`, "line 1048577: a sheet has at most 1048576 rows"},
		{"column beyond", nil, head + `<row r="2"><c r="XFD2"><v>1</v></c></row>`, "line 2: there are more than 512 columns"},
		{"cell too long", nil, head + `<row r="2"><c t="str"><v>` + strings.Repeat("1", 40_000) + `</v></c></row>`, "a cell is longer than 32 KiB"},
		{"text without end", nil, head + `<row r="2"><c t="str"><v>` + strings.Repeat("1", 400_000), "longer than 256 KiB"},
		{"deep", nil, head + strings.Repeat("<a>", 100), "more than 64 deep"},
		{"XML cut", nil, head + `<row><c t="str"><v>1</v>`, "XML ends"},
		{"unknown text", nil, head + `<row r="3"><c t="s"><v>7</v></c></row>`, "line 3: a cell names text 7 of 0"},
		{"no workbook", map[string]string{"_rels/.rels": "<Relationships/>"}, head, "no XLSX workbook"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readAll(t, opened(t, "xlsx", workbookOf(t, test.more, test.rows)))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "list.xlsx") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Members that are links, locked, or too large by their own word are refused before anything is read.
func TestMembersRefused(t *testing.T) {
	for want, change := range map[string]func(*zip.FileHeader){
		"no ordinary file":        func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) },
		"protected by a password": func(h *zip.FileHeader) { h.Flags |= 1 },
		"packed more than 100":    func(h *zip.FileHeader) { h.UncompressedSize64 = 20 << 20 },
		"larger than 500 MiB":     func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 },
		"outside of its own":      func(h *zip.FileHeader) { h.Name = `xl\..\..\x` },
	} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "xl/a.xml"}
		change(h)
		if _, err := z.CreateRaw(h); err != nil {
			t.Fatal(err)
		}
		_ = z.Close()
		if _, err := readAll(t, opened(t, "xlsx", written(t, "list.xlsx", b.String()))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Bytes of a workbook that are not UTF-8 are replaced and counted (row D11).
func TestWorkbookBytes(t *testing.T) {
	path := workbookOf(t, nil, `<row><c t="str"><v>Name</v></c><c t="str"><v>Phone</v></c></row><row><c t="str"><v>J`+"\xf6"+`rg</v></c><c t="str"><v>020 1</v></c></row>`)
	s := opened(t, "xlsx", path)
	report, err := s.Check(t.Context())
	if err != nil || report.Sample[0].Name != "J\ufffdrg" || !strings.Contains(strings.Join(report.Notes.In("en"), "\n"), "1 invalid characters") {
		t.Errorf("%+v, %v", report, err)
	}
}

// A workbook that was cut off anywhere, or has a flipped bit in a sheet, is an
// error and never fewer contacts (row F2).
func TestDamagedWorkbook(t *testing.T) {
	path := saved(t, func(f *excelize.File) {
		put(t, f, "Sheet1", []any{"Name", "Phone"}, []any{"Ada", "020 1234567"}, []any{"Bo", "020 7654321"})
	})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole); cut += len(whole)/40 + 1 {
		if list, err := readAll(t, opened(t, "xlsx", written(t, "cut.xlsx", string(whole[:len(whole)-cut])))); err == nil {
			t.Fatalf("%d bytes missing: read %d contacts", cut, len(list))
		}
	}
	for at := 30; at < len(whole); at += 97 {
		broken := bytes.Clone(whole)
		broken[at] ^= 0x10
		list, err := readAll(t, opened(t, "xlsx", written(t, "flip.xlsx", string(broken))))
		if err == nil && len(list) != 2 {
			t.Fatalf("bit %d flipped: read %d contacts without an error", at, len(list))
		}
	}
}

// Texts beyond what is kept in memory come back exactly from the file they were put aside in.
func TestStringsPutAside(t *testing.T) {
	table := &stringTable{room: 64 << 10}
	defer table.close()
	text := func(i int) string { return fmt.Sprintf("text %d ", i) + strings.Repeat("é", i%700) }
	const n = 4_000
	for i := range n {
		if err := table.add(text(i)); err != nil {
			t.Fatal(err)
		}
	}
	if table.spill == nil {
		t.Fatal("nothing was put aside: the test shows nothing")
	}
	for i := 0; i < n; i += 37 {
		if got, err := table.get(i); err != nil || got != text(i) {
			t.Fatalf("text %d is %.40q, %v", i, got, err)
		}
	}
	onDisk := make([]byte, 256<<10)
	_, _ = table.spill.file.ReadAt(onDisk, 0)
	if bytes.Contains(onDisk, []byte("text ")) {
		t.Error("texts can be read on the disk")
	}
}
