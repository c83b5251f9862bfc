package recognition

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// A5, A6: the same number in several tenants under different names, asked for by many at once: everybody gets their own
// only, while one tenant's settings change.
func TestTenantsDoNotCross(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var tenants []tenant.ID
	for i := range 4 {
		w.tenant = w.addTenant(fmt.Sprint("tenant ", i))
		w.integration("CRM", contact(fmt.Sprintf("Canary%d", i), fmt.Sprintf("Co%d", i), "+31201234567"))
		tenants = append(tenants, w.tenant)
	}
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			own := worker % len(tenants)
			q := Question{Tenant: tenants[own], Number: [...]string{"+31201234567", "0201234567"}[worker%2]}
			for range 300 {
				a, err := w.rec.Recognize(t.Context(), &q)
				if err != nil {
					t.Error(err)
					return
				}
				body := a.AppendJSON(nil)
				if !bytes.Contains(body, fmt.Appendf(nil, `"name":"Canary%d","company":"Co%d"`, own, own)) || bytes.Count(body, []byte("Canary")) != bytes.Count(body, fmt.Appendf(nil, "Canary%d", own)) {
					t.Errorf("tenant %d got %s", own, body)
					return
				}
			}
		})
	}
	for i := range 20 {
		w.tenant = tenants[i%4]
		w.set("contact", fmt.Sprintf("x%d@example.com", i))
	}
	group.Wait()
}

// A tenant that does not exist is an error, and a change of settings counts from the next question on.
func TestViewFollowsSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.integration("CRM", contact("Ada", "", "+31201234567"))
	if got := who(w.ask("0201234567")); got != "Ada/ exact" {
		t.Fatal(got)
	}
	w.set("own_numbers", "0201234567")
	if got := who(w.ask("0201234567")); got != "nobody own" {
		t.Errorf("after the change: %s", got)
	}
	if _, err := w.rec.Recognize(t.Context(), &Question{Tenant: tenant.NewID(), Number: "1"}); err == nil {
		t.Error("an unknown tenant was answered")
	}
}
