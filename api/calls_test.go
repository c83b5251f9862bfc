package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

// decoded is JSON whose members have no order.
func decoded(tb testing.TB, body string) (v any) {
	tb.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		tb.Fatalf("%v in %s", err, body)
	}
	return v
}

// listed are the calls an answer lists.
func (a answered) listed(tb testing.TB) []calls.Call {
	tb.Helper()
	var all []calls.Call
	if err := json.Unmarshal([]byte(a.body), &all); err != nil || a.status != http.StatusOK {
		tb.Fatalf("%d: %v in %s", a.status, err, a.body)
	}
	return all
}

func (w *world) form(as credential, values url.Values) answered {
	w.tb.Helper()
	return w.do(request{
		method: http.MethodPost, path: "/v1/calls", as: as, body: values.Encode(), header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	})
}

// Promise: an event as JSON, as a form or in a URL is the same event; the answer is that of a look-up, and each is in the
// list of calls.
func TestCallEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	ask := w.get(a.match, "/v1/match?number=0201234567&device_number=201&call_id=json")
	got := w.do(request{method: http.MethodPost, path: "/v1/calls", as: a.calls, body: `{"call_id":"json","event":"ringing","direction":"inbound",
		"caller":{"number":"0201234567"},"device":{"number":"201"},"ddi":{"number":"0205550000"},"start_time":"2026-11-20T14:03:00Z","unknown":1}`})
	if got.status != http.StatusAccepted || cmp.Diff(decoded(t, ask.body), decoded(t, got.body)) != "" {
		t.Errorf("%d, want the answer of a look-up:\n%s%s", got.status, got.body, ask.body)
	}
	form := url.Values{
		"CallId": {"form"}, "CallerNumber": {"+31201234567"}, "CalledNumber": {"201"}, "Direction": {"Inbound"}, "State": {"answered"},
		"StartTime": {"2026-11-20 15:01:00"}, "Campaign": {"Spring"},
	}
	if got := w.form(a.calls, form); got.status != http.StatusAccepted || got.names(t) != "Ada anna" {
		t.Errorf("form: %d %s", got.status, got.body)
	}
	form.Set("State", "ended")
	form.Set("EndTime", "2026-11-20 15:03:00")
	form.Set("CallDuration", "90")
	if got := w.form(a.calls, form); got.status != http.StatusAccepted {
		t.Errorf("form: %d %s", got.status, got.body)
	}
	for _, event := range []string{"incoming", "established", "terminated"} {
		got := w.get(credential{}, "/v1/calls/event?key="+a.urlCalls.key+"&event="+event+"&remote=sip:0201234567@pbx.example&local=sip:201@pbx.example&call_id=phone")
		if got.status != http.StatusOK || got.body != "" {
			t.Errorf("desk phone, %s: %d %s", event, got.status, got.body)
		}
	}
	states := map[string]string{}
	for _, c := range w.get(a.admin, "/v1/calls").listed(t) {
		states[c.CallID] = string(c.State) + " " + c.Known.Matches[0].Name
		if c.CallID == "form" && (c.Duration(w.now()).Seconds() != 90 || c.Extra["Campaign"] != "Spring" || c.Start.Format("15:04") != "14:01") {
			t.Errorf("form: %+v", c)
		}
	}
	for id, want := range map[string]string{"json": "ringing Ada anna", "form": "ended Ada anna", "phone": "ended Ada anna"} {
		if states[id] != want {
			t.Errorf("%s: %q, want %q", id, states[id], want)
		}
	}
}

