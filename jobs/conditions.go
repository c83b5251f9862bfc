package jobs

import (
	"context"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// Notices tells people of states that need them; *notice.Desk is one.
type Notices interface {
	// Compare holds what is so against what was told; present says which integrations are looked after.
	Compare(ctx context.Context, now []notice.Condition, present func(cache.Ref) bool)
	// Forget deletes what is kept of an integration that was removed.
	Forget(ctx context.Context, account tenant.ID, integration tenant.IntegrationID) error
}

const (
	failingAfter = 12 * time.Hour // of failed runs; two days without a good one are another matter
	staleAfter   = 48 * time.Hour
	overdue      = 2 * time.Hour // after which a run that has not begun is not about to
	day          = 24 * time.Hour
)

// reauthSteps is when a person who has to sign in again is told, secretSteps when one whose secret ends.
var (
	reauthSteps = []time.Duration{0, day, 7 * day}
	secretSteps = []time.Duration{-30 * day, -7 * day, 0}
)

// tell looks at every plan in memory and lets notices compare; nothing is read from the store for integrations that are well.
func (s *Scheduler) tell(ctx context.Context) {
	if s.d.Notices == nil || !s.met.Load() {
		return
	}
	now := s.d.Now().UTC()
	var all []notice.Condition
	there := map[cache.Ref]bool{}
	for _, slot := range s.table.slots() {
		there[slot.in] = true
		all = append(all, slot.conditions(now, s.ageLimit(tenant.Integration{AgeLimit: slot.age}))...)
	}
	s.d.Notices.Compare(ctx, all, func(in cache.Ref) bool { return there[in] })
}

// conditions are what an integration's people should know of. Of several that follow from each other it is the one that tells most.
func (s slot) conditions(now time.Time, limit time.Duration) []notice.Condition {
	var all []notice.Condition
	add := func(kind notice.Kind, since time.Time, step int, text wording.Text) {
		all = append(all, notice.Condition{In: s.in, Kind: kind, Since: since, Step: step, Text: text})
	}
	c := s.connection
	age := now.Sub(s.due.Synced)
	switch {
	case c.Health == tenant.HealthReauth:
		add(notice.Reauth, c.Since, step(reauthSteps, now.Sub(c.Since)), c.Said())
	case !s.due.Synced.IsZero() && age > limit:
		add(notice.Stopped, s.due.Synced.Add(limit), 0, c.Said())
	case !s.due.Held.IsZero():
	case !s.due.Synced.IsZero() && age > staleAfter && !s.passive && !s.soon(now):
		add(notice.Stale, s.due.Synced, 0, c.Said())
	case c.Health == tenant.HealthRetrying && now.Sub(c.Since) > failingAfter:
		add(notice.Failing, c.Since, 0, c.Said())
	}
	if !s.due.Held.IsZero() {
		add(notice.Held, s.due.Held, 0, wording.Text{})
	}
	if ends := s.secretEnds; !ends.IsZero() && now.Sub(ends) > secretSteps[0] {
		add(notice.Expiring, ends, step(secretSteps, now.Sub(ends)), wording.Text{})
	}
	return all
}

// soon tells that nothing has failed and a run is about to change things: somebody has just signed in again, or the server was off.
func (s slot) soon(now time.Time) bool {
	return s.connection.Health != tenant.HealthRetrying && !s.due.At.IsZero() && now.Sub(s.due.At) < overdue
}

// step is the newest of the steps that has come.
func step(steps []time.Duration, passed time.Duration) int {
	newest := 0
	for i, at := range steps {
		if passed >= at {
			newest = i
		}
	}
	return newest
}

// forgetNotices is part of Forget.
func (s *Scheduler) forgetNotices(ctx context.Context, in cache.Ref) error {
	if s.d.Notices == nil {
		return nil
	}
	return s.d.Notices.Forget(ctx, in.Tenant, in.Integration)
}
