package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/presets"
)

// place is where a run stands, stored so that it can go on: what is listed anew is passed over up to After, and the
// watermark stays the one of the first listing, so that what changed in between comes with the next run.
type place struct {
	Full  bool      `json:"full,omitempty"`
	After string    `json:"after"`
	Mark  watermark `json:"mark"`
}

// work is a card to be read, of one of the books.
type work struct {
	member
	book book
}

// davRun is one reading.
type davRun struct {
	source *davSource
	place  place
	work   []work
	sent   int
	bytes  int64
	bad    int
}

// list finds the books and what has to be read of them.
func (r *davRun) list(ctx context.Context, from presets.Cursor) error {
	if from.Resume != "" {
		if err := json.Unmarshal([]byte(from.Resume), &r.place); err != nil {
			return fmt.Errorf("saved page of the address book cannot be read: %w", err)
		}
	}
	books, err := r.source.books(ctx)
	if err != nil {
		return err
	}
	mark, known := readWatermark(from.Since, books)
	r.place.Full = r.place.Full || !known
	now := watermark{}
	if !r.place.Full {
		err = r.changes(ctx, books, mark, now)
	}
	if r.place.Full || errors.Is(err, errAllOver) {
		r.place.Full, r.work = true, nil
		err = r.all(ctx, books, now)
	}
	if err != nil {
		return err
	}
	if from.Resume == "" {
		r.place.Mark = now
	}
	slices.SortFunc(r.work, func(a, b work) int { return strings.Compare(a.id, b.id) })
	behind := 0
	for behind < len(r.work) && r.place.After != "" && r.work[behind].id <= r.place.After {
		behind++
	}
	r.work = r.work[behind:]
	return nil
}

func (r *davRun) changes(ctx context.Context, books []book, mark, now watermark) error {
	for _, b := range books {
		old := mark[b.path]
		var list contents
		var err error
		if old.Token != "" {
			list, err = r.source.client.changes(ctx, b, old.Token)
		} else if list, err = r.source.client.etags(ctx, b); err == nil {
			if list.seen() != old || old == (seen{}) {
				return errAllOver
			}
			list.members = nil
		}
		if err != nil {
			return err
		}
		r.add(b, list)
		now[b.path] = old
		if old.Token != "" {
			now[b.path] = list.seen()
		}
	}
	return nil
}

func (r *davRun) all(ctx context.Context, books []book, now watermark) error {
	for _, b := range books {
		list, err := r.source.client.all(ctx, b)
		if err != nil {
			return err
		}
		r.add(b, list)
		now[b.path] = list.seen()
	}
	return nil
}

func (r *davRun) add(b book, list contents) {
	for _, m := range list.sorted() {
		if !m.gone || !r.place.Full {
			r.work = append(r.work, work{m, b})
		}
	}
}

// pages reads the cards, a batch of one book a page.
func (r *davRun) pages(ctx context.Context, yield func(presets.Page, error) bool) error {
	for {
		n := r.next()
		records, err := r.records(ctx, r.work[:n])
		if err != nil {
			return err
		}
		page := r.page(records)
		if n > 0 {
			r.place.After = r.work[n-1].id
		}
		if r.work = r.work[n:]; len(r.work) == 0 {
			page.Last, page.Since = true, r.place.Mark.String()
			yield(page, nil)
			return nil
		}
		text, err := json.Marshal(r.place)
		if err != nil {
			return fmt.Errorf("save the page: %w", err)
		}
		page.Resume = string(text)
		if !yield(page, nil) {
			return errStopped
		}
	}
}

// next is how many cards go into the next page: those of one book, and one request's worth.
func (r *davRun) next() int {
	n := 0
	for n < len(r.work) && n < batch && r.work[n].book.path == r.work[0].book.path {
		n++
	}
	return n
}

func (r *davRun) page(records []presets.Record) presets.Page {
	c := r.source.client
	p := presets.Page{Records: records, Full: r.place.Full, Requests: c.requests - r.sent, Bytes: c.bytes - r.bytes, Replaced: c.replaced - r.bad}
	r.sent, r.bytes, r.bad = c.requests, c.bytes, c.replaced
	return p
}

func (r *davRun) records(ctx context.Context, list []work) ([]presets.Record, error) {
	var records []presets.Record
	var wanted []member
	for _, w := range list {
		if w.gone {
			records = append(records, presets.Record{ID: bounded(w.id), Deleted: true})
		} else {
			wanted = append(wanted, w.member)
		}
	}
	if len(wanted) == 0 {
		return records, nil
	}
	texts, err := r.source.client.cards(ctx, list[0].book, wanted)
	if err != nil {
		return nil, err
	}
	for _, m := range wanted {
		rec, ok, err := contact(m, texts[m.id])
		switch {
		case err != nil:
			return nil, err
		case ok:
			records = append(records, rec)
		case !r.place.Full:
			records = append(records, presets.Record{ID: bounded(m.id), Deleted: true})
		}
	}
	return records, nil
}
