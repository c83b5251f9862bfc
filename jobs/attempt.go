package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/store"
)

var (
	errStopping = errors.New("the server is stopping")
	errNoEnd    = errors.New("the list ended without saying that it was the end")
	errAllOver  = errors.New("the source reads everything")
	errTooMany  = errors.New("too many records")
	errPanic    = errors.New("program error")
	errStalled  = errors.New("the source gave nothing for an hour")
)

const (
	closing = 10 * time.Second // what the end of a run may take to be written once reading has stopped
	stalled = time.Hour        // without a page, whatever the source waits for
)

// attempt is a run under way, or the part of one between two interruptions. Its fields belong to the run's goroutine
// once prepare is over, except the guarded ones.
type attempt struct {
	s     *Scheduler
	set   settings
	done  chan struct{} // closed when the attempt is over
	lease lease
	run   Run
	due   due
	cal   calendar
	from  watermark // what is published
	mark  watermark // what this run will publish
	saved *saved    // where it goes on, nil from the start
	count progress

	source   presets.Source
	refresh  *cache.Refresh
	evidence evidence
	stream   int    // being read
	resume   string // the newest saved page of it
	flushed  time.Time
	broken   bool // the refresh has failed

	mu sync.Mutex
	// guarded by mu:
	begun   Run // as it was when it began, for others to look at
	cancel  context.CancelCauseFunc
	stopped error // why it has to end
}

// stopWith says how reading is stopped, also if it was asked for before.
func (a *attempt) stopWith(cancel context.CancelCauseFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancel = cancel
	if a.stopped != nil {
		cancel(a.stopped)
	}
}

// stop makes the attempt end soon, for a reason.
func (a *attempt) stop(why error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = why
	if a.cancel != nil {
		a.cancel(why)
	}
}

// prepare takes the lease, decides what kind of run it will be and writes that down.
func (a *attempt) prepare(ctx context.Context, mode Mode, why Trigger) error {
	id, err := newRunID(a.s.d.Now(), a.s.d.Rand)
	if err != nil {
		return err
	}
	held, before, err := a.s.leases.take(ctx, a.set.in, id)
	if err != nil {
		return err
	}
	a.lease = held
	if err := a.plan(ctx, before, mode, why); err != nil {
		a.abandon(ctx)
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begun = a.run
	return nil
}

// start is the run as it was when it began; the zero value as long as it is prepared.
func (a *attempt) start() Run {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.begun
}

// plan decides on resuming and on the mode, and notes the run and its night in one transaction.
func (a *attempt) plan(ctx context.Context, before lease, mode Mode, why Trigger) error {
	status, err := a.s.d.Cache.Status(ctx, a.set.in)
	if err != nil {
		return err
	}
	a.from = newWatermark()
	if status.Published != nil {
		if a.from, err = a.s.seal.openMark(a.set.in, status.Published.Watermark); err != nil {
			return err
		}
		if status.Published.Mapping != a.set.mapping() {
			a.from.Columns = nil // they were decided under other settings
		}
	}
	return a.s.leases.update(ctx, a.set.in, a.lease, func(w store.Writer) error {
		return a.enter(w, before, status, mode, why)
	})
}

// enter is the transaction of plan. It may run again, so it sets what it decides and changes nothing else.
func (a *attempt) enter(w store.Writer, before lease, status cache.Status, mode Mode, why Trigger) error {
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
	a.saved = nil
	if kept != nil && a.resumable(kept, status, mode, now) {
		if a.run, err = readRun(w, in, a.s.seal, kept.Run); err == nil {
			a.saved = kept
		}
	}
	if a.saved == nil {
		a.fresh(status, entry, mode, why, now)
	} else {
		a.run.State, a.run.Ended, a.run.Error, a.run.Hint = Running, time.Time{}, "", ""
		a.run.Resumed++
	}
	if err := a.closeOthers(w, before, kept); err != nil {
		return err
	}
	a.lease.Run = a.run.ID
	a.due = entry.begun(a.cal, now)
	if err := put(w, leaseKey(in), a.lease); err != nil {
		return err
	}
	if err := writeRun(w, in, a.s.seal, a.run); err != nil {
		return err
	}
	return put(w, dueKey(in), a.due)
}

// resumable tells whether a saved run is still good to go on with, and what was asked for.
func (a *attempt) resumable(kept *saved, status cache.Status, mode Mode, now time.Time) bool {
	return now.Sub(kept.At) < resumable && kept.Mapping == a.set.mapping() && kept.Stream < len(a.set.preset.Streams) &&
		(mode == Auto || mode == kept.Mode) && status.Open != nil && status.Open.Run == string(kept.Run)
}

// fresh makes a new run of the lease's id.
func (a *attempt) fresh(status cache.Status, entry due, mode Mode, why Trigger, now time.Time) {
	night := entry.pendingNight(a.cal, now)
	if night && (why == Incremental || why == Retry) {
		why = Nightly
	}
	if mode == Auto {
		mode = Changes
		if why == Columns || (night && entry.fullDue(now)) {
			mode = Full
		}
	}
	if a.needsFull(status) {
		mode = Full
	}
	a.run = Run{ID: a.lease.Run, Trigger: why, Mode: mode, State: Running, Started: now}
}

// needsFull tells whether changes alone would not do: nothing is published, other settings are, a person has to decide
// about a full run, or the source gave no watermark.
func (a *attempt) needsFull(status cache.Status) bool {
	return status.Published == nil || status.Held != nil || status.Published.Mapping != a.set.mapping() ||
		!a.from.complete(len(a.set.preset.Streams))
}

// closeOthers ends runs in the history that will not go on: one whose process died, and a saved one that is not resumed.
func (a *attempt) closeOthers(w store.Writer, before lease, kept *saved) error {
	others := []RunID{}
	if before.Owner != "" {
		others = append(others, before.Run)
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
		run.State, run.Error = Failed, "the process ended in the middle of the run"
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
		return markRun(w, a.set.in, now.Run, Suspended, "")
	}
	return closeRun(w, a.set.in, now.Run, a.s.d.Now().UTC())
}

// perform is the run's goroutine: it reads, then writes down how that ended.
func (a *attempt) perform(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil { // the lease expires, and the next run closes this one
			a.log().Error("run not concluded", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	writing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	a.count.moved(a.s.d.Now())
	stop := a.keepLease(ctx)
	err := a.guarded(ctx, writing)
	stop()
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	a.conclude(writing, err)
}

// guarded turns a panic of the source or of ours into an error of this run.
func (a *attempt) guarded(reading, writing context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.log().Error("run panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return a.sync(reading, writing)
}

// keepLease renews the lease until the function it returns is called. A lease that is lost, or an integration that is
// gone, stops the run.
func (a *attempt) keepLease(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
				a.renew(ctx)
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// renew is one beat. That the store fails for a moment is no reason to stop: the lease is checked again before publishing.
func (a *attempt) renew(ctx context.Context) {
	err := a.s.leases.renew(ctx, a.set.in, a.lease)
	if errors.Is(err, ErrLeaseLost) {
		a.stop(err)
		return
	}
	set, err := readSettings(ctx, a.s.d, a.set.in)
	if err == nil {
		err = set.enabled()
	}
	if errors.Is(err, ErrNotEnabled) || isGone(err) {
		a.stop(err)
	}
	if a.s.d.Now().Sub(a.count.last()) > stalled {
		a.stop(errStalled)
	}
}
