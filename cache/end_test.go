package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/store/memkv"
)

// TestFence (F5): of two runs only the one with the later lease writes and publishes, whoever began first.
func TestFence(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := memory(t)
	w.publish(ada)
	stale := w.refresh(RefreshOptions{Fence: 10})
	w.no(feed(stale, []person{bob}))
	if _, err := w.begin(RefreshOptions{Fence: 9}); !errors.Is(err, ErrFenced) {
		t.Errorf("an older lease began: %v", err)
	}
	newer := w.refresh(RefreshOptions{Fence: 11})
	if err := feed(stale, []person{{ID: "3", Phones: []string{"+31201234569"}}}); !errors.Is(err, ErrFenced) {
		t.Errorf("the stale run goes on: %v", err)
	}
	if err := stale.Checkpoint(ctx); !errors.Is(err, ErrFenced) {
		t.Errorf("the stale run saves: %v", err)
	}
	if _, err := stale.Publish(ctx); !errors.Is(err, ErrFenced) {
		t.Errorf("the stale run publishes: %v", err)
	}
	w.no(stale.Discard())
	w.no(feed(newer, []person{ada}))
	_, err := newer.Publish(ctx)
	w.no(err)
	w.check(map[string]person{"1": ada}, []string{"+31201234567", "+31201234568", "+31201234569"})
	if _, err := newer.Publish(ctx); !errors.Is(err, ErrEnded) {
		t.Errorf("published twice: %v", err)
	}
	w.fence = 10
	if _, err := w.begin(RefreshOptions{Fence: 10}); !errors.Is(err, ErrFenced) {
		t.Errorf("an older lease began after the newer one ended: %v", err)
	}
}

// TestFenceOfAnotherProcess (F5): the number in the control store decides, not what this process remembers.
func TestFenceOfAnotherProcess(t *testing.T) {
	t.Parallel()
	w := memory(t)
	r := w.refresh(RefreshOptions{Fence: 5})
	w.no(feed(r, []person{ada}))
	other, err := Open(context.Background(), Deps{Table: w.table, Control: w.control, Keys: w.keys})
	w.no(err)
	o, err := other.Refresh(context.Background(), w.in, RefreshOptions{Fence: 6})
	w.no(err)
	if _, err := r.Publish(context.Background()); !errors.Is(err, ErrFenced) {
		t.Errorf("published under a lease that was lost: %v", err)
	}
	w.no(feed(o, []person{bob}))
	_, err = o.Publish(context.Background())
	w.no(err)
}

// TestHeld (F1): a held run answers nothing, survives restarts, shows who would go, and is published by a person or forgotten after
// a week.
func TestHeld(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	hold := func(w *world) {
		w.publish(ada, bob)
		r := w.refresh(RefreshOptions{})
		w.no(feed(r, []person{ada}))
		s, err := r.Finish(ctx)
		w.no(err)
		if s.Before.Contacts != 2 || s.After.Contacts != 1 || s.Removed != 1 {
			w.tb.Errorf("counts for the guard: %+v", s)
		}
		w.no(r.Hold(ctx, "dropped by 50 %"))
		w.reopen()
		w.wantNames("+31201234568", "Bob")
		if h := w.status().Held; h == nil || h.Reason != "dropped by 50 %" || h.Stats.After.Contacts != 1 {
			w.tb.Fatalf("held: %+v", h)
		}
		leaving, err := w.cache.Leaving(ctx, w.in, 5)
		w.no(err)
		if len(leaving) != 1 || leaving[0].Name().String() != "Bob" {
			w.tb.Errorf("leaving: %d contacts", len(leaving))
		}
	}
	both, one := map[string]person{"1": ada, "2": bob}, map[string]person{"1": ada}
	numbers := []string{"+31201234567", "+31201234568"}
	tests := []struct {
		name string
		do   func(w *world)
		want map[string]person
	}{
		{"accepted", func(w *world) { w.no(w.cache.Accept(ctx, w.in, 100)) }, one},
		{"accepted and rolled back", func(w *world) {
			w.no(w.cache.Accept(ctx, w.in, 100))
			w.no(w.cache.Rollback(ctx, w.in, 101))
		}, both},
		{"discarded", func(w *world) {
			w.no(w.cache.DiscardHeld(ctx, w.in))
			if err := w.cache.Accept(ctx, w.in, 100); !errors.Is(err, ErrNothing) {
				w.tb.Errorf("accepted what was discarded: %v", err)
			}
		}, both},
		{"expired", func(w *world) {
			w.at = w.at.Add(7*24*time.Hour - 1)
			if refs, err := w.cache.Expire(ctx); len(refs) != 0 || err != nil {
				w.tb.Errorf("expired too early: %v %v", refs, err)
			}
			w.at = w.at.Add(1)
			if refs, err := w.cache.Expire(ctx); len(refs) != 1 || err != nil || w.status().Held != nil {
				w.tb.Errorf("not expired: %v %v", refs, err)
			}
		}, both},
		{"still there while the next run reads", func(w *world) {
			r := w.refresh(RefreshOptions{})
			w.no(feed(r, []person{bob}))
			w.no(w.cache.Accept(ctx, w.in, 100))
			if _, err := r.Publish(ctx); !errors.Is(err, ErrFenced) {
				w.tb.Errorf("published over the accepted one: %v", err)
			}
			w.no(r.Discard())
		}, one},
		{"replaced by the next run", func(w *world) {
			w.publish(ada, bob)
			if w.status().Held != nil {
				w.tb.Error("still held")
			}
		}, both},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := memory(t)
			hold(w)
			tt.do(w)
			w.check(tt.want, numbers)
			w.reopen()
			w.check(tt.want, numbers)
			w.fence = 200
			w.publish(bob)
			w.check(map[string]person{"2": bob}, numbers)
		})
	}
}

