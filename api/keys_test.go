package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// Where a phone system may put its key, and where not (B4).
func TestWhereTheKeyStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	basic := func(user string) http.Header {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, "x")
		return r.Header
	}
	const match, admin = "/v1/match?number=0201234567", "/v1/keys?x=1"
	for _, tt := range []struct {
		name, path string
		header     http.Header
		status     int
	}{
		{"bearer", match, http.Header{"Authorization": {"bearer " + a.match.key}}, 200},
		{"basic", match, basic(a.match.key), 200},
		{"basic, broken", match, http.Header{"Authorization": {"Basic !"}}, 401},
		{"URL key", match + "&key=" + a.url.key, nil, 200},
		{"URL key as a header", match, http.Header{"Authorization": {"Bearer " + a.url.key}}, 200},
		{"another key in the URL", match + "&key=" + a.match.key, nil, 401},
		{"an admin key in the URL", admin + "&key=" + a.admin.key, nil, 401},
		{"URL key for admins", admin + "&key=" + a.url.key, nil, 401},
		{"a key that may only pop, in the URL", match + "&key=" + a.pop.key, nil, 403},
		{"a key that may only pop, for admins", admin + "&key=" + a.pop.key, nil, 401},
		{"the header wins", match + "&key=" + a.url.key, http.Header{"Authorization": {"Bearer x"}}, 401},
	} {
		if got := w.do(request{method: http.MethodGet, path: tt.path, header: tt.header}); got.status != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.status)
		}
	}
	for _, key := range []string{a.url.key, a.pop.key, a.match.key, a.admin.key} {
		if strings.Contains(w.log.String(), key) {
			t.Error("a key stands in the log")
		}
	}
}

// B2, A11: a revoked key, a disabled integration, a suspended tenant and a removed one say nothing from the next request on.
func TestWhatIsTakenBackStopsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	const path = "/v1/match?number=0201234567"
	ask := func(c *customer, want string) {
		t.Helper()
		got := w.get(c.match, path)
		if got.status == 200 {
			got.body = got.names(t)
		}
		if text := fmt.Sprint(got.status, " ", got.body); !strings.HasPrefix(text, want) {
			t.Errorf("%s, want %s", text, want)
		}
	}
	post := func(as credential, method, path, body string) {
		t.Helper()
		if got := w.do(request{method: method, path: path, body: body, as: as, socket: as == credential{}}); got.status >= 300 {
			t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
		}
	}
	integration := "/v1/integrations/" + string(a.integration)
	ask(a, "200 Ada anna")
	post(a.admin, "POST", integration+"/disable", "")
	ask(a, "200 ")
	post(a.admin, "POST", integration+"/enable", "")
	ask(a, "200 Ada anna")
	tenantPath := "/v1/tenants/" + string(a.id)
	post(credential{}, "PATCH", tenantPath, `{"suspended":"true"}`)
	ask(a, "401")
	post(credential{}, "PATCH", tenantPath, `{"suspended":"false"}`)
	ask(a, "200 Ada anna")
	post(a.admin, "DELETE", integration, "")
	ask(a, "200 ")
	keys, err := w.Directory.Keys(t.Context(), b.id)
	w.must(err)
	for _, k := range keys {
		if strings.HasPrefix(b.match.key, k.Prefix) {
			post(b.admin, "DELETE", "/v1/keys/"+string(k.ID), "")
		}
	}
	ask(b, "401")
	post(credential{}, "DELETE", tenantPath, "")
	ask(a, "401")
}

// A10: a key is held to its rate, with a burst of five seconds of it; other keys are not. A rate of 0 is no limit.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	limited := credential{key: w.key(a.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 2})}
	seldom := credential{key: w.key(a.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 0.1})}
	const path = "/v1/match?number=0201234567"
	passes := func(as credential, tries int) (n int) {
		for range tries {
			if w.get(as, path).status == 200 {
				n++
			}
		}
		return n
	}
	for _, tt := range []struct {
		name string
		as   credential
		wait time.Duration
		want int
	}{
		{"burst", limited, 0, 10},
		{"a second later", limited, time.Second, 2},
		{"an hour later", limited, time.Hour, 10},
		{"no limit", a.match, 0, 30},
		{"seldom", seldom, 0, 1},
		{"seldom, later", seldom, 9 * time.Second, 0},
		{"seldom, at last", seldom, time.Second, 1},
	} {
		w.pass(tt.wait)
		if got := passes(tt.as, 30); got != tt.want {
			t.Errorf("%s: %d of 30 passed, want %d", tt.name, got, tt.want)
		}
	}
	got := w.get(seldom, path)
	if p := got.problem(t); p.Status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "10" {
		t.Errorf("%d, Retry-After %q", p.Status, got.header.Get("Retry-After"))
	}
}

