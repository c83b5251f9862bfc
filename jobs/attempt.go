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
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
)

var (
	errStopping  = wording.Error("jobs.stopping", "the server is stopping")
	errCancelled = wording.Error("jobs.cancelled", "somebody cancelled it")
	errNoEnd     = wording.Error("jobs.no_end", "the list ended without saying that it was the end")
	errAllOver   = errors.New("the source reads everything")
	errTooMany   = wording.Error("jobs.too_many", "too many records")
	errPanic     = wording.Error("jobs.panic", "program error")
	errStalled   = errors.New("the source gave nothing for an hour")
)

const (
	closing = 10 * time.Second // what the end of a run may take to be written once reading has stopped
	stalled = time.Hour        // without a page, whatever the source waits for
)

// attempt is a run under way, or the part of one between two interruptions. Its fields belong to the run's goroutine
// once prepare is over, except the guarded ones.
type attempt struct {
	s        *Scheduler
	set      settings
	allow    []outbound.Rule // private addresses this run may reach besides those of the server's own rules
	done     chan struct{}   // closed when the attempt is over
	delivery *Delivery       // its contacts, where they are sent to the server
	failure  error           // how it ended, once done is closed
	lease    lease
	run      Run
	due      due
	cal      calendar
	from     watermark // what is published
	mark     watermark // what this run will publish
	saved    *saved    // where it goes on, nil from the start
	count    progress

	source   presets.Source
	refresh  *cache.Refresh
	evidence evidence
	stream   int    // being read
	page     string // the newest page of it to go on behind
	flushed  time.Time
	broken   bool // the refresh has failed
	damaged  bool // what was published fails its seals

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

// start is the run as it was when it began; the zero value as long as it is prepared.
func (a *attempt) start() Run {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.begun
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
	a.failure = err
	a.conclude(writing, err)
	a.reported(ctx)
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