// TestRollback: the previous generation answers again, with its watermark, and the next run starts from it.
func TestRollback(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := memory(t)
	if err := w.cache.Rollback(ctx, w.in, 1); !errors.Is(err, ErrNothing) {
		t.Errorf("rolled back to nothing: %v", err)
	}
	for i, people := range [][]person{{ada}, {ada, bob}} {
		r := w.refresh(RefreshOptions{})
		w.no(feed(r, people))
		r.SetWatermark(fmt.Sprint("mark ", i))
		_, err := r.Publish(ctx)
		w.no(err)
	}
	w.no(w.cache.Rollback(ctx, w.in, w.fence))
	if s := w.status(); s.Published.Number != 1 || s.Published.Watermark != "mark 0" || s.Previous.Number != 2 {
		t.Errorf("rolled back to generation %d with %q", s.Published.Number, s.Published.Watermark)
	}
	numbers := []string{"+31201234567", "+31201234568"}
	w.check(map[string]person{"1": ada}, numbers)
	w.no(w.cache.Rollback(ctx, w.in, w.fence))
	w.check(map[string]person{"1": ada, "2": bob}, numbers)
	w.no(w.cache.Rollback(ctx, w.in, w.fence))
	if s := w.publish(ada); s.Unchanged != 1 || s.Removed != 0 || s.Generation != 3 {
		t.Errorf("the next run compares with what was rolled back: %+v", s)
	}
	w.check(map[string]person{"1": ada}, numbers)
}

// TestResume: a run whose process died goes on from its checkpoint under the same name, mode and mapping for a day, and
// deletes nobody it had seen before.
func TestResume(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o := RefreshOptions{Run: "r", Mapping: DigestOf("m"), Resume: true}
	tests := []struct {
		name   string
		change func(w *world, o *RefreshOptions)
		want   bool
	}{
		{"the same run", func(*world, *RefreshOptions) {}, true},
		{"after 23 hours", func(w *world, _ *RefreshOptions) { w.at = w.at.Add(23 * time.Hour) }, true},
		{"after 24 hours", func(w *world, _ *RefreshOptions) { w.at = w.at.Add(24 * time.Hour) }, false},
		{"another run", func(_ *world, o *RefreshOptions) { o.Run = "s" }, false},
		{"another mapping", func(_ *world, o *RefreshOptions) { o.Mapping = Digest{} }, false},
		{"another mode", func(_ *world, o *RefreshOptions) { o.Mode = Incremental }, false},
		{"not asked for", func(_ *world, o *RefreshOptions) { o.Resume = false }, false},
		{"after a roll-back", func(w *world, _ *RefreshOptions) { w.no(w.cache.Rollback(ctx, w.in, w.fence)) }, false},
		{"after it expired", func(w *world, _ *RefreshOptions) {
			w.at = w.at.Add(25 * time.Hour)
			_, err := w.cache.Expire(ctx)
			w.no(err)
			w.at = w.at.Add(-25 * time.Hour)
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, o := memory(t), o
			r := w.refresh(RefreshOptions{Mapping: o.Mapping})
			w.no(feed(r, []person{ada}))
			_, err := r.Publish(ctx)
			w.no(err)
			r = w.refresh(RefreshOptions{Mapping: o.Mapping})
			w.no(feed(r, []person{ada, bob}))
			_, err = r.Publish(ctx)
			w.no(err)
			r = w.refresh(o)
			if r.Resumed() {
				t.Fatal("resumed what never began")
			}
			w.no(feed(r, []person{ada}))
			w.no(r.Checkpoint(ctx))
			w.reopen()
			tt.change(w, &o)
			r = w.refresh(o)
			if r.Resumed() != tt.want {
				t.Fatalf("resumed: %v", r.Resumed())
			}
			if !tt.want {
				return
			}
			w.no(feed(r, []person{bob}))
			s, err := r.Publish(ctx)
			w.no(err)
			if s.Removed != 0 || s.After != (Counts{Contacts: 2, Numbers: 2}) {
				t.Errorf("the resumed run: %+v", s)
			}
			w.check(map[string]person{"1": ada, "2": bob}, []string{"+31201234567", "+31201234568"})
		})
	}
}