// A10: many different numbers in an hour from one key raise one alarm, once an hour, and are never refused; a number asked
// for often is one number.
func TestDistinctNumberAlarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	alarms := func() int { return strings.Count(w.log.String(), "unusually many different numbers") }
	ask := func(from, to int) {
		for i := from; i < to; i++ {
			if got := w.get(a.match, fmt.Sprintf("/v1/name?number=%%2B3120%07d", i)); got.status != 200 {
				t.Fatalf("%d: %d %s", i, got.status, got.body)
			}
		}
	}
	for range 3 {
		ask(0, 100)
	}
	ask(100, distinctAlarm*9/10)
	if alarms() != 0 {
		t.Errorf("alarm before %d numbers", distinctAlarm)
	}
	ask(distinctAlarm*9/10, distinctAlarm*12/10)
	if alarms() != 1 {
		t.Errorf("%d alarms, want 1", alarms())
	}
	w.pass(time.Hour)
	ask(0, 100)
	if alarms() != 1 {
		t.Errorf("%d alarms after a quiet hour, want 1", alarms())
	}
	if strings.Contains(w.log.String(), "+3120") {
		t.Error("a number stands in the log")
	}
}

// The estimate of different numbers is right within a tenth when it counts, and the alarm is raised once.
func TestDistinctEstimate(t *testing.T) {
	t.Parallel()
	var d distinct
	now := time.Unix(1_800_000_000, 0)
	var alarms []int
	for i := range 20_000 {
		if d.see(fmt.Sprint(i), now) {
			alarms = append(alarms, i)
		}
		d.see(fmt.Sprint(i), now)
	}
	if len(alarms) != 1 || alarms[0] < distinctAlarm*9/10 || alarms[0] > distinctAlarm*11/10 {
		t.Errorf("alarms at %v, want one at about %d", alarms, distinctAlarm)
	}
}

// B1, E5: a new key is told once and stored nowhere; it works at once, and its list entry shows its first characters.
func TestNewKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	got := w.do(request{method: http.MethodPost, path: "/v1/keys", body: `{"name":"Door","system":"default","scopes":"match"}`, as: a.admin})
	_, rest, _ := strings.Cut(got.body, `"key":"`)
	key, _, _ := strings.Cut(rest, `"`)
	if got.status != http.StatusCreated || len(key) < 20 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := w.get(credential{key: key}, "/v1/match?number="+url.QueryEscape("+31201234567")).names(t); got != "Ada anna" {
		t.Errorf("the new key finds %q", got)
	}
	if list := w.get(a.admin, "/v1/keys"); strings.Contains(list.body, key) || !strings.Contains(list.body, key[:8]) {
		t.Errorf("the list shows %s", list.body)
	}
}

// B6: a question that comes from the pages counts for its key and is held to its rate like any other.
func TestAskIsLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	key, ok := w.Directory.Access(a.pop.key)
	if !ok {
		t.Fatal("no such key")
	}
	key.Rate = 1
	asked := 0
	for range 20 {
		answer, wait, err := w.Ask(t.Context(), key, &recognition.Question{Tenant: key.Tenant, Number: "0201234567"})
		w.must(err)
		if wait > 0 {
			break
		}
		if len(answer.Matches()) != 1 {
			t.Fatalf("%d contacts", len(answer.Matches()))
		}
		asked++
	}
	if asked != burstSeconds || w.Requests(key.Key) != burstSeconds+1 {
		t.Errorf("%d were answered at once, %d counted; want %d and one more", asked, w.Requests(key.Key), burstSeconds)
	}
	w.pass(time.Second)
	if _, wait, err := w.Ask(t.Context(), key, &recognition.Question{Tenant: key.Tenant, Number: "0201234567"}); wait > 0 || err != nil {
		t.Errorf("a second later: %v, %v", wait, err)
	}
}
