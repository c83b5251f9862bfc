package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

const (
	dueEvery     = 30 * time.Second
	tenantsEvery = time.Minute
	usageEvery   = time.Minute
	careEvery    = time.Hour
	stopWithin   = 15 * time.Second
)

// Start begins to run what is due. Cancelling ctx does not end it; Stop does.
func (s *Scheduler) Start(ctx context.Context) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ticks, err := s.clock(running)
	if err != nil {
		cancel()
		return fmt.Errorf("start jobs: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		cancel()
		return ErrStopped
	}
	s.ended = func() { s.goOn(running) }
	s.halt = func() {
		jobs := ticks.Stop()
		cancel()
		<-jobs.Done()
	}
	s.work.Go(func() { s.meetTenants(running); s.check(running); s.tell(running) })
	ticks.Start()
	return nil
}

// clock makes the ticks: the cron library is no more than that. Recover stands inside SkipIfStillRunning, because the
// other way round a job that panics once never runs again (robfig/cron issue 366).
func (s *Scheduler) clock(ctx context.Context) (*cron.Cron, error) {
	logger := ticker{s.d.Log}
	c := cron.New(cron.WithLogger(logger), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	for _, job := range []struct {
		every time.Duration
		do    func(context.Context)
	}{{dueEvery, s.check}, {tenantsEvery, s.meetTenants}, {usageEvery, s.flushUsage}, {watchEvery, s.watch}, {dueEvery, s.tell}} {
		c.Schedule(cron.Every(job.every), cron.FuncJob(func() { job.do(ctx) }))
	}
	care, err := careSchedule(s.d.Care)
	if err != nil {
		return nil, err
	}
	c.Schedule(care, cron.FuncJob(func() { s.care(ctx) }))
	return c, nil
}

// careSchedule is when housekeeping is done: hourly, or by the operator's own line.
func careSchedule(text string) (cron.Schedule, error) {
	if text == "" {
		return cron.Every(careEvery), nil
	}
	l, err := parseLine(text)
	return inUTC{l}, err
}

// inUTC makes a line a schedule of the clock.
type inUTC struct{ line Line }

func (u inUTC) Next(t time.Time) time.Time { return u.line.Next(t, time.UTC) }

// ticker lets the clock report panics; its normal operation is silent.
type ticker struct{ log *slog.Logger }

func (t ticker) Info(string, ...any) {}

func (t ticker) Error(err error, text string, pairs ...any) {
	t.log.Error("housekeeping failed", append([]any{"error", err, "what", text}, pairs...)...)
}

// Stop lets runs save the page they are at and returns when they have, after 15 seconds or at the end of ctx at the
// latest. They go on when a scheduler is started again.
func (s *Scheduler) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	s.mu.Lock()
	s.stopped = true
	halt := s.halt
	s.halt = func() {}
	for _, a := range s.active {
		a.stop(errStopping)
	}
	s.mu.Unlock()
	over := make(chan struct{})
	go func() {
		defer close(over)
		halt()
		s.work.Wait()
	}()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop jobs: runs still under way: %w", ctx.Err())
	}
}

// check plans tenants whose settings changed and runs what is due.
func (s *Scheduler) check(ctx context.Context) {
	s.replan(ctx, s.table.changed())
	s.turn.Lock()
	defer s.turn.Unlock()
	s.queue = s.table.ripe(s.d.Now())
	s.dispatch(ctx)
}

// goOn begins the next run when one has ended.
func (s *Scheduler) goOn(ctx context.Context) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.dispatch(ctx)
}

// dispatch begins as many of the runs that are due as there is room for, longest overdue first. The caller holds the turn.
func (s *Scheduler) dispatch(ctx context.Context) {
	full, crowded := false, map[string]bool{}
	s.queue = slices.DeleteFunc(s.queue, func(q waiting) bool {
		if full || crowded[q.preset] || ctx.Err() != nil {
			return false
		}
		var fits bool
		if fits, full = s.room(q.preset); !fits {
			crowded[q.preset] = true
			return false
		}
		s.launch(ctx, q.in)
		return true
	})
}

// launch begins one run if it is still due. What cannot begin stays due and is tried at the next check.
func (s *Scheduler) launch(ctx context.Context, in cache.Ref) {
	due, ok := s.table.slot(in)
	if !ok || !due.ripe(s.d.Now()) {
		return
	}
	_, err := s.begin(ctx, in, order{mode: Auto, why: due.due.Why})
	if errors.Is(err, ErrNotEnabled) || errors.Is(err, ErrPushed) || errors.Is(err, ErrNothing) {
		err = s.table.reload(ctx, in.Tenant)
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrRunning) || errors.Is(err, ErrBusy) || errors.Is(err, ErrStopped) || isGone(err) {
		return
	}
	s.d.Log.Warn("run not begun", "tenant", in.Tenant, "integration", in.Integration, "error", err)
}

// meetTenants plans tenants that are new or changed.
func (s *Scheduler) meetTenants(ctx context.Context) {
	accounts, err := s.d.Directory.Accounts(ctx, tenant.Server("jobs"))
	if err != nil {
		s.d.Log.Warn("tenants not listed", "error", err)
		return
	}
	s.replan(ctx, s.table.behind(accounts))
	s.met.Store(true)
}

func (s *Scheduler) replan(ctx context.Context, ids []tenant.ID) {
	for _, id := range ids {
		if err := s.table.reload(ctx, id); err != nil && ctx.Err() == nil {
			s.d.Log.Warn("tenant not planned", "tenant", id, "error", err)
		}
	}
}

func (s *Scheduler) flushUsage(ctx context.Context) {
	if err := s.d.Directory.FlushUsage(ctx); err != nil && ctx.Err() == nil {
		s.d.Log.Warn("last use of keys not saved", "error", err)
	}
}
