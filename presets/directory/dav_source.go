package directory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/vcard"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
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
	if set.roots != nil {
		if c.Trusting == nil {
			return nil, fmt.Errorf("open %s: certificates of another authority are not taken here", p.ID)
		}
		c.HTTP = c.Trusting(set.roots)
	}
	if p.NeedsSignIn(c.Options) && c.Token == nil {
		return nil, &presets.Error{Op: wording.New("presets.open_name", "open {Name}", "Name", p.Name), Text: wording.New("presets.nobody_has_signed_yet", "nobody has signed in yet"), Hint: wording.New("presets.press_connect", "press Connect"), ReauthNeeded: true}
	}
	return &davSource{preset: p, conn: c, client: &davClient{preset: p, conn: c, set: set, home: at, most: maxAnswer}}, nil
}

// Close implements [presets.Source].
func (s *davSource) Close() error {
	s.conn.HTTP.CloseIdleConnections()
	return nil
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

// contact is the card of a member; ok is false for one that is gone, and for a group, which is a list of others.
func contact(m member, text string) (rec presets.Record, ok bool, err error) {
	if text == "" {
		return rec, false, nil
	}
	card, err := vcard.Parse(text)
	if err != nil {
		e := &presets.Error{Op: wording.New("directory.read_address_book", "read the address book"), Text: wording.New("directory.card_id_cannot_read", "the card {ID} cannot be read", "ID", fmt.Sprintf("%.80s", lastPart(m.id))), Hint: wording.New("directory.open_contact_address_book_save", "open that contact in the address book and save it again, or delete it"), Err: err}
		var at *vcard.Error
		if errors.As(err, &at) {
			e.Text = wording.New("directory.card_at", "{Text}: line {Line}: {Reason}", "Text", e.Text, "Line", at.Line, "Reason", at.Text)
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
		report.Notes = append(report.Notes, wording.New("directory.open_contacts", "The connection is not encrypted: contacts can be read on the way."))
	}
	for _, b := range books {
		if err := s.look(ctx, b, &report); err != nil {
			return report, err
		}
	}
	if n := len(found) - len(books); n > 0 {
		report.Notes = append(report.Notes, wording.New("directory.further", "{Count} further address books are left out.", "Count", n))
	}
	if report.Total == 0 {
		report.Missing = append(report.Missing, wording.New("directory.empty", "the address books are empty"))
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
	if list.token != "" {
		report.Notes = append(report.Notes, wording.New("directory.book", "Address book {Name} has {Count} cards and tells what changed.", "Name", b.label(), "Count", len(few)))
	} else {
		report.Notes = append(report.Notes, wording.New("directory.book_whole", "Address book {Name} has {Count} cards and is read whole whenever something in it changed.", "Name", b.label(), "Count", len(few)))
	}
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
