package cache

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/phone"
)

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
