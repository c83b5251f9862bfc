package sql

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// stream is what a preset says of one table or query, with what the server said of it once it was asked.
type stream struct {
	presets.Stream
	d        *dialect
	origin   origin
	table    string   // as people write it; "" for a query
	mapping  *mapping // nil: columns are recognised
	wish     columns.Wish
	updated  string // name of a column, as the two below
	deleted  string
	size     int
	lookback time.Duration
	digest   string // of everything that decides what is read

	cols                       []column     // all that are read; nil: the server was not asked yet
	left                       wording.List // not read, with the reason
	layout                     *columns.Layout
	idAt, updatedAt, deletedAt int // -1: there is none
	bare                       map[int]bool
}

func (s *source) newStream(given presets.Stream) (*stream, error) {
	st := &stream{
		Stream: given, d: s.set.dialect, wish: s.set.wish, size: cmp.Or(given.Page.Size, pageSize), lookback: cmp.Or(given.Since.Lookback, 10*time.Minute),
	}
	var err error
	if st.origin, st.table, err = readOrigin(st.d, given, s.conn.Options); err != nil {
		return nil, err
	}
	if st.mapping, err = newMapping(s.preset, given); err != nil {
		return nil, fmt.Errorf("open %s: %w", s.preset.ID, err)
	}
	if st.mapping != nil {
		st.mapping.option = func(name string) string { return s.conn.Options.Get(strings.TrimPrefix(name, "option.")) }
	}
	st.wish.Of, st.wish.Single = st.origin.label, maps.Clone(s.set.wish.Single)
	if id, err := columnName(given.Record.ID); err == nil && given.Record.ID != "" {
		st.wish.Single[columns.RoleID] = cmp.Or(st.wish.Single[columns.RoleID], id)
	}
	if st.updated, err = columnName(cmp.Or(given.Since.Field, s.set.updated)); err != nil {
		return nil, err
	}
	if st.deleted, err = columnName(cmp.Or(given.Deleted, s.set.deleted)); err != nil {
		return nil, err
	}
	st.digest = s.digestOf(st)
	return st, nil
}

// digestOf stands for what is read: a place in another table, or in the same one read otherwise, is no place to go on from.
func (s *source) digestOf(st *stream) string {
	t := s.set.target
	parts := []any{st.d.name, t.host, t.port, t.database, s.set.path, st.table, st.updated, st.deleted, st.Record, st.Phones, st.size}
	for _, p := range st.origin.query {
		parts = append(parts, p.Literal)
		if p.Space != "" {
			parts = append(parts, p.Name, s.conn.Options.Get(p.Name))
		}
	}
	for _, role := range slices.Sorted(maps.Keys(st.wish.Single)) {
		parts = append(parts, role, st.wish.Single[role])
	}
	parts = append(parts, st.wish.Phones, st.wish.Fax)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return hex.EncodeToString(sum[:8])
}

// learn asks the server what the stream's table looks like.
func (st *stream) learn(ctx context.Context, s *source, tx *sql.Tx) error {
	if st.table != "" {
		found, err := s.find(ctx, tx, st.table)
		if err != nil {
			return err
		}
		st.origin.table = found.quoted(st.d)
		if st.mapping == nil && st.wish.Single[columns.RoleID] == "" {
			if st.wish.Single[columns.RoleID], err = found.primaryKey(ctx, tx, st.d); err != nil {
				return err
			}
		}
	}
	all, err := st.describe(ctx, tx)
	if err != nil {
		return err
	}
	if err := st.choose(all); err != nil {
		return err
	}
	if st.mapping != nil {
		if err := st.mapping.bind(st.cols); err != nil {
			return err
		}
		st.idAt, _ = findColumn(st.cols, st.mapping.id[0].column)
		return st.marks()
	}
	rows, _, err := st.rows(ctx, tx, (&statement{d: st.d}).selecting(st.list(), columns.SampleRows, st.origin).limited(columns.SampleRows))
	if err != nil {
		return err
	}
	sample := make([]columns.Row, len(rows))
	for i := range rows {
		sample[i] = rows[i].Row
		for at := range sample[i].Cells {
			text := &sample[i].Cells[at].Text
			*text = (*text)[:min(len(*text), maxLook)] // what a column holds shows at the beginning
		}
	}
	w := st.wish
	if w.Single[columns.RoleID] == "" {
		delete(w.Single, columns.RoleID)
	}
	for _, c := range st.cols {
		w.Names = append(w.Names, c.name)
	}
	layout, err := columns.Plan(w, sample)
	if err != nil {
		return err
	}
	st.layout = &layout
	if at, ok := layout.At(columns.RoleID); ok {
		st.idAt = at
	}
	return st.marks()
}

