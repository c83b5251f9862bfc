package sql

import (
	"fmt"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// origin is what is read: a table or a query, with values for it. As a table of the server it is called q.
type origin struct {
	table []string // quoted parts
	query []presets.Part
	args  func(presets.Part) any
	label string // for people
}

// write puts the origin behind FROM. A query stands in brackets on lines of its own, so that a comment at its end ends there.
func (o origin) write(s *statement) {
	if len(o.query) == 0 {
		s.add(strings.Join(o.table, "."), " q")
		return
	}
	s.add("(\n")
	for _, p := range o.query {
		if p.Space == "" {
			s.add(p.Literal)
			continue
		}
		s.value(o.args(p))
	}
	s.add("\n) q")
}

// readOrigin is what a stream reads, by the preset or, where that leaves it open, by the options.
func readOrigin(d *dialect, st presets.Stream, v option.Values) (o origin, table string, err error) {
	query := st.Query
	if table, err = plainText(st.Table, v); err != nil {
		return o, "", err
	}
	if query == "" && table == "" {
		table, query = v.Get("table"), ""
		if v.Has("query") {
			query = "$(option.query)"
		}
	}
	switch {
	case query == "" && table == "":
		return o, "", option.Problems{{Option: "table", Code: option.CodeMissing, Text: wording.New("option.required", "is required"), Hint: wording.New("sql.name_table_view_set_query", "name a table or a view, or set query")}}
	case query != "" && table != "":
		return o, "", option.Problems{{Option: "query", Code: option.CodeMalformed, Text: wording.New("sql.cannot_set_together_table", "cannot be set together with table"), Hint: wording.New("sql.empty_one_two", "empty one of the two")}}
	case query == "":
		o.label = table
		return o, table, nil
	}
	o.label, o.args = "the query", func(p presets.Part) any { return v.Get(p.Name) }
	o.query, err = readQuery(d, query, v)
	return o, "", err
}

// readQuery checks a query. One that is nothing but $(option.x) is that option's text; any other $(…) is a value, whose
// place the check sees as a number.
func readQuery(d *dialect, query string, v option.Values) ([]presets.Part, error) {
	t, err := presets.ParseText(query)
	if err != nil {
		return nil, fmt.Errorf("read the query: %w", err)
	}
	whole := len(t.Parts) == 1 && t.Parts[0].Space == "option"
	if whole {
		t.Parts = []presets.Part{{Literal: v.Get(t.Parts[0].Name)}}
	}
	var seen strings.Builder
	for _, p := range t.Parts {
		if p.Space != "" {
			p.Literal = " 0 "
		}
		seen.WriteString(p.Literal)
	}
	clean, err := d.grammar.oneSelect(seen.String())
	if err != nil {
		return nil, &presets.Error{Op: wording.New("sql.read_query", "read the query"), Text: wording.Of(err), Hint: wording.New("sql.write_one_select_only_reads", "write one SELECT that only reads; the server is asked for nothing else")}
	}
	if whole || len(t.Parts) == 1 {
		return []presets.Part{{Literal: clean}}, nil
	}
	last := &t.Parts[len(t.Parts)-1]
	last.Literal = strings.TrimRight(last.Literal, "; \t\r\n")
	return t.Parts, nil
}
