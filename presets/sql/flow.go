package sql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ringdex/ringdex/presets"
)

// flow reads what has no id to go on behind: one answer, passed on in pages while it comes in.
type flow struct {
	source *source
	st     *stream
	yield  func(presets.Page, error) bool
	page   presets.Page
	size   int // bytes of the page
	over   bool
}

// errStopped says the reader wants no more pages.
var errStopped = errors.New("the reader wants no more pages")

// all reads to the end. The last page is passed on when the answer is known to be whole.
func (f *flow) all(ctx context.Context) {
	f.page.Full = true
	err := f.source.within(ctx, limit{time: streamTimeout, once: true}, f.read)
	switch {
	case f.over:
	case err != nil:
		f.yield(presets.Page{}, err)
	default:
		f.page.Last = true
		f.pass()
	}
}

func (f *flow) read(ctx context.Context, tx *sql.Tx) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // the rest need not be sent
	q := (&statement{d: f.st.d}).selecting(f.st.list(), 0, f.st.origin)
	rows, err := tx.QueryContext(ctx, q.text.String(), q.args...)
	if err != nil {
		return err
	}
	defer func() {
		stop()
		_ = rows.Close()
	}()
	for rows.Next() {
		one, n, err := f.st.scan(rows)
		if err != nil {
			return err
		}
		if len(f.page.Records) >= f.st.size || f.size+n > maxPageBytes {
			if !f.pass() {
				return errStopped
			}
		}
		f.size += n
		if rec, ok := f.st.record(one); ok && !rec.Deleted {
			f.page.Records = append(f.page.Records, rec)
		}
	}
	return rows.Err()
}

// pass passes a page on and begins the next one.
func (f *flow) pass() bool {
	f.page.Requests, f.page.Bytes = 1, f.source.meter.total.Swap(0)
	f.source.meter.begin()
	page := f.page
	f.page, f.size = presets.Page{Full: true}, 0
	f.over = !f.yield(page, nil)
	return !f.over
}
