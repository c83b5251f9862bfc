package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/ringdex/ringdex/store"
)

// A number's entry lists its first MaxContacts contacts in the order of rule 14. Those beyond have an overflow entry
// each, under number and contact, whole as in the list: so when one leaves the list the next can take its place, and
// how many there are is counted and not guessed. Numbers with so many contacts are rare, those with tens of thousands
// are junk; only they pay for it.

// candidate is a contact that may stand in a number's list.
type candidate struct {
	contact hash
	body    string // encoded
	listing listing
}

// line is a number's entry being changed.
type line struct {
	number  hash
	total   int // contacts before the change
	changed map[hash]bool
	all     []candidate // listed before or put now
	over    []candidate // the first of those in overflow
	beyond  int         // contacts in overflow that stay contacts
}

// merge applies the changes of one number, given in the order in which they were made.
func (r *Refresh) merge(order []uint32) error {
	first := &r.pending.changes[order[0]]
	if len(order) == 1 && first.from != first.to && !r.mayExist(first.number) {
		return r.putAlone(first)
	}
	l := line{number: first.number, changed: make(map[hash]bool, len(order))}
	if err := r.readLine(&l); err != nil {
		return err
	}
	for _, i := range order {
		r.apply(&l, &r.pending.changes[i])
	}
	if err := r.readOverflow(&l); err != nil {
		return err
	}
	return r.writeLine(&l)
}

// mayExist reports whether a number may have an entry already. In a first run that is known without a read.
func (r *Refresh) mayExist(number hash) bool {
	if r.written == nil {
		return true
	}
	_, ok := r.written[number.head()]
	return ok
}

// putAlone writes the entry of a number that had none and gets one contact.
func (r *Refresh) putAlone(ch *change) error {
	p := &r.pending
	p.plain = append(p.plain[:0], 1, 1) // total, listed
	p.plain = binary.AppendUvarint(p.plain, uint64(ch.to-ch.from))
	p.plain = append(p.plain, p.arena[ch.from:ch.to]...)
	r.generation.Counts.Numbers++
	return r.putLine(ch.number)
}

// putLine writes what is in p.plain.
func (r *Refresh) putLine(number hash) error {
	if r.written != nil {
		r.written[number.head()] = struct{}{}
	}
	r.s.setKey(r.z, kindNumber, number)
	return r.putSealed(r.s.key, r.pending.plain)
}

// readLine reads the entry there is, if any.
func (r *Refresh) readLine(l *line) error {
	if !r.mayExist(l.number) {
		return nil
	}
	return r.readStored(l)
}

func (r *Refresh) readStored(l *line) error {
	r.s.setKey(r.z, kindNumber, l.number)
	body, err := r.open()
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read number entry: %w", err)
	}
	rd := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // nobody writes to it again
	l.total = int(rd.uvarint())
	for range rd.uvarint() {
		one, err := r.candidate(rd.text())
		if err != nil || rd.bad {
			return fmt.Errorf("read number entry: %w: not in the form expected", ErrUnavailable)
		}
		l.all = append(l.all, one)
	}
	return nil
}

// candidate decodes a listing and finds out whose it is.
func (r *Refresh) candidate(body string) (candidate, error) {
	rd := reader{rest: body}
	one := candidate{body: body, listing: readListing(&rd)}
	if rd.bad {
		return one, ErrUnavailable
	}
	one.contact = r.s.contactHash(r.z, one.listing.typ.String(), one.listing.id.String())
	return one, nil
}

func (r *Refresh) apply(l *line, ch *change) {
	l.changed[ch.contact] = true
	l.all = slices.DeleteFunc(l.all, func(one candidate) bool { return one.contact == ch.contact })
	if ch.from == ch.to {
		return
	}
	body := string(r.pending.arena[ch.from:ch.to])
	rd := reader{rest: body}
	l.all = append(l.all, candidate{contact: ch.contact, body: body, listing: readListing(&rd)})
}

// readOverflow counts the contacts beyond the list and keeps the first of them. Entries of changed contacts go.
func (r *Refresh) readOverflow(l *line) error {
	if l.total <= MaxContacts {
		return nil
	}
	for item, err := range r.scan(r.z.prefix.key(nil, kindOverflow, l.number[:]...)) {
		if err != nil {
			return fmt.Errorf("read overflow: %w", err)
		}
		if l.changed[hash(item.Key[len(item.Key)-hashSize:])] {
			if err := r.batch.Delete(item.Key); err != nil {
				return err
			}
			continue
		}
		body, err := unseal(r.z.aead, nil, item.Value, item.Key)
		if err != nil {
			return fmt.Errorf("read overflow: %w", err)
		}
		one, err := r.candidate(string(body))
		if err != nil {
			return fmt.Errorf("read overflow: %w", err)
		}
		l.beyond++
		l.over = insertFirst(l.over, one)
	}
	return nil
}

// insertFirst keeps the first MaxContacts candidates, in order.
func insertFirst(list []candidate, one candidate) []candidate {
	i, _ := slices.BinarySearchFunc(list, one, byRule14)
	if i >= MaxContacts {
		return list
	}
	list = slices.Insert(list, i, one)
	return list[:min(len(list), MaxContacts)]
}

func byRule14(a, b candidate) int { return a.listing.before(&b.listing) }

// writeLine writes the entry, or deletes it, and moves contacts between list and overflow.
func (r *Refresh) writeLine(l *line) error {
	total := len(l.all) + l.beyond
	if total == 0 {
		return r.deleteLine(l)
	}
	if l.total == 0 {
		r.generation.Counts.Numbers++
	}
	slices.SortFunc(l.all, byRule14)
	listed, err := r.arrange(l)
	if err != nil {
		return err
	}
	p := &r.pending
	p.plain = binary.AppendUvarint(p.plain[:0], uint64(total))
	p.plain = binary.AppendUvarint(p.plain, uint64(len(listed)))
	for i := range listed {
		p.plain = appendText(p.plain, listed[i].body)
	}
	return r.putLine(l.number)
}

func (r *Refresh) deleteLine(l *line) error {
	if l.total == 0 {
		return nil
	}
	r.generation.Counts.Numbers--
	r.s.setKey(r.z, kindNumber, l.number)
	return r.batch.Delete(r.s.key)
}

// arrange returns the first contacts of both lists, sends the rest of one to overflow and fetches the others from there.
// An overflow entry is deleted only after its contact is listed for good: in between it is in both places, never in none.
func (r *Refresh) arrange(l *line) ([]candidate, error) {
	listed := make([]candidate, 0, min(len(l.all)+len(l.over), MaxContacts))
	all, over := l.all, l.over
	for len(listed) < MaxContacts && len(all)+len(over) > 0 {
		if len(over) == 0 || len(all) > 0 && byRule14(all[0], over[0]) <= 0 {
			listed, all = append(listed, all[0]), all[1:]
			continue
		}
		r.pending.late = append(r.pending.late, bytes.Clone(r.overflowKey(l.number, over[0].contact)))
		listed, over = append(listed, over[0]), over[1:]
	}
	for _, one := range all {
		if err := r.putSealed(r.overflowKey(l.number, one.contact), []byte(one.body)); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

func (r *Refresh) overflowKey(number, contact hash) []byte {
	r.s.setKey(r.z, kindOverflow, number)
	r.s.key = append(r.s.key, contact[:]...)
	return r.s.key
}
