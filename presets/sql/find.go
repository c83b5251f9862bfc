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

// entry is a table or a view that can be read.
type entry struct{ schema, name string }

// find makes quoted parts of a table's name as people write it, after looking at what there is: names are stored in other
// cases than they are written, and a name that is not there is told with the nearest one.
func (s *source) find(ctx context.Context, tx *sql.Tx, name string) ([]string, error) {
	d := s.set.dialect
	all, err := listed(ctx, tx, d.tables)
	if err != nil {
		return nil, err
	}
	var home sql.NullString
	if err := tx.QueryRowContext(ctx, "SELECT "+d.schema).Scan(&home); err != nil {
		return nil, err
	}
	hits := matching(all, name, home.String)
	switch {
	case len(hits) == 0:
		return nil, missingTable(name, all)
	case len(hits) > 1:
		return nil, &presets.Error{
			Op: "find table " + clip(name), Text: "several schemas have a table of that name",
			Hint: "write it as schema.table, with " + clip(hits[0].schema) + " or another one",
		}
	case hits[0].schema == "":
		return []string{d.quote(hits[0].name)}, nil
	}
	return []string{d.quote(hits[0].schema), d.quote(hits[0].name)}, nil
}

func listed(ctx context.Context, tx *sql.Tx, query string) ([]entry, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []entry
	for rows.Next() && len(all) < maxTables {
		var e entry
		if err := rows.Scan(&e.schema, &e.name); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// matching are the tables a name means: first as it is written, then without quotes, then in any case. Among several the
// one in the schema of names without schema is meant.
func matching(all []entry, name, home string) []entry {
	exactly := func(a, b string) bool { return a == b }
	for _, way := range []struct {
		name string
		same func(a, b string) bool
	}{{name, exactly}, {unquote(name), exactly}, {unquote(name), strings.EqualFold}} {
		var hits []entry
		for _, e := range all {
			if way.same(e.schema+"."+e.name, way.name) {
				return []entry{e}
			}
			if way.same(e.name, way.name) {
				hits = append(hits, e)
			}
		}
		if at := slices.IndexFunc(hits, func(e entry) bool { return strings.EqualFold(e.schema, home) }); at >= 0 {
			return hits[at : at+1]
		}
		if len(hits) > 0 {
			return hits
		}
	}
	return nil
}

func unquote(name string) string {
	return strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(name)
}

func missingTable(name string, all []entry) error {
	e := &presets.Error{Op: "find table " + clip(name), Text: "there is no such table or view, or it may not be read", Hint: "check the name, and that the user may read it"}
	known := make([]string, len(all))
	for i, one := range all {
		known[i] = one.name
	}
	bare := unquote(name)
	if near := option.Nearest(bare[strings.LastIndexByte(bare, '.')+1:], known); near != "" {
		e.Hint = "did you mean " + clip(near) + "?"
	}
	return e
}

// clip keeps a name short in messages.
func clip(name string) string { return fmt.Sprintf("%.80s", name) }
