package presets

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of a file of a preset: no description needs more, and the YAML parser
// calls itself once per level.
const (
	maxDocument = 512 << 10
	maxDepth    = 24
)

// document is a YAML file with the place of each of its keys.
type document struct {
	file   string
	lines  []string
	places map[string]place
	late   map[string]string // numbers, flags and time spans that are an option, by key
	lints  []Lint
}

// place is where a value begins. A block text begins on the line below its sign.
type place struct {
	line, column int
	block        bool
}

// readDocument parses a file; on a syntax error its body is nil and lints say why.
func readDocument(file string, text []byte) (*document, ast.Node) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	d := &document{file: file, places: map[string]place{}, late: map[string]string{}}
	if problem := unreadable(text); problem != "" {
		d.lints = append(d.lints, Lint{File: file, Text: problem})
		return d, nil
	}
	d.lines = strings.Split(string(text), "\n")
	parsed, err := parse(text)
	if err != nil {
		d.syntax(err)
		return d, nil
	}
	return d, d.body(parsed)
}

// parse turns a panic of the YAML parser, which reads what strangers upload,
// into an error.
func parse(text []byte) (f *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("this is not YAML the reader understands")
		}
	}()
	return parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
}

func unreadable(text []byte) string {
	switch {
	case len(text) > maxDocument:
		return fmt.Sprintf("the file is larger than %d KiB", maxDocument>>10)
	case !utf8.Valid(text):
		return "the file is not UTF-8"
	case bytes.IndexByte(text, 0) >= 0:
		return "the file has a NUL byte"
	case nesting(text) > maxDepth:
		return fmt.Sprintf("the file is nested more than %d deep", maxDepth)
	}
	return ""
}

// nesting is an upper bound of how deep brackets and indentation go: the parser
// recurses, so it is asked before parsing.
func nesting(text []byte) int {
	deepest, open := 0, 0
	for line := range bytes.Lines(text) {
		indent := len(line) - len(bytes.TrimLeft(line, " -?"))
		for _, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(0, open-1)
			}
			deepest = max(deepest, open)
		}
		deepest = max(deepest, indent/8)
	}
	return deepest
}

func (d *document) syntax(err error) {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		d.lints = append(d.lints, Lint{File: d.file, Text: strings.SplitN(err.Error(), "\n", 2)[0]})
		return
	}
	pos := at.GetToken().Position
	d.add(place{line: pos.Line, column: pos.Column}, at.GetMessage(), "")
}

// body is the only document of the file.
func (d *document) body(f *ast.File) ast.Node {
	switch {
	case len(f.Docs) == 0 || f.Docs[0].Body == nil:
		d.lints = append(d.lints, Lint{File: d.file, Text: "the file is empty"})
		return nil
	case len(f.Docs) > 1 && f.Docs[1].Body != nil:
		d.add(placeOf(f.Docs[1].Body), "a second document begins here", "one file holds one document")
		return nil
	}
	d.places[""] = place{line: 1, column: 1}
	return f.Docs[0].Body
}

func placeOf(n ast.Node) place {
	switch t := n.(type) {
	case *ast.MappingNode:
		if !t.IsFlowStyle && len(t.Values) > 0 {
			return placeOf(t.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOf(t.Key)
	case *ast.LiteralNode:
		pos := t.Start.Position
		return place{line: pos.Line, column: pos.Column, block: true}
	}
	pos := n.GetToken().Position
	return place{line: pos.Line, column: pos.Column}
}

func (d *document) add(at place, text, hint string) {
	d.lints = append(d.lints, d.lint(at, text, hint))
}

func (d *document) lint(at place, text, hint string) Lint {
	return Lint{File: d.file, Line: at.line, Column: at.column, Text: text, Hint: hint, Excerpt: d.excerpt(at)}
}

// at is a lint at a key, or at the nearest key outside it that is there.
func (d *document) at(path string, offset int, text, hint string) Lint {
	at, ok := d.places[path]
	for !ok && path != "" {
		path = outer(path)
		at, ok = d.places[path]
		offset = 0
	}
	return d.lint(d.inside(at, offset), text, hint)
}

// outer cuts the last part off a path.
func outer(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// inside moves a place by bytes of the value's text: exact for plain and quoted
// texts on one line, the right line and column for block texts.
func (d *document) inside(at place, offset int) place {
	if offset == 0 || at.line < 1 || at.line > len(d.lines) {
		return at
	}
	if !at.block {
		line := []rune(d.lines[at.line-1])
		if i := at.column - 1; i < len(line) && (line[i] == '"' || line[i] == '\'') {
			at.column++
		}
		rest := string(line[min(at.column-1, len(line)):])
		at.column += utf8.RuneCountInString(rest[:min(offset, len(rest))])
		return at
	}
	for at.line < len(d.lines) {
		line := d.lines[at.line]
		at.line++
		text := strings.TrimLeft(line, " ")
		if offset <= len(text) {
			at.column = len(line) - len(text) + utf8.RuneCountInString(text[:offset]) + 1
			return at
		}
		offset -= len(text) + 1
	}
	return at
}

// excerpt is the line, cut to what fits a terminal, with a mark below the column.
func (d *document) excerpt(at place) string {
	if at.line < 1 || at.line > len(d.lines) {
		return ""
	}
	line := []rune(strings.ReplaceAll(d.lines[at.line-1], "\t", " "))
	column := min(max(at.column, 1), len(line)+1)
	from := max(0, column-60)
	shown := line[from:min(len(line), from+100)]
	number := fmt.Sprintf("%5d | ", at.line)
	return number + string(shown) + "\n" + strings.Repeat(" ", len(number)+column-1-from) + "^"
}
