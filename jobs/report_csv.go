package jobs

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"
)

// formulaStarts are the first characters at which a spreadsheet may read a cell as a formula, and the quote that keeps
// it from that (OWASP, CSV Injection).
const formulaStarts = "=+-@\t\r\n'"

// quoteCell puts an apostrophe before a cell that a spreadsheet could read as a formula, a number in E.164 among them.
// The rule is exact, so that files can be read again: a cell that starts with an apostrophe loses that one.
func quoteCell(s string) string {
	if s != "" && strings.ContainsRune(formulaStarts, rune(s[0])) {
		return "'" + s
	}
	return s
}

// WriteCSV writes rows of a report with a heading, one after the other. Cells that a spreadsheet could read as a formula
// start with an apostrophe. Lines end with LF, because encoding/csv drops a CR within a cell
// where they end with CRLF.
func WriteCSV(w io.Writer, rows iter.Seq2[Row, error]) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"reason", "type", "id", "name", "company", "value", "url", "count"}); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := []string{string(row.Reason), row.Type, row.ID, row.Name, row.Company, row.Value, row.URL, ""}
		if row.Count > 0 {
			cells[7] = strconv.Itoa(row.Count)
		}
		for i, cell := range cells {
			cells[i] = quoteCell(cell)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
