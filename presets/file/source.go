package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// pageSize is how many records go into a page.
const pageSize = 1000

type source struct {
	set    settings
	files  presets.FileOpener
	stream string
}

// Close has nothing to give back: files are closed where they are opened.
func (s *source) Close() error { return nil }

// Check reads the file through and reports what was recognised.
func (s *source) Check(ctx context.Context) (presets.Report, error) {
	var report presets.Report
	err := s.with(ctx, func(in *input, f *content) error {
		report.Account = in.name
		report.Notes, report.Missing = append([]string{f.about}, f.notes()...), f.missing()
		for rec, err := range f.records(ctx) {
			if err != nil {
				return err
			}
			if report.Total++; len(report.Sample) < 10 {
				report.Sample = append(report.Sample, rec)
			}
		}
		if n := f.replaced(); n > 0 {
			report.Notes = append(report.Notes, fmt.Sprintf("%d invalid characters were replaced", n))
		}
		return nil
	})
	return report, err
}

// Read yields the whole file, or one empty page if it is the one the watermark names.
func (s *source) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if stream != s.stream {
			yield(presets.Page{}, &presets.Error{Op: "read stream " + stream, Text: "there is no such stream"})
			return
		}
		err := s.with(ctx, func(in *input, f *content) error {
			since := s.watermark(in)
			if from.Since == since {
				yield(presets.Page{Last: true, Same: true, Since: since, Bytes: in.size}, nil)
				return nil
			}
			return s.pages(ctx, f, presets.Page{Last: true, Since: since, Full: true, Bytes: in.size}, yield)
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(presets.Page{}, err)
		}
	}
}

// errStopped says the reader wants no more pages.
var errStopped = errors.New("the reader wants no more pages")

// pages yields the contacts; last is the page that ends them, still empty.
func (s *source) pages(ctx context.Context, f *content, last presets.Page, yield func(presets.Page, error) bool) error {
	m, err := newMerger(ctx, f, maxCollected)
	if err != nil {
		return err
	}
	var page presets.Page
	for rec, err := range m.all(ctx) {
		if err != nil {
			return err
		}
		if len(page.Records) == pageSize {
			page.Full = true
			if !yield(page, nil) {
				return errStopped
			}
			page = presets.Page{}
		}
		page.Records = append(page.Records, rec)
	}
	last.Records, last.Replaced = page.Records, f.replaced()
	yield(last, nil)
	return nil
}

// watermark names the file's content and everything that decides what it gives.
func (s *source) watermark(in *input) string {
	sum := sha256.Sum256([]byte(in.digest + s.set.fingerprint()))
	return hex.EncodeToString(sum[:16])
}

func (s *source) with(ctx context.Context, fn func(*input, *content) error) error {
	in, err := openInput(ctx, s.files, s.set.path)
	if err != nil {
		return err
	}
	defer func() { _ = in.file.Close() }()
	f, err := s.open(ctx, in)
	if err != nil {
		return err
	}
	defer f.close()
	return fn(in, f)
}

// content is an opened file of one of the formats.
type content struct {
	about string
	contacts
	table  table
	layout *layout
	close  func()
	bad    *int
}

func (f *content) replaced() int {
	if f.table != nil {
		return f.table.replacedCount()
	}
	return *f.bad
}

func (f *content) notes() []string {
	if f.layout == nil {
		return nil
	}
	return f.layout.notes
}

// missing says what a caller's card would lack.
func (f *content) missing() []string {
	if f.layout == nil || f.layout.has(roleName, roleFirst, roleLast, roleCompany) {
		return nil
	}
	return []string{"no column with names or companies was recognised; name it in name_column"}
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
			return nil, failure(in.name, 0, "the file cannot be read", "")
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
		return "", failure(in.name, 0, "this is an old or a password-protected Excel workbook", "save it as .xlsx without a password")
	case is == "page":
		return "", failure(in.name, 0, "this is a web page or an XML file, whatever its name says", "open it in a spreadsheet and save it as .xlsx or .csv")
	case is == "binary":
		return "", failure(in.name, 0, "this is no CSV, XLSX or vCard file", "")
	case wanted == "" || wanted == "auto":
		return is, nil
	case wanted == "csv" && is != "csv", wanted != "csv" && is != wanted:
		return "", failure(in.name, 0, fmt.Sprintf("this is a %s file, not %s", strings.ToUpper(is), strings.ToUpper(wanted)), "use preset "+is)
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
	p := planner{set: s.set, in: in, headings: theHeadings(), countries: theCountries()}
	for r, err := range t.rows(ctx) {
		if err != nil {
			return nil, err
		}
		if r.blank() {
			continue
		}
		p.rows = append(p.rows, row{r.line, append([]cell{}, r.cells...)})
		if len(p.rows) == sampleRows {
			break
		}
	}
	if len(p.rows) == 0 {
		return nil, failure(in.name, 0, "the file has no rows", "")
	}
	l, err := p.plan()
	if err != nil {
		return nil, err
	}
	return &content{about: t.describe(), contacts: &tableContacts{t, &l, p.countries}, table: t, layout: &l, close: func() {}}, nil
}

// tableContacts are the contacts of a table's rows.
type tableContacts struct {
	table     table
	layout    *layout
	countries countries
}

func (c *tableContacts) records(ctx context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		for r, err := range c.table.rows(ctx) {
			if err != nil {
				yield(presets.Record{}, err)
				return
			}
			if r.line <= c.layout.header {
				continue
			}
			if rec, ok := c.layout.record(r, c.countries); ok && !yield(rec, nil) {
				return
			}
		}
	}
}
