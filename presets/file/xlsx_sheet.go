package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func (w *workbook) describe() string { return fmt.Sprintf("Excel workbook, sheet %s", w.sheet.name) }

func (w *workbook) replacedCount() int { return w.replaced }

// clean makes valid UTF-8 without NULs of a text and counts what it replaced.
func (w *workbook) clean(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	fixed := strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\ufffd"), "\ufffd")
	w.replaced += strings.Count(fixed, "\ufffd")
	return fixed
}

func (w *workbook) rows(ctx context.Context) iter.Seq2[row, error] {
	return w.rowsOf(ctx, w.sheet)
}

func (w *workbook) hasRows(s sheetRef) (bool, error) {
	for r, err := range w.rowsOf(context.Background(), s) {
		if err != nil {
			return false, err
		}
		if !r.blank() {
			return true, nil
		}
	}
	return false, nil
}

func (w *workbook) rowsOf(ctx context.Context, s sheetRef) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		member := w.rels[s.id].target
		r, err := w.open(member)
		if err != nil || r == nil {
			yield(row{}, w.damaged(member, errors.New("it is missing or damaged")))
			return
		}
		defer func() { _ = r.Close() }()
		w.replaced = 0
		sheet := sheetReader{w: w, xml: newXMLScanner(&io.LimitedReader{R: r, N: maxUnpacked})}
		for n := 1; ; n++ {
			next, err := sheet.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(row{}, w.sheetError(member, sheet.line, err))
				return
			case n > maxRows:
				yield(row{}, failure(w.in.name, next.line, fmt.Sprintf("there are more than %d rows", maxRows), "split the file"))
				return
			case n%1024 == 0 && ctx.Err() != nil:
				yield(row{}, ctx.Err())
				return
			}
			if !yield(next, nil) {
				return
			}
		}
	}
}

// sheetError names the row where a sheet's own content is wrong.
func (w *workbook) sheetError(member string, line int, err error) error {
	var at *sheetProblem
	if errors.As(err, &at) {
		return failure(w.in.name, line, at.text, "")
	}
	return w.damaged(member, err)
}

type sheetProblem struct{ text string }

func (e *sheetProblem) Error() string { return e.text }

// sheetReader reads the rows of a sheet in the order of the file.
type sheetReader struct {
	w     *workbook
	xml   *xmlScanner
	line  int
	cells []cell
	next1 int // column of the next cell without a reference
}

// next reads on to the end of the next row.
func (s *sheetReader) next() (row, error) {
	for {
		tok, err := s.xml.next()
		if err != nil {
			return row{}, err
		}
		switch {
		case tok.kind == tokenStart && tok.name == "row":
			if err := s.begin(tok.attr("r")); err != nil {
				return row{}, err
			}
		case tok.kind == tokenStart && tok.name == "c":
			if err := s.cell(tok.attr("r"), tok.attr("t"), tok.attr("s")); err != nil {
				return row{}, err
			}
		case tok.kind == tokenEnd && tok.name == "row":
			return row{line: s.line, cells: s.cells}, nil
		}
	}
}

func (s *sheetReader) begin(number string) error {
	s.cells, s.next1 = s.cells[:0], 0
	s.line++
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return &sheetProblem{fmt.Sprintf("%.20q is no number of a row", number)}
		}
		s.line = n
	}
	if s.line > maxSheetRow {
		return &sheetProblem{fmt.Sprintf("a sheet has at most %d rows", maxSheetRow)}
	}
	return nil
}

// cell reads a c element up to its end.
func (s *sheetReader) cell(ref, kind, style string) error {
	column := s.next1
	if ref != "" {
		var ok bool
		if column, ok = columnOf(ref); !ok {
			return &sheetProblem{fmt.Sprintf("%.20q is no name of a cell", ref)}
		}
	}
	s.next1 = column + 1
	text, err := s.value()
	if err != nil || text == "" {
		return err
	}
	if column >= maxColumns {
		return &sheetProblem{fmt.Sprintf("there are more than %d columns", maxColumns)}
	}
	c, err := s.w.cell(text, kind, style)
	if err != nil {
		return &sheetProblem{err.Error()}
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, cell{})
	}
	s.cells[column] = c
	return nil
}

