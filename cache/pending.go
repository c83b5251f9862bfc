package cache

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// pending is what a run has not written yet: a segment of bounded size, written in the order of its keys.
type pending struct {
	contacts map[hash]contactEntry
	changes  []change
	arena    []byte   // listings the changes point at
	facts    []byte   // of the number at hand
	sealed   []byte   // the value at hand
	plain    []byte   // the same before
	late     [][]byte // keys to delete once the numbers are durable
	journals int      // written by this process, for their names
}

// change puts a contact under a number, or takes it away.
type change struct {
	number, contact hash
	from, to        uint32 // of the listing in the arena; the same: take away
}

// A segment is full at so many changes or bytes, about 40 MB of memory with everything.
const (
	segmentChanges = 64 << 10
	segmentBytes   = 24 << 20
)

func newPending() pending { return pending{contacts: map[hash]contactEntry{}} }

// put adds a contact to the segment.
func (r *Refresh) put(c *Contact, digest Digest, numbers []LabelledNumber) error {
	h := r.s.contactHash(r.z, c.Type, c.ID)
	old, known, err := r.contact(h)
	if err != nil {
		return err
	}
	e := contactEntry{digest: digest, issues: len(c.Issues), tail: appendIssues(nil, c)}
	e.numbers = r.list(h, c, numbers)
	r.unlist(h, old.numbers, e.numbers)
	r.pending.contacts[h] = e
	r.roster.set(h, digest)
	r.generation.Counts.Rejected += e.issues - old.issues
	if known {
		r.rec.Stats.Changed++
	} else {
		r.rec.Stats.Added++
		r.generation.Counts.Contacts++
	}
	return nil
}

// list puts a contact under each of its numbers and returns their hashes. Numbers that fold to the same are one line.
func (r *Refresh) list(h hash, c *Contact, numbers []LabelledNumber) []hash {
	hashes := make([]hash, 0, len(numbers))
	for i, n := range numbers {
		if n.Number.IsZero() {
			continue
		}
		line := r.s.numberHash(r.z, n.Number)
		if slices.Contains(hashes, line) {
			continue
		}
		hashes = append(hashes, line)
		p := &r.pending
		p.facts = appendFacts(p.facts[:0], n.Number, r.o.Language)
		from := len(p.arena)
		p.arena = appendListing(p.arena, c, sameLine(numbers[i:]), p.facts)
		p.changes = append(p.changes, change{number: line, contact: h, from: uint32(from), to: uint32(len(p.arena))})
	}
	return hashes
}

// sameLine is the first of the numbers with what the others say that are the same line: the first label there is, and an
// extension only if none of them stands without one.
func sameLine(numbers []LabelledNumber) LabelledNumber {
	first := numbers[0]
	folded := first.Number.Fold()
	for _, n := range numbers[1:] {
		if n.Number.Fold() != folded {
			continue
		}
		if first.Label == "" {
			first.Label = n.Label
		}
		if n.Extension == "" {
			first.Extension = ""
		}
		first.Stem = first.Stem && n.Stem
		first.Head = first.Head || n.Head
	}
	return first
}

// unlist takes a contact away from the numbers it no longer has.
func (r *Refresh) unlist(h hash, old, now []hash) {
	for _, number := range old {
		if !slices.Contains(now, number) {
			r.pending.changes = append(r.pending.changes, change{number: number, contact: h})
		}
	}
}

// remove takes a contact away from all its numbers.
func (r *Refresh) remove(h hash) error {
	old, known, err := r.contact(h)
	if err != nil || !known {
		return err
	}
	r.unlist(h, old.numbers, nil)
	r.pending.contacts[h] = contactEntry{deleted: true}
	r.roster.set(h, Digest{})
	r.generation.Counts.Contacts--
	r.generation.Counts.Rejected -= old.issues
	r.rec.Stats.Removed++
	return nil
}

func (r *Refresh) flushIfFull() error {
	p := &r.pending
	if len(p.changes) < r.c.segment && len(p.contacts) < r.c.segment && len(p.arena) < segmentBytes {
		return nil
	}
	return r.flush()
}

// flush writes the segment: first a journal of the contacts in it, then their numbers, then the contacts. So a contact
// entry is never there before its numbers are, and when the process dies in between, the journal tells which numbers
// may hold what no contact entry knows of (resume.go).
func (r *Refresh) flush() error {
	if len(r.pending.contacts) == 0 {
		return nil
	}
	order := sortedKeys(r.pending.contacts)
	journal, err := r.writeJournal(order)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := r.flushNumbers(); err != nil {
		return fmt.Errorf("write numbers: %w", err)
	}
	if err := r.flushContacts(order); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	for _, key := range journal {
		if err := r.batch.Delete(key); err != nil {
			return fmt.Errorf("delete journal: %w", err)
		}
	}
	clear(r.pending.contacts)
	r.pending.changes, r.pending.arena = r.pending.changes[:0], r.pending.arena[:0]
	return nil
}

func sortedKeys(m map[hash]contactEntry) []hash {
	keys := make([]hash, 0, len(m))
	for h := range m {
		keys = append(keys, h)
	}
	slices.SortFunc(keys, func(a, b hash) int { return a.compare(&b) })
	return keys
}

func (r *Refresh) flushContacts(order []hash) error {
	if err := r.deleteLate(); err != nil {
		return err
	}
	for _, h := range order {
		e := r.pending.contacts[h]
		r.s.setKey(r.z, kindContact, h)
		if e.deleted {
			if err := r.batch.Delete(r.s.key); err != nil {
				return err
			}
			continue
		}
		r.pending.plain = e.append(r.pending.plain[:0])
		if err := r.putSealed(r.s.key, r.pending.plain); err != nil {
			return err
		}
	}
	return r.batch.Flush()
}

func (r *Refresh) deleteLate() error {
	for _, key := range r.pending.late {
		if err := r.batch.Delete(key); err != nil {
			return err
		}
	}
	r.pending.late = r.pending.late[:0]
	return nil
}

// flushNumbers merges the changes into the entries of their numbers.
func (r *Refresh) flushNumbers() error {
	changes := r.pending.changes
	order := make([]uint32, len(changes))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		if c := changes[a].number.compare(&changes[b].number); c != 0 {
			return c
		}
		return int(a) - int(b)
	})
	for len(order) > 0 {
		n := 1
		for n < len(order) && changes[order[n]].number == changes[order[0]].number {
			n++
		}
		if err := r.merge(order[:n]); err != nil {
			return err
		}
		order = order[n:]
	}
	return r.batch.Flush()
}

// chunkHashes is how many hashes stand in one value of a journal or of the list of contacts seen.
const chunkHashes = 16 << 10

// writeJournal writes which contacts are being written under which numbers, and returns its keys.
func (r *Refresh) writeJournal(order []hash) (keys [][]byte, err error) {
	p := &r.pending
	for len(order) > 0 {
		p.plain = p.plain[:0]
		for len(order) > 0 && len(p.plain) < chunkHashes*hashSize {
			e := p.contacts[order[0]]
			p.plain = append(p.plain, order[0][:]...)
			p.plain = binary.AppendUvarint(p.plain, uint64(len(e.numbers)))
			for i := range e.numbers {
				p.plain = append(p.plain, e.numbers[i][:]...)
			}
			order = order[1:]
		}
		key := r.z.prefix.numbered(kindJournal, p.journals)
		p.journals++
		keys = append(keys, key)
		if err := r.putSealed(key, p.plain); err != nil {
			return nil, err
		}
	}
	return keys, r.batch.Flush()
}
