package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

var (
	// ErrPushed means that the contacts of an integration are sent to the server: there is nothing to read from here.
	ErrPushed = errors.New("its contacts are sent to the server; `ringdex push` on a machine that reaches the CRM does so")
	// ErrNotPushed means that the server reads an integration's contacts itself, and would replace what is sent.
	ErrNotPushed = errors.New("the server reads its contacts itself; set its option pushed=yes to have them sent")
	// ErrNothing means an integration without contacts: its preset has scripts only.
	ErrNothing = errors.New("it has scripts only, there is nothing to synchronise")
	// ErrNeedsFull means that changes alone would not do.
	ErrNeedsFull = errors.New("all contacts are needed: send a run of mode full")

	errGone = wording.Error("jobs.gone", "whoever sent the contacts hung up")
)

// Delivery is the body of a run whose contacts are sent.
type Delivery struct {
	Lines     *push.Reader
	Interrupt func() // makes a read that waits for the sender return
}

// Push runs an integration with the contacts of a body, and returns when the run is over: it is as any other run but for
// where its contacts come from, and that it cannot go on later. A body that breaks off, or cannot be used, publishes nothing;
// the error is a [push.Error] then. A run that failed for another reason comes with that reason.
func (s *Scheduler) Push(ctx context.Context, in cache.Ref, d Delivery) (Run, error) {
	mode := Full
	if d.Lines.Header().Mode == push.Changes {
		mode = Changes
	}
	a, err := s.begin(ctx, in, order{mode: mode, why: Pushed, delivery: &d})
	if err != nil {
		return Run{}, fmt.Errorf("push to %s: %w", in.Integration, err)
	}
	over := context.AfterFunc(ctx, func() { a.stop(errGone) })
	<-a.done
	over()
	run, err := s.Run(context.WithoutCancel(ctx), in, a.start().ID)
	return run, errors.Join(err, a.failure)
}

// PushState tells whoever sends contacts what the next run has to be.
type PushState struct {
	Mode  string            `json:"mode"`            // changes where they do, else full
	Why   string            `json:"why,omitempty"`   // of a full run
	Since map[string]string `json:"since,omitempty"` // watermark of what is published, by type, as the last run's end line gave it
}

// PushState returns what the next run that is sent has to be.
func (s *Scheduler) PushState(ctx context.Context, in cache.Ref) (PushState, error) {
	set, err := readSettings(ctx, s.d, in)
	if err == nil {
		err = set.takes(&Delivery{})
	}
	if err != nil {
		return PushState{}, fmt.Errorf("watermark of %s: %w", in.Integration, err)
	}
	status, err := s.d.Cache.Status(ctx, in)
	if err != nil {
		return PushState{}, fmt.Errorf("watermark of %s: %w", in.Integration, err)
	}
	var entry due
	err = s.d.Store.View(ctx, func(r store.Reader) error {
		entry, _, err = get[due](r, dueKey(in))
		return err
	})
	if err != nil {
		return PushState{}, fmt.Errorf("watermark of %s: %w", in.Integration, err)
	}
	a := &attempt{s: s, set: set, delivery: &Delivery{}}
	a.readFrom(status)
	p := PushState{Mode: push.Changes, Since: a.from.Since, Why: a.whyFull(status)}
	switch {
	case p.Why != "":
	case entry.Damaged:
		p.Why = damagedText
	case entry.fullDue(s.d.Now()): // advice: deletions without a trace are noticed by a full run only
		p.Why = "the last full run is a week ago, or was read with other columns"
	}
	if p.Why != "" {
		p.Mode = push.Full
	}
	return p, nil
}

const damagedText = "stored contacts are damaged"

// takes tells whether a run of this sort fits the integration: one that is sent, or one that reads.
func (s settings) takes(d *Delivery) error {
	switch {
	case !s.preset.Reads():
		return ErrNothing
	case d == nil && s.integration.Pushed:
		return ErrPushed
	case d != nil && !s.integration.Pushed:
		return ErrNotPushed
	}
	return nil
}

