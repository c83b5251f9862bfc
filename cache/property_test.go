package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringdex/ringdex/store/memkv"
)

// lines are the numbers people share in the property test: a switchboard everybody may have, one hundred of a company,
// and a Mexican line in both of its forms.
var lines = []string{
	"+493012345600", "+493012345611", "+493012345622", "+493012345633", "+4915112345678", "+525512345678", "+5215512345678", "+12125550123",
}

// crm is the machine of the property test: a CRM that changes, and a cache that follows it by runs of all kinds with all
// their endings.
type crm struct {
	*world
	people    map[string]person // in the CRM now
	published map[string]person
	previous  map[string]person
	held      map[string]person
	heldBase  map[string]person
	runs      int
}

func (m *crm) change(t *rapid.T, deletions bool) {
	for range rapid.IntRange(1, 40).Draw(t, "changes") {
		id := fmt.Sprint("p", rapid.IntRange(0, 59).Draw(t, "who"))
		if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
			if deletions {
				delete(m.people, id)
			}
			continue
		}
		m.people[id] = person{
			ID: id, Name: rapid.SampledFrom([]string{"Ada", "Bob", "Cy <&>"}).Draw(t, "name"),
			Company: rapid.SampledFrom([]string{"", "Muster AG", "MUSTER  ag"}).Draw(t, "company"),
			Order:   rapid.IntRange(0, 1).Draw(t, "order"), Age: rapid.IntRange(0, 2).Draw(t, "age"), Bad: rapid.IntRange(0, 1).Draw(t, "bad"),
			Phones: slices.Concat(
				rapid.SliceOfN(rapid.SampledFrom(lines[:1]), 0, 1).Draw(t, "switchboard"),
				rapid.SliceOfN(rapid.SampledFrom(lines), 0, 3).Draw(t, "phones")),
		}
	}
}

// full reads the whole CRM, in pages, through a kill or two.
func (m *crm) full(t *rapid.T) {
	m.run(t, Full, func(r *Refresh, page int) (more bool, err error) {
		pages := slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(m.people)), 9))
		if page >= len(pages) {
			return false, nil
		}
		return true, m.put(r, pages[page])
	})
}

func (m *crm) put(r *Refresh, ids []string) error {
	var all []person
	for _, id := range ids {
		all = append(all, m.people[id])
	}
	return feed(r, all)
}

// incremental reads what differs from what is published.
func (m *crm) incremental(t *rapid.T) {
	var ids []string
	for id := range m.people {
		ids = append(ids, id)
	}
	for id := range m.published {
		if _, there := m.people[id]; !there {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	m.run(t, Incremental, func(r *Refresh, page int) (more bool, err error) {
		if page*9 >= len(ids) {
			return false, nil
		}
		for _, id := range ids[page*9 : min(len(ids), page*9+9)] {
			if _, there := m.people[id]; there {
				err = errors.Join(err, m.put(r, []string{id}))
			} else {
				err = errors.Join(err, r.Delete("contact", id))
			}
		}
		return true, err
	})
}

// run reads pages until one says there are no more, saving some of them, and ends the run in one of the ways there are.
func (m *crm) run(t *rapid.T, mode Mode, read func(r *Refresh, page int) (bool, error)) {
	m.runs++
	o := RefreshOptions{Mode: mode, Run: fmt.Sprint(m.runs), Language: "nl"}
	saved := 0
	for range rapid.IntRange(0, 2).Draw(t, "kills") {
		m.table.fuse = rapid.IntRange(1, 150).Draw(t, "fuse")
		done, err := m.attempt(t, o, &saved, read)
		if err == nil && done {
			if m.table.fuse = 0; m.table.dead.Load() { // while it was ending anyway
				m.reopen()
			}
			return
		}
		m.reopen()
		m.check(m.published, lines)
		o.Resume = rapid.Bool().Draw(t, "resume")
		if rapid.Bool().Draw(t, "the CRM changes meanwhile") && mode == Full {
			m.change(t, false)
			saved = 0 // the pages are others now; what was deleted on a page read before would be seen by the next run only
		}
		if rapid.IntRange(0, 3).Draw(t, "give up") == 0 {
			return
		}
	}
	m.table.fuse = 0
	if _, err := m.attempt(t, o, &saved, read); err != nil {
		t.Fatal(err)
	}
}

func (m *crm) attempt(t *rapid.T, o RefreshOptions, saved *int, read func(r *Refresh, page int) (bool, error)) (bool, error) {
	r, err := m.begin(o)
	if err != nil {
		return false, err
	}
	page := 0
	if r.Resumed() {
		page = *saved
	}
	for more := true; more; page++ {
		if more, err = read(r, page); err != nil {
			return false, err
		}
		if more && rapid.IntRange(0, 2).Draw(t, "save") == 0 {
			if err := r.Checkpoint(context.Background()); err != nil {
				return false, err
			}
			*saved = page + 1
		}
	}
	return true, m.end(t, r)
}

func (m *crm) end(t *rapid.T, r *Refresh) error {
	switch rapid.SampledFrom([]string{"publish", "publish", "publish", "hold", "discard", "suspend"}).Draw(t, "end") {
	case "publish":
		if _, err := r.Publish(context.Background()); err != nil {
			return err
		}
		m.previous, m.published, m.held = m.published, maps.Clone(m.people), nil
	case "hold":
		if err := r.Hold(context.Background(), "too few"); err != nil {
			return err
		}
		m.held, m.heldBase = maps.Clone(m.people), m.published
	case "discard":
		return r.Discard()
	default:
		return r.Suspend()
	}
	return nil
}

// decide accepts, discards or rolls back.
func (m *crm) decide(t *rapid.T) {
	m.fence++
	switch rapid.SampledFrom([]string{"accept", "discard", "rollback"}).Draw(t, "decision") {
	case "accept":
		if err := m.cache.Accept(context.Background(), m.in, m.fence); err == nil {
			m.previous, m.published, m.held = m.published, m.held, nil
		} else if m.held != nil && maps.EqualFunc(m.heldBase, m.published, samePerson) && !errors.Is(err, ErrSuperseded) {
			t.Fatal(err)
		}
	case "discard":
		if err := m.cache.DiscardHeld(context.Background(), m.in); (err == nil) != (m.held != nil) {
			t.Fatalf("discard held: %v", err)
		}
		m.held = nil
	case "rollback":
		if err := m.cache.Rollback(context.Background(), m.in, m.fence); err == nil {
			m.published, m.previous = m.previous, m.published
		} else if m.status().Previous != nil {
			t.Fatal(err)
		}
	}
}

func samePerson(a, b person) bool { return a.digest() == b.digest() }

// TestRefreshEqualsFreshBuild: whatever happens on the way – runs of both modes, shared numbers, kills at any write,
// resumed, held, accepted, discarded and rolled back generations – every answer is that of a fresh build of what is
// published, and nothing else is left behind.
func TestRefreshEqualsFreshBuild(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, memkv.NewTable(), memkv.New())
		w.control.table = w.table
		m := &crm{world: w, people: map[string]person{}}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			m.change(rt, true)
			switch rapid.SampledFrom([]string{"full", "full", "incremental", "decide", "reopen"}).Draw(rt, "step") {
			case "full":
				m.full(rt)
			case "incremental":
				m.incremental(rt)
			case "decide":
				m.decide(rt)
			case "reopen":
				m.reopen()
			}
			m.check(m.published, lines)
		}
	})
}
