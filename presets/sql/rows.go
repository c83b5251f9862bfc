package sql

import (
	"context"
	"database/sql"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// row is a row as it was read, with what it is put in order by.
type row struct {
	columns.Row
	id, updated *key
}

// rows reads an answer. It stops at a page's worth of bytes; cut says so.
func (st *stream) rows(ctx context.Context, tx *sql.Tx, q *statement) (list []row, cut bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	rows, err := tx.QueryContext(ctx, q.text.String(), q.args...)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = rows.Close() }()
	size := 0
	for rows.Next() {
		one, n, err := st.scan(rows)
		if err != nil {
			return nil, false, err
		}
		list = append(list, one)
		if size += n; size > maxPageBytes {
			stop() // the rest need not be sent
			return list, true, nil
		}
	}
	return list, false, rows.Err()
}

// scan reads one row; size is roughly what it takes in memory.
func (st *stream) scan(rows *sql.Rows) (r row, size int, err error) {
	values, places := make([]any, len(st.cols)), make([]any, len(st.cols))
	for i := range values {
		places[i] = &values[i]
	}
	if err := rows.Scan(places...); err != nil {
		return r, 0, err
	}
	r.Cells = make([]columns.Cell, len(values))
	for i, v := range values {
		c, _ := st.d.cell(v, st.cols[i])
		if st.bare[i] && c.Numeric {
			c.Text = whole(c.Text)
		}
		if len(c.Text) > maxCell {
			if st.isUsed(i) {
				return r, 0, &presets.Error{Text: wording.New("sql.cell_column_name_larger_than", "a cell of column {Name} is larger than {KiB} KiB", "Name", clip(st.cols[i].name), "KiB", maxCell>>10), Hint: wording.New("sql.choose_another_column_view_shorter", "choose another column, or a view with shorter texts")}
			}
			c.Text = ""
		}
		size += len(c.Text) + 48
		r.Cells[i] = c
	}
	if st.idAt >= 0 {
		r.id = st.d.keyOf(values[st.idAt], st.id())
	}
	if st.updatedAt >= 0 {
		r.updated = st.d.keyOf(values[st.updatedAt], st.changed())
	}
	return r, size, nil
}

// isUsed tells columns that a contact is made of from those that are only passed on.
func (st *stream) isUsed(i int) bool { return st.bare[i] || i == st.updatedAt || i == st.deletedAt }
