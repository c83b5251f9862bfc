package cache

import (
	"context"
	"errors"
	"fmt"
)

// Finish writes the rest: a full run deletes the contacts it has not seen and finds the number blocks. Nothing is visible
// yet; Stats tell whether it should be. Afterwards only Publish, Hold and Discard are possible.
func (r *Refresh) Finish(ctx context.Context) (Stats, error) {
	if err := r.lock(reading); err != nil {
		return Stats{}, err
	}
	defer r.ig.turn.Unlock()
	if err := r.finish(ctx); err != nil {
		return Stats{}, fmt.Errorf("finish run of %s: %w", r.ig.ref.Integration, err)
	}
	r.state = finished
	return r.Stats(), nil
}

// Publish makes the run what readers see, from one moment to the next. It finishes the run if Finish was not called.
// [ErrFenced] if a later lease was seen, [ErrSuperseded] if something else was published meanwhile.
func (r *Refresh) Publish(ctx context.Context) (Stats, error) {
	if err := r.conclude(ctx, func(rec *record) { rec.publish(r.generation) }); err != nil {
		return Stats{}, fmt.Errorf("publish run of %s: %w", r.ig.ref.Integration, err)
	}
	s := r.Stats()
	s.Generation = r.generation.Number
	r.c.forget()
	return s, nil
}

// Hold keeps the finished run aside until a person accepts or discards it, a newer run is published or held, or a week
// has passed. Readers see nothing of it.
func (r *Refresh) Hold(ctx context.Context, reason string) error {
	err := r.conclude(ctx, func(rec *record) {
		rec.Held = &Held{Generation: r.generation, Reason: reason, Stats: r.Stats(), Since: r.c.now().UTC(), Base: r.rec.Base}
		rec.Run = nil
	})
	if err != nil {
		return fmt.Errorf("hold run of %s: %w", r.ig.ref.Integration, err)
	}
	return nil
}

// conclude finishes the run if need be and writes its end into the control store.
func (r *Refresh) conclude(ctx context.Context, end func(*record)) error {
	if err := r.lock(finished); err != nil {
		return err
	}
	defer r.ig.turn.Unlock()
	if r.state == reading {
		if err := r.finish(ctx); err != nil {
			return err
		}
		r.state = finished
	}
	rec, err := r.c.change(ctx, r.ig, func(rec *record) error {
		if err := r.mine(rec); err != nil {
			return err
		}
		if rec.base() != r.rec.Base {
			return ErrSuperseded
		}
		end(rec)
		return nil
	})
	if err != nil {
		return err
	}
	r.generation.Number = rec.Numbered
	r.drop()
	r.state = ended
	return nil
}

// finish does all that has to be written before the run can be published.
func (r *Refresh) finish(ctx context.Context) error {
	if err := r.keep(); err != nil {
		return err
	}
	if r.roster != nil {
		for h := range r.roster.unseen() {
			if err := errors.Join(r.remove(h), r.flushIfFull(), ctx.Err()); err != nil {
				return fmt.Errorf("delete what was not seen: %w", err)
			}
		}
	}
	if err := r.settle(); err != nil {
		return err
	}
	r.generation.Counts.Numbers = r.w.numbers
	if err := r.findBlocks(); err != nil {
		return fmt.Errorf("find number blocks: %w", err)
	}
	if err := r.deleteSeen(); err != nil {
		return err
	}
	if err := r.recount(); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if _, err := r.w.batch.Commit(); err != nil {
		return err
	}
	g := &r.generation
	g.Version, g.SyncedAt, g.Mapping, g.Run, g.Watermark = r.rec.Version, r.c.now().UTC(), r.o.Mapping, r.o.Run, r.watermark
	return nil
}

// recount counts the contacts and numbers of a run that was resumed: what it had written when its process died is not
// in its own counts.
func (r *Refresh) recount() error {
	if !r.rec.Uncounted {
		return nil
	}
	if err := r.w.batch.Flush(); err != nil {
		return err
	}
	var n Counts
	for _, e := range r.w.contacts() {
		if e.err != nil {
			return e.err
		}
		n.Contacts++
		n.Rejected += e.issues
	}
	for _, err := range r.w.scan(r.z.prefix.key(nil, kindNumber)) {
		if err != nil {
			return err
		}
		n.Numbers++
	}
	r.generation.Counts = n
	return nil
}

// Discard ends the run; what it has written is never seen. After Publish or Hold it does nothing, so that it can be deferred.
func (r *Refresh) Discard() error {
	r.ig.turn.Lock()
	defer r.ig.turn.Unlock()
	if r.state == ended {
		return nil
	}
	current := r.ig.writer == r
	r.drop()
	r.state = ended
	if !current {
		return nil
	}
	_, err := r.c.change(context.WithoutCancel(r.ctx), r.ig, func(rec *record) error {
		if r.mine(rec) == nil {
			rec.Run = nil
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("discard run of %s: %w", r.ig.ref.Integration, err)
	}
	return nil
}
