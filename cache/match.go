package cache

import (
	"errors"
	"fmt"
	"iter"
	"time"
	"unsafe"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store"
)

// MaxContacts is how many contacts of one number an answer lists; Total tells how many there are.
const MaxContacts = 25

// Match is one contact that has the number asked for. It holds views on one opened entry, which lives as long as any of
// them and never changes.
type Match struct {
	listing
	total      int
	generation *Generation
}

// Type and ID say which record it is: the preset's object, and the CRM's id.
func (m *Match) Type() Text { return m.typ }

// ID is the record's in the CRM.
func (m *Match) ID() Text { return m.id }

// Name is the contact's; empty in a block, which only knows a company.
func (m *Match) Name() Text { return m.name }

// Company is the contact's.
func (m *Match) Company() Text { return m.company }

// URL is where the CRM shows the record.
func (m *Match) URL() Text { return m.url }

// Label is what the CRM calls this number of the contact, such as "mobile".
func (m *Match) Label() Text { return m.label }

// Extension is what the contact has behind the number asked for; empty if the number is its own.
func (m *Match) Extension() Text { return m.extension }

// Order is the place of the record's type in the preset.
func (m *Match) Order() int { return m.order }

// Changed is when the record was last changed in the CRM, zero if it does not say.
func (m *Match) Changed() time.Time {
	if m.changed == 0 {
		return time.Time{}
	}
	return time.UnixMilli(m.changed).UTC()
}

// Stem reports whether the number is a company's without its last digits.
func (m *Match) Stem() bool { return m.flags&flagStem != 0 }

// Head reports whether the number was written with -0, as a company's switchboard.
func (m *Match) Head() bool { return m.flags&flagHead != 0 }

// Block reports whether the match comes from a number block, so that only the company is known.
func (m *Match) Block() bool { return m.flags&flagBlock != 0 }

// Facts are what is known of the number as this contact has it.
func (m *Match) Facts() Facts { return m.facts }

// Total is how many contacts the integration has for the number; if it is above MaxContacts, the rest was cut off.
func (m *Match) Total() int { return m.total }

// Generation is the one that answered.
func (m *Match) Generation() *Generation { return m.generation }

// Field returns a field copied from the CRM by its exact name.
func (m *Match) Field(name string) (Text, bool) {
	r := reader{rest: m.fields}
	for range m.count {
		n, v := r.text(), r.text()
		if n == name && !r.bad {
			return Text(v), true
		}
	}
	return "", false
}

// Fields lists the fields copied from the CRM in the order in which they were put.
func (m *Match) Fields() iter.Seq2[string, Text] {
	return func(yield func(string, Text) bool) {
		r := reader{rest: m.fields}
		for range m.count {
			n, v := r.text(), r.text()
			if r.bad || !yield(n, Text(v)) {
				return
			}
		}
	}
}

// Match appends to dst the contacts an integration has for a number, in the order of rule 14, at most MaxContacts. The
// number may be folded or not. None is not an error; an entry that cannot be trusted is [ErrUnavailable].
//
// It is one point read without locks and may be called by any number of goroutines.
func (c *Cache) Match(in Ref, n phone.Number, dst []Match) ([]Match, error) {
	ig, err := c.integration(in)
	if err != nil {
		return dst, err
	}
	z := ig.sealer.Load()
	if z == nil {
		return dst, nil
	}
	s := c.scratch()
	defer c.release(s)
	s.setKey(z, kindNumber, s.numberHash(z, n))
	return c.answer(ig, z, s, dst)
}

// answer reads the entry under the scratch's key. A generation that was retired since it was looked up is looked up again.
func (c *Cache) answer(ig *integration, z *sealer, s *scratch, dst []Match) ([]Match, error) {
	for range 3 {
		g := ig.published.Load()
		if g == nil {
			return dst, nil
		}
		body, err := c.open(z, s, g.Version)
		switch {
		case errors.Is(err, store.ErrForgotten):
			continue
		case errors.Is(err, store.ErrNotFound):
			return dst, nil
		case err != nil:
			return dst, fmt.Errorf("match in %s: %w", ig.ref.Integration, err)
		}
		return appendMatches(dst, body, g)
	}
	return dst, fmt.Errorf("match in %s: %w: generation was retired", ig.ref.Integration, ErrUnavailable)
}

func appendMatches(dst []Match, body []byte, g *Generation) ([]Match, error) {
	r := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // body is nobody else's and is never written again
	total, listed := int(r.uvarint()), int(r.uvarint())
	whole := len(dst)
	for range listed {
		one := reader{rest: r.text()}
		dst = append(dst, Match{listing: readListing(&one), total: total, generation: g})
		if one.bad || r.bad {
			return dst[:whole], fmt.Errorf("match: %w: not in the form expected", ErrUnavailable)
		}
	}
	return dst, nil
}

// Stated is a contact that nobody synchronised: somebody said whose a number is. It has no facts about the number.
func Stated(c Contact, at time.Time) Match {
	return Match{
		listing:    listing{order: c.Order, typ: TextOf(c.Type), id: TextOf(c.ID), name: TextOf(c.Name), company: TextOf(c.Company)},
		total:      1,
		generation: &Generation{SyncedAt: at},
	}
}
