package sql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// place is where a run stands, stored so that it can go on after an error or a restart.
type place struct {
	Of      string `json:"of"` // what is read
	Full    bool   `json:"full,omitempty"`
	Mark    *key   `json:"mark,omitempty"` // of the database when the run began
	Updated *key   `json:"updated,omitempty"`
	ID      *key   `json:"id,omitempty"`
}

// run is one reading of a stream.
type run struct {
	source *source
	st     *stream
	since  *key // of the run before; nil reads everything
	place  place
	begun  bool
}

func (s *source) begin(st *stream, from presets.Cursor) (*run, error) {
	r := &run{source: s, st: st, place: place{Of: st.digest, Full: true}}
	if r.since = st.readWatermark(from.Since); r.since != nil {
		r.place.Full = false
	}
	if from.Resume == "" {
		return r, nil
	}
	full := r.place.Full
	err := json.Unmarshal([]byte(from.Resume), &r.place)
	if err != nil || r.place.Of != st.digest || r.place.Full != full || r.place.ID == nil || !full && r.place.Updated == nil {
		return nil, &presets.Error{Op: wording.New("sql.go_id", "go on with {ID}", "ID", st.ID), Text: wording.New("sql.saved_page_belongs_other_settings", "the saved page belongs to other settings"), Hint: wording.New("sql.next_run_begins_anew", "the next run begins anew")}
	}
	r.begun = true
	return r, nil
}

// next reads one page in a transaction of its own.
func (r *run) next(ctx context.Context) (page presets.Page, err error) {
	before := *r
	err = r.source.within(ctx, limit{time: r.source.set.timeout}, func(ctx context.Context, tx *sql.Tx) error {
		*r = before // it may be read several times
		page, err = r.read(ctx, tx)
		return err
	})
	page.Requests, page.Bytes = 1, r.source.meter.total.Swap(0)
	return page, err
}

func (r *run) read(ctx context.Context, tx *sql.Tx) (presets.Page, error) {
	page := presets.Page{Full: r.place.Full}
	if !r.begun {
		if err := r.start(ctx, tx, &page); err != nil {
			return page, err
		}
	}
	limit := r.st.size
	if r.place.ID != nil {
		limit++ // the row to go on behind comes again
	}
	rows, cut, err := r.st.rows(ctx, tx, r.query(limit))
	if err != nil {
		return page, err
	}
	fresh, err := r.fresh(rows)
	if err != nil {
		return page, err
	}
	for _, one := range fresh {
		if rec, ok := r.st.record(one); ok {
			page.Records = append(page.Records, rec)
		}
	}
	if !cut && len(rows) < limit {
		page.Last, page.Since = true, r.watermark()
		return page, nil
	}
	if len(fresh) == 0 {
		return page, errRepeats
	}
	last := fresh[len(fresh)-1]
	r.place.ID, r.begun = last.id, true
	if !r.place.Full {
		r.place.Updated = last.updated
	}
	raw, err := json.Marshal(r.place)
	page.Resume = string(raw)
	return page, err
}

var errRepeats = &presets.Error{Text: wording.New("sql.same_id_stands_many_rows", "the same id stands in many rows"), Hint: wording.New("sql.choose_column_different_every_row", "choose a column that is different in every row, or a SELECT with one row for each contact")}

// start notes the database's own watermark before anything is read, and shows rows without an id to whoever reads the report.
func (r *run) start(ctx context.Context, tx *sql.Tx, page *presets.Page) error {
	st := r.st
	if st.updatedAt >= 0 {
		mark, err := st.newest(ctx, tx, r.source.now())
		if err != nil {
			return err
		}
		r.place.Mark = mark
	}
	if !r.place.Full {
		return nil
	}
	q := (&statement{d: st.d}).selecting(st.list(), maxUnnamed, st.origin).add(" WHERE ", st.ref(st.id()), " IS NULL").limited(maxUnnamed)
	rows, _, err := st.rows(ctx, tx, q)
	for _, one := range rows {
		if rec, ok := st.record(one); ok && !rec.Deleted {
			page.Records = append(page.Records, rec)
		}
	}
	return err
}