// refuse tells why changes that are sent cannot be taken.
func (a *attempt) refuse(q request) error {
	if a.delivery == nil || q.mode != Changes {
		return nil
	}
	if a.run.Mode != Changes {
		return fmt.Errorf("%w: %s", ErrNeedsFull, or(a.whyFull(q.status), damagedText))
	}
	if since := a.delivery.Lines.Header().Since; since != nil && !maps.Equal(since, a.from.Since) {
		return fmt.Errorf("%w: they begin behind another run than the last that was published", ErrNeedsFull)
	}
	return nil
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// readDelivery brings the contacts of a body into the refresh.
func (a *attempt) readDelivery(reading, writing context.Context) error {
	if err := a.openRefresh(writing); err != nil {
		return err
	}
	defer context.AfterFunc(reading, a.delivery.Interrupt)()
	in := &inbox{a: a}
	for _, st := range a.set.preset.Streams {
		in.of(st.ID)
	}
	a.delivery.Lines.Take(!a.set.preset.Opens(), in.types()...)
	a.run.Requests = 1
	for page, err := range a.delivery.Lines.Pages() {
		if cause := reading.Err(); cause != nil {
			return cause
		}
		if err != nil {
			return err
		}
		if err := in.add(writing, page); err != nil {
			return err
		}
		if page.Last {
			return in.end(writing, page.Since)
		}
	}
	return &push.Error{Text: errNoEnd.Error(), Cut: true}
}

// inbox sorts what is sent by type.
type inbox struct {
	a       *attempt
	streams []*learner
}

func (in *inbox) types() []string {
	var types []string
	for _, l := range in.streams {
		types = append(types, l.stream.ID)
	}
	return types
}

// of is the stream of a type, and makes it the run's.
func (in *inbox) of(kind string) *learner {
	n := slices.IndexFunc(in.streams, func(l *learner) bool { return l.stream.ID == kind })
	if n < 0 {
		n = len(in.streams)
		in.streams = append(in.streams, in.a.newLearner(presets.Stream{ID: kind}))
	}
	in.a.stream = n
	return in.streams[n]
}

func (in *inbox) add(ctx context.Context, page push.Page) error {
	a := in.a
	a.count.moved(a.s.d.Now())
	a.run.Bytes += page.Bytes
	for _, bad := range page.Bad {
		if a.run.Counts.Read++; a.run.Counts.Read > a.s.d.Limits.Records {
			return a.tooMany()
		}
		a.reject(presets.Stream{ID: clip(bad.Type, maxName)}, &presets.Record{ID: bad.ID}, cache.Issue{
			Reason: string(BadLine), Raw: fmt.Sprintf("line %d: %s", bad.Line, bad.Why),
		})
	}
	if len(page.Records) == 0 {
		return nil
	}
	return in.give(ctx, in.of(page.Type), presets.Page{Records: page.Records})
}

func (in *inbox) give(ctx context.Context, l *learner, page presets.Page) error {
	for _, ready := range l.add(page) {
		if err := in.a.readPage(ctx, l.stream, ready); err != nil {
			return err
		}
	}
	return nil
}

// end reads what was held back. A type the end line gives no watermark for keeps the one it had, if only changes were sent.
func (in *inbox) end(ctx context.Context, since map[string]string) error {
	for _, kind := range in.types() {
		mark, given := since[kind]
		if !given && in.a.run.Mode == Changes {
			mark = in.a.from.Since[kind]
		}
		if len(mark) > maxMark {
			mark = ""
		}
		if err := in.give(ctx, in.of(kind), presets.Page{Last: true, Since: mark}); err != nil {
			return err
		}
	}
	return nil
}

// maxMark is the longest watermark that is kept.
const maxMark = 4 << 10

// passive tells whether runs of an integration never begin by themselves.
func (s settings) passive() bool {
	return s.integration.Pushed || s.preset != nil && !s.preset.Reads()
}

// planned leaves a passive integration without a next run, whatever just happened to it.
func (s settings) planned(d due) due {
	if s.passive() {
		if d.Why == Columns {
			d.Full = time.Time{} // whoever sends the next run is told that a full one is due
		}
		d.At, d.Why = time.Time{}, ""
	}
	return d
}

// readFrom finds where the published generation was read to.
func (a *attempt) readFrom(status cache.Status) {
	a.from = newWatermark()
	g := status.Published
	if g == nil {
		return
	}
	var err error
	if a.from, err = a.s.seal.openMark(a.set.in, g.Watermark); err != nil {
		a.log().Warn("watermark not readable, everything is read", "error", err)
		a.from = newWatermark()
	}
	if g.Mapping != a.set.mapping() {
		a.from.Columns = nil // they were decided under other settings
	}
}
