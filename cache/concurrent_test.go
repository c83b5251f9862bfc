package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

// TestNobodySeesAMix (F3): while generations are written, published and rolled back, every answer is whole and of the
// generation it says it is.
func TestNobodySeesAMix(t *testing.T) {
	t.Parallel()
	table, err := badgerkv.OpenTable(t.TempDir(), badgerkv.Options{MinFree: -1, Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	}()
	const contacts, generations, readers = 40, 12, 3
	w := newWorld(t, table, memkv.New())
	people := func(generation int) (all []person) {
		for i := range contacts {
			all = append(all, person{
				ID: fmt.Sprint(i), Name: fmt.Sprint("generation ", generation), Phones: []string{fmt.Sprintf("+3120%07d", 1_000_000+i/2)},
			})
		}
		return all
	}
	w.publish(people(1)...)
	var stop atomic.Bool
	var wg sync.WaitGroup
	for reader := range readers {
		wg.Go(func() {
			var room [4]Match
			for i := reader; !stop.Load(); i++ {
				got, err := w.cache.Match(w.in, number(fmt.Sprintf("+3120%07d", 1_000_000+i%(contacts/2))), room[:0])
				if err != nil || len(got) != 2 {
					t.Errorf("%d matches, %v", len(got), err)
					return
				}
				want := fmt.Sprint("generation ", got[0].Generation().Number)
				if got[0].Name().String() != want || got[1].Name().String() != want || got[0].ID() == got[1].ID() {
					t.Errorf("%s and %s answer for %s", got[0].Name(), got[1].Name(), want)
					return
				}
			}
		})
	}
	for g := 2; g <= generations; g++ {
		w.publish(people(g)...)
		if g%3 == 0 {
			w.no(w.cache.Rollback(context.Background(), w.in, w.fence))
			w.no(w.cache.Rollback(context.Background(), w.in, w.fence))
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestTenantsAreApart (A5): the same number and record ids in two tenants, and in two integrations of one, never meet.
func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	w := memory(t)
	refs := []Ref{w.in, {w.in.Tenant, tenant.NewIntegrationID()}, {tenant.NewID(), w.in.Integration}, {tenant.NewID(), tenant.NewIntegrationID()}}
	for i, in := range refs {
		w.in = in
		w.publish(person{ID: "1", Name: fmt.Sprint("of ", i), Phones: []string{"+31201234567"}})
	}
	for i, in := range refs {
		w.in = in
		w.wantNames("+31201234567", fmt.Sprint("of ", i))
	}
	w.no(w.cache.Erase(context.Background(), refs[1]))
	_, err := w.cache.Sweep(context.Background(), refs[1])
	w.no(err)
	for i, in := range refs {
		w.in = in
		if i == 1 {
			w.wantNames("+31201234567")
		} else {
			w.wantNames("+31201234567", fmt.Sprint("of ", i))
		}
	}
	for _, bad := range []Ref{{}, {"t_short", w.in.Integration}, {w.in.Tenant, w.in.Integration + "x"}} {
		if _, err := w.cache.Match(bad, number("+31201234567"), nil); err == nil {
			t.Errorf("an id of another length is taken: %v", bad)
		}
	}
}

// TestRunsSideBySide: integrations refresh at the same time and one's forgetting never takes what another reads.
func TestRunsSideBySide(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := memory(t)
	slow := w.refresh(RefreshOptions{})
	w.no(feed(slow, []person{ada}))
	w.no(slow.Checkpoint(ctx))
	others := *w
	for range 4 {
		others.in = Ref{w.in.Tenant, tenant.NewIntegrationID()}
		for range 3 {
			others.publish(bob)
		}
	}
	w.no(feed(slow, []person{bob}))
	_, err := slow.Publish(ctx)
	w.no(err)
	w.check(map[string]person{"1": ada, "2": bob}, []string{"+31201234567", "+31201234568"})
}

// TestMissingKey: without its data key an integration is unavailable, which is not the same as empty.
func TestMissingKey(t *testing.T) {
	t.Parallel()
	w := memory(t)
	w.publish(ada)
	w.keys.destroyed[w.in.Integration] = true
	w.reopen()
	if got, err := w.cache.Match(w.in, number("+31201234567"), nil); !errors.Is(err, ErrUnavailable) || len(got) != 0 {
		t.Errorf("%d matches, %v", len(got), err)
	}
}
