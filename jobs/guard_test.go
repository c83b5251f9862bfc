package jobs

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: a run that suddenly shrinks is held, the old generation answers, a person decides (F1, F13).
func TestGuardHolds(t *testing.T) {
	blank := func(w *world) {
		for i := range 300 {
			r := record(i)
			r.Phones[0].Raw = ""
			w.crm.set(i, r)
		}
	}
	cases := []struct {
		name   string
		before int
		shrink func(*world)
		guard  tenant.Guard
		want   State
	}{
		{"nothing left", 300, func(w *world) { w.crm.keep(0) }, tenant.Guard{}, Held},
		{"nothing left of few", 3, func(w *world) { w.crm.keep(0) }, tenant.Guard{}, Held},
		{"1 %", 300, func(w *world) { w.crm.keep(3) }, tenant.Guard{}, Held},
		{"79 %", 300, func(w *world) { w.crm.keep(237) }, tenant.Guard{}, Held},
		{"81 %", 300, func(w *world) { w.crm.keep(243) }, tenant.Guard{}, Succeeded},
		{"half of few", 80, func(w *world) { w.crm.keep(40) }, tenant.Guard{}, Succeeded},
		{"all phones empty", 300, blank, tenant.Guard{}, Held},
		{"1 %, guard off", 300, func(w *world) { w.crm.keep(3) }, tenant.Guard{Off: true}, Succeeded},
		{"79 %, override 30", 300, func(w *world) { w.crm.keep(237) }, tenant.Guard{Percent: 30}, Succeeded},
		{"95 %, override 2", 300, func(w *world) { w.crm.keep(282) }, tenant.Guard{Percent: 2, Records: 10}, Held},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, newCRM(c.before))
				w.crm.size = 200
				_ = w.dir.change(w.in, func(i *tenant.Integration) { i.Guard = c.guard })
				w.mustSync(Full)
				c.shrink(w)
				run := w.sync(Full)
				if run.State != c.want || (run.Reason != "") != (c.want == Held) {
					t.Errorf("run is %s (%s %s), want %s", run.State, run.Reason, run.Error, c.want)
				}
				if got := w.answer("+31207000000"); c.want == Held && got != "Contact 0" {
					t.Errorf("the old generation answers %q", got)
				}
			})
		})
	}
}

// Promise: a phone field that is suddenly gone is noticed even if other fields keep the count up (F13).
func TestGuardSeesVanishedField(t *testing.T) {
	before := census{contacts: 1000, numbers: 1100, columns: map[string]int{"contact/Phone": 1000, "contact/Mobile": 100}}
	after := census{contacts: 1000, numbers: 1000, columns: map[string]int{"contact/Phone": 1000}}
	if got := suspicion(tenant.Guard{}, before, after).String(); got != "field contact/Mobile is empty or gone; it had 100 numbers" {
		t.Errorf("suspicion: %q", got)
	}
}

// Promise: a held run is accepted, discarded, replaced by a newer one, or expires after a week (F1).
func TestHeldRunIsDecided(t *testing.T) {
	held := func(t *testing.T) (*world, Run) {
		w := newWorld(t, newCRM(100))
		w.mustSync(Full)
		w.crm.keep(10)
		run := w.sync(Full)
		if run.State != Held {
			t.Fatalf("run is %s", run.State)
		}
		return w, run
	}
	state := func(w *world, run Run) State {
		r, err := w.s.Run(w.t.Context(), w.in, run.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		return r.State
	}
	t.Run("accepted", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := held(t)
			if err := w.s.Accept(t.Context(), w.in); err != nil {
				t.Fatal(err)
			}
			if got := state(w, run); got != Succeeded || w.answer("+31207000050") != "" || w.answer("+31207000001") == "" {
				t.Errorf("run is %s", got)
			}
			if err := w.s.Accept(t.Context(), w.in); !errors.Is(err, cache.ErrNothing) {
				t.Errorf("second accept: %v", err)
			}
			if again := w.mustSync(Auto); again.Mode != Changes {
				t.Errorf("after accepting, a run is %s", again.Mode)
			}
		})
	})
	t.Run("discarded", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := held(t)
			if err := w.s.Discard(t.Context(), w.in); err != nil {
				t.Fatal(err)
			}
			if got := state(w, run); got != Discarded || w.answer("+31207000050") != "Contact 50" {
				t.Errorf("run is %s", got)
			}
		})
	})
	t.Run("replaced", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := held(t)
			for i := 10; i < 100; i++ {
				w.crm.set(i, record(i))
			}
			if again := w.mustSync(Auto); again.Mode != Full || state(w, run) != Discarded {
				t.Errorf("run is %s, newer one %s", state(w, run), again.Mode)
			}
		})
	})
	t.Run("expired", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, run := held(t)
			time.Sleep(6*24*time.Hour + 23*time.Hour)
			w.s.care(t.Context())
			if got := state(w, run); got != Held {
				t.Errorf("run is %s within a week", got)
			}
			time.Sleep(2 * time.Hour)
			w.s.care(t.Context())
			if got := state(w, run); got != Discarded || w.answer("+31207000050") != "Contact 50" {
				t.Errorf("run is %s after a week", got)
			}
		})
	})
}
