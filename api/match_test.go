package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// How GET /v1/match reads its question: only a missing or over-long number is refused.
func TestMatchQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	for query, want := range map[string]string{
		"number=0201234567":                           "Ada anna +31201234567 fixed",
		"number=%2B31201234567":                       "Ada anna +31201234567 fixed",
		"number=+31201234567":                         "Ada anna +31201234567 fixed",
		"number=+31+20+123+4567":                      "Ada anna +31201234567 fixed",
		"number=sip:+31201234567@pbx.example":         "Ada anna +31201234567 fixed",
		"number=0201234567&region=nl&limit=25":        "Ada anna +31201234567 fixed",
		"number=0201234567&limit=99&start_time=later": "Ada anna +31201234567 fixed",
		"number=0201234567&unknown=%zz&;x":            "Ada anna +31201234567 fixed",
		"&&number=0201234567&":                        "Ada anna +31201234567 fixed",
		"number=0201234567&region=XX":                 "  invalid",
		"number=":                                     "  withheld",
		"number":                                      "  withheld",
		"number=%zz":                                  "  invalid",
		"number=100%":                                 "  invalid",
		"number=0201234568":                           " +31201234568 fixed",
	} {
		got := w.get(a.match, "/v1/match?"+query)
		var body struct{ Number struct{ E164, Kind string } }
		if err := json.Unmarshal([]byte(got.body), &body); err != nil || got.status != 200 {
			t.Errorf("%s: %d %s", query, got.status, got.body)
			continue
		}
		if text := strings.TrimSpace(got.names(t) + " " + body.Number.E164 + " " + body.Number.Kind); text != strings.TrimSpace(want) {
			t.Errorf("%s: %q, want %q", query, text, want)
		}
		if strings.Contains(got.body, `"explain"`) {
			t.Errorf("%s explains without being asked", query)
		}
	}
	if got := w.get(a.match, "/v1/match?number=0201234567&explain=1"); !strings.Contains(got.body, `"explain":{"cleaned":"0201234567"`) {
		t.Errorf("explain=1: %s", got.body)
	}
}

// The three shapes of GET /v1/name.
func TestNameShapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	for query, want := range map[string]string{
		"number=0201234567":             "text/plain; charset=utf-8|Ada anna (Muster anna)",
		"number=0201234567&format=text": "text/plain; charset=utf-8|Ada anna (Muster anna)",
		"number=0201234567&format=json": `application/json|{"name":"Ada anna (Muster anna)","company":"Muster anna","url":""}` + "\n",
		"number=0201234567&format=form": "application/x-www-form-urlencoded|company=Muster+anna&name=Ada+anna+%28Muster+anna%29&url=",
		"number=0201234568":             "text/plain; charset=utf-8|",
		"number=anonymous&format=json":  `application/json|{"name":"","company":"","url":""}` + "\n",
	} {
		got := w.get(a.match, "/v1/name?"+query)
		if text := got.header.Get("Content-Type") + "|" + got.body; got.status != 200 || text != want {
			t.Errorf("%s: %d %q, want %q", query, got.status, text, want)
		}
	}
}

// What people with admin rights ask by explain is what a phone system would get, on any of the tenant's phone systems.
func TestExplainAsSystem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	_, err := w.Directory.AddSystem(t.Context(), by, a.id, map[string]string{"name": "Leeds", "region": "GB", "number-form": "national"})
	w.must(err)
	for query, want := range map[string]string{
		"number=0201234567": "Ada anna", "number=0201234567&system=Leeds": "", "number=%2B31201234567&system=Leeds": "Ada anna",
	} {
		if got := w.get(a.admin, "/v1/explain?"+query).names(t); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := w.get(a.admin, "/v1/explain?number=1&system=Other"); got.status != http.StatusNotFound {
		t.Errorf("an unknown phone system: %d", got.status)
	}
}

// A5, A6 over HTTP: many at once, each tenant gets its own only.
func TestInterleavedTenants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := []*customer{w.customer("anna", ""), w.customer("bert", ""), w.customer("carl", "")}
	var group sync.WaitGroup
	for worker := range 12 {
		group.Go(func() {
			own := all[worker%len(all)]
			for i := range 100 {
				path := [...]string{"/v1/match?number=0201234567", "/v1/name?number=%2B31201234567"}[i%2]
				got := w.get(own.match, path)
				for _, c := range all {
					if has := strings.Contains(got.body, "Ada "+c.name); has != (c == own) {
						t.Errorf("%s got %d %s", own.name, got.status, got.body)
						return
					}
				}
			}
		})
	}
	group.Wait()
}