// TestFilesResume: the same on files, with everything closed and opened again in the middle of a run.
func TestFilesResume(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, control := t.TempDir(), memkv.New()
	open := func() store.Table {
		table, err := badgerkv.OpenTable(dir, badgerkv.Options{MinFree: -1})
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	table := open()
	w := newWorld(t, table, control)
	people := map[string]person{}
	var all []person
	for i := range 300 {
		p := person{ID: fmt.Sprint(i), Name: fmt.Sprint("P", i), Phones: []string{fmt.Sprintf("+3120%07d", 1_000_000+i/3)}}
		all, people[p.ID] = append(all, p), p
	}
	w.publish(all[:200]...)
	r := w.refresh(RefreshOptions{Run: "r"})
	w.no(feed(r, all[:150]))
	w.no(r.Checkpoint(ctx))
	w.no(feed(r, all[150:280]))
	w.kill()
	w.no(table.Close())
	table = open()
	defer func() { w.no(table.Close()) }()
	w.table.Table = table
	w.reopen()
	r = w.refresh(RefreshOptions{Run: "r", Resume: true})
	if !r.Resumed() {
		t.Fatal("not resumed")
	}
	w.no(feed(r, all[150:]))
	_, err := r.Publish(ctx)
	w.no(err)
	var universe []string
	for i := range 101 {
		universe = append(universe, fmt.Sprintf("+3120%07d", 1_000_000+i))
	}
	w.check(people, universe)
}

// TestForget: what neither the published nor the previous generation needs may be dropped, and a reader who was late
// looks again instead of failing.
func TestForget(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.publish(ada)
	first := w.status().Published.Version
	w.publish(ada, bob)
	w.publish(bob)
	if err := w.table.Get([]byte("x"), first, nil); !errors.Is(err, store.ErrForgotten) {
		t.Errorf("the version before the previous is kept: %v", err)
	}
	if err := w.table.Get([]byte("x"), w.status().Previous.Version, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the previous version is not: %v", err)
	}
}

// TestUnpin: an integration whose syncs fail for weeks keeps its answers and its age, but not everybody's history.
func TestUnpin(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := memory(t)
	w.publish(bob)
	w.publish(ada)
	broken := w.in
	w.in.Integration = broken.Integration[:2] + "zzzzzzzzzzzzz"
	w.publish(bob)
	w.in = broken
	before := w.status()
	r := w.refresh(RefreshOptions{})
	w.no(feed(r, []person{bob}))
	w.no(r.Discard())
	for days, want := range map[int]int{13: 0, 14: 1} {
		w.at = before.Published.SyncedAt.AddDate(0, 0, days)
		moved, err := w.cache.Unpin(ctx)
		w.no(err)
		if got := len(slices.DeleteFunc(moved, func(in Ref) bool { return in != broken })); got != want {
			t.Errorf("after %d days %d moved, want %d", days, got, want)
		}
		if want == 0 {
			continue
		}
		if moved, err := w.cache.Unpin(ctx); len(moved) != 0 || err != nil {
			t.Errorf("moved twice: %v, %v", moved, err)
		}
	}
	after := w.status()
	if after.Published.Number != 2 || !after.Published.SyncedAt.Equal(before.Published.SyncedAt) || after.Previous != nil {
		t.Errorf("moved generation: %+v", after)
	}
	if err := w.table.Get([]byte("x"), before.Published.Version, nil); !errors.Is(err, store.ErrForgotten) {
		t.Errorf("its old version is still kept: %v", err)
	}
	w.check(map[string]person{"1": ada}, []string{"+31201234567", "+31201234568"})
	w.reopen()
	if s := w.publish(ada); s.Unchanged != 1 || s.Generation != 3 {
		t.Errorf("the next run: %+v", s)
	}
}
