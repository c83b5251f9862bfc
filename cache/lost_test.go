package cache

import (
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/memkv"
)

// Promise (reliability row G5): where the table's folder was damaged or moved away, its integrations have nothing published
// any more, so that their next run reads everything, and answers and counts are then as before.
func TestTableIsLost(t *testing.T) {
	ada, bob := person{ID: "1", Name: "Ada", Phones: []string{"+31201234567"}}, person{ID: "2", Name: "Bob", Phones: []string{"+31201234568"}}
	w := memory(t)
	w.publish(ada)
	w.publish(ada, bob)
	before := w.status()

	w.reopen()
	if got := w.status(); got.Published == nil || got.Previous == nil {
		t.Fatalf("a plain restart forgot what is published: %+v", got)
	}
	w.wantNames("+31201234568", "Bob")

	w.table.Table = memkv.NewTable()
	w.reopen()
	if got := w.status(); got.Published != nil || got.Previous != nil || got.Held != nil {
		t.Fatalf("the contacts are gone, and yet there is %+v", got)
	}
	w.wantNames("+31201234567")
	w.publish(ada, bob)
	w.check(map[string]person{"1": ada, "2": bob}, []string{"+31201234567", "+31201234568", "+31201234569"})
	if got := w.status().Published.Number; got <= before.Published.Number {
		t.Errorf("generation %d is given out again", got)
	}
}

// Promise: only what was published after the table's newest version counts as lost.
func TestLost(t *testing.T) {
	at := func(v store.Version) *Generation { return &Generation{Version: v} }
	cases := map[string]struct {
		rec  record
		want bool
	}{
		"nothing":            {record{}, false},
		"run under way":      {record{Run: &run{Version: 9}, Dirty: 9}, false},
		"published, there":   {record{Published: at(5), Previous: at(4)}, false},
		"published, gone":    {record{Published: at(6)}, true},
		"rolled back, gone":  {record{Published: at(4), Previous: at(6)}, true},
		"held, gone":         {record{Published: at(4), Held: &Held{Generation: *at(6)}}, true},
		"erased, so what":    {record{Published: at(6), Erased: true}, false},
		"nothing but a past": {record{Numbered: 3, Fence: 8}, false},
	}
	for name, c := range cases {
		if got := c.rec.lost(5); got != c.want {
			t.Errorf("%s: lost %v, want %v", name, got, c.want)
		}
	}
}
