package file

import (
	"bytes"
	"context"
	"iter"
	"strings"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// content is an opened file of one of the formats.
type content struct {
	about wording.Text
	contacts
	table  table
	layout *columns.Layout
	close  func()
	bad    *int
}

func (f *content) replaced() int {
	if f.table != nil {
		return f.table.replacedCount()
	}
	return *f.bad
}

func (f *content) notes() wording.List {
	if f.layout == nil {
		return nil
	}
	return f.layout.Notes
}

// missing says what a caller's card would lack.
func (f *content) missing() wording.List {
	if f.layout == nil || f.layout.Has(columns.RoleName, columns.RoleFirst, columns.RoleLast, columns.RoleCompany) {
		return nil
	}
	return wording.List{wording.New("presets.no_name_column", "no column with names or companies was recognised; name it in name_column")}
}

// open looks at the first bytes and opens the format they are of.
func (s *source) open(ctx context.Context, in *input) (*content, error) {
	format, err := s.format(in)
	if err != nil {
		return nil, err
	}
	switch format {
	case "xlsx":
		w, err := openWorkbook(in, s.set.sheet)
		if err != nil {
			return nil, err
		}
		f, err := s.openTable(ctx, in, w)
		if err != nil {
			w.close()
			return nil, err
		}
		f.close = w.close
		return f, nil
	case "vcard":
		return openCards(in, s.coding(in)), nil
	}
	t := &csvTable{in: in, coding: s.coding(in), dialect: dialect{delimiter: s.set.delimiter}}
	if s.set.delimiter == 0 {
		var ignored int
		text, err := in.text(t.coding, &ignored)
		if err != nil {
			return nil, failure(in.name, 0, wording.New("presets.file_cannot_read", "the file cannot be read"), wording.Text{})
		}
		t.dialect = detectDialect(text)
	}
	return s.openTable(ctx, in, t)
}

func (s *source) coding(in *input) coding {
	if s.set.charset != "" && s.set.charset != "auto" {
		if c, err := named(s.set.charset); err == nil {
			return c
		}
	}
	return in.census.detect()
}

// format is the preset's, held against what the file is.
func (s *source) format(in *input) (string, error) {
	is := sniff(in.head)
	wanted := s.set.format
	switch {
	case is == "ole":
		return "", failure(in.name, 0, wording.New("file.old_password_protected_excel_workbook", "this is an old or a password-protected Excel workbook"), wording.New("file.save_as_xlsx_without_password", "save it as .xlsx without a password"))
	case is == "page":
		return "", failure(in.name, 0, wording.New("file.web_page_xml_file_whatever", "this is a web page or an XML file, whatever its name says"), wording.New("file.open_spreadsheet_save_as_xlsx", "open it in a spreadsheet and save it as .xlsx or .csv"))
	case is == "binary":
		return "", failure(in.name, 0, wording.New("file.no_csv_xlsx_vcard_file", "this is no CSV, XLSX or vCard file"), wording.Text{})
	case wanted == "" || wanted == "auto":
		return is, nil
	case wanted == "csv" && is != "csv", wanted != "csv" && is != wanted:
		return "", failure(in.name, 0, wording.New("file.other_format", "this is a {Is} file, not {Wanted}", "Is", strings.ToUpper(is), "Wanted", strings.ToUpper(wanted)),
			wording.New("file.use_preset", "use preset {Name}", "Name", is))
	}
	return wanted, nil
}

// sniff tells formats apart by their first bytes.
func sniff(head []byte) string {
	text := bytes.ReplaceAll(bytes.TrimLeft(head, "\ufeff \r\n\t\xff\xfe"), []byte{0}, nil)
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return "xlsx"
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "ole"
	case bytes.HasPrefix(bytes.ToUpper(text), []byte("BEGIN:VCARD")):
		return "vcard"
	case bytes.HasPrefix(text, []byte("<")):
		return "page"
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("\x1f\x8b")), bytes.HasPrefix(head, []byte("\x7fELF")), bytes.HasPrefix(head, []byte("\x89PNG")):
		return "binary"
	}
	return "csv"
}

// openTable reads the first rows and chooses the columns.
func (s *source) openTable(ctx context.Context, in *input, t table) (*content, error) {
	var first []row
	for r, err := range t.rows(ctx) {
		if err != nil {
			return nil, err
		}
		if r.Blank() {
			continue
		}
		first = append(first, row{Line: r.Line, Cells: append([]cell{}, r.Cells...)})
		if len(first) == columns.SampleRows {
			break
		}
	}
	if len(first) == 0 {
		return nil, failure(in.name, 0, wording.New("file.file_has_no_rows", "the file has no rows"), wording.Text{})
	}
	l, err := columns.Plan(s.set.wish(in.name), first)
	if err != nil {
		return nil, located(err, in.name, l.Header)
	}
	return &content{about: t.describe(), contacts: &tableContacts{t, &l}, table: t, layout: &l, close: func() {}}, nil
}

// tableContacts are the contacts of a table's rows.
type tableContacts struct {
	table  table
	layout *columns.Layout
}

func (c *tableContacts) records(ctx context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		for r, err := range c.table.rows(ctx) {
			if err != nil {
				yield(presets.Record{}, err)
				return
			}
			if r.Line <= c.layout.Header {
				continue
			}
			if rec, ok := c.layout.Record(r); ok && !yield(rec, nil) {
				return
			}
		}
	}
}
