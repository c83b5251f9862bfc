package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
)

// Mode says what a run reads.
type Mode string

// The modes.
const (
	Full        Mode = "full"        // every contact there is: what is not seen is deleted
	Incremental Mode = "incremental" // what has changed, and deletions
)

// RefreshOptions say what a run is.
type RefreshOptions struct {
	Mode     Mode    // Full if empty
	Run      string  // the job's own id of the run; one is resumed only under the same
	Fence    uint64  // number of the lease; a later lease has a higher one
	Mapping  Digest  // of all that turns a record into an entry: mapping, region, copied fields, language, metadata version
	Language string  // of the tenant, for the locations of numbers
	Blocks   []Range // typed in by the admin
	Resume   bool    // go on from the last checkpoint if there is one of this run, mode and mapping
	Rebuild  bool    // compare with nothing and write everything anew: the way out of ErrUnavailable; only with Full
}

// Refresh is a run: it writes what differs at a version of its own, unseen until Publish. It is for one goroutine. It ends
// with Publish, Hold, Suspend or Discard; one whose process dies ends like Suspend.
type Refresh struct {
	c       *Cache
	ctx     context.Context // of the batch, which lives as long as the run
	ig      *integration
	z       *sealer
	s       *scratch
	o       RefreshOptions
	w       *writer
	rec     run
	state   refreshState
	resumed bool

	generation Generation // what will be published
	before     Counts
	roster     *roster // of a full run
	kept       []Text  // types whose contacts stay unseen
	pending    *segment
	facts      []byte // of the number at hand
	watermark  string
}

type refreshState int

const (
	reading refreshState = iota
	finished
	ended
)

// Refresh begins a run, or resumes one. A run that is under way in another goroutine is fenced off if its lease is not
// newer; one that was suspended or held is replaced, the held one only once this one is published or held itself.
// Until ctx is cancelled the run may write.
func (c *Cache) Refresh(ctx context.Context, in Ref, o RefreshOptions) (*Refresh, error) {
	o.Mode = cmp.Or(o.Mode, Full)
	ig, err := c.integration(in)
	if err != nil {
		return nil, err
	}
	ig.turn.Lock()
	defer ig.turn.Unlock()
	if ig.writer != nil && o.Fence < ig.writer.o.Fence {
		return nil, fmt.Errorf("refresh %s: %w", in.Integration, ErrFenced)
	}
	if err := c.unlock(ig); err != nil {
		return nil, err
	}
	if ig.writer != nil {
		ig.writer.drop()
	}
	r := &Refresh{c: c, ctx: ctx, ig: ig, z: ig.sealer.Load(), s: newScratch(), o: o, pending: newSegment()}
	if err := r.begin(); err != nil {
		r.drop()
		return nil, fmt.Errorf("refresh %s: %w", in.Integration, err)
	}
	ig.writer = r
	return r, nil
}

// begin resumes the open run if it may, and else begins a new one.
func (r *Refresh) begin() error {
	if r.o.Resume {
		err := r.resume()
		if err == nil || !errors.Is(err, errFresh) {
			return err
		}
	}
	return r.fresh()
}

// fresh begins a run at a new version, which first of all hides what unpublished runs have left.
func (r *Refresh) fresh() error {
	batch, err := r.c.allocate(r.ctx, r.ig.ref)
	if err != nil {
		return err
	}
	r.w = newWriter(r.z, batch)
	var dirty store.Version
	rec, err := r.c.change(r.ctx, r.ig, func(rec *record) error {
		if err := rec.checkFence(r.o.Fence); err != nil {
			return err
		}
		dirty = rec.Dirty
		r.rec = run{
			Version: batch.Version(), Base: rec.base(), ID: r.o.Run, Mode: r.o.Mode, Mapping: r.o.Mapping, Started: r.c.now().UTC(),
		}
		run := r.rec
		rec.Run, rec.Dirty = &run, run.Version
		return nil
	})
	if err != nil {
		return err
	}
	r.inherit(&rec)
	if err := r.prepare(dirty); err != nil {
		return err
	}
	return r.enrol()
}

// inherit takes over what a run that changes nothing leaves as it is.
func (r *Refresh) inherit(rec *record) {
	if g := rec.Published; g != nil {
		r.before, r.watermark = g.Counts, g.Watermark
		r.generation.Counts, r.generation.Blocks, r.w.numbers = g.Counts, g.Blocks, g.Counts.Numbers
	}
}

