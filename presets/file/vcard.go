package file

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/columns"
	"github.com/ringdex/ringdex/presets/internal/vcard"
	"github.com/ringdex/ringdex/wording"
)

// cards are the contacts of a vCard file (RFC 6350, RFC 2426 and version 2.1).
type cards struct {
	in       *input
	coding   coding
	replaced int
}

func openCards(in *input, c coding) *content {
	cs := &cards{in: in, coding: c}
	return &content{about: wording.New("file.vcard_in", "vCard in {Charset}", "Charset", c.name), contacts: cs, close: func() {}, bad: &cs.replaced}
}

func (c *cards) records(ctx context.Context) iter.Seq2[presets.Record, error] {
	return func(yield func(presets.Record, error) bool) {
		c.replaced = 0
		text, err := c.in.text(c.coding, &c.replaced)
		if err != nil {
			yield(presets.Record{}, failure(c.in.name, 0, wording.New("presets.file_cannot_read", "the file cannot be read"), wording.Text{}))
			return
		}
		r := vcard.NewReader(text)
		for n := 0; ; n++ {
			one, err := r.Next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(presets.Record{}, c.located(err))
				return
			case n >= maxRows:
				yield(presets.Record{}, failure(c.in.name, r.Line(), wording.New("file.more_than_most_cards", "there are more than {Most} cards", "Most", maxRows), wording.New("file.split_file", "split the file")))
				return
			case n%256 == 0 && ctx.Err() != nil:
				yield(presets.Record{}, ctx.Err())
				return
			}
			if !one.IsGroup() && !yield(contactOf(one), nil) {
				return
			}
		}
	}
}

func (c *cards) located(err error) error {
	var at *vcard.Error
	if errors.As(err, &at) {
		return failure(c.in.name, at.Line, at.Text, at.Hint)
	}
	return failure(c.in.name, 0, wording.New("presets.file_cannot_read", "the file cannot be read"), wording.Text{})
}

// contactOf is a card's contact; one without a UID is itself by what it says.
func contactOf(c vcard.Card) presets.Record {
	rec := c.Record()
	if rec.ID == "" {
		rec.ID = columns.Identity(rec)
	}
	return rec
}
