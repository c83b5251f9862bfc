package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

var errNoneHeld = fmt.Errorf("no run is held: %w", cache.ErrNothing)

// Accept publishes the held run of an integration. [cache.ErrNothing] if there is none, [ErrRunning] during a run.
func (s *Scheduler) Accept(ctx context.Context, in cache.Ref) error {
	err := s.intervene(ctx, in, func(held lease, status cache.Status) (func(store.Writer, *intervention) error, error) {
		if status.Held == nil {
			return nil, errNoneHeld
		}
		if err := s.d.Cache.Accept(ctx, in, held.Fence); err != nil {
			return nil, err
		}
		return func(w store.Writer, v *intervention) error {
			v.due.Settings = settingsText(status.Held.Generation.Mapping)
			v.due = v.due.published(v.cal, s.d.Now().UTC(), Full)
			return markRun(w, in, RunID(status.Held.Generation.Run), Succeeded, wording.Text{})
		}, nil
	})
	return s.decided(ctx, "accept", in, err)
}

// Discard forgets the held run of an integration, or a suspended one.
func (s *Scheduler) Discard(ctx context.Context, in cache.Ref) error {
	err := s.intervene(ctx, in, func(_ lease, status cache.Status) (func(store.Writer, *intervention) error, error) {
		if status.Held == nil && status.Open == nil {
			return nil, errNoneHeld
		}
		var run RunID
		if status.Held != nil {
			run = RunID(status.Held.Generation.Run)
			if err := s.d.Cache.DiscardHeld(ctx, in); err != nil {
				return nil, err
			}
		} else {
			run = RunID(status.Open.Run)
		}
		return func(w store.Writer, v *intervention) error {
			if err := s.seal.writeSaved(w, in, nil); err != nil {
				return err
			}
			v.due = v.due.regular(v.cal, s.d.Now().UTC())
			v.due.Held = time.Time{}
			return markRun(w, in, run, Discarded, wording.New("jobs.discarded", "discarded by a person"))
		}, nil
	})
	return s.decided(ctx, "discard", in, err)
}

// Cancel ends the run of an integration that is under way in this process: what was published before goes on answering, and the
// next run is the next one that was planned. [cache.ErrNothing] if there is none.
func (s *Scheduler) Cancel(ctx context.Context, in cache.Ref) error {
	a := s.running(in)
	if a == nil {
		return fmt.Errorf("cancel %s: no run is under way: %w", in.Integration, cache.ErrNothing)
	}
	a.stop(errCancelled)
	ctx, cancel := context.WithTimeout(ctx, closing)
	defer cancel()
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("cancel %s: %w", in.Integration, ctx.Err())
	}
}

// Rollback publishes the generation before the present one again. Until the next night nothing is synchronised by
// itself, so that what was wrong in the CRM can be mended first; Sync by hand is possible.
func (s *Scheduler) Rollback(ctx context.Context, in cache.Ref) error {
	err := s.intervene(ctx, in, func(held lease, status cache.Status) (func(store.Writer, *intervention) error, error) {
		if err := s.d.Cache.Rollback(ctx, in, held.Fence); err != nil {
			return nil, err
		}
		return func(w store.Writer, v *intervention) error {
			if err := s.seal.writeSaved(w, in, nil); err != nil {
				return err
			}
			v.due.Settings = settingsText(status.Previous.Mapping)
			v.due = v.due.held(v.cal, s.d.Now().UTC())
			return nil
		}, nil
	})
	return s.decided(ctx, "roll back", in, err)
}

// intervention is the due entry that a person's decision changes.
type intervention struct {
	due due
	cal calendar
}

// intervene does something to what is published while no run can be under way: act decides in the cache and returns
// what follows for the history and the plan.
func (s *Scheduler) intervene(
	ctx context.Context, in cache.Ref, act func(lease, cache.Status) (func(store.Writer, *intervention) error, error),
) error {
	set, err := readSettings(ctx, s.d, in)
	if err != nil {
		return err
	}
	held, before, err := s.leases.take(ctx, in, "")
	if err != nil {
		return err
	}
	var follow func(store.Writer, *intervention) error
	status, err := s.d.Cache.Status(ctx, in)
	if err == nil {
		follow, err = act(held, status)
	}
	freed := s.leases.update(context.WithoutCancel(ctx), in, held, func(w store.Writer) error {
		if err := s.follow(w, set, before, follow); err != nil {
			return err
		}
		return release(w, in, held)
	})
	return errors.Join(err, freed)
}

// follow writes what a decision means for history and plan. A run whose process died before it is closed too.
func (s *Scheduler) follow(w store.Writer, set settings, before lease, follow func(store.Writer, *intervention) error) error {
	if before.Owner != "" {
		if err := closeRun(w, set.in, before.Run, s.d.Now().UTC()); err != nil {
			return err
		}
	}
	if follow == nil {
		return nil
	}
	entry, _, err := get[due](w, dueKey(set.in))
	if err != nil {
		return err
	}
	v := intervention{due: entry, cal: s.table.calendar(set.account, set.integration, entry)}
	if err := follow(w, &v); err != nil {
		return err
	}
	return put(w, dueKey(set.in), v.due)
}

// decided plans anew after a decision.
func (s *Scheduler) decided(ctx context.Context, what string, in cache.Ref, err error) error {
	if err == nil {
		err = s.table.reload(ctx, in.Tenant)
	}
	if err != nil {
		return fmt.Errorf("%s run of %s: %w", what, in.Integration, err)
	}
	return nil
}

// markRun sets the state of a run that has ended, and why.
func markRun(w store.Writer, in cache.Ref, id RunID, state State, why wording.Text) error {
	run, ok, err := get[Run](w, runKey(in, id))
	if err != nil || !ok {
		return err
	}
	run.State = state
	run.fails(why, wording.Text{})
	return put(w, runKey(in, id), run)
}
