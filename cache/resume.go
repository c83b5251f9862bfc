package cache

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/store"
)

// errFresh means that there is nothing to resume, so that a new run begins.
var errFresh = errors.New("no run to resume")

// resume goes on with the open run from its last checkpoint. Pages read since then are read again; that they may partly
// be written already does no harm, because every change of a contact can be made twice.
func (r *Refresh) resume() error {
	if err := r.claim(); err != nil {
		return err
	}
	r.resumed = true
	if err := r.recover(); err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	if err := r.enrol(); err != nil || r.roster == nil {
		return err
	}
	err := r.readSeen()
	if errors.Is(err, store.ErrNotFound) { // it had finished reading
		return r.abandon()
	}
	return err
}

// claim takes the open run over and opens its batch again.
func (r *Refresh) claim() error {
	rec, err := r.c.load(r.ctx, r.ig.ref)
	if err != nil {
		return err
	}
	if !r.fits(&rec) {
		return errFresh
	}
	batch, err := r.c.table.WriteAt(r.ctx, rec.Run.Version)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrForgotten) {
		return errFresh
	}
	if err != nil {
		return err
	}
	r.w = newWriter(r.z, batch)
	rec, err = r.c.change(r.ctx, r.ig, func(rec *record) error {
		if !r.fits(rec) {
			return ErrFenced
		}
		rec.Run.Uncounted = true
		return rec.checkFence(r.o.Fence)
	})
	if err != nil {
		return err
	}
	r.rec = *rec.Run
	r.inherit(&rec)
	return nil
}

// fits reports whether the open run is the one to resume.
func (r *Refresh) fits(rec *record) bool {
	run := rec.Run
	return run != nil && !run.Checkpoint.IsZero() && run.ID == r.o.Run && run.Mode == r.o.Mode && run.Mapping == r.o.Mapping &&
		run.Base == rec.base() && r.c.now().Sub(run.Checkpoint) < resumable
}

// abandon gives the claimed run up, so that a new one begins.
func (r *Refresh) abandon() error {
	r.resumed, r.roster = false, nil
	if err := r.w.batch.Discard(); err != nil {
		return err
	}
	r.w = nil
	return errFresh
}

// recover reads the journals of segments that the process did not finish. Their contacts may stand under numbers of
// which their entries know nothing: from now on the entries do, and are never taken for unchanged.
func (r *Refresh) recover() error {
	type found struct {
		contact hash
		numbers []hash
	}
	var all []found
	var keys [][]byte
	for item, err := range r.w.scan(r.z.prefix.key(nil, kindJournal)) {
		if err != nil {
			return err
		}
		body, err := unseal(r.z.aead, nil, item.Value, item.Key)
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		for rd := (reader{rest: string(body)}); rd.rest != ""; {
			f := found{contact: toHash(rd.bytes(hashSize))}
			for range rd.uvarint() {
				f.numbers = append(f.numbers, toHash(rd.bytes(hashSize)))
			}
			all = append(all, f)
		}
		keys = append(keys, slices.Clone(item.Key))
	}
	for _, f := range all {
		if err := r.distrust(f.contact, f.numbers); err != nil {
			return err
		}
	}
	if err := r.w.batch.Flush(); err != nil {
		return err
	}
	if err := r.healOverflow(); err != nil {
		return fmt.Errorf("heal overflow: %w", err)
	}
	for _, key := range keys {
		if err := r.w.batch.Delete(key); err != nil {
			return err
		}
	}
	return r.w.batch.Flush()
}

func toHash(s string) (h hash) {
	copy(h[:], s)
	return h
}

// distrust notes that a contact may stand under more numbers than its entry says.
func (r *Refresh) distrust(contact hash, numbers []hash) error {
	e, _, err := r.contact(contact)
	if err != nil {
		return err
	}
	e.digest = Digest{}
	for _, n := range numbers {
		if !slices.Contains(e.numbers, n) {
			e.numbers = append(e.numbers, n)
		}
	}
	r.w.s.setKey(r.z, kindContact, contact)
	return r.w.putSealed(r.w.s.key, e.append(nil))
}

// healOverflow removes the contacts that stand both in a number's list and beyond it, because the process ended between
// the two, and counts again.
func (r *Refresh) healOverflow() error {
	var numbers []hash
	for item, err := range r.w.scan(r.z.prefix.key(nil, kindOverflow)) {
		if err != nil {
			return err
		}
		number := hash(item.Key[prefixSize+1:])
		if len(numbers) == 0 || numbers[len(numbers)-1] != number {
			numbers = append(numbers, number)
		}
	}
	for _, number := range numbers {
		if err := r.w.healLine(number); err != nil {
			return err
		}
	}
	if err := r.w.batch.Flush(); err != nil {
		return err
	}
	return r.w.deleteLate()
}

func (w *writer) healLine(number hash) error {
	l := line{number: number, changed: map[hash]bool{}}
	if err := w.readLine(&l); err != nil {
		return err
	}
	for _, one := range l.all {
		l.changed[one.contact] = true // what is listed shall not be beyond
	}
	l.total = max(l.total, MaxContacts+1)
	if err := w.readOverflow(&l); err != nil {
		return err
	}
	return w.writeLine(&l)
}
