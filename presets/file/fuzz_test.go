package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// memory is a file of these bytes.
type memory struct{ text []byte }

func (m memory) Open(context.Context, string) (presets.OpenFile, error) {
	return memoryFile{bytes.NewReader(m.text)}, nil
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error                 { return nil }
func (f memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f.Size()}, nil }

type memoryInfo struct{ size int64 }

func (memoryInfo) Name() string       { return "fuzz" }
func (i memoryInfo) Size() int64      { return i.size }
func (memoryInfo) Mode() fs.FileMode  { return 0o600 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }

// Whatever bytes are uploaded, reading ends with the marker or with an error, and
// never with a panic; records have ids and bounded cells.
func FuzzFile(f *testing.F) {
	f.Add([]byte("Name;Phone\nAda;020 1234567\n"))
	f.Add([]byte("sep=,\r\n\"a\"\"b\",\"c\nd\"\r\n=\"1\",+31\r\n"))
	f.Add([]byte("\xff\xfeN\x00a\x00m\x00e\x00;\x00T\x00e\x00l\x00\n\x001\x00"))
	f.Add([]byte("BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:A=C3=\n=BC\nitem1.TEL;TYPE=\"a,b\":1\n 2\nitem1.X-ABLabel:x\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := &presets.Preset{File: presets.File{Format: "auto"}, Streams: []presets.Stream{{ID: "contact"}}}
		s, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: option.Values{"path": "fuzz"}, Files: memory{text}})
		if err != nil {
			t.Fatal(err)
		}
		list, err := readAll(t, s)
		if err != nil {
			return
		}
		for _, r := range list {
			if r.ID == "" && len(r.Phones) > 0 {
				t.Fatalf("a record without id: %+v", r)
			}
			for _, phone := range r.Phones {
				if phone.Raw == "" || len(phone.Raw) > maxCell {
					t.Fatalf("a phone of %d bytes", len(phone.Raw))
				}
			}
		}
	})
}

// No XML makes the reader of workbooks panic, loop or hold more than its bounds.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)
	f.Add(`<row><c t="inlineStr"><is><t xml:space="preserve"> a&amp;b </t><rPh><t>x</t></rPh></is></c></row>`)
	f.Add(`<!-- > --><row a='>'><c><v><![CDATA[1]]]]><![CDATA[>2]]></v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		w := &workbook{in: &input{name: "fuzz"}}
		_ = w.strings.add("text")
		s := sheetReader{w: w, xml: newXMLScanner(strings.NewReader("<worksheet><sheetData>" + rows + "</sheetData></worksheet>"))}
		for n := 0; ; n++ {
			r, err := s.next()
			if err != nil {
				if errors.Is(err, io.EOF) && s.xml.depth != 0 {
					t.Fatal("the end came inside an element")
				}
				return
			}
			if n > len(rows) || len(r.Cells) > maxColumns || r.Line > maxSheetRow {
				t.Fatalf("row %d with %d cells", r.Line, len(r.Cells))
			}
		}
	})
}
