package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/tenant"
)

// pushedWorld is a server whose one integration is sent its contacts.
func pushedWorld(t *testing.T) *world {
	w := newWorld(t, newCRM(0))
	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.Pushed = true }); err != nil {
		t.Fatal(err)
	}
	return w
}

// body is a run with contacts 0 to n-1.
func body(t *testing.T, h push.Header, n int, since map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := push.NewWriter(&b, h)
	for i := range n {
		err = errors.Join(err, w.Page("contact", []presets.Record{record(i)}))
	}
	if err := errors.Join(err, w.End(since)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (w *world) push(from io.Reader) (Run, error) {
	w.t.Helper()
	lines, err := push.NewReader(from)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.s.Push(w.t.Context(), w.in, Delivery{Lines: lines, Interrupt: func() {}})
}

func (w *world) mustPush(text string) Run {
	w.t.Helper()
	run, err := w.push(strings.NewReader(text))
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}

var full, since1 = push.Header{Mode: push.Full}, map[string]string{"contact": "w1"}

// Promise: contacts that are sent become a run like any other: published, in the history, with the watermark for the next.
func TestPush(t *testing.T) {
	t.Parallel()
	w := pushedWorld(t)
	if state, err := w.s.PushState(t.Context(), w.in); err != nil || state.Mode != push.Full || state.Why == "" {
		t.Errorf("before: %+v, %v", state, err)
	}
	text := strings.Replace(body(t, full, 3, since1), `{"end"`, "{\"name\":\"nobody\"}\n"+`{"end"`, 1)
	run := w.mustPush(strings.Replace(text, `"records":3`, `"records":4`, 1))
	if run.State != Succeeded || run.Trigger != Pushed || run.Mode != Full || run.Counts.Added != 3 || run.Counts.Rejected[BadLine] != 1 {
		t.Errorf("run: %+v", run)
	}
	if len(run.Samples) != 1 || !strings.HasPrefix(run.Samples[0].Value, "line 8: id is missing") {
		t.Errorf("samples: %+v", run.Samples)
	}
	if got := w.answers(4); !cmp.Equal(names(3, 4), got) {
		t.Errorf("answers: %v", got)
	}
	state, err := w.s.PushState(t.Context(), w.in)
	if want := (PushState{Mode: push.Changes, Since: since1}); err != nil || !cmp.Equal(want, state) {
		t.Errorf("after: %+v, %v", state, err)
	}

	changes := body(t, push.Header{Mode: push.Changes, Since: since1}, 0, map[string]string{"contact": "w2"})
	changes = strings.Replace(strings.Replace(changes, `{"end"`, `{"id":"1","deleted":true}`+"\n"+`{"end"`, 1), `"records":0`, `"records":1`, 1)
	if run = w.mustPush(changes); run.Mode != Changes || run.Counts.Removed != 1 {
		t.Errorf("changes: %+v", run)
	}
	if _, err := w.push(strings.NewReader(changes)); !errors.Is(err, ErrNeedsFull) {
		t.Errorf("the same changes again: %v", err)
	}
	if got := w.answers(3); got[1] != "" || got[2] == "" {
		t.Errorf("answers: %v", got)
	}
	if runs := w.runs(); len(runs) != 2 {
		t.Errorf("history: %+v", runs)
	}
}

// Promise: a body that breaks off anywhere, or cannot be used, publishes nothing, and the next one can begin at once.
func TestPushCut(t *testing.T) {
	t.Parallel()
	w := pushedWorld(t)
	w.mustPush(body(t, full, 20, since1))
	other := strings.ReplaceAll(body(t, full, 20, since1), "Contact", "Other")
	for _, cut := range []int{30, len(other) / 2, len(other) - 30, len(other) - 2} {
		run, err := w.push(strings.NewReader(other[:cut]))
		var e *push.Error
		if !errors.As(err, &e) || !e.Cut || run.State != Failed || run.Hint != sendAgain().String() {
			t.Fatalf("cut at %d: %+v, %v", cut, run, err)
		}
		if got := w.answers(20); !cmp.Equal(names(20, 20), got) {
			t.Fatalf("cut at %d: %v", cut, got)
		}
	}
	if run := w.mustPush(other); run.Counts.Changed != 20 || w.answer("+31207000000") != "Other 0" {
		t.Errorf("run: %+v", run)
	}
}

// Promise: the shrink guard holds a body that is suspiciously small, and a person's decision is as for any run.
func TestPushHeld(t *testing.T) {
	t.Parallel()
	w := pushedWorld(t)
	w.mustPush(body(t, full, 200, since1))
	if run := w.mustPush(body(t, full, 1, since1)); run.State != Held {
		t.Fatalf("run: %+v", run)
	}
	if _, err := w.push(strings.NewReader(body(t, push.Header{Mode: push.Changes}, 1, nil))); !errors.Is(err, ErrNeedsFull) {
		t.Errorf("changes while held: %v", err)
	}
	if err := w.s.Discard(t.Context(), w.in); err != nil || w.answer("+31207000150") == "" {
		t.Error(err)
	}
	if run := w.mustPush(body(t, push.Header{Mode: push.Changes}, 1, nil)); run.Counts.Unchanged != 1 {
		t.Errorf("changes: %+v", run)
	}
	if state, _ := w.s.PushState(t.Context(), w.in); state.Since["contact"] != "w1" {
		t.Errorf("changes without a watermark lost the one there was: %+v", state)
	}
}

// Promise: whoever sends changes is told once a week to send everything, because a contact that is gone without a trace is
// noticed by a full run only.
func TestPushWeekly(t *testing.T) {
	t.Parallel()
	w := pushedWorld(t)
	now := time.Now()
	w.deps.Now = func() time.Time { return now }
	w.s = w.scheduler()
	w.mustPush(body(t, full, 3, since1))
	for _, c := range []struct {
		later time.Duration
		mode  string
	}{{0, push.Changes}, {6 * 24 * time.Hour, push.Changes}, {24 * time.Hour, push.Full}} {
		now = now.Add(c.later)
		if state, err := w.s.PushState(t.Context(), w.in); err != nil || state.Mode != c.mode || (state.Why != "") != (c.mode == push.Full) {
			t.Errorf("after %s: %+v, %v", c.later, state, err)
		}
	}
	if run := w.mustPush(body(t, push.Header{Mode: push.Changes}, 1, nil)); run.Mode != Changes {
		t.Errorf("changes all the same: %+v", run)
	}
}

// Promise: one run at a time; who hangs up, and a server that stops, end a run that is sent without publishing.
func TestPushUnderWay(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, cancel func()){
		"hung up": func(_ *world, cancel func()) { cancel() },
		"stopped": func(w *world, _ func()) { w.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := pushedWorld(t)
			w.mustPush(body(t, full, 2, since1))
			from, to := io.Pipe()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over := make(chan error)
			go func() {
				lines, err := push.NewReader(from)
				if err == nil {
					_, err = w.s.Push(ctx, w.in, Delivery{Lines: lines, Interrupt: func() { _ = from.CloseWithError(errors.New("interrupted")) }})
				}
				over <- err
			}()
			_, err := fmt.Fprint(to, "{\"id\":\"0\",\"name\":\"Half\",\"phones\":[\"020 7000000\"]}\n\n")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = fmt.Fprint(to, "{\"id\":\"5\"}\n") // taken once the first was read
			for w.s.running(w.in) == nil || w.s.running(w.in).start().ID == "" {
				if t.Context().Err() != nil {
					t.Fatal("it does not begin")
				}
			}
			if _, err := w.push(strings.NewReader(body(t, full, 1, nil))); !errors.Is(err, ErrRunning) {
				t.Errorf("a second one: %v", err)
			}
			end(w, cancel)
			if err := <-over; err == nil {
				t.Error("half a run ended well")
			}
			if got := w.answers(2); !cmp.Equal(names(2, 2), got) {
				t.Errorf("answers: %v", got)
			}
			runs := w.runs() // those of one millisecond have no order
			if len(runs) != 2 || runs[0].State != Failed && runs[1].State != Failed {
				t.Errorf("runs: %+v", runs)
			}
		})
	}
}