// Promise: what is no event is refused with words that help, and a key that stands in the URLs of desk phones sees no calls.
func TestCallEventsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	for body, words := range map[string]string{
		`{`:                               "ends in the middle",
		`{"call_id":"1"}`:                 "event must be",
		`{"event":"ringing"}`:             "call_id is missing",
		`{"call_id":1,"event":"ringing"}`: `"call_id" cannot be a number`,
		`{"call_id":"1","event":"ringing","start_time":"yesterday"}`:                               "a time must be",
		`{"call_id":"1","event":"ringing","caller":{"number":"` + strings.Repeat("1", 600) + `"}}`: "longer than",
		`{"call_id":"1","event":"ringing","extra":{"a":"` + strings.Repeat("x", eventBody) + `"}}`: "longer than",
		`{"call_id":"1","event":"ringing","caller":{"number":"` + strings.Repeat("1", 100) + `"}}`: "number is too long",
		`{"call_id":"1","event":"ringing","direction":"up"}`:                                       "direction must be",
	} {
		got := w.do(request{method: http.MethodPost, path: "/v1/calls", as: a.calls, body: body})
		if p := got.problem(t); got.status/100 != 4 || !strings.Contains(p.Detail, words) {
			t.Errorf("%.60s: %d %s", body, got.status, p.Detail)
		}
	}
	if got := w.form(a.calls, url.Values{"CallId": {"1"}, "State": {"dancing"}}); got.status != http.StatusBadRequest {
		t.Errorf("state: %d %s", got.status, got.body)
	}
	event := `{"call_id":"1","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"201"}}`
	if got := w.do(request{method: http.MethodPost, path: "/v1/calls?key=" + a.urlCalls.key, body: event}); got.status != http.StatusAccepted || got.body != "" {
		t.Errorf("an event with a key for URLs tells who calls: %d %s", got.status, got.body)
	}
	for _, path := range []string{"/v1/calls", "/v1/calls/" + a.call} {
		if got := w.get(credential{}, path+"?key="+a.urlCalls.key); got.status != http.StatusUnauthorized {
			t.Errorf("%s in a URL: %d", path, got.status)
		}
		if got := w.get(a.urlCalls, path); got.status != http.StatusForbidden {
			t.Errorf("%s with a key for URLs: %d", path, got.status)
		}
	}
}

// Promise: a look-up that says it rings is a call, once, and a look-up that does not is none.
func TestLookUpThatRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	live := func() int { return len(w.get(a.calls, "/v1/calls?live=1").listed(t)) }
	before := live()
	for _, query := range []string{"", "&ring=1", "&call_id=2&device_number=201", "&call_id=2&ring=1"} {
		w.get(a.match, "/v1/match?number=0201234567"+query)
	}
	if live() != before {
		t.Errorf("%d calls of look-ups that do not ring", live()-before)
	}
	for range 3 {
		w.get(a.match, "/v1/match?number=0201234567&call_id=2&device_number=201&ring=1")
	}
	if live() != before+1 {
		t.Errorf("%d calls", live()-before)
	}
}

// Promise: an agent who asks sees the own calls, and of others not even that they exist.
func TestAgentsOwnCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	w.do(request{method: http.MethodPost, path: "/v1/calls", as: a.calls, body: `{"call_id":"x","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"999"}}`})
	all := w.get(a.boss, "/v1/calls").listed(t)
	if len(all) != 2 || all[0].CallID != "x" {
		t.Fatalf("admin: %+v", all)
	}
	for _, path := range []string{"/v1/calls", "/v1/calls?live=1", "/v1/calls?agent=boss@anna.example"} {
		if own := w.get(a.agent, path).listed(t); len(own) != 1 || own[0].ID != a.call {
			t.Errorf("%s: %+v", path, own)
		}
	}
	if got := w.get(a.agent, "/v1/calls/"+all[0].ID); got.status != http.StatusNotFound {
		t.Errorf("another's call: %d", got.status)
	}
	if got := w.get(a.agent, "/v1/calls/"+a.call); got.status != http.StatusOK {
		t.Errorf("the own call: %d", got.status)
	}
	page := w.get(a.boss, "/v1/calls?limit=1")
	next, _, _ := strings.Cut(strings.TrimPrefix(page.header.Get("Link"), "<"), ">")
	if rest := w.get(a.boss, next).listed(t); len(page.listed(t)) != 1 || len(rest) != 1 || rest[0].ID != a.call {
		t.Errorf("page by page: %q %+v", next, rest)
	}
}

