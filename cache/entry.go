package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"unsafe"

	"github.com/ringdex/ringdex/store"
)

// contactEntry is what is stored of a contact besides what stands under its numbers: enough to see that it is unchanged,
// and to find its numbers when it is not.
type contactEntry struct {
	digest  Digest // zero: what is stored may be incomplete
	numbers []hash
	issues  int
	tail    []byte // issues, encoded
	deleted bool
	err     error // of reading it
}

// line is the contact's number if it has just one and no issues.
func (e *contactEntry) line() hash {
	if len(e.numbers) != 1 || e.issues != 0 || e.deleted {
		return hash{}
	}
	return e.numbers[0]
}

func (e *contactEntry) append(dst []byte) []byte {
	dst = append(dst, e.digest[:]...)
	dst = binary.AppendUvarint(dst, uint64(len(e.numbers)))
	for i := range e.numbers {
		dst = append(dst, e.numbers[i][:]...)
	}
	dst = binary.AppendUvarint(dst, uint64(e.issues))
	return append(dst, e.tail...)
}

// readContactEntry appends the numbers to the slice given, to save garbage when many entries are read.
func readContactEntry(body []byte, numbers []hash) (contactEntry, error) {
	r := reader{rest: unsafe.String(unsafe.SliceData(body), len(body))} // used here only; what is kept is copied
	e := contactEntry{numbers: numbers}
	copy(e.digest[:], r.bytes(len(e.digest)))
	for range r.uvarint() {
		var h hash
		if copy(h[:], r.bytes(hashSize)); r.bad {
			break
		}
		e.numbers = append(e.numbers, h)
	}
	e.issues = int(r.uvarint())
	e.tail = []byte(r.rest)
	if r.bad {
		return e, fmt.Errorf("contact entry: %w: not in the form expected", ErrUnavailable)
	}
	return e, nil
}

// appendIssues encodes a contact's issues with what a report says of it.
func appendIssues(dst []byte, c *Contact) []byte {
	if len(c.Issues) == 0 {
		return dst
	}
	url := c.URL
	if len(url) > maxListing {
		url = ""
	}
	for _, s := range [...]string{c.Type, c.ID, clip(c.Name), clip(c.Company), url} {
		dst = appendText(dst, s)
	}
	for _, i := range c.Issues {
		dst = appendText(appendText(dst, i.Reason), clip(i.Raw))
	}
	return dst
}

// contact returns the entry of a contact as the run sees it, with what it has not written yet.
func (r *Refresh) contact(h hash) (e contactEntry, known bool, err error) {
	if e, ok := r.unwritten(h); ok {
		return e, !e.deleted, nil
	}
	if r.roster != nil {
		if _, ok := r.roster.find(h); !ok {
			return contactEntry{}, false, nil
		}
		if e, ok := r.roster.entry(h); ok {
			return e, true, nil
		}
	}
	r.s.setKey(r.z, kindContact, h)
	r.s.aead = r.z.aead
	err = r.w.batch.Get(r.s.key, r.s.view)
	body := r.s.take()
	if errors.Is(err, store.ErrNotFound) {
		return contactEntry{}, false, nil
	}
	if err != nil {
		return contactEntry{}, false, fmt.Errorf("read contact entry: %w", err)
	}
	e, err = readContactEntry(body, nil)
	return e, err == nil, err
}

// unwritten returns a contact's entry from the segments on their way.
func (r *Refresh) unwritten(h hash) (contactEntry, bool) {
	if e, ok := r.pending.contacts[h]; ok {
		return e, true
	}
	e, ok := r.w.segment.contacts[h]
	return e, ok
}

// digest returns that of a contact; not known are those that are not there, and those that may be incomplete.
func (r *Refresh) digest(h hash) (d Digest, known bool, err error) {
	if e, ok := r.unwritten(h); ok {
		return e.digest, !e.deleted && e.digest != Digest{}, nil
	}
	if r.roster != nil {
		d, known = r.roster.find(h)
		return d, known && d != Digest{}, nil
	}
	e, known, err := r.contact(h)
	return e.digest, known && e.digest != Digest{}, err
}

// contacts lists the contact entries as the run sees them, without what it has not written yet. An entry's numbers and
// tail are valid during its step.
func (w *writer) contacts() iter.Seq2[hash, contactEntry] {
	return func(yield func(hash, contactEntry) bool) {
		var body []byte
		var numbers []hash
		for item, err := range w.scan(w.z.prefix.key(nil, kindContact)) {
			var e contactEntry
			var h hash
			if err == nil {
				copy(h[:], item.Key[prefixSize+1:])
				body, err = unseal(w.z.aead, body[:0], item.Value, item.Key)
			}
			if err == nil {
				e, err = readContactEntry(body, numbers[:0])
				numbers = e.numbers
			}
			if e.err = err; !yield(h, e) || err != nil {
				return
			}
		}
	}
}
