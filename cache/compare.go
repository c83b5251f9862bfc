package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/ringdex/ringdex/store"
)

// Comparison holds the contacts of a source against what is published, and changes nothing. It is for one goroutine.
type Comparison struct {
	c       *Cache
	z       *sealer
	s       *scratch
	g       *Generation
	roster  *roster
	mapping Digest
}

// Difference is how a contact differs from what is published.
type Difference int

// The differences.
const (
	Unchanged Difference = iota
	Changed
	Added
	Again // it was looked at before
)

// Compare begins a comparison with the published generation, or with nothing if there is none.
func (c *Cache) Compare(ctx context.Context, in Ref, mapping Digest) (*Comparison, error) {
	ig, err := c.integration(in)
	if err != nil {
		return nil, fmt.Errorf("compare with %s: %w", in.Integration, err)
	}
	ig.turn.Lock()
	err = c.unlock(ig)
	ig.turn.Unlock()
	if err != nil {
		return nil, fmt.Errorf("compare with %s: %w", in.Integration, err)
	}
	p := &Comparison{c: c, z: ig.sealer.Load(), s: newScratch(), g: ig.published.Load(), roster: &roster{}, mapping: mapping}
	if p.g != nil {
		err = p.list(ctx)
	}
	p.roster.ready()
	if err != nil {
		return nil, fmt.Errorf("compare with %s: %w", in.Integration, err)
	}
	return p, nil
}

func (p *Comparison) list(ctx context.Context) error {
	var body []byte
	var numbers []hash
	for item, err := range p.c.table.Scan(p.z.prefix.key(nil, kindContact), p.g.Version) {
		if err = errors.Join(err, ctx.Err()); err == nil {
			body, err = unseal(p.z.aead, body[:0], item.Value, item.Key)
		}
		var e contactEntry
		if err == nil {
			e, err = readContactEntry(body, numbers[:0])
			numbers = e.numbers
		}
		if err != nil {
			return err
		}
		var h hash
		copy(h[:], item.Key[prefixSize+1:])
		p.roster.add(h, &e)
	}
	return nil
}

// Published is the generation compared with, nil if there is none.
func (p *Comparison) Published() *Generation { return p.g }

// See tells how a contact differs.
func (p *Comparison) See(typ, id string, raw Digest) Difference {
	h := p.s.contactHash(p.z, typ, id)
	digest := raw.under(p.mapping)
	i, known := p.roster.place(h)
	switch {
	case !known:
		if _, again := p.roster.added[h]; again {
			return Again
		}
		p.roster.added[h] = digest
		return Added
	case p.roster.seen[i/64]&(1<<(i%64)) != 0:
		return Again
	}
	p.roster.seen[i/64] |= 1 << (i % 64)
	if p.roster.digests[i] == digest {
		return Unchanged
	}
	return Changed
}

// Unseen counts the published contacts that were not seen, and shows some of them: those that have a number.
func (p *Comparison) Unseen(ctx context.Context, samples int) (count int, shown []Match, err error) {
	for h := range p.roster.unseen() {
		if err := ctx.Err(); err != nil {
			return count, shown, err
		}
		if count++; len(shown) >= samples {
			continue
		}
		m, ok, err := p.contact(h)
		if err != nil {
			return count, shown, fmt.Errorf("show contacts: %w", err)
		}
		if ok {
			shown = append(shown, m)
		}
	}
	return count, shown, nil
}

// contact is a contact as it stands under its first number.
func (p *Comparison) contact(h hash) (m Match, ok bool, err error) {
	p.s.setKey(p.z, kindContact, h)
	body, err := p.c.open(p.z, p.s, p.g.Version)
	if err != nil {
		return m, false, err
	}
	e, err := readContactEntry(body, nil)
	if err != nil || len(e.numbers) == 0 {
		return m, false, err
	}
	p.s.setKey(p.z, kindNumber, e.numbers[0])
	body, err = p.c.open(p.z, p.s, p.g.Version)
	if errors.Is(err, store.ErrNotFound) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	list, err := appendMatches(nil, body, p.g)
	for i := range list {
		if p.s.listedHash(p.z, &list[i].listing) == h {
			return list[i], true, nil
		}
	}
	return m, false, err
}