// Promise: nothing of an integration whose contacts are sent, or which has none, ever begins by itself; its age is still told.
func TestPassiveIsNotScheduled(t *testing.T) {
	t.Parallel()
	w := pushedWorld(t)
	check := func(what string) {
		t.Helper()
		if err := w.s.table.reload(t.Context(), w.in.Tenant); err != nil {
			t.Fatal(err)
		}
		if s, ok := w.s.table.slot(w.in); !ok || !s.due.At.IsZero() || !w.due().At.IsZero() {
			t.Errorf("%s: %+v", what, s.due)
		}
	}
	check("new")
	w.mustPush(body(t, full, 1, since1))
	check("published")
	if _, err := w.push(strings.NewReader("{\"id\":\"1\"}\n")); err == nil {
		t.Error("half a run ended well")
	}
	check("failed")
	if _, err := w.s.Sync(t.Context(), w.in, Full, Manual); !errors.Is(err, ErrPushed) {
		t.Errorf("by hand: %v", err)
	}
	if s, _ := w.s.table.slot(w.in); s.due.Synced.IsZero() {
		t.Error("its age is not known")
	}
	if err := w.dir.change(w.in, func(i *tenant.Integration) { i.Pushed = false }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.push(strings.NewReader(body(t, full, 1, nil))); !errors.Is(err, ErrNotPushed) {
		t.Errorf("into one that reads: %v", err)
	}
	w.preset.Streams = nil
	if err := w.s.table.reload(t.Context(), w.in.Tenant); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.s.table.slot(w.in); ok {
		t.Error("scripts alone are planned")
	}
	if _, err := w.s.Sync(t.Context(), w.in, Full, Manual); !errors.Is(err, ErrNothing) {
		t.Errorf("scripts alone: %v", err)
	}
}
