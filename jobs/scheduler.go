package jobs

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets/outbound"
)

// ErrBusy means that too many runs are under way to begin another one by hand.
var ErrBusy = errors.New("too many runs are under way")

// ErrStopped means that the scheduler was stopped.
var ErrStopped = errors.New("scheduler was stopped")

// Scheduler runs what is due, and what is asked for. It is safe for concurrent use. Without Start it only does what it is
// asked for.
type Scheduler struct {
	d      Deps
	leases leases
	seal   sealer
	table  *table
	read   reader

	turn  sync.Mutex // one due check at a time
	queue []waiting  // what was due at the last check and has not begun; guarded by turn
	work  sync.WaitGroup

	watches map[cache.Ref]watched // belongs to watch
	met     atomic.Bool           // every tenant is planned: who has no plan is not looked after

	mu sync.Mutex
	// guarded by mu:
	active  map[cache.Ref]*attempt
	presets map[string]int // automatic and manual runs of each preset
	stopped bool
	ended   func() // called when a run has ended; nothing before Start
	halt    func() // ends what Start began; nothing before
}

// New returns a scheduler that has not been started.
func New(d Deps) (*Scheduler, error) {
	d, err := d.withDefaults()
	if err != nil {
		return nil, err
	}
	var owner [8]byte
	if _, err := io.ReadFull(d.Rand, owner[:]); err != nil {
		return nil, fmt.Errorf("name the scheduler: %w", err)
	}
	return &Scheduler{
		d: d, leases: leases{store: d.Store, owner: hex.EncodeToString(owner[:]), alone: d.Alone, now: d.Now},
		seal: sealer{keys: d.Keys}, table: newTable(d), read: phone.Read,
		active: map[cache.Ref]*attempt{}, presets: map[string]int{}, ended: func() {}, halt: func() {},
	}, nil
}

// Sync begins a run, or goes on with a suspended one, and returns at once. The error wraps [ErrRunning] if one is under
// way, [ErrNotEnabled] if the integration is not synchronised, [ErrBusy] if there are too many. Private addresses that
// allow allows may be reached by this run; one that takes up where it was suspended has them no more.
func (s *Scheduler) Sync(ctx context.Context, in cache.Ref, mode Mode, why Trigger, allow ...outbound.Rule) (RunID, error) {
	a, err := s.begin(ctx, in, order{mode: mode, why: why, allow: allow})
	if err != nil {
		return "", fmt.Errorf("sync %s: %w", in.Integration, err)
	}
	return a.start().ID, nil
}

// order is what a run is asked to be.
type order struct {
	mode     Mode
	why      Trigger
	allow    []outbound.Rule // private addresses it may reach besides those of the server's own rules
	delivery *Delivery       // its contacts, where they are sent
}

// begin takes the lease of an integration and starts its run in a goroutine of its own.
func (s *Scheduler) begin(ctx context.Context, in cache.Ref, o order) (*attempt, error) {
	set, err := readSettings(ctx, s.d, in)
	if err == nil {
		err = set.enabled()
	}
	if err == nil {
		err = set.takes(o.delivery)
	}
	if err != nil {
		return nil, err
	}
	a := &attempt{s: s, set: set, allow: o.allow, delivery: o.delivery, done: make(chan struct{})}
	if err := s.admit(a, o.why); err != nil {
		return nil, err
	}
	if err := a.prepare(ctx, o.mode, o.why); err != nil {
		s.leave(a)
		s.work.Done()
		return nil, err
	}
	reading, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	a.stopWith(cancel)
	go func() {
		defer s.work.Done()
		a.perform(reading)
		cancel(nil)
		s.leave(a)
		s.next()
	}()
	return a, nil
}

// admit notes a run as under way if there is room. A person's run may take twice the room of automatic ones, so that it
// does not wait behind a busy night.
func (s *Scheduler) admit(a *attempt, why Trigger) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.d.Limits.Running
	if why == Manual || why == Pushed {
		room *= 2
	}
	switch {
	case s.stopped:
		return ErrStopped
	case s.active[a.set.in] != nil:
		return ErrRunning
	case len(s.active) >= room:
		return ErrBusy
	}
	s.active[a.set.in] = a
	s.presets[a.set.integration.Preset]++
	s.work.Add(1)
	return nil
}

// leave gives back the room that admit gave; the caller ends the work.
func (s *Scheduler) leave(a *attempt) {
	s.mu.Lock()
	delete(s.active, a.set.in)
	s.presets[a.set.integration.Preset]--
	s.mu.Unlock()
	close(a.done)
}

// next looks for the next run when one has ended.
func (s *Scheduler) next() {
	s.mu.Lock()
	ended := s.ended
	s.mu.Unlock()
	ended()
}

// room tells whether another automatic run of a preset fits; full means that none of any preset does.
func (s *Scheduler) room(preset string) (fits, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	full = s.stopped || len(s.active) >= s.d.Limits.Running
	return !full && s.presets[preset] < s.d.Limits.PerPreset, full
}

// running returns the run of an integration that is under way in this process.
func (s *Scheduler) running(in cache.Ref) *attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.active[in]
}

// pollEvery is how often a run of another process is looked at.
const pollEvery = time.Second

// Wait returns a run once it is over, wherever it runs.
func (s *Scheduler) Wait(ctx context.Context, in cache.Ref, id RunID) (Run, error) {
	for {
		if a := s.running(in); a != nil && a.start().ID == id {
			select {
			case <-a.done:
			case <-ctx.Done():
				return Run{}, ctx.Err()
			}
		}
		run, err := s.Run(ctx, in, id)
		if err != nil || run.State != Running {
			return run, err
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return Run{}, ctx.Err()
		}
	}
}
