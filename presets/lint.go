package presets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
)

// Lint is one problem of a preset. Line and Column count from 1, columns in
// characters; both are 0 for a problem of the folder itself.
type Lint struct {
	File         string // path from the catalogue's root: northwind/preset.yaml
	Line, Column int
	Text         string // what is wrong
	Hint         string // what to do, may be empty
	Excerpt      string // the line with a mark below, may be empty
}

// Error is the problem on one line: file:line:col: text; hint.
func (l Lint) Error() string {
	var b strings.Builder
	b.WriteString(l.File)
	if l.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", l.Line, l.Column)
	}
	b.WriteString(": " + l.Text)
	if l.Hint != "" {
		b.WriteString("; " + l.Hint)
	}
	return b.String()
}

// String is Error with the excerpt below.
func (l Lint) String() string {
	if l.Excerpt == "" {
		return l.Error()
	}
	return l.Error() + "\n" + l.Excerpt
}

// sortLints orders by file and place and drops repetitions.
func sortLints(lints []Lint) []Lint {
	slices.SortStableFunc(lints, func(a, b Lint) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(lints)
}

// At is a problem at a key of the preset, written streams[0].page.kind. offset
// points into the key's text, 0 to its beginning. Where the key was left out, the
// problem is shown at the next key outside it.
func (p *Preset) At(path string, offset int, text, hint string) Lint {
	return p.source.at(path, offset, text, hint)
}

// Has reports whether the preset's text has the key.
func (p *Preset) Has(path string) bool {
	_, ok := p.source.places[path]
	return ok
}

// didYouMean is the hint for a name that is none of those possible.
func didYouMean(name string, possible []string) string {
	if n := option.Nearest(name, possible); n != "" {
		return fmt.Sprintf("did you mean %s?", n)
	}
	if len(possible) > 0 && len(possible) <= 12 {
		return "possible: " + strings.Join(possible, ", ")
	}
	return ""
}