// Promise: what somebody said of a number is what every mouth says of it, until somebody takes it back.
func TestLinkEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	got := w.do(request{method: http.MethodPost, path: "/v1/links", as: a.admin, body: `{"number":"06 8765 4321","name":"Dee","company":"Deeds"}`})
	var link tenant.Link
	w.must(json.Unmarshal([]byte(got.body), &link))
	if got.status != http.StatusCreated || link.Number != "+31687654321" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := w.get(a.match, "/v1/match?number=0687654321").names(t); got != "Dee" {
		t.Errorf("match: %q", got)
	}
	if got := w.get(a.match, "/v1/name?number=%2B31687654321").body; got != "Dee (Deeds)" {
		t.Errorf("name: %q", got)
	}
	if got := w.get(b.match, "/v1/match?number=0687654321").names(t); got != "" {
		t.Errorf("another tenant: %q", got)
	}
	if got := w.get(a.boss, "/v1/links"); !strings.Contains(got.body, string(link.ID)) {
		t.Errorf("list: %s", got.body)
	}
	if got := w.do(request{method: http.MethodDelete, path: "/v1/links/" + string(link.ID), as: a.boss}); got.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", got.status, got.body)
	}
	if got := w.get(a.match, "/v1/match?number=0687654321").names(t); got != "" {
		t.Errorf("after it was taken back: %q", got)
	}
}

// Promise: an erased integration, person or tenant is in no call any more.
func TestErasedFromCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	if got := w.do(request{method: http.MethodDelete, path: "/v1/users/" + string(a.person), as: a.admin}); got.status != http.StatusNoContent {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if all := w.get(a.boss, "/v1/calls"); strings.Contains(all.body, "Bo of anna") || strings.Contains(all.body, string(a.person)) {
		t.Errorf("the person: %s", all.body)
	}
	got := w.do(request{method: http.MethodDelete, path: "/v1/integrations/" + string(a.integration), as: a.admin})
	var e tenant.Erasure
	w.must(json.Unmarshal([]byte(got.body), &e))
	counted := map[string]int{}
	for _, s := range e.Stores {
		counted[s.Name] = s.Records
	}
	if counted["calls"] != 1 {
		t.Errorf("report: %+v", e.Stores)
	}
	for _, path := range []string{"/v1/calls", "/v1/calls?live=1"} {
		if all := w.get(a.boss, path); strings.Contains(all.body, "Ada anna") || len(all.listed(t)) != 1 {
			t.Errorf("the integration: %s", all.body)
		}
	}
	w.do(request{method: http.MethodDelete, path: "/v1/tenants/" + string(a.id), socket: true})
	if n := len(w.Calls.Live(calls.View{Tenant: a.id}).Calls); n != 0 {
		t.Errorf("the tenant: %d live calls", n)
	}
}

// Promise: a call is started for an agent's own phone, in the form the phone system dials; who or what cannot be called is said.
func TestDial(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	system, err := w.Directory.AddSystem(t.Context(), by, a.id, map[string]string{"name": "pbx", "outside-prefix": "0"})
	w.must(err)
	key := credential{key: w.key(a.id, tenant.Key{Scopes: tenant.ScopeDial, System: system.ID})}
	dial := func(body string) answered {
		return w.do(request{method: http.MethodPost, path: "/v1/dial", as: key, body: body})
	}
	for _, agent := range []string{"201", "agent@anna.example", "Bo of anna", string(a.person)} {
		if got := dial(`{"agent":"` + agent + `","number":"+31 20 123 4567"}`); got.status != http.StatusAccepted || got.body != "" {
			t.Errorf("%s: %d %s", agent, got.status, got.body)
		}
	}
	dial(`{"agent":"201","number":"tel:+442079460018"}`)
	dial(`{"agent":"201","number":"202"}`)
	var digits []string
	for _, o := range w.orders {
		if o.Device != "201" || o.Agent != a.person || o.System != system.ID {
			t.Errorf("%+v", o)
		}
		digits = append(digits, o.Digits)
	}
	if want := []string{"00201234567", "00201234567", "00201234567", "00201234567", "000442079460018", "202"}; cmp.Diff(want, digits) != "" {
		t.Errorf("dialled: %v", digits)
	}
	for body, words := range map[string]string{
		`{"agent":"nobody","number":"0201234567"}`:            "no agent",
		`{"agent":"boss@anna.example","number":"0201234567"}`: "no device",
		`{"agent":"201","number":"Ada"}`:                      "no number",
	} {
		if got := dial(body); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, words) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}
