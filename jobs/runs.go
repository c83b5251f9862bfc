package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
)

// Runs returns the newest runs of an integration, newest first, without samples.
func (s *Scheduler) Runs(ctx context.Context, in cache.Ref, limit int) ([]Run, error) {
	runs, err := listRuns(ctx, s.d.Store, in, limit)
	if err != nil {
		return nil, fmt.Errorf("runs of %s: %w", in.Integration, err)
	}
	return runs, nil
}

// Run returns one run with samples of what it rejected. [ErrNoRun] if there is none of that id. A run that is shown as over
// has made room for the next: whoever sees it may begin that one.
func (s *Scheduler) Run(ctx context.Context, in cache.Ref, id RunID) (run Run, err error) {
	err = s.d.Store.View(ctx, func(r store.Reader) error {
		run, err = readRun(r, in, s.seal, id)
		return err
	})
	if err != nil {
		return Run{}, fmt.Errorf("run of %s: %w", in.Integration, err)
	}
	if a := s.running(in); a != nil && a.start().ID == id && run.State != Running {
		select {
		case <-a.done: // written down already, but still planning the next
		case <-ctx.Done():
			return Run{}, ctx.Err()
		}
	}
	return run, nil
}

// Plan is when an integration runs by itself.
type Plan struct {
	Next     time.Time     `json:"next,omitzero"` // zero: a person has to sign in first, or it is not enabled
	Why      Trigger       `json:"why,omitempty"`
	Interval time.Duration `json:"interval,omitempty"` // between incremental runs, 0 where the source cannot
	Nights   []time.Time   `json:"nights"`             // the next nightly ones
	Synced   time.Time     `json:"last_synced,omitzero"`
	Failures int           `json:"failures,omitempty"` // in a row
}

// Preview tells when an integration runs next by itself, with its next count nights.
func (s *Scheduler) Preview(ctx context.Context, in cache.Ref, count int) (Plan, error) {
	set, err := readSettings(ctx, s.d, in)
	if err != nil {
		return Plan{}, fmt.Errorf("plan of %s: %w", in.Integration, err)
	}
	var entry due
	err = s.d.Store.View(ctx, func(r store.Reader) error {
		entry, _, err = get[due](r, dueKey(in))
		return err
	})
	if err != nil {
		return Plan{}, fmt.Errorf("plan of %s: %w", in.Integration, err)
	}
	c := s.table.calendar(set.account, set.integration, entry)
	p := Plan{Interval: c.interval, Synced: entry.Synced, Failures: entry.Failures}
	p.Nights = c.night.Preview(s.d.Now(), entry.Night, count)
	if set.enabled() == nil {
		p.Next, p.Why = entry.At, entry.Why
	}
	return p, nil
}