// newest is the latest change in the table that is not in the future by the database's clock: a row somebody dated 2099
// must not hide all changes until then.
func (st *stream) newest(ctx context.Context, tx *sql.Tx, now time.Time) (*key, error) {
	c := st.changed()
	max := fmt.Sprintf(st.d.read, "MAX("+st.ref(c)+")")
	q := (&statement{d: st.d}).selecting(max, 0, st.origin)
	switch {
	case c.class == classZoned:
		q.add(" WHERE ", st.ref(c), " <= ", st.d.now)
	case c.class == classLocal:
		q.add(" WHERE ", st.ref(c), " <= ", st.d.later)
	case st.d.file: // its clock is ours; numbers are below all texts there
		q.add(" WHERE ", st.ref(c), " <= ").value(now.UTC().Add(14 * time.Hour).Format("2006-01-02 15:04:05"))
	}
	var v any
	if err := tx.QueryRowContext(ctx, q.text.String(), q.args...).Scan(&v); err != nil {
		return nil, err
	}
	return st.d.keyOf(v, c), nil
}

// query asks for a page: in the order of ids, or of changes and, among rows changed at the same moment, of ids.
func (r *run) query(limit int) *statement {
	st := r.st
	id := st.ref(st.id())
	q := (&statement{d: st.d}).selecting(st.list(), limit, st.origin).add(" WHERE ", id, " IS NOT NULL")
	compare := func(c column, how string, k *key) { q.add(" ", st.ref(c), " ", how, " ").compared(c, k.value(st.d, c)) }
	if r.place.Full {
		if r.place.ID != nil {
			q.add(" AND")
			compare(st.id(), ">=", r.place.ID)
		}
		return q.add(" ORDER BY ", id).limited(limit)
	}
	q.add(" AND")
	if r.place.ID == nil {
		compare(st.changed(), ">=", r.since.back(st.lookback))
	} else {
		compare(st.changed(), ">=", r.place.Updated)
		q.add(" AND (")
		compare(st.changed(), ">", r.place.Updated)
		q.add(" OR")
		compare(st.changed(), "=", r.place.Updated)
		q.add(" AND")
		compare(st.id(), ">=", r.place.ID)
		q.add(")")
	}
	return q.add(" ORDER BY ", st.ref(st.changed()), ", ", id).limited(limit)
}

// fresh are the rows behind the place the run stands at. Rows come in order, so two of one id stand together.
func (r *run) fresh(rows []row) ([]row, error) {
	list := make([]row, 0, len(rows))
	before, seen := r.place.ID, false
	for _, one := range rows {
		if one.id.same(r.place.ID) && !seen {
			seen = true
			continue
		}
		if one.id.same(before) {
			return nil, &presets.Error{Text: wording.New("sql.same_id_stands_several_rows", "the same id stands in several rows"), Hint: errRepeats.Hint}
		}
		before = one.id
		list = append(list, one)
	}
	return list, nil
}

// watermark is where the next incremental read starts: the latest change there was when this run began.
func (r *run) watermark() string {
	mark := r.place.Mark
	if mark == nil {
		mark = r.since
	}
	if mark == nil {
		return ""
	}
	text := mark.Kind + " " + string(mark.Text)
	if r.source.conn.ID == "" {
		return text // a test of a preset: what other settings are is no part of its result
	}
	return text + " #" + r.st.digest
}

// readWatermark reads what watermark wrote; nil means to read everything. One of other settings is none. A bare value is
// one too, so that a preset's tests can name it.
func (st *stream) readWatermark(text string) *key {
	if text == "" || st.updated == "" {
		return nil
	}
	rest, digest, written := strings.Cut(text, " #")
	if written && digest != st.digest {
		return nil
	}
	kind, value, _ := strings.Cut(rest, " ")
	switch {
	case slices.Contains([]string{"int", "uint", "float", "text"}, kind):
		return &key{kind, []byte(value)}
	case strings.Trim(rest, "0123456789") == "":
		return &key{"int", []byte(rest)}
	}
	return &key{"text", []byte(rest)}
}