// prepare makes the run's version begin with what is published, or with nothing.
func (r *Refresh) prepare(dirty store.Version) error {
	published := r.published()
	if r.o.Rebuild {
		published = nothing
		r.generation.Counts, r.generation.Blocks, r.w.numbers = Counts{}, Blocks{}, 0
	}
	if r.o.Rebuild || r.rec.Base == 0 {
		r.w.written = map[uint64]struct{}{}
	}
	if r.o.Rebuild || dirty > r.rec.Base {
		return r.repair(published)
	}
	return nil
}

// allocate opens a batch at a new version and keeps the version from being forgotten.
func (c *Cache) allocate(ctx context.Context, in Ref) (store.Batch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	batch, err := c.table.Write(ctx)
	if err != nil {
		return nil, err
	}
	if oldest, ok := c.wanted[in]; !ok || oldest >= batch.Version() {
		c.wanted[in] = batch.Version() - 1
	}
	return batch, nil
}

// enrol lists the contacts there are, which a full run needs in order to know whom it has not seen.
func (r *Refresh) enrol() error {
	if r.o.Mode != Full {
		return nil
	}
	var err error
	r.roster, err = r.listContacts()
	return err
}

// Resumed reports whether the run goes on from a checkpoint: the caller reads on after the page it saved last.
func (r *Refresh) Resumed() bool { return r.resumed }

// Unchanged reports whether a contact is stored under the same digest and mapping: there is nothing to do then, and
// nothing was normalised or written. In a full run the contact counts as seen either way; if the answer is false, Put
// must follow.
func (r *Refresh) Unchanged(typ, id string, raw Digest) (bool, error) {
	if err := r.lock(reading); err != nil {
		return false, err
	}
	defer r.ig.turn.Unlock()
	h := r.s.contactHash(r.z, typ, id)
	digest, known, err := r.digest(h)
	if err != nil {
		return false, fmt.Errorf("compare contact: %w", err)
	}
	if !known || digest != raw.under(r.o.Mapping) {
		return false, nil
	}
	if r.roster.see(h) {
		r.rec.Stats.Unchanged++
	}
	return true, nil
}

// Put stores a contact under its numbers, in place of what was stored of it. A contact may come any number of times:
// the last one counts. One without numbers is remembered, but matches nothing.
func (r *Refresh) Put(c Contact, raw Digest, numbers ...LabelledNumber) error {
	if err := r.lock(reading); err != nil {
		return err
	}
	defer r.ig.turn.Unlock()
	if err := r.put(&c, raw.under(r.o.Mapping), numbers); err != nil {
		return fmt.Errorf("put contact: %w", err)
	}
	return r.flushIfFull()
}

// Delete removes a contact. One that is not there is not an error.
func (r *Refresh) Delete(typ, id string) error {
	if err := r.lock(reading); err != nil {
		return err
	}
	defer r.ig.turn.Unlock()
	if err := r.remove(r.s.contactHash(r.z, typ, id)); err != nil {
		return fmt.Errorf("delete contact: %w", err)
	}
	return r.flushIfFull()
}

// SetWatermark notes where the next incremental run shall begin. It is published with the generation, so that it can
// neither be ahead of it nor behind, and a roll-back takes it along.
func (r *Refresh) SetWatermark(opaque string) { r.watermark = opaque }

// Stats is what the run did so far; After is right once it has finished.
func (r *Refresh) Stats() Stats {
	s := r.rec.Stats
	s.Before, s.After = r.before, r.generation.Counts
	return s
}

// lock takes the integration's turn if the run may still write, in a state up to the given one.
func (r *Refresh) lock(upTo refreshState) error {
	r.ig.turn.Lock()
	var err error
	switch {
	case r.state == ended || r.state > upTo:
		err = ErrEnded
	case r.ig.writer != r:
		err = ErrFenced
	default:
		return nil
	}
	r.ig.turn.Unlock()
	return fmt.Errorf("run %s of %s: %w", r.o.Run, r.ig.ref.Integration, err)
}

// drop ends the run without a word to the control store. The caller holds the turn.
func (r *Refresh) drop() {
	if r.w != nil {
		_ = r.w.wait()          // whoever takes over must not find it writing
		_ = r.w.batch.Discard() // what it has written is hidden by the next run, whether this went well or not
	}
	r.pending, r.roster, r.w = nil, nil, nil
	if r.ig.writer == r {
		r.ig.writer = nil
	}
}

// overdue is how long a suspended run may be resumed, and how long a held one waits for a person.
const (
	resumable = 24 * time.Hour
	heldFor   = 7 * 24 * time.Hour
)
