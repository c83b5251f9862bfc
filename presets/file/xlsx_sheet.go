package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/ringdex/ringdex/wording"
)

func (w *workbook) describe() wording.Text {
	return wording.New("file.workbook", "Excel workbook, sheet {Name}", "Name", w.sheet.name)
}

func (w *workbook) replacedCount() int { return w.replaced }

func (w *workbook) rows(ctx context.Context) iter.Seq2[row, error] {
	return w.rowsOf(ctx, w.sheet)
}

func (w *workbook) hasRows(s sheetRef) (bool, error) {
	for r, err := range w.rowsOf(context.Background(), s) {
		if err != nil {
			return false, err
		}
		if !r.Blank() {
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
			yield(row{}, w.damaged(member, wording.Error("file.missing_damaged", "it is missing or damaged")))
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
				yield(row{}, failure(w.in.name, next.Line, wording.New("file.more_than_most_rows", "there are more than {Most} rows", "Most", maxRows), wording.New("file.split_file", "split the file")))
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
		return failure(w.in.name, line, at.text, wording.Text{})
	}
	return w.damaged(member, err)
}

type sheetProblem struct{ text wording.Text }

func (e *sheetProblem) Error() string { return e.text.String() }

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
			return row{Line: s.line, Cells: s.cells}, nil
		}
	}
}

func (s *sheetReader) begin(number string) error {
	s.cells, s.next1 = s.cells[:0], 0
	s.line++
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return &sheetProblem{wording.New("file.value_no_number_row", `"{Value}" is no number of a row`, "Value", fmt.Sprintf("%.20s", number))}
		}
		s.line = n
	}
	if s.line > maxSheetRow {
		return &sheetProblem{wording.New("file.sheet_has_most_most_rows", "a sheet has at most {Most} rows", "Most", maxSheetRow)}
	}
	return nil
}

// cell reads a c element up to its end.
func (s *sheetReader) cell(ref, kind, style string) error {
	column := s.next1
	if ref != "" {
		var ok bool
		if column, ok = columnOf(ref); !ok {
			return &sheetProblem{wording.New("file.value_no_name_cell", `"{Value}" is no name of a cell`, "Value", fmt.Sprintf("%.20s", ref))}
		}
	}
	s.next1 = column + 1
	text, err := s.value()
	if err != nil || text == "" {
		return err
	}
	if column >= maxColumns {
		return &sheetProblem{wording.New("sql.more_than_most_columns", "there are more than {Most} columns", "Most", maxColumns)}
	}
	c, err := s.w.cell(text, kind, style)
	if err != nil {
		return &sheetProblem{wording.Of(err)}
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
				return "", &sheetProblem{wording.New("file.cell_longer_than_kib_kib", "a cell is longer than {KiB} KiB", "KiB", maxCell>>10)}
			}
		case tok.name == "v" || tok.name == "t":
			wanted = tok.kind == tokenStart
		case tok.name == "rPh":
			phonetic = tok.kind == tokenStart
		}
	}
}