// A7: what is listed, exported and removed of one tenant leaves the others as they are.
func TestRemovingATenantLeavesOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	before := w.everythingOf(b)
	got := w.do(request{method: http.MethodDelete, path: "/v1/tenants/" + string(a.id), socket: true})
	var erased tenant.Erasure
	if err := json.Unmarshal([]byte(got.body), &erased); err != nil || erased.Finished.IsZero() || len(erased.Integrations) != 1 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for path, body := range w.everythingOf(b) {
		if before[path] != body {
			t.Errorf("%s of another tenant has changed: %s", path, body)
		}
	}
	if got := w.get(b.match, "/v1/match?number=0201234567").names(t); got != "Ada bert" {
		t.Errorf("the other tenant finds %q", got)
	}
	if got := w.do(request{method: http.MethodGet, path: "/v1/erasures", socket: true}); !strings.Contains(got.body, string(a.id)) {
		t.Errorf("the erasure is not in the ledger: %s", got.body)
	}
	if got := w.do(request{method: http.MethodGet, path: "/v1/verify", socket: true}); !strings.Contains(got.body, `"broken":0`) || !strings.Contains(got.body, `"problems":[]`) {
		t.Errorf("verify: %s", got.body)
	}
}

// GET /metrics counts without naming anybody.
func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	w.customer("bert", "")
	for _, number := range []string{"0201234567", "0201234568", "anonymous"} {
		w.get(a.match, "/v1/match?number="+number)
	}
	w.pass(90e9)
	got := w.get(a.admin, "/metrics")
	for _, want := range []string{
		`ringdex_matches_total{result="known"} 1`, `ringdex_matches_total{result="unknown"} 1`, `ringdex_matches_total{result="no_subscriber"} 1`,
		"ringdex_match_seconds_count 3", "ringdex_tenants 2", `ringdex_integrations{state="enabled"} 2`, `ringdex_connections{state="ok"} 2`,
		`ringdex_last_runs{state="succeeded"} 2`, `ringdex_last_runs{state="failed"} 0`, "ringdex_contacts 2", "ringdex_numbers 2",
		"ringdex_held_generations 0", "ringdex_oldest_sync_age_seconds 90", "ringdex_integrations_never_synced 0", "ringdex_damaged_entries_total 0",
	} {
		if !strings.Contains(got.body, want+"\n") {
			t.Errorf("%s is missing in:\n%s", want, got.body)
		}
	}
	for _, somebody := range []string{"anna", "bert", "Muster", "20123456", string(a.id), string(a.integration)} {
		if strings.Contains(got.body, somebody) {
			t.Errorf("the metrics name %s", somebody)
		}
	}
	// A count serves for a while, so that scraping costs little.
	_, err := w.Directory.SetIntegration(t.Context(), by, a.id, a.integration, func(i *tenant.Integration) error {
		i.State = tenant.StateDisabled
		return nil
	})
	w.must(err)
	for _, want := range []int{2, 1} {
		if got := w.get(a.admin, "/metrics").body; !strings.Contains(got, fmt.Sprintf("ringdex_integrations{state=%q} %d\n", "enabled", want)) {
			t.Errorf("want %d enabled integrations", want)
		}
		w.pass(60e9)
	}
}

// /readyz says no before and after the time in which questions are answered, /livez always yes.
func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		name  string
		ready func() bool
		close bool
		want  int
	}{
		{name: "starting", ready: func() bool { return false }, want: 503},
		{name: "serving", ready: func() bool { return true }, want: 200},
		{name: "nobody says", want: 200},
		{name: "store closed", close: true, want: 503},
	} {
		d := w.Deps
		d.Ready = tt.ready
		w.use(d)
		if tt.close {
			w.must(w.control.Close())
		}
		if got := w.get(credential{}, "/readyz"); got.status != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.want)
		}
		if got := w.get(credential{}, "/livez"); got.status != 200 {
			t.Errorf("%s: not alive: %d", tt.name, got.status)
		}
	}
}
