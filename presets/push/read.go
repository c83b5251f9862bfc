package push

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/ringdex/ringdex/presets"
)

// Bounds of a body.
const (
	maxLine  = 256 << 10 // bytes
	maxBad   = 1000      // lines that cannot be used, of one run
	maxTypes = 32
	pageSize = 500
)

// Error says why a body is refused.
type Error struct {
	Line int // counted from 1
	Text string
	Cut  bool // it ended before its end line
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Page is a stretch of records of one type.
type Page struct {
	Type    string
	Records []presets.Record
	Bad     []Bad             // lines that cannot be used
	Last    bool              // the end line was read, and it fits
	Since   map[string]string // with Last: watermark for the next run, by type
	Bytes   int64             // of the page's lines
}

// Bad is a line that cannot be used.
type Bad struct {
	Line     int
	Type, ID string // as far as they could be read
	Why      string
}

// Reader reads a body.
type Reader struct {
	in     *bufio.Reader
	header Header
	first  []byte // a first line that is no header
	types  map[string]bool
	any    bool   // every type is taken
	one    string // the type of lines that name none
	line   int
	lines  int // between header and end
	bad    int
	bytes  int64
	over   bool // the line at hand is the last, without a line break
}

// NewReader reads the first line of a body. A first line that is neither header, record nor end is an [Error].
func NewReader(from io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(from, maxLine), header: Header{Mode: Full}}
	raw, err := r.next()
	if err != nil {
		return nil, err
	}
	l, err := parse(raw)
	if err != nil && r.over {
		return nil, r.ended()
	}
	if err != nil {
		return nil, r.fail("%v; the first line is {\"run\":{\"mode\":\"full\"}} or a record", err)
	}
	if !l.isHeader() {
		r.first = bytes.Clone(raw)
		return r, nil
	}
	r.header.Since = l.Run.Since
	switch l.Run.Mode {
	case "", Full:
	case Changes:
		r.header.Mode = Changes
	default:
		return nil, r.fail("mode is full or changes, not %q", clip(l.Run.Mode))
	}
	return r, nil
}

// Header is what the first line says.
func (r *Reader) Header() Header { return r.header }

// Take says which types of records are wanted, the first being that of lines without one. Where others is set, records of
// further types are wanted too.
func (r *Reader) Take(others bool, types ...string) {
	r.any, r.types = others, map[string]bool{}
	for _, t := range types {
		r.types[t] = true
	}
	if len(types) > 0 {
		r.one = types[0]
	}
}

// Pages yields the records, with the last page at the end line. Whatever else ends a body is an [Error].
func (r *Reader) Pages() iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		var page Page
		for {
			raw, blank, err := r.content()
			switch {
			case err != nil:
				yield(Page{}, err)
				return
			case blank && len(page.Records)+len(page.Bad) == 0:
				continue
			case blank: // whoever sends it has no more for now
				if !yield(r.cut(&page), nil) {
					return
				}
				continue
			}
			l, err := parse(raw)
			switch {
			case errors.Is(err, errBroken) || err == nil && l.isHeader():
				yield(Page{}, r.misplaced(err))
				return
			case err == nil && l.isEnd():
				if err := r.end(l); err != nil {
					yield(Page{}, err)
					return
				}
				page.Last, page.Since = true, l.Since
				yield(r.cut(&page), nil)
				return
			}
			r.lines++
			kind := r.kind(l)
			if kind != page.Type && len(page.Records) > 0 || len(page.Records)+len(page.Bad) >= pageSize {
				if !yield(r.cut(&page), nil) {
					return
				}
			}
			if err := r.add(&page, l, kind, err); err != nil {
				yield(Page{}, err)
				return
			}
		}
	}
}

func (r *Reader) kind(l line) string { return string(or(l.Type, text(r.one))) }

// add puts a line into the page.
func (r *Reader) add(page *Page, l line, kind string, wrong error) error {
	rec, err := l.record()
	switch {
	case wrong != nil:
		err = wrong
	case err != nil:
	case !r.types[kind] && (!r.any || len(kind) > 40):
		err = fmt.Errorf("there is no type %q here", clip(kind))
	case !r.types[kind] && len(r.types) >= maxTypes:
		err = fmt.Errorf("more than %d types", maxTypes)
	}
	if err == nil {
		r.types[kind] = true
		page.Type, page.Records = kind, append(page.Records, rec)
		return nil
	}
	if r.bad++; r.bad > maxBad {
		return r.fail("%v; more than %d lines cannot be used", err, maxBad)
	}
	page.Bad = append(page.Bad, Bad{Line: r.line, Type: kind, ID: rec.ID, Why: err.Error()})
	return nil
}

// cut hands over a page and begins the next.
func (r *Reader) cut(page *Page) Page {
	done := *page
	done.Bytes, r.bytes = r.bytes, 0
	*page = Page{}
	return done
}

// end checks that the end line is the end and counts as many lines as there were.
func (r *Reader) end(l line) error {
	if l.Records == nil {
		return r.fail("the end line says how many records there were: {\"end\":true,\"records\":%d}", r.lines)
	}
	if *l.Records != r.lines {
		return r.fail("the end line says %d records, and %d came", *l.Records, r.lines)
	}
	raw, err := r.next()
	var cut *Error
	switch {
	case err == nil:
		return r.fail("something follows the end line: %q", clip(string(raw)))
	case errors.As(err, &cut) && cut.Cut:
		return nil
	}
	return err
}

func (r *Reader) misplaced(err error) error {
	if err != nil && r.over {
		return r.ended()
	}
	if err != nil {
		return r.fail("%v", err)
	}
	return r.fail("only the first line may be {\"run\":…}")
}

func (r *Reader) fail(format string, args ...any) error {
	return &Error{Line: r.line, Text: fmt.Sprintf(format, args...)}
}

// next is content without blank lines.
func (r *Reader) next() ([]byte, error) {
	for {
		raw, blank, err := r.content()
		if err != nil || !blank {
			return raw, err
		}
	}
}

// content reads one line. The bytes are good until the next call.
func (r *Reader) content() (raw []byte, blank bool, err error) {
	if r.first != nil {
		raw, r.first = r.first, nil
		return raw, false, nil
	}
	r.line++
	raw, err = r.in.ReadSlice('\n')
	r.bytes += int64(len(raw))
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, false, r.fail("longer than %d KiB", maxLine>>10)
	case errors.Is(err, io.EOF) && len(bytes.TrimSpace(raw)) > 0:
		r.over = true // the last line needs no line break
		return bytes.TrimSpace(raw), false, nil
	case err != nil:
		return nil, false, r.ended()
	}
	raw = bytes.TrimSpace(raw)
	return raw, len(raw) == 0, nil
}

func (r *Reader) ended() error {
	return &Error{Line: r.line, Text: "the body ended without its end line", Cut: true}
}
