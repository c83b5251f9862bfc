package cache

import (
	"context"
	"fmt"
)

// Checkpoint makes everything so far durable: a resumed run goes on from here, so the caller saves afterwards which page
// it has got to. It costs some syncs of the disk; once every few seconds is often enough.
func (r *Refresh) Checkpoint(ctx context.Context) error {
	if err := r.lock(reading); err != nil {
		return err
	}
	defer r.ig.turn.Unlock()
	if err := r.checkpoint(ctx); err != nil {
		return fmt.Errorf("save run of %s: %w", r.ig.ref.Integration, err)
	}
	return nil
}

func (r *Refresh) checkpoint(ctx context.Context) error {
	if err := r.settle(); err != nil {
		return err
	}
	if err := r.writeSeen(); err != nil {
		return fmt.Errorf("write contacts seen: %w", err)
	}
	if err := r.w.batch.Flush(); err != nil {
		return err
	}
	_, err := r.c.change(ctx, r.ig, func(rec *record) error {
		if err := r.mine(rec); err != nil {
			return err
		}
		r.rec.Checkpoint = r.c.now().UTC()
		run := r.rec
		rec.Run = &run
		return nil
	})
	return err
}

// mine refuses a run whose place somebody else has taken.
func (r *Refresh) mine(rec *record) error {
	if rec.Run == nil || rec.Run.Version != r.rec.Version || rec.Fence != r.o.Fence {
		return ErrFenced
	}
	return nil
}

// writeSeen writes which contacts were seen since the last checkpoint: an unchanged one leaves no other trace.
func (r *Refresh) writeSeen() error {
	fresh := r.roster.takeFresh()
	for len(fresh) > 0 {
		n := min(len(fresh), chunkHashes)
		plain := make([]byte, 0, n*hashSize)
		for i := range fresh[:n] {
			plain = append(plain, fresh[i][:]...)
		}
		if err := r.w.putSealed(r.z.prefix.numbered(kindSeen, r.rec.Chunks), plain); err != nil {
			return err
		}
		r.rec.Chunks++
		fresh = fresh[n:]
	}
	return nil
}

// readSeen marks the contacts seen before the checkpoint.
func (r *Refresh) readSeen() error {
	for i := range r.rec.Chunks {
		r.w.s.key = r.z.prefix.numbered(kindSeen, i)
		body, err := r.w.open()
		if err != nil {
			return fmt.Errorf("read contacts seen: %w", err)
		}
		for ; len(body) >= hashSize; body = body[hashSize:] {
			r.roster.see(hash(body))
		}
	}
	r.roster.takeFresh()
	return nil
}

// deleteSeen removes the list, which nobody needs once the run has read everything; also parts of it that were written
// just before a process died and are not in the count.
func (r *Refresh) deleteSeen() error {
	if r.rec.Chunks == 0 && !r.resumed {
		return nil
	}
	for item, err := range r.w.scan(r.z.prefix.key(nil, kindSeen)) {
		if err != nil {
			return err
		}
		if err := r.w.batch.Delete(item.Key); err != nil {
			return err
		}
	}
	return nil
}

// Suspend ends the run and leaves it to be resumed from its last checkpoint within 24 hours. Without one it is lost.
func (r *Refresh) Suspend() error {
	r.ig.turn.Lock()
	defer r.ig.turn.Unlock()
	if r.state == ended {
		return nil
	}
	r.drop()
	r.state = ended
	return nil
}
