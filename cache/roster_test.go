package cache

import "testing"

// The roster stands in for a contact's entry only where it knows all that matters of it: one number, no issues, and
// nothing that may be incomplete. Otherwise a contact could stay under a number it no longer has.
func TestRosterKnowsWholeEntries(t *testing.T) {
	h, first, second := hash{1}, hash{7}, hash{8}
	whole := Digest{9}
	for _, tt := range []struct {
		name  string
		entry contactEntry
		known bool
	}{
		{"one number", contactEntry{digest: whole, numbers: []hash{first}}, true},
		{"no number", contactEntry{digest: whole}, false},
		{"two numbers", contactEntry{digest: whole, numbers: []hash{first, second}}, false},
		{"an issue", contactEntry{digest: whole, numbers: []hash{first}, issues: 1}, false},
		{"may be incomplete", contactEntry{numbers: []hash{first}}, false},
		{"deleted", contactEntry{digest: whole, numbers: []hash{first}, deleted: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, later := &roster{}, &roster{}
			before.add(h, &tt.entry)
			later.add(h, &contactEntry{digest: whole, numbers: []hash{second}})
			before.ready()
			later.ready().set(h, &tt.entry)
			for _, r := range []*roster{before, later} {
				e, ok := r.entry(h)
				if ok != tt.known || ok && (len(e.numbers) != 1 || e.numbers[0] != first || e.digest != whole) {
					t.Errorf("entry %+v, known %v", e, ok)
				}
			}
		})
	}
	if _, ok := (&roster{}).ready().entry(h); ok {
		t.Error("somebody who is not there is known")
	}
}
