package sql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
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
		return o, "", option.Problems{{Option: "table", Code: option.CodeMissing, Text: "is required", Hint: "name a table or a view, or set query"}}
	case query != "" && table != "":
		return o, "", option.Problems{{Option: "query", Code: option.CodeMalformed, Text: "cannot be set together with table", Hint: "empty one of the two"}}
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
		return nil, &presets.Error{Op: "read the query", Text: err.Error(), Hint: "write one SELECT that only reads; the server is asked for nothing else"}
	}
	if whole || len(t.Parts) == 1 {
		return []presets.Part{{Literal: clean}}, nil
	}
	last := &t.Parts[len(t.Parts)-1]
	last.Literal = strings.TrimRight(last.Literal, "; \t\r\n")
	return t.Parts, nil
}

// find makes quoted parts of a table's name as people write it, after looking at what there is: names are stored in other
// cases than they are written, and a name that is not there is told with the nearest one.
func (s *source) find(ctx context.Context, tx *sql.Tx, name string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, s.set.dialect.tables)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	type entry struct{ schema, name string }
	var all []entry
	var known []string
	for rows.Next() && len(all) < maxTables {
		var e entry
		if err := rows.Scan(&e.schema, &e.name); err != nil {
			return nil, err
		}
		all = append(all, e)
		known = append(known, e.name)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var home sql.NullString
	if err := tx.QueryRowContext(ctx, "SELECT "+s.set.dialect.schema).Scan(&home); err != nil {
		return nil, err
	}
	unquoted := strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(name)
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		var hits []entry
		for _, e := range all {
			if same(e.schema+"."+e.name, unquoted) || same(e.name, unquoted) {
				hits = append(hits, e)
			}
		}
		if at := slices.IndexFunc(hits, func(e entry) bool {
			return same(e.schema+"."+e.name, unquoted) || strings.EqualFold(e.schema, home.String)
		}); len(hits) > 1 && at >= 0 {
			hits = hits[at : at+1]
		}
		switch {
		case len(hits) == 1 && hits[0].schema == "":
			return []string{s.set.dialect.quote(hits[0].name)}, nil
		case len(hits) == 1:
			return []string{s.set.dialect.quote(hits[0].schema), s.set.dialect.quote(hits[0].name)}, nil
		case len(hits) > 1:
			return nil, &presets.Error{Op: "find table " + clip(name), Text: "several schemas have a table of that name", Hint: "write it as schema.table, with " + clip(hits[0].schema) + " or another one"}
		}
	}
	e := &presets.Error{Op: "find table " + clip(name), Text: "there is no such table or view, or it may not be read", Hint: "check the name, and that the user may read it"}
	if near := option.Nearest(unquoted[strings.LastIndexByte(unquoted, '.')+1:], known); near != "" {
		e.Hint = "did you mean " + clip(near) + "?"
	}
	return nil, e
}

// clip keeps a name short in messages.
func clip(name string) string { return fmt.Sprintf("%.80s", name) }
