package sql

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/wording"
)

// source is an opened connection to a database.
type source struct {
	preset  *presets.Preset
	conn    presets.Connection
	set     settings
	streams map[string]*stream
	meter   meter
	db      *sql.DB      // of a server
	file    *sqliteFiles // of a file
	version string       // "" until the server was asked
}

// Close implements [presets.Source].
func (s *source) Close() error {
	if s.file != nil {
		return s.file.close()
	}
	return s.db.Close()
}

// Read implements [presets.Source].
func (s *source) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		st, ok := s.streams[stream]
		if !ok {
			yield(presets.Page{}, &presets.Error{Op: wording.New("presets.read_stream_value", "read stream {Value}", "Value", stream), Text: wording.New("presets.no_such_stream", "there is no such stream")})
			return
		}
		if err := s.learn(ctx, st); err != nil {
			yield(presets.Page{}, err)
			return
		}
		if st.idAt < 0 {
			(&flow{source: s, st: st, yield: yield}).all(ctx)
			return
		}
		r, err := s.begin(st, from)
		for err == nil {
			var page presets.Page
			if page, err = r.next(ctx); err == nil && (!yield(page, nil) || page.Last) {
				return
			}
		}
		yield(presets.Page{}, err)
	}
}

// learn asks what a stream's table looks like.
func (s *source) learn(ctx context.Context, st *stream) error {
	if st.cols != nil {
		return nil
	}
	err := s.within(ctx, limit{time: s.set.timeout}, func(ctx context.Context, tx *sql.Tx) error {
		st.cols, st.left, st.layout = nil, nil, nil // it may be read several times
		return st.learn(ctx, s, tx)
	})
	if err != nil {
		st.cols = nil
	}
	return s.nearest(ctx, err)
}

// Check implements [presets.Source].
func (s *source) Check(ctx context.Context) (presets.Report, error) {
	var report presets.Report
	for _, given := range s.preset.Streams {
		st := s.streams[given.ID]
		if err := s.learn(ctx, st); err != nil {
			return report, err
		}
		if err := s.sample(ctx, st, &report); err != nil {
			return report, err
		}
		report.Total += s.count(ctx, st)
		report.Notes = append(report.Notes, st.notes()...)
		for _, c := range st.cols {
			if st.OtherFields {
				report.Fields = append(report.Fields, c.name)
			}
		}
		if st.layout != nil && !st.layout.Has(columns.RoleName, columns.RoleFirst, columns.RoleLast, columns.RoleCompany) {
			report.Missing = append(report.Missing, wording.New("presets.no_name_column", "no column with names or companies was recognised; name it in name_column"))
		}
	}
	report.Account = s.account()
	return report, nil
}

func (s *source) account() string {
	if s.file != nil {
		return filepath.Base(s.set.path) + " in " + s.set.dialect.title
	}
	title, version := s.set.dialect.title, s.version
	if before, _, ok := strings.Cut(version, "-MariaDB"); ok {
		title, version = "MariaDB", before
	}
	version, _, _ = strings.Cut(version, " ")
	return strings.TrimSpace(fmt.Sprintf("%s on %s %s", s.set.target.database, title, version))
}

// sample reads a few records.
func (s *source) sample(ctx context.Context, st *stream, report *presets.Report) error {
	others := len(report.Sample)
	return s.within(ctx, limit{time: s.set.timeout}, func(ctx context.Context, tx *sql.Tx) error {
		report.Sample = report.Sample[:others]
		rows, _, err := st.rows(ctx, tx, (&statement{d: st.d}).selecting(st.list(), maxSample, st.origin).limited(maxSample))
		for _, one := range rows {
			if rec, ok := st.record(one); ok && !rec.Deleted && len(report.Sample) < maxSample {
				report.Sample = append(report.Sample, rec)
			}
		}
		return err
	})
}

// count is how many rows there are, 0 where counting takes too long.
func (s *source) count(ctx context.Context, st *stream) int {
	n := 0
	err := s.within(ctx, limit{time: countTimeout}, func(ctx context.Context, tx *sql.Tx) error {
		q := (&statement{d: st.d}).selecting("COUNT(*)", 0, st.origin)
		return tx.QueryRowContext(ctx, q.text.String(), q.args...).Scan(&n)
	})
	if err != nil {
		return 0
	}
	return n
}

// notes say how the stream is read.
func (st *stream) notes() wording.List {
	var notes wording.List
	if st.layout != nil {
		notes = append(notes, st.layout.Notes...)
	}
	if st.idAt >= 0 {
		notes = append(notes, wording.New("sql.order", "rows are read in the order of {Name}, {Count} at a time", "Name", st.id().name, "Count", st.size))
	} else {
		notes = append(notes, wording.New("sql.no_id", "no column is known as the id: everything is read in one go, and an interrupted run begins anew; name it in id_column"))
	}
	switch {
	case st.idAt < 0:
	case st.updatedAt < 0:
		notes = append(notes, wording.New("sql.no_changes", "no column says when a row changed last: every run reads everything; name it in updated_column"))
	default:
		notes = append(notes, wording.New("sql.changes_by", "changes are read by {Name}", "Name", st.changed().name))
	}
	return append(notes, st.left...)
}

// now is the connection's clock.
func (s *source) now() time.Time {
	if s.conn.Now != nil {
		return s.conn.Now()
	}
	return time.Now()
}

// sleep waits on the connection's clock.
func (s *source) sleep(ctx context.Context, d time.Duration) error {
	if s.conn.Sleep != nil {
		return s.conn.Sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
