package sql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// entry is a table or a view that can be read.
type entry struct{ schema, name string }

// find finds a table by its name as people write it, after looking at what there is: names are stored in other
// cases than they are written, and a name that is not there is told with the nearest one.
func (s *source) find(ctx context.Context, tx *sql.Tx, name string) (entry, error) {
	d := s.set.dialect
	all, err := listed(ctx, tx, d.tables)
	if err != nil {
		return entry{}, err
	}
	var home sql.NullString
	if err := tx.QueryRowContext(ctx, "SELECT "+d.schema).Scan(&home); err != nil {
		return entry{}, err
	}
	hits := matching(all, name, home.String)
	switch len(hits) {
	case 0:
		return entry{}, missingTable(name, all)
	case 1:
		return hits[0], nil
	}
	return entry{}, &presets.Error{
		Op: wording.New("sql.find_table_name", "find table {Name}", "Name", clip(name)), Text: wording.New("sql.several_schemas_have_table_name", "several schemas have a table of that name"),
		Hint: wording.New("sql.write_as_schema_table_value", "write it as schema.table, with {Value} or another one", "Value", clip(hits[0].schema)),
	}
}

// quoted are the parts of the name as a statement has them.
func (e entry) quoted(d *dialect) []string {
	if e.schema == "" {
		return []string{d.quote(e.name)}
	}
	return []string{d.quote(e.schema), d.quote(e.name)}
}

// primaryKey is the column that is a table's primary key, "" where it has none or one of several columns.
func (e entry) primaryKey(ctx context.Context, tx *sql.Tx, d *dialect) (string, error) {
	rows, err := tx.QueryContext(ctx, d.primary, e.schema, e.name)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
		names = append(names, name)
	}
	if len(names) != 1 {
		return "", rows.Err()
	}
	return names[0], rows.Err()
}

func listed(ctx context.Context, tx *sql.Tx, query string) ([]entry, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
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
	e := &presets.Error{Op: wording.New("sql.find_table_name", "find table {Name}", "Name", clip(name)), Text: wording.New("sql.no_such_table_view_may", "there is no such table or view, or it may not be read"), Hint: wording.New("sql.check_name_user_may_read", "check the name, and that the user may read it")}
	e.Hint = nearestTable(name, all).Or(e.Hint)
	return e
}

// nearestTable asks whether a table of a similar name was meant; it says nothing where there is none.
func nearestTable(name string, all []entry) wording.Text {
	known := make([]string, len(all))
	for i, one := range all {
		known[i] = one.name
	}
	bare := unquote(name)
	near := option.Nearest(bare[strings.LastIndexByte(bare, '.')+1:], known)
	if near == "" {
		return wording.Text{}
	}
	return wording.New("option.did_you_mean", "did you mean {Name}?", "Name", clip(near))
}

// named finds the table that an error about a missing one is about.
var named = regexp.MustCompile(`['"]([^'"]+)['"]|: ([\w.]+)`)

// nearest adds the name that was probably meant to an error about a table in a query.
func (s *source) nearest(ctx context.Context, err error) error {
	var missing *presets.Error
	if !errors.As(err, &missing) || !missing.Text.Values["Text"].Equal(texts[noTable].text) {
		return err
	}
	found := named.FindStringSubmatch(missing.Text.Values["Words"].String())
	if found == nil {
		return err
	}
	_ = s.within(ctx, limit{time: s.set.timeout}, func(ctx context.Context, tx *sql.Tx) error {
		all, err := listed(ctx, tx, s.set.dialect.tables)
		if near := nearestTable(cmp.Or(found[1], found[2]), all); !near.IsZero() {
			missing.Hint = near
		}
		return err
	})
	return err
}

// clip keeps a name short in messages.
func clip(name string) string { return fmt.Sprintf("%.80s", name) }
