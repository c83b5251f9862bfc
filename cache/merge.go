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
func (w *writer) merge(order []uint32) error {
	first := &w.segment.changes[order[0]]
	if len(order) == 1 && first.from != first.to && !w.mayExist(first.number) {
		return w.putAlone(first)
	}
	l := line{number: first.number, changed: make(map[hash]bool, len(order))}
	if err := w.readLine(&l); err != nil {
		return err
	}
	for _, i := range order {
		w.apply(&l, &w.segment.changes[i])
	}
	if err := w.readOverflow(&l); err != nil {
		return err
	}
	return w.writeLine(&l)
}

// mayExist reports whether a number may have an entry already. In a first run that is known without a read.
func (w *writer) mayExist(number hash) bool {
	if w.written == nil {
		return true
	}
	_, ok := w.written[number.head()]
	return ok
}

// putAlone writes the entry of a number that had none and gets one contact.
func (w *writer) putAlone(ch *change) error {
	w.plain = append(w.plain[:0], 1, 1) // total, listed
	w.plain = binary.AppendUvarint(w.plain, uint64(ch.to-ch.from))
	w.plain = append(w.plain, w.segment.arena[ch.from:ch.to]...)
	w.numbers++
	return w.putLine(ch.number)
}

// putLine writes what is in w.plain.
func (w *writer) putLine(number hash) error {
	if w.written != nil {
		w.written[number.head()] = struct{}{}
	}
	w.s.setKey(w.z, kindNumber, number)
	return w.putSealed(w.s.key, w.plain)
}

// readLine reads the entry there is, if any.
func (w *writer) readLine(l *line) error {
	if !w.mayExist(l.number) {
		return nil
	}
	return w.readStored(l)
}

func (w *writer) readStored(l *line) error {
	w.s.setKey(w.z, kindNumber, l.number)
	body, err := w.open()
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read number entry: %w", err)
	}
	rd := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // nobody writes to it again
	l.total = int(rd.uvarint())
	for range rd.uvarint() {
		one, err := w.candidate(rd.text())
		if err != nil || rd.bad {
			return fmt.Errorf("read number entry: %w: not in the form expected", ErrUnavailable)
		}
		l.all = append(l.all, one)
	}
	return nil
}

// candidate decodes a listing and finds out whose it is.
func (w *writer) candidate(body string) (candidate, error) {
	rd := reader{rest: body}
	one := candidate{body: body, listing: readListing(&rd)}
	if rd.bad {
		return one, ErrUnavailable
	}
	one.contact = w.s.listedHash(w.z, &one.listing)
	return one, nil
}

func (w *writer) apply(l *line, ch *change) {
	l.drop(ch.contact)
	l.changed[ch.contact] = true
	if ch.from == ch.to {
		return
	}
	body := string(w.segment.arena[ch.from:ch.to])
	rd := reader{rest: body}
	l.all = append(l.all, candidate{contact: ch.contact, body: body, listing: readListing(&rd)})
}

// drop takes a contact out of the list. One that is neither among the first, where those stay that were listed before,
// nor changed already is not there: without asking, a switchboard's thousand contacts would cost a million steps.
func (l *line) drop(contact hash) {
	same := func(one candidate) bool { return one.contact == contact }
	if l.changed[contact] || slices.ContainsFunc(l.all[:min(len(l.all), MaxContacts)], same) {
		l.all = slices.DeleteFunc(l.all, same)
	}
}

// readOverflow counts the contacts beyond the list and keeps the first of them. Entries of changed contacts go.
func (w *writer) readOverflow(l *line) error {
	if l.total <= MaxContacts {
		return nil
	}
	for item, err := range w.scan(w.z.prefix.key(nil, kindOverflow, l.number[:]...)) {
		if err != nil {
			return fmt.Errorf("read overflow: %w", err)
		}
		if l.changed[hash(item.Key[len(item.Key)-hashSize:])] {
			if err := w.batch.Delete(item.Key); err != nil {
				return err
			}
			continue
		}
		body, err := unseal(w.z.aead, nil, item.Value, item.Key)
		if err != nil {
			return fmt.Errorf("read overflow: %w", err)
		}
		one, err := w.candidate(string(body))
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
func (w *writer) writeLine(l *line) error {
	total := len(l.all) + l.beyond
	if total == 0 {
		return w.deleteLine(l)
	}
	if l.total == 0 {
		w.numbers++
	}
	slices.SortFunc(l.all, byRule14)
	listed, err := w.arrange(l)
	if err != nil {
		return err
	}
	w.plain = binary.AppendUvarint(w.plain[:0], uint64(total))
	w.plain = binary.AppendUvarint(w.plain, uint64(len(listed)))
	for i := range listed {
		w.plain = appendText(w.plain, listed[i].body)
	}
	return w.putLine(l.number)
}

func (w *writer) deleteLine(l *line) error {
	if l.total == 0 {
		return nil
	}
	w.numbers--
	w.s.setKey(w.z, kindNumber, l.number)
	return w.batch.Delete(w.s.key)
}

// arrange returns the first contacts of both lists, sends the rest of one to overflow and fetches the others from there.
// An overflow entry is deleted only after its contact is listed for good: in between it is in both places, never in none.
func (w *writer) arrange(l *line) ([]candidate, error) {
	listed := make([]candidate, 0, min(len(l.all)+len(l.over), MaxContacts))
	all, over := l.all, l.over
	for len(listed) < MaxContacts && len(all)+len(over) > 0 {
		if len(over) == 0 || len(all) > 0 && byRule14(all[0], over[0]) <= 0 {
			listed, all = append(listed, all[0]), all[1:]
			continue
		}
		w.late = append(w.late, bytes.Clone(w.overflowKey(l.number, over[0].contact)))
		listed, over = append(listed, over[0]), over[1:]
	}
	for _, one := range all {
		if err := w.putSealed(w.overflowKey(l.number, one.contact), []byte(one.body)); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

func (w *writer) overflowKey(number, contact hash) []byte {
	w.s.setKey(w.z, kindOverflow, number)
	w.s.key = append(w.s.key, contact[:]...)
	return w.s.key
}