// describe lists the columns of the origin.
func (st *stream) describe(ctx context.Context, tx *sql.Tx) ([]column, error) {
	q := (&statement{d: st.d}).selecting("q.*", 0, st.origin).add(" WHERE 1 = 0")
	rows, err := tx.QueryContext(ctx, q.text.String(), q.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	if len(types) > maxColumns {
		return nil, &presets.Error{Text: wording.New("sql.more_than_most_columns", "there are more than {Most} columns", "Most", maxColumns), Hint: wording.New("sql.name_those_wanted_select_view", "name those that are wanted in a SELECT or a view")}
	}
	var list []column
	for _, t := range types {
		if slices.ContainsFunc(list, func(c column) bool { return c.name == t.Name() }) || t.Name() == "" {
			return nil, &presets.Error{Text: wording.New("sql.two_columns_called_name", `two columns are called "{Name}"`, "Name", clip(t.Name())), Hint: wording.New("sql.give_each_column_query_name", "give each column of the query a name of its own (AS)")}
		}
		list = append(list, column{t.Name(), strings.ToUpper(t.DatabaseTypeName()), st.d.class(t.DatabaseTypeName())})
	}
	return list, rows.Err()
}

// choose leaves out columns of bytes, unless something is said to stand in them.
func (st *stream) choose(all []column) error {
	wanted := []string{st.updated, st.deleted}
	for _, name := range st.wish.Single {
		wanted = append(wanted, name)
	}
	if st.mapping != nil {
		wanted = append(wanted, st.mapping.wanted()...)
	}
	keep := map[int]bool{}
	for _, name := range wanted {
		if at, err := findColumn(all, name); name != "" && err == nil {
			keep[at] = true
		}
	}
	st.idAt, st.updatedAt, st.deletedAt = -1, -1, -1
	for i, c := range all {
		switch {
		case c.class == classBinary && !keep[i]:
			st.left = append(st.left, wording.New("sql.bytes", "{Name} holds bytes ({Type}) and is not read", "Name", c.name, "Type", c.typeName))
		case st.mapping != nil && !st.OtherFields && !keep[i]:
		default:
			st.cols = append(st.cols, c)
		}
	}
	if len(st.cols) == 0 {
		return &presets.Error{Text: wording.New("sql.no_column_read", "there is no column to read")}
	}
	return nil
}

// marks finds the columns of change and deletion, and those whose numbers are written without decimals.
func (st *stream) marks() (err error) {
	for _, one := range []struct {
		name string
		at   *int
	}{{st.updated, &st.updatedAt}, {st.deleted, &st.deletedAt}} {
		if one.name == "" {
			continue
		}
		if *one.at, err = findColumn(st.cols, one.name); err != nil {
			return err
		}
	}
	st.bare = map[int]bool{st.idAt: true}
	if st.layout != nil {
		for _, at := range st.layout.Phones() {
			st.bare[at] = true
		}
		return nil
	}
	for _, p := range st.mapping.phones {
		for _, part := range p.at {
			st.bare[part.at] = true
		}
	}
	return nil
}

// list are the columns as they are asked for.
func (st *stream) list() string {
	names := make([]string, len(st.cols))
	for i, c := range st.cols {
		names[i] = fmt.Sprintf(st.d.read, st.ref(c))
		if st.d.read != "%s" {
			names[i] += " AS " + st.d.quote(c.name)
		}
	}
	return strings.Join(names, ", ")
}

func (st *stream) ref(c column) string { return "q." + st.d.quote(c.name) }

func (st *stream) id() column { return st.cols[st.idAt] }

func (st *stream) changed() column { return st.cols[st.updatedAt] }
