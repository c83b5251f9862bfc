package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/vcard"
	"github.com/ringdex/ringdex/presets/outbound"
)

var _ presets.Chooser = (*davSource)(nil)

// davSource is an address book that is asked in CardDAV.
type davSource struct {
	preset *presets.Preset
	conn   presets.Connection
	client *davClient
}

func openCardDAV(p *presets.Preset, c presets.Connection, set settings) (presets.Source, error) {
	at, err := home(set.server)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.ID, err)
	}
	if p.NeedsSignIn(c.Options) && c.Token == nil {
		return nil, &presets.Error{Op: "open " + p.Name, Text: "nobody has signed in yet", Hint: "press Connect", ReauthNeeded: true}
	}
	return &davSource{preset: p, conn: c, client: &davClient{preset: p, conn: c, set: set, home: at, most: maxAnswer}}, nil
}

// Close implements [presets.Source].
func (s *davSource) Close() error {
	s.conn.HTTP.CloseIdleConnections()
	return nil
}

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

// Read implements [presets.Source].
func (s *davSource) Read(ctx context.Context, stream string, from presets.Cursor) iter.Seq2[presets.Page, error] {
	return func(yield func(presets.Page, error) bool) {
		if err := isStream(s.preset, stream); err != nil {
			yield(presets.Page{}, err)
			return
		}
		r := &davRun{source: s}
		err := r.list(ctx, from)
		if err == nil {
			err = r.pages(ctx, yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(presets.Page{}, err)
		}
	}
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

// contact is the card of a member; ok is false for one that is gone, and for a group, which is a list of others.
func contact(m member, text string) (rec presets.Record, ok bool, err error) {
	if text == "" {
		return rec, false, nil
	}
	card, err := vcard.Parse(text)
	if err != nil {
		e := &presets.Error{Op: "read the address book", Text: fmt.Sprintf("the card %.80s cannot be read", lastPart(m.id)), Hint: "open that contact in the address book and save it again, or delete it", Err: err}
		var at *vcard.Error
		if errors.As(err, &at) {
			e.Text += ": " + at.Error()
		}
		return rec, false, e
	}
	if card.IsGroup() {
		return rec, false, nil
	}
	rec = card.Record()
	if rec.ID != "" {
		rec.Fields = append(rec.Fields, presets.Field{Name: "UID", Value: rec.ID})
		rec.Identifier = rec.ID
	}
	rec.ID = bounded(m.id)
	return rec, true, nil
}

// books are those the admin wants.
func (s *davSource) books(ctx context.Context) ([]book, error) {
	found, err := s.client.discover(ctx)
	if err != nil {
		return nil, err
	}
	return choose(found, s.client.set.books)
}

// Choices implements [presets.Chooser]: the user's books.
func (s *davSource) Choices(ctx context.Context, name string) ([]option.Choice, error) {
	if err := isChoice(s.preset, s.preset.Directory.Books, name); err != nil {
		return nil, err
	}
	books, err := s.client.discover(ctx)
	if err != nil {
		return nil, err
	}
	var list []option.Choice
	for _, b := range books[:min(len(books), maxChoices)] {
		list = append(list, option.Choice{Value: lastPart(b.path), Title: b.label()})
	}
	return list, nil
}

// Check implements [presets.Source].
func (s *davSource) Check(ctx context.Context) (presets.Report, error) {
	report := presets.Report{Account: s.client.set.user}
	found, err := s.client.discover(ctx)
	if err != nil {
		return report, err
	}
	books, err := choose(found, s.client.set.books)
	if err != nil {
		return report, err
	}
	if s.client.home.Scheme == "http" {
		report.Notes = append(report.Notes, "The connection is not encrypted: contacts can be read on the way.")
	}
	for _, b := range books {
		if err := s.look(ctx, b, &report); err != nil {
			return report, err
		}
	}
	if n := len(found) - len(books); n > 0 {
		report.Notes = append(report.Notes, fmt.Sprintf("%d further address books are left out.", n))
	}
	if report.Total == 0 {
		report.Missing = append(report.Missing, "the address books are empty")
	}
	return report, nil
}

// look counts a book's cards and reads a few of them.
func (s *davSource) look(ctx context.Context, b book, report *presets.Report) error {
	list, err := s.client.all(ctx, b)
	if err != nil {
		return err
	}
	few := slices.DeleteFunc(list.sorted(), func(m member) bool { return m.gone })
	how := "tells what changed"
	if list.token == "" {
		how = "is read whole whenever something in it changed"
	}
	report.Notes = append(report.Notes, fmt.Sprintf("Address book %s has %d cards and %s.", b.label(), len(few), how))
	report.Total += len(few)
	few = few[:min(len(few), max(0, sampleSize-len(report.Sample)))]
	if len(few) == 0 {
		return nil
	}
	texts, err := s.client.cards(ctx, b, few)
	if err != nil {
		return err
	}
	for _, m := range few {
		if rec, ok, err := contact(m, texts[m.id]); err == nil && ok {
			report.Sample = append(report.Sample, rec)
		}
	}
	return nil
}

// isLarge reports an answer that was over its bound, whoever noticed.
func isLarge(err error) bool { return errors.Is(err, errLarge) || errors.Is(err, outbound.ErrTooLarge) }
