package cache

import "slices"

// segment is a part of what a run has to write, of bounded size, so that it can be written in the order of its keys.
type segment struct {
	contacts map[hash]contactEntry
	changes  []change
	arena    []byte // listings the changes point at
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

func newSegment() *segment { return &segment{contacts: map[hash]contactEntry{}} }

func (g *segment) full(changes int) bool {
	return len(g.changes) >= changes || len(g.contacts) >= changes || len(g.arena) >= segmentBytes
}

func (g *segment) clear() {
	clear(g.contacts)
	g.changes, g.arena = g.changes[:0], g.arena[:0]
}

// put adds a contact to the segment.
func (r *Refresh) put(c *Contact, digest Digest, numbers []LabelledNumber) error {
	if len(c.ID) > MaxID || len(c.Type) > MaxID {
		return ErrID
	}
	c.Issues = c.Issues[:min(len(c.Issues), MaxIssues)]
	h := r.s.contactHash(r.z, c.Type, c.ID)
	old, known, err := r.contact(h)
	if err != nil {
		return err
	}
	e := contactEntry{digest: digest, issues: len(c.Issues), tail: appendIssues(nil, c)}
	e.numbers = r.list(h, c, numbers)
	r.unlist(h, old.numbers, e.numbers)
	r.pending.contacts[h] = e
	r.roster.set(h, &e)
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
		p := r.pending
		r.facts = appendFacts(r.facts[:0], n.Number, r.o.Language)
		from := len(p.arena)
		p.arena = appendBounded(p.arena, c, sameLine(numbers[i:]), r.facts)
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
	r.roster.set(h, &contactEntry{deleted: true})
	r.generation.Counts.Contacts--
	r.generation.Counts.Rejected -= old.issues
	r.rec.Stats.Removed++
	return nil
}

func (r *Refresh) flushIfFull() error {
	if !r.pending.full(r.c.segment) {
		return nil
	}
	return r.flush()
}

// flush has the segment written while the next one is collected.
func (r *Refresh) flush() error {
	if len(r.pending.contacts) == 0 {
		return nil
	}
	spare, err := r.w.start(r.pending)
	r.pending = spare
	return err
}

// settle has everything written.
func (r *Refresh) settle() error {
	if err := r.flush(); err != nil {
		return err
	}
	return r.w.wait()
}
