package calls

import (
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// TestDisplay guards that an integration's notification is shown for the calls, and to the people, it was set up for, and that
// the call itself is shown in any case.
func TestDisplay(t *testing.T) {
	w := newWorld(t)
	in := w.integration("Shop", contact{"Ben Bell", "Bell", "010 700 00 01"})
	for name, tc := range map[string]struct {
		display tenant.Display
		kind    Kind
		want    string
	}{
		"everything":         {tenant.Display{}, KindRinging, "201 ringing Ben Bell"},
		"ringing only waits": {tenant.Display{Answered: true}, KindRinging, "201 ringing ?"},
		"answered":           {tenant.Display{Answered: true}, KindAnswered, "201 answered Ben Bell"},
		"other direction":    {tenant.Display{Directions: []string{"outbound"}}, KindRinging, "201 ringing ?"},
		"called number":      {tenant.Display{DDIs: []string{"020 555 00 01"}}, KindRinging, "201 ringing Ben Bell"},
		"other number":       {tenant.Display{DDIs: []string{"020 555 00 02"}}, KindRinging, "201 ringing ?"},
		"other person":       {tenant.Display{People: []tenant.PersonID{w.agents["202"]}}, KindRinging, "201 ringing ?"},
	} {
		_, err := w.dir.SetIntegration(t.Context(), by, w.tenant, in.Integration, func(i *tenant.Integration) error {
			i.Display = tc.display
			return nil
		})
		w.must(err)
		change := func(e *Event) {
			e.CallID, e.Caller.Number, e.DDI.Number = name, "0107000001", "+31205550001"
		}
		w.take(w.event(tc.kind, "201", change))
		if got := w.sees("201"); len(got) != 1 || got[0] != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
		w.take(w.event(KindEnded, "201", change))
	}
}
