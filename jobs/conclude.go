package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

func (a *attempt) log() *slog.Logger {
	return a.s.d.Log.With("tenant", a.set.in.Tenant, "integration", a.set.in.Integration, "run", a.run.ID)
}

// decide ends a run that has read everything: it is published, or held for a person.
func (a *attempt) decide(ctx context.Context) error {
	mark, err := a.s.seal.sealMark(a.set.in, a.settled())
	if err != nil {
		return err
	}
	if a.run.Mode == Full {
		if err := a.refresh.Keep(a.mark.Skipped...); err != nil {
			return err
		}
	}
	a.refresh.SetWatermark(mark)
	stats, err := a.refresh.Finish(ctx)
	if a.wrote(err) != nil {
		return err
	}
	c := &a.run.Counts
	c.Added, c.Changed, c.Removed, c.Unchanged = stats.Added, stats.Changed, stats.Removed, stats.Unchanged
	if a.run.Mode == Full {
		before, after := censusOf(stats.Before, a.from.Values), censusOf(stats.After, a.mark.Values)
		before, after = a.compared(before, after)
		if why := suspicion(a.set.integration.Guard, before, after); !why.IsZero() {
			a.run.Reason, a.run.Words.Reason = why.String(), why
			return a.refresh.Hold(ctx, a.run.Reason)
		}
	}
	if _, err = a.refresh.Publish(ctx); err == nil {
		a.run.Known = stats.After.Numbers
		a.s.tellPublished(a.set.in)
	}
	return err
}

// tellPublished tells who waits for new contacts.
func (s *Scheduler) tellPublished(in cache.Ref) {
	if s.d.Published != nil {
		s.d.Published(in)
	}
}

// settled is the watermark to publish: with the column decisions that the next full run uses.
func (a *attempt) settled() watermark {
	m := a.mark
	m.Columns = a.evidence.decisions(a.mark.Columns, a.run)
	return m
}

// conclude writes down how the attempt ended. Its writes have a time of their own, because reading may have been stopped.
func (a *attempt) conclude(ctx context.Context, failure error) {
	ctx, cancel := context.WithTimeout(ctx, closing)
	defer cancel()
	if errors.Is(failure, ErrLeaseLost) || errors.Is(failure, cache.ErrFenced) {
		a.log().Warn("run stopped: another one took over")
		return // history, due entry and cache are the other one's now
	}
	now := a.s.d.Now().UTC()
	switch {
	case failure == nil && a.run.Reason != "":
		a.run.State, a.due = Held, a.due.held(a.cal, now)
		if a.due.Held.IsZero() {
			a.due.Held = now // a newer one that takes its place is no news
		}
	case failure == nil:
		a.succeed(now)
	default:
		a.fail(ctx, failure, now)
	}
	a.due = a.set.planned(a.due)
	if a.run.State != Suspended {
		a.run.Ended, a.saved = now, nil
	}
	if err := a.record(ctx); err != nil {
		a.log().Error("run not recorded", "error", err)
		return
	}
	a.report(ctx, failure, now)
	if err := a.s.table.reload(ctx, a.set.in.Tenant); err != nil {
		a.log().Warn("next run not planned yet", "error", err)
	}
}

// succeed plans on after a published run.
func (a *attempt) succeed(now time.Time) {
	a.run.State = Succeeded
	a.due.Settings = settingsText(a.set.mapping())
	a.due.Changes = a.mark.complete(len(a.set.preset.Streams))
	if a.run.Mode == Changes {
		a.due.Requests = learn(a.due.Requests, a.run.Requests)
	}
	a.due = a.due.published(a.cal.with(a.s.table, a.set, a.due), now, a.run.Mode)
	if a.damaged {
		a.due = a.due.anew(now)
	} else if a.run.Mode == Full && a.evidence.differs(a.mark.Columns, a.run) {
		a.due = a.due.again(a.cal, now)
	}
}

// fail decides whether the run is suspended or over, and when to try again.
func (a *attempt) fail(ctx context.Context, failure error, now time.Time) {
	f := judge(failure)
	a.run.fails(wording.Of(failure), f.hint)
	a.run.Error = failure.Error() // programs and people who look for causes get the whole chain
	a.run.State, a.due.Damaged = Failed, a.due.Damaged || f.damaged
	if a.delivery != nil && f.suspend {
		a.run.Hint, a.run.Words.Hint = sendAgain().String(), sendAgain()
	}
	if f.cancelled {
		a.run.State = Discarded
	}
	if a.delivery == nil && f.suspend && a.suspend(ctx) {
		a.run.State = Suspended
	} else {
		a.discard()
	}
	switch {
	case f.cancelled:
		a.due = a.due.regular(a.cal, now)
	case f.stopping:
		a.due.At, a.due.Why = now, Retry
	case f.reauth:
		a.due = a.due.waiting(now)
	default:
		stale := a.run.Resumed > 0 && a.count.pages.Load() == 0 // the saved page may be what fails: begin anew soon
		a.due = a.due.failed(a.cal, now, f.temporary || stale, f.after)
	}
}

// suspend saves the newest page and leaves the refresh to be resumed there. It tells whether there is such a page.
func (a *attempt) suspend(ctx context.Context) bool {
	if a.refresh == nil {
		return a.saved != nil // nothing was begun: what was saved before still stands
	}
	if !a.broken && (a.page != "" || a.stream > 0) {
		if err := a.checkpoint(ctx, a.stream, a.page); err != nil {
			a.log().Warn("newest page not saved", "error", err)
		}
	}
	if a.saved == nil {
		return false
	}
	if err := a.refresh.Suspend(); err != nil {
		a.log().Warn("generation not suspended", "error", err)
	}
	return true
}

