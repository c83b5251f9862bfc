package cache

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
)

// A roster is what a full run knows of all contacts of its integration: who there is, with which digest, and who was seen.
// It takes 49 bytes for each contact that was there when the run began and about 60 for each new one.
type roster struct {
	hashes  []hash // ascending
	digests []Digest
	lines   []hash          // the number of each that has one and no issues, so that its entry need not be read; else zero
	seen    []uint64        // a bit for each
	index   []uint32        // where the hashes with the same first bits begin
	shift   uint            // how far the first bits are from the last
	added   map[hash]Digest // since then; all of them seen
	fresh   []hash          // seen since the last checkpoint
}

// add appends a contact; they come in ascending order of their hashes.
func (r *roster) add(h hash, e *contactEntry) {
	r.hashes, r.digests, r.lines = append(r.hashes, h), append(r.digests, e.digest), append(r.lines, e.line())
}

// ready makes the roster searchable after the last contact was added.
func (r *roster) ready() *roster {
	bits := uint(1)
	for 1<<bits < len(r.hashes) {
		bits++
	}
	r.hashes, r.digests, r.lines = slices.Clip(r.hashes), slices.Clip(r.digests), slices.Clip(r.lines)
	r.seen, r.added = make([]uint64, len(r.hashes)/64+1), map[hash]Digest{}
	r.index, r.shift = make([]uint32, 1<<bits+1), 64-bits
	next := 0
	for i, h := range r.hashes {
		for bucket := int(h.head() >> r.shift); next <= bucket; next++ {
			r.index[next] = uint32(i)
		}
	}
	for ; next < len(r.index); next++ {
		r.index[next] = uint32(len(r.hashes))
	}
	return r
}

// head are the first bits of a hash, which are as good as random.
func (h *hash) head() uint64 { return binary.BigEndian.Uint64(h[:8]) }

func (h *hash) compare(o *hash) int {
	if c := cmp.Compare(h.head(), o.head()); c != 0 {
		return c
	}
	return cmp.Compare(binary.BigEndian.Uint64(h[8:]), binary.BigEndian.Uint64(o[8:]))
}

// place is where a contact stands among those that were there.
func (r *roster) place(h hash) (int, bool) {
	bucket := h.head() >> r.shift
	for i := r.index[bucket]; i < r.index[bucket+1]; i++ {
		if r.hashes[i] == h {
			return int(i), true
		}
	}
	return 0, false
}

// find returns a contact's digest. One that was deleted in this run is still found, with the zero digest.
func (r *roster) find(h hash) (Digest, bool) {
	if i, ok := r.place(h); ok {
		return r.digests[i], true
	}
	d, ok := r.added[h]
	return d, ok
}

// entry returns a contact's entry without its issues' texts, if the roster knows all of it.
func (r *roster) entry(h hash) (contactEntry, bool) {
	i, ok := r.place(h)
	if !ok || r.lines[i] == (hash{}) || r.digests[i] == (Digest{}) {
		return contactEntry{}, false
	}
	return contactEntry{digest: r.digests[i], numbers: []hash{r.lines[i]}}, true
}

// see marks a contact as seen and reports whether it was not before. A run without a roster sees everybody anew.
func (r *roster) see(h hash) bool {
	if r == nil {
		return true
	}
	i, ok := r.place(h)
	if !ok || r.seen[i/64]&(1<<(i%64)) != 0 {
		return false
	}
	r.seen[i/64] |= 1 << (i % 64)
	r.fresh = append(r.fresh, h)
	return true
}

// set notes a contact's new entry and that it was seen.
func (r *roster) set(h hash, e *contactEntry) {
	if r == nil {
		return
	}
	d := e.digest
	if i, ok := r.place(h); ok {
		r.digests[i], r.lines[i] = d, e.line()
		r.see(h)
		return
	}
	if _, again := r.added[h]; !again {
		r.fresh = append(r.fresh, h)
	}
	r.added[h] = d
}

// unseen lists the contacts nobody has seen.
func (r *roster) unseen() iter.Seq[hash] {
	return func(yield func(hash) bool) {
		for i, h := range r.hashes {
			if r.seen[i/64]&(1<<(i%64)) == 0 && !yield(h) {
				return
			}
		}
	}
}

// takeFresh returns who was seen since the last call.
func (r *roster) takeFresh() []hash {
	if r == nil {
		return nil
	}
	fresh := r.fresh
	r.fresh = nil
	return fresh
}

// listContacts reads the roster from the table, as the run sees it.
func (r *Refresh) listContacts() (*roster, error) {
	all := &roster{}
	for h, e := range r.w.contacts() {
		if e.err != nil {
			return nil, e.err
		}
		all.add(h, &e)
	}
	return all.ready(), nil
}
