package tenant

import (
	"fmt"
	"testing"
)

// Promise: the log is read newest first, page by page, without a gap and without an entry twice, whole or searched.
func TestAuditBack(t *testing.T) {
	w := newWorld(t)
	account := w.tenant("Muster", "").ID
	for i := range 25 {
		w.person(account, fmt.Sprintf("person%d@example.com", i), RoleAgent)
	}
	all, err := w.Audit(t.Context(), account, 0, 1000)
	must(t, err)
	seen, before := len(all), uint64(0)
	for {
		page, next, err := w.AuditBack(t.Context(), account, before, 7, nil)
		must(t, err)
		for _, e := range page {
			if int(e.Number) != seen {
				t.Fatalf("entry %d where %d should be", e.Number, seen)
			}
			seen--
		}
		if before = next; next == 0 {
			break
		}
	}
	if seen != 0 {
		t.Errorf("%d entries were not shown", seen)
	}
	found, next, err := w.AuditBack(t.Context(), account, 0, 10, func(e Entry) bool { return e.Label == "person3@example.com" })
	if err != nil || next != 0 || len(found) != 1 {
		t.Errorf("searched: %d entries, next %d, %v", len(found), next, err)
	}
}
