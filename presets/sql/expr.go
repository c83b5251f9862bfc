package sql

import (
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// expr is a value of a row: a column, or a text with several.
type expr []exprPart

type exprPart struct {
	literal string
	column  string
	at      int // of the column, once the columns are known
}

// newExpr reads a column's name, or a text with $(column)s.
func newExpr(text string) (expr, error) {
	switch {
	case text == "":
		return nil, nil
	case !strings.Contains(text, "$("):
		name, err := columnName(text)
		return expr{{column: name}}, err
	}
	t, err := presets.ParseText(text)
	if err != nil {
		return nil, err
	}
	var e expr
	for _, p := range t.Parts {
		switch p.Space {
		case "":
			e = append(e, exprPart{literal: p.Literal})
		case presets.SpaceRecord:
			name, err := columnName(p.Name)
			if err != nil {
				return nil, err
			}
			e = append(e, exprPart{column: name})
		default:
			return nil, fmt.Errorf("$(%s) is no column", p)
		}
	}
	return e, nil
}

// columnName is the column a selector means: its one key.
func columnName(selector string) (string, error) {
	if inner, ok := strings.CutPrefix(selector, `"`); ok && strings.HasSuffix(inner, `"`) {
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(strings.TrimSuffix(inner, `"`)), nil
	}
	if strings.ContainsAny(selector, ".#()") {
		return "", fmt.Errorf("%q is no column; a name with dots or brackets stands in double quotes", selector)
	}
	return selector, nil
}

// bind finds the columns.
func (e expr) bind(find func(string) (int, error)) (err error) {
	for i := range e {
		if e[i].column == "" {
			continue
		}
		if e[i].at, err = find(e[i].column); err != nil {
			return err
		}
	}
	return nil
}

func (e expr) of(r columns.Row) string {
	if len(e) == 1 && e[0].column != "" {
		return r.Text(e[0].at)
	}
	var b strings.Builder
	for _, p := range e {
		b.WriteString(p.literal)
		if p.column != "" {
			b.WriteString(r.Text(p.at))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// findColumn finds a column by its name as it is, else without regard to case and separators.
func findColumn(cols []column, name string) (int, error) {
	var known []string
	for i, c := range cols {
		if c.name == name {
			return i, nil
		}
		known = append(known, c.name)
	}
	for i, c := range cols {
		if presets.FoldName(c.name) == presets.FoldName(name) {
			return i, nil
		}
	}
	e := &presets.Error{Text: wording.New("sql.no_column_name", `there is no column "{Name}"`, "Name", clip(name)), Hint: wording.New("sql.columns_list", "its columns are {List}", "List", columns.Clip(strings.Join(known, ", "), 300))}
	if near := option.Nearest(name, known); near != "" {
		e.Hint = wording.New("option.did_you_mean", "did you mean {Name}?", "Name", clip(near))
	}
	return 0, e
}
