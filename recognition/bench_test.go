package recognition

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// benchWorld has one integration with a contact of about 366 bytes as JSON, no scripts, as the targets say.
func benchWorld(tb testing.TB, all ...tenant.Script) *world {
	w := newWorld(tb)
	w.integrationOf(tenant.Integration{
		Name: "CRM", Scripts: all, Notification: []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}},
	}, person{
		Name: "Ada van der Muster-Beispiel", Company: "Muster Handelsgesellschaft", Phones: []string{"+31201234567"},
		Fields: []cache.Field{{Name: "Identifier", Value: "AC-00001234"}, {Name: "Tier", Value: strings.Repeat("x", 100)}},
	})
	return w
}

// questions of the benchmarks.
var questions = []struct{ name, number string }{
	{"e164", "+31201234567"}, {"national", "0201234567"}, {"unknown", "+31201234560"}, {"unknown-national", "0201234560"},
}

// BenchmarkRecognize is the in-process path of a match: question to JSON.
func BenchmarkRecognize(b *testing.B) {
	w := benchWorld(b)
	for _, q := range questions {
		b.Run(q.name, func(b *testing.B) { benchQuestion(b, w, q.number) })
	}
	open := tenant.Script{ID: tenant.NewScriptID(), Name: "Open", URL: "$(PopUpUri)"}
	search := tenant.Script{ID: tenant.NewScriptID(), Name: "Search", URL: "https://crm.example/?q=#(Caller number)&id=$(Identifier)"}
	w = benchWorld(b, open, search)
	b.Run("e164-two-scripts", func(b *testing.B) { benchQuestion(b, w, "+31201234567") })
}

func benchQuestion(b *testing.B, w *world, number string) {
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		a, err := w.rec.Recognize(b.Context(), &Question{Tenant: w.tenant, Number: number})
		if err != nil {
			b.Fatal(err)
		}
		buffer = a.AppendJSON(buffer[:0])
	}
}

// A match in process needs few allocations (the promise is 25 for a number in E.164 with the store's own); an unknown number
// has its location looked up afterwards.
func TestAllocations(t *testing.T) {
	w := benchWorld(t)
	for name, most := range map[string]float64{"e164": 10, "national": 14, "unknown": 55} {
		var buffer []byte
		number := ""
		for _, q := range questions {
			if q.name == name {
				number = q.number
			}
		}
		ctx := t.Context()
		got := testing.AllocsPerRun(100, func() {
			a, err := w.rec.Recognize(ctx, &Question{Tenant: w.tenant, Number: number})
			if err != nil {
				t.Fatal(err)
			}
			buffer = a.AppendJSON(buffer[:0])
		})
		if got > most {
			t.Errorf("%s: %.0f allocations, at most %.0f", name, got, most)
		}
		t.Logf("%s: %.0f allocations", name, got)
	}
}

// Who only wants a name does not pay for scripts: there may be any number of them.
func TestNameNeedsNoScripts(t *testing.T) {
	var named []float64
	for _, many := range []int{0, 20} {
		w := benchWorld(t, slices.Repeat([]tenant.Script{{ID: tenant.NewScriptID(), Name: "Open", URL: "https://crm.example/#(Caller number)/$(Identifier)"}}, many)...)
		ctx := t.Context()
		named = append(named, testing.AllocsPerRun(100, func() {
			a, err := w.rec.Recognize(ctx, &Question{Tenant: w.tenant, Number: "+31201234567"})
			if err != nil || a.Name() != "Ada van der Muster-Beispiel (Muster Handelsgesellschaft)" {
				t.Fatal(err, a.Name())
			}
		}))
	}
	if named[1] > named[0] {
		t.Errorf("a name takes %.0f allocations, with scripts %.0f", named[0], named[1])
	}
}
