package jobs

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Promise: of many who start a run at once on several nodes, one does (F5).
func TestLeaseRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(30))
		w.crm.gate = make(chan struct{})
		type started struct {
			id  RunID
			err error
		}
		results := make(chan started)
		for range 3 {
			w.open()
			node := w.s
			for range 4 {
				go func() {
					id, err := node.Sync(t.Context(), w.in, Auto, Manual)
					results <- started{id, err}
				}()
			}
		}
		var winners []RunID
		for range 12 {
			r := <-results
			switch {
			case r.err == nil:
				winners = append(winners, r.id)
			case !errors.Is(r.err, ErrRunning):
				t.Error(r.err)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("%d runs began", len(winners))
		}
		close(w.crm.gate)
		if run, err := w.s.Wait(t.Context(), w.in, winners[0]); err != nil || run.State != Succeeded {
			t.Errorf("run is %s: %v", run.State, err)
		}
		if n := w.crm.reads.Load(); n != 3 {
			t.Errorf("%d pages were read", n)
		}
	})
}

// Promise: a holder that slept through its lease publishes nothing and writes no history (F5).
func TestStaleHolderCannotPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(30))
		frozen := &faulty{Store: w.store}
		w.deps.Store = frozen
		sleeper := w.scheduler()
		old := newCRM(3)
		old.gate = make(chan struct{})
		w.sources[w.in] = old
		id, err := sleeper.Sync(t.Context(), w.in, Auto, Manual)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		frozen.freeze(true) // its heartbeats reach nobody
		time.Sleep(2 * leaseLife)
		w.sources[w.in] = w.crm
		w.open()
		run := w.mustSync(Auto)
		frozen.freeze(false)
		close(old.gate)
		sleeper.work.Wait()
		if diff := cmp.Diff(names(30, 30), w.answers(30)); diff != "" {
			t.Error(diff)
		}
		first, err := w.s.Run(t.Context(), w.in, id)
		if err != nil || first.State != Failed {
			t.Errorf("the sleeper's run is %s: %v", first.State, err)
		}
		if now, err := w.s.Run(t.Context(), w.in, run.ID); err != nil || now.State != Succeeded {
			t.Errorf("the other run is %s: %v", now.State, err)
		}
	})
}

// Promise: the history keeps 200 runs, and not more than 50 that found nothing to do.
func TestHistoryIsPruned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, newCRM(1))
		for i := range 60 {
			w.mustSync(Auto)
			time.Sleep(time.Second)
			if i < 20 {
				r := record(0)
				r.Name = fmt.Sprint(i)
				w.crm.set(0, r)
			}
		}
		runs := w.runs()
		if len(runs) != 60 { // 21 with changes, 39 quiet
			t.Errorf("%d runs", len(runs))
		}
		for range 150 {
			w.mustSync(Full)
			time.Sleep(time.Second)
		}
		if runs = w.runs(); len(runs) != keepRuns { // 210 have ended
			t.Errorf("%d runs", len(runs))
		}
		for range 60 {
			w.mustSync(Auto)
			time.Sleep(time.Second)
		}
		quiet := 0
		for _, r := range w.runs() {
			if r.quiet() {
				quiet++
			}
		}
		if quiet != keepQuiet {
			t.Errorf("%d quiet runs", quiet)
		}
		if !slices.IsSortedFunc(w.runs(), func(a, b Run) int { return b.Started.Compare(a.Started) }) {
			t.Error("not newest first")
		}
	})
}
