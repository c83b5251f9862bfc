package cache

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strings"
	"unsafe"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/store"
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

// sighting is one contact of one number in a hundred.
type sighting struct {
	stem, company, contact uint64 // hashes, but for the stem; company 0: none
	number                 hash
}

// evidence collects what the numbers of an integration say about blocks.
type evidence struct {
	seed      maphash.Seed
	sightings []sighting
	claimed   map[phone.Block]*claim // typed in, or written -0
	open      []int                  // of the ranges typed in without a company
}

// claim is a block whose company is not certain yet.
type claim struct {
	company string
	folded  string
	typed   bool // by the admin
	fixed   bool // with its company
	mixed   bool // two companies
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

// numberEntry is an entry read in passing; it is valid during its step.
type numberEntry struct {
	hash     hash
	total    int
	listings []listing
}

// numberEntries lists the number entries as the run sees them, without what it has not written yet.
func (w *writer) numberEntries() iter.Seq2[numberEntry, error] {
	return readNumbers(w.z, w.scan(w.z.prefix.key(nil, kindNumber)))
}

func readNumbers(z *sealer, items iter.Seq2[store.Item, error]) iter.Seq2[numberEntry, error] {
	return func(yield func(numberEntry, error) bool) {
		var body []byte
		var e numberEntry
		for item, err := range items {
			if err == nil {
				body, err = unseal(z.aead, body[:0], item.Value, item.Key)
			}
			if err != nil {
				yield(numberEntry{}, err)
				return
			}
			rd := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // valid until the next step
			e.hash, e.total, e.listings = hash(item.Key[prefixSize+1:]), int(rd.uvarint()), e.listings[:0]
			for range rd.uvarint() {
				one := reader{rest: rd.text()}
				e.listings = append(e.listings, readListing(&one))
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func newEvidence(ranges []Range) *evidence {
	ev := &evidence{seed: maphash.MakeSeed(), claimed: map[phone.Block]*claim{}}
	for _, r := range ranges {
		ev.claimed[r.Block] = &claim{company: r.Company, folded: fold(r.Company), typed: true, fixed: r.Company != ""}
		if r.Company == "" && !slices.Contains(ev.open, r.Block.Open) {
			ev.open = append(ev.open, r.Block.Open)
		}
	}
	return ev
}

// fold is the form in which companies are compared.
func fold(company string) string { return strings.ToLower(strings.Join(strings.Fields(company), " ")) }

// add takes the contacts of a number as evidence. A number of more contacts than are listed speaks against every block.
func (ev *evidence) add(e numberEntry) {
	n, err := phone.ParseE164(e.listings[0].facts.E164)
	if err != nil || !n.Blockable() {
		return
	}
	n = n.Fold()
	for i := range e.listings {
		ev.addContact(n, e, &e.listings[i])
	}
}

func (ev *evidence) addContact(n phone.Number, e numberEntry, l *listing) {
	company := l.company.String()
	folded := fold(company)
	for _, open := range ev.open {
		b, ok := phone.BlockOf(n, open)
		if c := ev.claimed[b]; ok && c != nil && c.typed && !c.fixed {
			c.add(company, folded)
		}
	}
	if l.flags&flagHead != 0 && folded != "" {
		ev.addHead(n, l.facts.Region, company, folded)
	}
	b, ok := phone.BlockOf(n, hundred)
	if !ok {
		return
	}
	s := sighting{stem: maphash.Comparable(ev.seed, b), contact: maphash.String(ev.seed, string(l.typ)+"\x00"+string(l.id)), number: e.hash}
	if folded != "" && e.total <= MaxContacts {
		s.company = max(1, maphash.String(ev.seed, folded))
	}
	ev.sightings = append(ev.sightings, s)
}

func (c *claim) add(company, folded string) {
	switch {
	case c.folded == "" && !c.mixed && folded != "":
		c.company, c.folded = company, folded
	case c.folded != folded:
		c.mixed = true
	case company < c.company: // spelled differently: the same one whatever the order
		c.company = company
	}
}

// addHead claims the blocks of a head number.
func (ev *evidence) addHead(n phone.Number, region, company, folded string) {
	if region != "DE" && region != "AT" {
		return
	}
	stem, ok := n.Stem(1)
	if !ok || !strings.HasSuffix(n.E164(), "0") {
		return
	}
	for open := 1; open <= longestOpen; open++ {
		b := phone.Block{Stem: stem, Open: open}
		if c := ev.claimed[b]; c == nil {
			ev.claimed[b] = &claim{company: company, folded: folded}
		} else if !c.typed {
			c.add(company, folded)
		}
	}
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

// hundreds lists, for each hundred that is a block, one number in it: the one with the lowest hash.
func (ev *evidence) hundreds() iter.Seq[hash] {
	slices.SortFunc(ev.sightings, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.stem, b.stem), a.number.compare(&b.number))
	})
	return func(yield func(hash) bool) {
		for rest := ev.sightings; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].stem == rest[0].stem {
				n++
			}
			if isBlock(rest[:n]) && !yield(rest[0].number) {
				return
			}
			rest = rest[n:]
		}
	}
}

// isBlock reports whether the sightings in one hundred, sorted by number, are of one company and of enough colleagues.
func isBlock(in []sighting) bool {
	if in[0].company == 0 {
		return false
	}
	numbers, contacts := 0, map[uint64]bool{}
	for i := range in {
		if in[i].company != in[0].company {
			return false
		}
		if i == 0 || in[i].number != in[i-1].number {
			numbers++
		}
		contacts[in[i].contact] = true
	}
	return numbers >= colleagues && len(contacts) >= colleagues
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