// value is the text inside a cell: of v, or of the t of an inline text; formulas
// and phonetic guides are passed over.
func (s *sheetReader) value() (string, error) {
	var text string
	wanted, phonetic := false, false
	for {
		tok, err := s.xml.next()
		switch {
		case errors.Is(err, io.EOF):
			return "", errCut
		case err != nil:
			return "", err
		case tok.kind == tokenEnd && tok.name == "c":
			return text, nil
		case tok.kind == tokenText && wanted && !phonetic:
			part, err := tok.content()
			if err != nil {
				return "", err
			}
			if text += part; len(text) > maxCell {
				return "", &sheetProblem{fmt.Sprintf("a cell is longer than %d KiB", maxCell>>10)}
			}
		case tok.name == "v" || tok.name == "t":
			wanted = tok.kind == tokenStart
		case tok.name == "rPh":
			phonetic = tok.kind == tokenStart
		}
	}
}

// columnOf is the column of a reference such as AB12, from 0.
func columnOf(ref string) (int, bool) {
	n := 0
	for i := range len(ref) {
		switch c := ref[i]; {
		case 'A' <= c && c <= 'Z':
			n = n*26 + int(c-'A') + 1
		case 'a' <= c && c <= 'z':
			n = n*26 + int(c-'a') + 1
		case '0' <= c && c <= '9':
			return n - 1, n > 0
		default:
			return 0, false
		}
		if n > 1<<20 {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// cell gives the stored text its type. What a number format makes of a number on
// the screen is not read: it rounds, and it drops digits.
func (w *workbook) cell(text, kind, style string) (cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return cell{}, fmt.Errorf("%.20q is no number of a text", text)
		}
		t, err := w.strings.get(i)
		return cell{text: w.clean(t)}, err
	case "str", "inlineStr", "d":
		return cell{text: w.clean(unescapeX(text))}, nil
	case "b":
		return cell{text: map[string]string{"1": "TRUE", "0": "FALSE"}[text]}, nil
	case "e":
		return cell{}, nil
	}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(w.dates) && w.dates[i] {
		if date, ok := w.date(text); ok {
			return cell{text: date}, nil
		}
	}
	return cell{text: w.clean(text), numeric: true}, nil
}

// lastDay is 9999-12-31, the last day a workbook knows: a larger number is none.
const lastDay = 2_958_465

// date writes a day number as 2026-11-20, with the time if it has one.
func (w *workbook) date(text string) (string, bool) {
	days, err := strconv.ParseFloat(text, 64)
	if err != nil || days < 1 || days > lastDay+1 {
		return "", false
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if w.from1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole, part := math.Modf(days)
	at := first.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	if part == 0 {
		return at.Format("2006-01-02"), true
	}
	return at.Format("2006-01-02 15:04:05"), true
}

// readStyles finds out which cell styles are dates.
func (w *workbook) readStyles(s *xmlScanner) error {
	custom := map[string]bool{}
	inCells := false
	for {
		tok, err := s.next()
		if err != nil {
			return endOf(err)
		}
		switch {
		case tok.name == "cellXfs":
			inCells = tok.kind == tokenStart
		case tok.kind != tokenStart:
		case tok.name == "numFmt":
			custom[tok.attr("numFmtId")] = isDateFormat(tok.attr("formatCode"))
		case tok.name == "xf" && inCells && len(w.dates) < 1<<16:
			id := tok.attr("numFmtId")
			n, _ := strconv.Atoi(id)
			w.dates = append(w.dates, custom[id] || 14 <= n && n <= 22 || 45 <= n && n <= 47)
		}
	}
}

// isDateFormat looks for parts of a date outside of quoted and bracketed texts.
func isDateFormat(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && strings.IndexByte("yYdDhH", c) >= 0:
			return true
		}
	}
	return false
}
