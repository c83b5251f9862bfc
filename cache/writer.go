package cache

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/ringdex/ringdex/store"
)

// A writer writes a run's segments, each in a goroutine of its own while the run collects the next. Everything in here
// but start and wait belongs to that goroutine while there is one.
type writer struct {
	z       *sealer
	s       *scratch
	batch   store.Batch
	segment *segment // being written, or written last
	spare   *segment
	done    chan error // nil: there is no goroutine
	failed  error      // of the first segment that was not written

	plain, sealed []byte              // the value at hand
	late          [][]byte            // keys to delete once the numbers are durable
	journals      int                 // written so far, for their names
	numbers       int                 // number entries there are
	written       map[uint64]struct{} // of a first run: the numbers it has written, by the first half of their hash; else nil
}

func newWriter(z *sealer, batch store.Batch) *writer {
	return &writer{z: z, s: newScratch(), batch: batch, segment: newSegment(), spare: newSegment()}
}

// start begins to write a segment once the one before is written, and returns an empty one.
func (w *writer) start(next *segment) (spare *segment, err error) {
	if err := w.wait(); err != nil {
		return next, err
	}
	w.segment, w.spare = next, w.segment
	w.spare.clear()
	w.done = make(chan error, 1)
	go func() { w.done <- w.write() }()
	return w.spare, nil
}

// wait returns when nothing is being written, with the error of the first segment that could not be.
func (w *writer) wait() error {
	if w.done != nil {
		w.failed = <-w.done
		w.done = nil
	}
	return w.failed
}

// write writes the segment: first a journal of the contacts in it, then their numbers, then the contacts. So a contact
// entry is never there before its numbers are, and when the process dies in between, the journal tells which numbers
// may hold what no contact entry knows of (resume.go).
func (w *writer) write() error {
	order := sortedKeys(w.segment.contacts)
	journal, err := w.writeJournal(order)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := w.writeNumbers(); err != nil {
		return fmt.Errorf("write numbers: %w", err)
	}
	if err := w.writeContacts(order); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	for _, key := range journal {
		if err := w.batch.Delete(key); err != nil {
			return fmt.Errorf("delete journal: %w", err)
		}
	}
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

func (w *writer) writeContacts(order []hash) error {
	if err := w.deleteLate(); err != nil {
		return err
	}
	for _, h := range order {
		e := w.segment.contacts[h]
		w.s.setKey(w.z, kindContact, h)
		if e.deleted {
			if err := w.batch.Delete(w.s.key); err != nil {
				return err
			}
			continue
		}
		w.plain = e.append(w.plain[:0])
		if err := w.putSealed(w.s.key, w.plain); err != nil {
			return err
		}
	}
	return w.batch.Flush()
}

func (w *writer) deleteLate() error {
	for _, key := range w.late {
		if err := w.batch.Delete(key); err != nil {
			return err
		}
	}
	w.late = w.late[:0]
	return nil
}

// writeNumbers merges the changes into the entries of their numbers.
func (w *writer) writeNumbers() error {
	changes := w.segment.changes
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
		if err := w.merge(order[:n]); err != nil {
			return err
		}
		order = order[n:]
	}
	return w.batch.Flush()
}

// chunkHashes is how many hashes stand in one value of a journal or of the list of contacts seen.
const chunkHashes = 16 << 10

// writeJournal writes which contacts are being written under which numbers, and returns its keys.
func (w *writer) writeJournal(order []hash) (keys [][]byte, err error) {
	for len(order) > 0 {
		w.plain = w.plain[:0]
		for len(order) > 0 && len(w.plain) < chunkHashes*hashSize {
			e := w.segment.contacts[order[0]]
			w.plain = append(w.plain, order[0][:]...)
			w.plain = binary.AppendUvarint(w.plain, uint64(len(e.numbers)))
			for i := range e.numbers {
				w.plain = append(w.plain, e.numbers[i][:]...)
			}
			order = order[1:]
		}
		key := w.z.prefix.numbered(kindJournal, w.journals)
		w.journals++
		keys = append(keys, key)
		if err := w.putSealed(key, w.plain); err != nil {
			return nil, err
		}
	}
	return keys, w.batch.Flush()
}

// open reads the value of the scratch's key as the run sees it.
func (w *writer) open() ([]byte, error) {
	w.s.aead = w.z.aead
	err := w.batch.Get(w.s.key, w.s.view)
	return w.s.take(), err
}

// scan lists a range as the run sees it.
func (w *writer) scan(prefix []byte) iter.Seq2[store.Item, error] { return w.batch.Scan(prefix) }

// putSealed writes a value under a key, sealed.
func (w *writer) putSealed(key, plain []byte) error {
	w.sealed = w.z.seal(w.sealed[:0], plain, key)
	return w.batch.Put(key, w.sealed)
}
