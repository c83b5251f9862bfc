package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// care is the hourly housekeeping.
func (s *Scheduler) care(ctx context.Context) {
	_, unpinned := s.d.Cache.Unpin(ctx)
	err := errors.Join(s.expire(ctx), s.ageAll(ctx), s.sweep(ctx), unpinned)
	if s.d.Tidy != nil {
		err = errors.Join(err, s.d.Tidy(ctx))
	}
	if err != nil && ctx.Err() == nil {
		s.d.Log.Warn("housekeeping did not finish", "error", err)
	}
}

// expire gives up runs that waited too long: held ones after a week, suspended ones after a day.
func (s *Scheduler) expire(ctx context.Context) error {
	expired, err := s.d.Cache.Expire(ctx)
	for _, in := range expired {
		err = errors.Join(err, s.settle(ctx, in))
	}
	return err
}

// settle brings the history in line with the cache, which has forgotten a held or suspended run.
func (s *Scheduler) settle(ctx context.Context, in cache.Ref) error {
	status, err := s.d.Cache.Status(ctx, in)
	if err != nil {
		return err
	}
	runs, err := listRuns(ctx, s.d.Store, in, keepRuns)
	if err != nil {
		return err
	}
	for _, run := range runs {
		waits := status.Held != nil && status.Held.Generation.Run == string(run.ID) ||
			status.Open != nil && status.Open.Run == string(run.ID)
		if waits || run.State != Held && run.State != Suspended {
			continue
		}
		err = errors.Join(err, s.d.Store.Update(ctx, func(w store.Writer) error {
			return markRun(w, in, run.ID, Discarded, wording.New("jobs.nobody_decided", "nobody decided in time"))
		}))
	}
	if status.Held == nil {
		err = errors.Join(err, s.unhold(ctx, in))
	}
	return err
}

// unhold notes that no generation waits for a person any more.
func (s *Scheduler) unhold(ctx context.Context, in cache.Ref) error {
	err := s.d.Store.Update(ctx, func(w store.Writer) error {
		entry, ok, err := get[due](w, dueKey(in))
		if err != nil || !ok || entry.Held.IsZero() {
			return err
		}
		entry.Held = time.Time{}
		return put(w, dueKey(in), entry)
	})
	if err != nil {
		return err
	}
	return s.table.reload(ctx, in.Tenant)
}

// ageAll marks connections as stale whose data is older than its limit, which happens while nothing can run.
func (s *Scheduler) ageAll(ctx context.Context) error {
	var errs []error
	now := s.d.Now().UTC()
	for _, slot := range s.table.slots() {
		limit := s.ageLimit(tenant.Integration{AgeLimit: slot.age})
		if slot.due.Synced.IsZero() || now.Sub(slot.due.Synced) <= limit || slot.connection.Health == tenant.HealthStale {
			continue
		}
		errs = append(errs, s.d.Directory.SetConnection(ctx, slot.in.Tenant, slot.in.Integration, tenant.ConnectionState{
			Health: tenant.HealthStale, Since: now, Text: slot.connection.Text, Words: slot.connection.Words,
		}))
	}
	return errors.Join(errs...)
}

// sweep deletes what erased integrations have left, here and in the cache.
func (s *Scheduler) sweep(ctx context.Context) error {
	erased, err := s.d.Cache.Erased(ctx)
	for _, in := range erased {
		err = errors.Join(err, s.Forget(ctx, in))
		_, failed := s.d.Cache.Sweep(ctx, in)
		err = errors.Join(err, failed)
	}
	return err
}

// Forget deletes everything jobs keeps of an integration that was removed: plan, lease, history, report, saved page. A run under
// way is stopped first.
func (s *Scheduler) Forget(ctx context.Context, in cache.Ref) error {
	if a := s.running(in); a != nil {
		a.stop(tenant.ErrErased)
		select {
		case <-a.done:
		case <-time.After(closing):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := s.forgetNotices(ctx, in); err != nil {
		return err
	}
	return s.d.Store.Update(ctx, func(w store.Writer) error {
		for _, key := range [][]byte{dueKey(in), leaseKey(in), stateKey(in)} {
			if err := w.Delete(key); err != nil {
				return err
			}
		}
		return errors.Join(deleteAll(w, runPrefix(in)), deleteAll(w, reportPrefix(in)))
	})
}
