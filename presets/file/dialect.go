package file

import (
	"errors"
	"io"
	"strings"

	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// dialect is how a text file writes a table.
type dialect struct {
	delimiter byte
	announced bool // the first line is sep=; as some spreadsheets write it
}

// delimiters in the order they are believed when nothing decides.
const delimiters = ";,\t|"

// String names the delimiter.
func (d dialect) String() string { return d.said().String() }

func (d dialect) said() wording.Text {
	switch d.delimiter {
	case '\t':
		return wording.New("file.tab", "tab")
	case ',':
		return wording.New("file.comma", "comma")
	case ';':
		return wording.New("file.semicolon", "semicolon")
	case '|':
		return wording.New("file.bar", "bar")
	}
	return wording.Plain(string(d.delimiter))
}

// sampleSize is how much of a text is looked at to guess its dialect.
const sampleSize = 64 << 10

// detectDialect finds the delimiter: the one a first line sep= announces, else
// the one under which the first line has the most known headings, else the one
// that gives the same number of columns in most rows.
func detectDialect(r io.Reader) dialect {
	sample, _ := io.ReadAll(io.LimitReader(r, sampleSize))
	text := string(sample)
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && (rest[1] == '\n' || rest[1] == '\r') {
		return dialect{delimiter: rest[0], announced: true}
	}
	best, most := dialect{delimiter: ','}, 0
	for i := range len(delimiters) {
		d := dialect{delimiter: delimiters[i]}
		if s := d.score(text, len(sample) == sampleSize); s > most {
			best, most = d, s
		}
	}
	return best
}

// score rates a dialect on a sample. A sample that was cut may end inside a quote.
func (d dialect) score(text string, cut bool) int {
	widths := map[int]int{}
	known, total := 0, 0
	r := newCSVReader(strings.NewReader(text), d)
	for total < 200 {
		next, err := r.next()
		if err != nil {
			if !errors.Is(err, io.EOF) && !cut {
				return known * 10_000
			}
			break
		}
		if next.Blank() {
			continue
		}
		if total < columns.HeaderSearch {
			known = max(known, columns.KnownHeadings(next))
		}
		widths[len(next.Cells)]++
		total++
	}
	return known*10_000 + steadiness(widths, total)
}

// steadiness is how many rows in a thousand have the most usual number of
// columns; one column is no table.
func steadiness(widths map[int]int, total int) int {
	width, most := 0, 0
	for w, n := range widths {
		if n > most || n == most && w > width {
			width, most = w, n
		}
	}
	if width < 2 {
		return 0
	}
	return 1000*most/total + min(width, 50)
}