func (a *attempt) discard() {
	if a.refresh == nil {
		return
	}
	if err := a.refresh.Discard(); err != nil {
		a.log().Warn("generation not discarded, the next run does it", "error", err)
	}
}

// record writes run, plan and saved page, and frees the lease, in one transaction.
func (a *attempt) record(ctx context.Context) error {
	return a.s.leases.update(ctx, a.set.in, a.lease, func(w store.Writer) error {
		if a.run.State != Suspended {
			if err := a.s.seal.writeSaved(w, a.set.in, nil); err != nil {
				return err
			}
		}
		if err := writeRun(w, a.set.in, a.s.seal, a.run); err != nil {
			return err
		}
		if err := pruneRuns(w, a.set.in, a.run); err != nil {
			return err
		}
		if err := put(w, dueKey(a.set.in), a.due); err != nil {
			return err
		}
		return release(w, a.set.in, a.lease)
	})
}

// report tells the log and the connection's state how the attempt ended.
func (a *attempt) report(ctx context.Context, failure error, now time.Time) {
	switch a.run.State {
	case Held:
		a.log().Warn("run held", "reason", a.run.Reason)
	case Failed, Suspended:
		a.log().Warn("run did not finish", "state", a.run.State, "error", failure)
	}
	health, text := a.health(failure, now)
	old := a.set.integration.Connection
	if health == "" || (old.Health == health || old.Health == "" && health == tenant.HealthOK) && old.Text == text.String() {
		return
	}
	since := now
	if old.Health == health {
		since = old.Since
	}
	c := tenant.ConnectionState{Health: health, Since: since, Text: text.String(), Words: text}
	if err := a.s.d.Directory.SetConnection(ctx, a.set.in.Tenant, a.set.in.Integration, c); err != nil {
		a.log().Warn("state of the connection not noted", "error", err)
	}
}

// health is the connection's state after the attempt, "" where it says nothing about it.
func (a *attempt) health(failure error, now time.Time) (tenant.Health, wording.Text) {
	if failure == nil {
		return tenant.HealthOK, wording.Text{}
	}
	f := judge(failure)
	text := f.hint.Or(wording.Of(failure))
	switch {
	case f.stopping || f.cancelled || isGone(failure) || errors.Is(failure, ErrNotEnabled):
		return "", wording.Text{}
	case f.reauth:
		return tenant.HealthReauth, text
	case now.Sub(a.due.Synced) > a.s.ageLimit(a.set.integration) && !a.due.Synced.IsZero():
		return tenant.HealthStale, text
	}
	return tenant.HealthRetrying, text
}

// ageLimit is how old the data of an integration may be.
func (s *Scheduler) ageLimit(i tenant.Integration) time.Duration {
	if i.AgeLimit > 0 {
		return i.AgeLimit
	}
	return s.d.AgeLimit
}

// judgement is what follows from a failure.
type judgement struct {
	suspend   bool // the saved page is still good
	temporary bool // it may pass by itself
	reauth    bool // a person has to sign in
	stopping  bool // it is our own doing
	cancelled bool // a person did not want it any more
	damaged   bool // entries of the cache cannot be read
	after     time.Duration
	hint      wording.Text
}

// sendAgain is what to do about a run whose contacts are sent.
func sendAgain() wording.Text {
	return wording.New("jobs.send_again", "Send the run again from its beginning; what was published before goes on answering.")
}

// judge decides by behaviour. What is not known counts as temporary: a store or network that stumbles.
func judge(failure error) judgement {
	var source *presets.Error
	var sent *push.Error
	switch {
	case errors.Is(failure, errStopping):
		return judgement{suspend: true, stopping: true, hint: wording.New("jobs.goes_on", "It goes on when the server runs again.")}
	case errors.Is(failure, errCancelled):
		return judgement{cancelled: true, hint: wording.New("jobs.goes_on_answering", "What was published before goes on answering.")}
	case errors.As(failure, &sent), errors.Is(failure, errGone):
		return judgement{hint: sendAgain()}
	case errors.Is(failure, errPanic):
		return judgement{hint: wording.New("jobs.report_it", "This is an error of the program; please report it with the log.")}
	case errors.Is(failure, errTooMany):
		return judgement{hint: wording.New("jobs.choose_fewer", "Choose fewer records, or ask the operator for a higher limit.")}
	case errors.Is(failure, ErrNotEnabled), isGone(failure), errors.Is(failure, cache.ErrErased):
		return judgement{}
	case errors.Is(failure, cache.ErrUnavailable):
		return judgement{temporary: true, damaged: true, hint: wording.New("jobs.damaged", "Stored contacts are damaged; the next run writes all of them anew.")}
	case errors.As(failure, &source):
		keep := source.Retry || source.ReauthNeeded
		return judgement{
			suspend: keep, temporary: source.Retry, reauth: source.ReauthNeeded, after: source.RetryAfter, hint: source.Hint,
		}
	}
	return judgement{suspend: true, temporary: true, hint: wording.New("jobs.again", "It is tried again.")}
}

// isGone tells that tenant or integration were removed.
func isGone(err error) bool {
	return errors.Is(err, tenant.ErrNotFound) || errors.Is(err, tenant.ErrErased)
}

// with returns the calendar with the interval that the newest run allows.
func (c calendar) with(t *table, set settings, d due) calendar {
	c.interval = t.calendar(set.account, set.integration, d).interval
	return c
}
