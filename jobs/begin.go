package jobs

import (
	"context"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

// request is what a run is begun for, and what is found there.
type request struct {
	mode   Mode
	why    Trigger
	id     RunID // of the run, if it is a new one
	before lease // whose run was interrupted, if it has an owner
	status cache.Status
}

// prepare takes the lease, decides what kind of run it will be and writes that down.
func (a *attempt) prepare(ctx context.Context, mode Mode, why Trigger) error {
	id, err := newRunID(a.s.d.Now(), a.s.d.Rand)
	if err != nil {
		return err
	}
	q := request{mode: mode, why: why, id: id}
	if a.lease, q.before, err = a.s.leases.take(ctx, a.set.in, id); err != nil {
		return err
	}
	if err := a.plan(ctx, q); err != nil {
		a.abandon(ctx)
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begun = a.run
	return nil
}

// plan decides on resuming and on the mode, and notes the run and its night in one transaction.
func (a *attempt) plan(ctx context.Context, q request) (err error) {
	if q.status, err = a.s.d.Cache.Status(ctx, a.set.in); err != nil {
		return err
	}
	a.readFrom(q.status)
	return a.s.leases.update(ctx, a.set.in, a.lease, func(w store.Writer) error { return a.enter(w, q) })
}

// enter is the transaction of plan. It may run again, so it decides everything anew from what it reads.
func (a *attempt) enter(w store.Writer, q request) error {
	in, now := a.set.in, a.s.d.Now().UTC()
	entry, _, err := get[due](w, dueKey(in))
	if err != nil {
		return err
	}
	a.cal = a.s.table.calendar(a.set.account, a.set.integration, entry)
	kept, err := a.s.seal.readSaved(w, in)
	if err != nil {
		kept = nil // sealed under a key that is gone, or damaged: the run begins anew
	}
	if !a.resume(w, q, entry, kept, now) {
		a.fresh(q, entry, now)
	}
	if err := a.refuse(q); err != nil {
		return err
	}
	if err := a.closeOthers(w, q, kept); err != nil {
		return err
	}
	a.lease.Run, a.due = a.run.ID, a.set.planned(entry.begun(a.cal, now))
	if err := put(w, leaseKey(in), a.lease); err != nil {
		return err
	}
	if err := writeRun(w, in, a.s.seal, a.run); err != nil {
		return err
	}
	return put(w, dueKey(in), a.due)
}

// resume takes up the saved run, if it is still good to go on with and fits what was asked for.
func (a *attempt) resume(w store.Writer, q request, entry due, kept *saved, now time.Time) bool {
	a.saved = nil
	if kept == nil || a.delivery != nil || entry.Damaged || now.Sub(kept.At) >= resumable || kept.Mapping != a.set.mapping() ||
		kept.Stream >= len(a.set.preset.Streams) || q.mode != Auto && q.mode != kept.Mode ||
		q.status.Open == nil || q.status.Open.Run != string(kept.Run) {
		return false
	}
	run, err := readRun(w, a.set.in, a.s.seal, kept.Run)
	if err != nil {
		return false
	}
	run.State, run.Ended = Running, time.Time{}
	run.fails(wording.Text{}, wording.Text{})
	run.Resumed++
	run.Counts, run.Samples = kept.Counts, kept.Samples // what was read behind the page is read again
	a.run, a.saved = run, kept
	return true
}

// fresh makes a new run.
func (a *attempt) fresh(q request, entry due, now time.Time) {
	night, why, mode := entry.pendingNight(a.cal, now), q.why, q.mode
	if night && (why == Incremental || why == Retry) {
		why = Nightly
	}
	if mode == Auto {
		mode = Changes
		if why == Columns || night && entry.fullDue(now) {
			mode = Full
		}
	}
	rebuild := mode == Rebuild || entry.Damaged
	if rebuild || a.whyFull(q.status) != "" {
		mode = Full
	}
	a.run = Run{ID: q.id, Trigger: why, Mode: mode, Rebuild: rebuild, State: Running, Started: now}
}

// whyFull tells why changes alone would not do, "" if they do: nothing is published, other settings are, a person has to
// decide about a full run, or the source gave no watermark. Whoever sends contacts may do without one.
func (a *attempt) whyFull(status cache.Status) string {
	switch {
	case status.Published == nil:
		return "nothing is published yet"
	case status.Held != nil:
		return "a run is held until somebody decides"
	case status.Published.Mapping != a.set.mapping():
		return "what is published was made under other settings"
	case a.delivery == nil && !a.from.complete(len(a.set.preset.Streams)):
		return "the source gave no watermark"
	}
	return ""
}

// closeOthers ends runs in the history that will not go on: one whose process died, and a saved one that is not resumed.
func (a *attempt) closeOthers(w store.Writer, q request, kept *saved) error {
	var others []RunID
	if q.before.Owner != "" {
		others = append(others, q.before.Run)
	}
	if kept != nil {
		others = append(others, kept.Run)
	}
	for _, id := range others {
		if id == a.run.ID {
			continue
		}
		if err := closeRun(w, a.set.in, id, a.s.d.Now().UTC()); err != nil {
			return err
		}
	}
	if a.saved != nil {
		return nil
	}
	return a.s.seal.writeSaved(w, a.set.in, nil)
}

// closeRun gives up a run that was left running or suspended.
func closeRun(w store.Writer, in cache.Ref, id RunID, now time.Time) error {
	run, ok, err := get[Run](w, runKey(in, id))
	if err != nil || !ok {
		return err
	}
	switch run.State {
	case Running:
		run.State = Failed
		run.fails(wording.New("jobs.process_ended", "the process ended in the middle of the run"), wording.Text{})
	case Suspended:
		run.State = Discarded
	default:
		return nil
	}
	run.Ended = now
	return put(w, runKey(in, id), run)
}

// abandon frees a lease whose run never began, and takes back what may have been written of it all the same.
func (a *attempt) abandon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	err := a.s.leases.update(ctx, a.set.in, a.lease, func(w store.Writer) error {
		if err := a.undo(w); err != nil {
			return err
		}
		return release(w, a.set.in, a.lease)
	})
	if err != nil {
		a.log().Warn("lease not freed, it expires by itself", "error", err)
	}
}

// undo gives up the run of the lease, unless it can go on another time.
func (a *attempt) undo(w store.Writer) error {
	now, _, err := get[lease](w, leaseKey(a.set.in))
	if err != nil {
		return err
	}
	kept, err := a.s.seal.readSaved(w, a.set.in)
	if err == nil && kept != nil && kept.Run == now.Run {
		return markRun(w, a.set.in, now.Run, Suspended, wording.Text{})
	}
	return closeRun(w, a.set.in, now.Run, a.s.d.Now().UTC())
}
