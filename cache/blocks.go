package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ringdex/ringdex/phone"
)

// Number blocks (rule 9): a range of numbers that is one company's, on evidence only. There are three kinds: a range
// typed in; in Germany and Austria a head number written with -0, which stands for its stem and one to five digits; and
// a hundred in which three colleagues of one company have three different numbers, and nobody else's contact has one.
//
// They are found at the end of a full run in the number entries themselves, so a refresh finds what a fresh build does.

// Range is a number block typed in by the admin.
type Range struct {
	Block   phone.Block
	Company string // "": that of the contacts within, if it is one company's
}

// colleagues is how many of them, with as many numbers, make a hundred a block.
const colleagues = 3

// openDigits of a hundred, and of what a head number stands for.
const (
	hundred     = 2
	longestOpen = 5
)

// MatchBlock is [Cache.Match] for the number block a number lies in, the smallest one if it lies in several: at most one
// match, of which only the company is known. It is one point read for each length of block the integration has.
func (c *Cache) MatchBlock(in Ref, n phone.Number, dst []Match) ([]Match, error) {
	ig, err := c.integration(in)
	if err != nil {
		return dst, err
	}
	z, g := ig.sealer.Load(), ig.published.Load()
	if z == nil || g == nil || len(g.Blocks.Open) == 0 || !n.Blockable() {
		return dst, nil
	}
	s := c.scratch()
	defer c.release(s)
	whole := len(dst)
	for _, open := range g.Blocks.Open {
		b, ok := phone.BlockOf(n.Fold(), open)
		if !ok {
			continue
		}
		s.setKey(z, kindBlock, s.blockHash(z, b))
		if dst, err = c.answer(ig, z, s, dst); err != nil || len(dst) > whole {
			return dst, err
		}
	}
	return dst, nil
}

func (s *scratch) blockHash(z *sealer, b phone.Block) hash {
	s.text = append(s.text[:0], b.Key()...)
	return s.hash(z, kindBlock, s.text)
}

// findBlocks replaces the blocks if anything has changed that they stand on.
func (r *Refresh) findBlocks() error {
	typed, st := digestOfRanges(r.o.Blocks), r.rec.Stats
	same := r.generation.Blocks.Typed == typed && st.Added+st.Changed+st.Removed == 0 && !r.rec.Uncounted
	if r.roster == nil || same {
		return nil
	}
	ev := newEvidence(r.o.Blocks)
	for l, err := range r.w.numberEntries() {
		if err != nil {
			return err
		}
		ev.add(l)
	}
	found, err := r.judge(ev)
	if err != nil {
		return err
	}
	r.generation.Blocks = Blocks{Count: len(found), Open: openDigitsOf(found), Typed: typed}
	return r.writeBlocks(found)
}

func digestOfRanges(ranges []Range) Digest {
	var parts []string
	for _, r := range ranges {
		parts = append(parts, r.Block.Key(), r.Company)
	}
	return DigestOf(parts...)
}

// judge returns the blocks and their companies.
func (r *Refresh) judge(ev *evidence) (map[phone.Block]string, error) {
	found := map[phone.Block]string{}
	for number := range ev.hundreds() {
		b, company, err := r.hundredOf(number)
		if err != nil {
			return nil, err
		}
		found[b] = company
	}
	for b, c := range ev.claimed {
		if c.mixed || c.folded == "" {
			delete(found, b)
			continue
		}
		found[b] = c.company
	}
	return found, nil
}

// hundredOf reads a number's hundred and its company.
func (r *Refresh) hundredOf(number hash) (phone.Block, string, error) {
	l := line{number: number}
	if err := r.w.readStored(&l); err != nil {
		return phone.Block{}, "", err
	}
	first := l.all[0].listing
	n, err := phone.ParseE164(first.facts.E164)
	b, ok := phone.BlockOf(n.Fold(), hundred)
	if err != nil || !ok {
		return b, "", fmt.Errorf("number entry: %w: not in the form expected", ErrUnavailable)
	}
	return b, first.company.String(), nil
}

func openDigitsOf(found map[phone.Block]string) []int {
	open := map[int]bool{}
	for b := range found {
		open[b.Open] = true
	}
	return slices.Sorted(maps.Keys(open))
}

// writeBlocks writes the entries that differ and deletes those of blocks that are none any more.
func (r *Refresh) writeBlocks(found map[phone.Block]string) error {
	wanted := map[hash][]byte{}
	for b, company := range found {
		wanted[r.s.blockHash(r.z, b)] = blockEntry(company)
	}
	for item, err := range r.w.scan(r.z.prefix.key(nil, kindBlock)) {
		if err != nil {
			return err
		}
		h := hash(item.Key[prefixSize+1:])
		body, err := unseal(r.z.aead, nil, item.Value, item.Key)
		switch {
		case err != nil && !errors.Is(err, ErrUnavailable):
			return err
		case wanted[h] == nil:
			if err := r.w.batch.Delete(item.Key); err != nil {
				return err
			}
		case bytes.Equal(body, wanted[h]):
			delete(wanted, h)
		}
	}
	for h, plain := range wanted {
		r.w.s.setKey(r.z, kindBlock, h)
		if err := r.w.putSealed(r.w.s.key, plain); err != nil {
			return err
		}
	}
	return nil
}

// blockEntry has the form of a number's entry with one contact, of which only the company is known.
func blockEntry(company string) []byte {
	l := appendListing(nil, &Contact{Company: company}, LabelledNumber{block: true}, appendFacts(nil, phone.Number{}, "en"))
	return append(binary.AppendUvarint([]byte{1, 1}, uint64(len(l))), l...)
}
