package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/ringdex/ringdex/wording"
)

// csvTable is a text file with separators.
type csvTable struct {
	in       *input
	coding   coding
	dialect  dialect
	replaced int
}

func (t *csvTable) describe() wording.Text {
	return wording.New("file.text_in", "text in {Charset}, separated by {Delimiter}", "Charset", t.coding.name, "Delimiter", t.dialect.said())
}

func (t *csvTable) replacedCount() int { return t.replaced }

func (t *csvTable) rows(ctx context.Context) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		t.replaced = 0
		text, err := t.in.text(t.coding, &t.replaced)
		if err != nil {
			yield(row{}, failure(t.in.name, 0, wording.New("presets.file_cannot_read", "the file cannot be read"), wording.Text{}))
			return
		}
		r := newCSVReader(text, t.dialect)
		for {
			next, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(row{}, t.located(err))
				return
			}
			if r.records > maxRows {
				yield(row{}, failure(t.in.name, next.Line, wording.New("file.more_than_most_rows", "there are more than {Most} rows", "Most", maxRows), wording.New("file.split_file", "split the file")))
				return
			}
			if r.records%1024 == 0 && ctx.Err() != nil {
				yield(row{}, ctx.Err())
				return
			}
			if !yield(next, nil) {
				return
			}
		}
	}
}

func (t *csvTable) located(err error) error {
	var at *csvError
	if errors.As(err, &at) {
		return failure(t.in.name, at.line, at.text, at.hint)
	}
	return failure(t.in.name, 0, wording.New("presets.file_cannot_read", "the file cannot be read"), wording.Text{})
}

// csvError is what is wrong with a text file, and where.
type csvError struct {
	line       int
	text, hint wording.Text
}

func (e *csvError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

// csvReader splits text into records. It is more forgiving than RFC 4180 where
// exports are careless (a quote inside a field, old Mac line ends), and stricter
// where forgiving loses contacts: a quote still open at the end of the file is an
// error, because the file was cut there.
type csvReader struct {
	r       *bufio.Reader
	dialect dialect
	line    int
	records int
	cells   []cell
	buf     []byte
	ends    []int // end of each field in buf
}

func newCSVReader(r io.Reader, d dialect) *csvReader {
	c := &csvReader{r: bufio.NewReaderSize(r, 64<<10), dialect: d, line: 1}
	if d.announced {
		c.skipLine()
	}
	return c
}

// skipLine passes over the line sep=; that names the delimiter.
func (c *csvReader) skipLine() {
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			return
		}
		if b == '\n' {
			c.line++
			return
		}
	}
}

// next reads one record; io.EOF is the real end of the file.
func (c *csvReader) next() (row, error) {
	c.buf, c.ends = c.buf[:0], c.ends[:0]
	start := c.line
	if _, err := c.r.Peek(1); err != nil {
		return row{}, err
	}
	for {
		more, err := c.field()
		if err != nil {
			return row{}, err
		}
		if c.ends = append(c.ends, len(c.buf)); len(c.ends) > maxColumns {
			return row{}, &csvError{start, wording.New("sql.more_than_most_columns", "there are more than {Most} columns", "Most", maxColumns), wording.New("file.delimiter_right", "is the delimiter right?")}
		}
		if !more {
			break
		}
	}
	c.records++
	return row{Line: start, Cells: c.split()}, nil
}

// split makes the cells of the record in buf.
func (c *csvReader) split() []cell {
	text := string(c.buf)
	c.cells = c.cells[:0]
	from := 0
	for _, end := range c.ends {
		c.cells = append(c.cells, cell{Text: text[from:end]})
		from = end
	}
	return c.cells
}

// field appends the next field to buf; more is false at the end of the record.
func (c *csvReader) field() (more bool, err error) {
	from := len(c.buf)
	for {
		b, err := c.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, err
		case b == c.dialect.delimiter:
			return true, nil
		case b == '\n':
			c.line++
			return false, nil
		case b == '\r':
			c.lineEnd()
			return false, nil
		case b == '"' && strings.TrimSpace(string(c.buf[from:])) == "":
			c.buf = c.buf[:from]
			if err := c.quoted(from); err != nil {
				return false, err
			}
		default:
			c.buf = append(c.buf, b)
		}
		if len(c.buf)-from > maxCell {
			return false, c.tooLong(c.line)
		}
	}
}

// lineEnd takes the \n of \r\n; a lone \r is a line end of old Macs.
func (c *csvReader) lineEnd() {
	if b, err := c.r.Peek(1); err == nil && b[0] == '\n' {
		_, _ = c.r.ReadByte()
	}
	c.line++
}

// quoted appends a field in quotes up to the quote that ends it: one before a
// delimiter or a line end. Any other quote inside belongs to the text.
func (c *csvReader) quoted(from int) error {
	start := c.line
	for {
		b, err := c.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return &csvError{start, wording.New("file.quote_opens_here_never_closed", "the quote that opens here is never closed"), wording.New("file.file_cut_off_quote_missing", "the file was cut off, or a quote is missing")}
		case err != nil:
			return err
		case b == '"' && c.closes():
			return nil
		case b == '\n':
			c.line++
		}
		c.buf = append(c.buf, b)
		if len(c.buf)-from > maxCell {
			return c.tooLong(start)
		}
	}
}

// closes decides what a quote inside a quoted field is, and takes the second of a pair.
func (c *csvReader) closes() bool {
	next, err := c.r.Peek(1)
	if err != nil {
		return true
	}
	switch next[0] {
	case '"':
		_, _ = c.r.ReadByte()
		return false
	case c.dialect.delimiter, '\n', '\r':
		return true
	}
	return c.blanksUntilEnd()
}

// blanksUntilEnd reports that only blanks stand before the next delimiter.
func (c *csvReader) blanksUntilEnd() bool {
	ahead, _ := c.r.Peek(16)
	rest := strings.TrimLeft(string(ahead), " ")
	return rest != "" && len(rest) < len(ahead) && (rest[0] == c.dialect.delimiter || rest[0] == '\n' || rest[0] == '\r')
}

func (c *csvReader) tooLong(line int) error {
	return &csvError{line, wording.New("file.cell_longer_than_kib_kib", "a cell is longer than {KiB} KiB", "KiB", maxCell>>10), wording.New("file.quote_may_missing_line_before", "a quote may be missing in this line or before it")}
}
