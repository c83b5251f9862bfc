package file

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ringdex/ringdex/wording"
)

// clean makes valid UTF-8 without NULs of a text and counts what it replaced.
func (w *workbook) clean(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	fixed := strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\ufffd"), "\ufffd")
	w.replaced += strings.Count(fixed, "\ufffd")
	return fixed
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
			return cell{}, wording.Error("file.value_no_number_text", `"{Value}" is no number of a text`, "Value", fmt.Sprintf("%.20s", text))
		}
		t, err := w.strings.get(i)
		return cell{Text: w.clean(t)}, err
	case "str", "inlineStr", "d":
		return cell{Text: w.clean(unescapeX(text))}, nil
	case "b":
		return cell{Text: map[string]string{"1": "TRUE", "0": "FALSE"}[text]}, nil
	case "e":
		return cell{}, nil
	}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(w.dates) && w.dates[i] {
		if date, ok := w.date(text); ok {
			return cell{Text: date}, nil
		}
	}
	return cell{Text: w.clean(text), Numeric: true}, nil
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
