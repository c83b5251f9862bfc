package bench

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"time"
	"unsafe"

	"github.com/dgraph-io/ristretto/v2/z"

	"github.com/ringdex/ringdex/cache"
)

// records are contacts as a CRM answered them, made before the clock starts. They lie in a mapped file, so that they cost the
// measured process neither anonymous memory nor collection.
type records struct {
	file  *z.MmapFile
	bytes []byte
}

// revision is a state of the CRM.
type revision int

const (
	before       revision = iota
	otherCompany          // every contact works elsewhere
	otherNumber           // every contact has another number, and is otherwise as before
)

// record is one contact as read. Its texts are views on the file.
type record struct {
	region, phone string
	cache.Contact
}

// text is what is typed in the contact's phone field.
func (e entry) phone(rev revision) (region, text string) {
	if rev == otherNumber {
		e.index += maxEntries / 2
	}
	return e.national()
}

func writeRecords(path string, contacts int, rev revision) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	var buf []byte
	for i := range contacts {
		if buf = appendRecord(buf[:0], entry{i}, rev); len(buf) > 0 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func appendRecord(buf []byte, e entry, rev revision) []byte {
	region, text := e.phone(rev)
	c := e.contact()
	if rev == otherCompany {
		c.Company += " & Co"
	}
	texts := []string{region, text, c.Type, c.ID, c.Name, c.Company, c.URL}
	for _, f := range c.Fields {
		texts = append(texts, f.Name, f.Value)
	}
	buf = binary.AppendVarint(buf, c.Changed.Unix())
	buf = binary.AppendUvarint(buf, uint64(len(c.Fields)))
	for _, t := range texts {
		buf = append(binary.AppendUvarint(buf, uint64(len(t))), t...)
	}
	return buf
}

func openRecords(path string) (*records, error) {
	f, err := z.OpenMmapFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	return &records{file: f, bytes: f.Data}, nil
}

func (r *records) close() error { return r.file.Close(-1) }

// all yields every record; one is valid until the next.
func (r *records) all(yield func(*record) bool) {
	var rec record
	for rest := r.bytes; len(rest) > 0; {
		rest = rec.read(rest)
		if !yield(&rec) {
			return
		}
	}
}

func (r *record) read(b []byte) (rest []byte) {
	changed, n := binary.Varint(b)
	b = b[n:]
	fields, n := binary.Uvarint(b)
	b = b[n:]
	for _, t := range []*string{&r.region, &r.phone, &r.Type, &r.ID, &r.Name, &r.Company, &r.URL} {
		*t, b = readText(b)
	}
	r.Fields = r.Fields[:0]
	for range fields {
		var f cache.Field
		f.Name, b = readText(b)
		f.Value, b = readText(b)
		r.Fields = append(r.Fields, f)
	}
	r.Changed = time.Unix(changed, 0)
	return b
}

func readText(b []byte) (text string, rest []byte) {
	size, n := binary.Uvarint(b)
	b = b[n:]
	return unsafe.String(unsafe.SliceData(b), int(size)), b[size:]
}
