package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/api"
	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/presets/rest"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// newHasty is an app on real stores whose preset of the demo CRM has small pages.
func newHasty(t *testing.T, pageSize int) *app {
	t.Helper()
	s := settings{dir: filepath.Join(t.TempDir(), "data"), presets: smallPages(t, pageSize), warn: func(string, ...any) {}}
	a, err := openApp(t.Context(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// skipper is a clock that goes on by itself and jumps where somebody wants to wait.
type skipper struct{ ahead atomic.Int64 }

func (s *skipper) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s *skipper) sleep(ctx context.Context, d time.Duration) error {
	s.ahead.Add(int64(d))
	return ctx.Err()
}

// hasten puts in what does not wait between tries, and gives up on slow answers soon.
func (c *customer) hasten(a *app) {
	loopback, err := outbound.ParseRule("127.0.0.0/8")
	c.must(err)
	clock := &skipper{}
	c.setup = setup.New(setup.Deps{
		Directory: a.directory, Catalog: a.catalog, PublicURL: "http://ringdex.example", Pace: rest.NewPacer(clock.now, clock.sleep),
		Now: clock.now, Sleep: clock.sleep,
		Guard: outbound.New(outbound.Options{
			Allow:  []outbound.Rule{loopback},
			Limits: outbound.Limits{IdleRead: 300 * time.Millisecond, Total: 20 * time.Second, Body: 1 << 20},
		}),
	})
	c.t.Cleanup(c.setup.Close)
	c.jobs, err = jobs.New(jobs.Deps{
		Store: a.control, Cache: a.cache, Directory: a.directory, Keys: a.keys, Preset: c.setup.PresetOf, Open: c.setup.Open, Log: a.log,
	})
	c.must(err)
	c.t.Cleanup(func() { c.must(c.jobs.Stop(context.WithoutCancel(c.t.Context()))) })
	c.api = api.New(api.Deps{
		Directory: a.directory, Recognizer: a.recognize, Cache: a.cache, Jobs: c.jobs, Setup: c.setup, Catalog: a.catalog,
		Metrics: prometheus.NewRegistry(), Log: a.log, Now: time.Now,
	})
	c.client = &client{http: &http.Client{Transport: inProcess{c.api.SocketHandler()}}}
}

// customer is a tenant with one signed-in integration of a simulated CRM.
type customer struct {
	t      *testing.T
	sim    *crm
	in     cache.Ref
	key    string
	setup  *setup.Setup
	jobs   *jobs.Scheduler
	api    *api.API
	client *client
}

func newCustomer(t *testing.T, a *app, o crmsim.Options) *customer {
	t.Helper()
	c := &customer{t: t, sim: newCRM(t, o)}
	c.hasten(a)
	var account tenant.Account
	c.do(http.MethodPost, "/tenants", map[string]string{"name": t.Name(), "region": "NL"}, &account)
	var key struct{ Key string }
	c.do(http.MethodPost, path("tenants", string(account.ID), "keys"), map[string]any{"name": "test", "scopes": "match"}, &key)
	var added integrationAnswer
	c.do(http.MethodPost, path("tenants", string(account.ID), "integrations"), map[string]any{
		"name": "CRM", "preset": "democrm", "options": map[string]string{"address": c.sim.url, "client_secret": "demo-secret"},
	}, &added)
	back, err := c.sim.Approve(added.AuthorizeURL)
	c.must(err)
	to, err := url.Parse(back)
	c.must(err)
	_, err = c.setup.Authorized(t.Context(), to.Query(), "")
	c.must(err)
	c.in, c.key = cache.Ref{Tenant: account.ID, Integration: added.ID}, key.Key
	return c
}

func (c *customer) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *customer) do(method, path string, in, out any) {
	c.t.Helper()
	c.must(c.client.call(c.t.Context(), method, path, in, out))
}

// at is an address below the integration.
func (c *customer) at(more ...string) string {
	return path(append([]string{"tenants", string(c.in.Tenant), "integrations", "CRM"}, more...)...)
}

// sync reads everything and returns how that ended.
func (c *customer) sync() jobs.Run {
	c.t.Helper()
	var begun struct{ Run jobs.RunID }
	c.do(http.MethodPost, c.at("sync"), map[string]bool{"full": true}, &begun)
	for {
		var run jobs.Run
		c.do(http.MethodGet, c.at("runs", string(begun.Run)), nil, &run)
		if run.State != jobs.Running {
			return run
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// answers are the names for each number, as a phone system hears them.
func (c *customer) answers(numbers []string) map[string]string {
	c.t.Helper()
	all := map[string]string{}
	for _, n := range numbers {
		req := httptest.NewRequest(http.MethodGet, "/v1/match?limit=25&number="+url.QueryEscape(n), nil)
		req.Header.Set("Authorization", "Bearer "+c.key)
		w := httptest.NewRecorder()
		c.api.Handler().ServeHTTP(w, req)
		var answer struct{ Matches []found }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
			c.t.Fatalf("%s: %d %s", n, w.Code, w.Body)
		}
		var names []string
		for _, m := range answer.Matches {
			names = append(names, m.Name)
		}
		slices.Sort(names)
		all[n] = strings.Join(names, "|")
	}
	return all
}

// truth is what the answers have to be if the CRM was copied as it is now.
func (c *customer) truth(numbers []string) map[string]string {
	all := map[string]string{}
	for _, n := range numbers {
		all[n] = ""
	}
	names := map[string][]string{}
	for _, one := range c.sim.Contacts() {
		for _, n := range one.Numbers() {
			if _, asked := all[n]; asked && !one.Deleted {
				names[n] = append(names[n], one.Name())
			}
		}
	}
	for n, list := range names {
		slices.Sort(list)
		all[n] = strings.Join(list, "|")
	}
	return all
}

// numbers are all the CRM's contacts have now.
func (c *customer) numbers() []string {
	all := map[string]bool{}
	for _, one := range c.sim.Contacts() {
		for _, n := range one.Numbers() {
			all[n] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// TestCRMFaults guards R5, F1 and F2: whatever a CRM does at the first, a middle or the last page of a full read, phones
// hear the old contacts or all of the new ones, and the next good run is as good as any.
func TestCRMFaults(t *testing.T) {
	t.Parallel()
	a := newHasty(t, 5)
	cases := 0
	for _, kind := range crmsim.FaultKinds() {
		for _, page := range []int{1, 2, 3} {
			cases++
			t.Run(fmt.Sprintf("%s on page %d", kind, page), func(t *testing.T) {
				t.Parallel()
				newCustomer(t, a, crmsim.Options{Contacts: 15, Seed: 5}).survives(crmsim.Fault{Kind: kind, Page: page, Path: "/api/v1/contacts"})
			})
		}
	}
	t.Logf("%d faults", cases)
}

func (c *customer) survives(f crmsim.Fault) {
	t := c.t
	asked := c.numbers()
	if run := c.sync(); run.State != jobs.Succeeded {
		t.Fatalf("first run: %+v", run)
	}
	asked = append(asked, c.sim.Change(4), c.sim.Change(11))
	before := c.answers(asked)
	c.sim.Delete(7)
	now := c.truth(asked)
	if cmp.Equal(before, now) {
		t.Fatal("the CRM has not changed")
	}

	c.sim.Inject(f)
	run := c.sync()
	want := before
	if run.State == jobs.Succeeded {
		want = now
	}
	if diff := cmp.Diff(want, c.answers(asked)); diff != "" {
		t.Errorf("%s (%s) left other answers: %s", run.State, run.Error, diff)
	}
	if !faulty(c.sim) {
		t.Error("the fault did not happen")
	}
	if run.State != jobs.Succeeded && run.Error == "" && run.Reason == "" {
		t.Errorf("nobody can tell why: %+v", run)
	}

	c.sim.ClearFaults()
	if run = c.sync(); run.State != jobs.Succeeded {
		t.Errorf("the next good run: %s %s %s", run.State, run.Error, run.Reason)
	}
	if diff := cmp.Diff(now, c.answers(asked)); diff != "" {
		t.Errorf("after the next good run: %s", diff)
	}
}

func faulty(sim *crm) bool {
	return slices.ContainsFunc(sim.Requests(), func(r crmsim.Request) bool { return r.Fault != "" })
}

// TestShrinkGuard guards F1: a full copy that lost suspiciously much waits for a person while the old one answers.
func TestShrinkGuard(t *testing.T) {
	t.Parallel()
	a := newHasty(t, 100)
	for _, c := range []struct {
		percent int
		held    bool
	}{{0, true}, {1, true}, {79, true}, {81, false}} {
		t.Run(fmt.Sprintf("%d %% are left", c.percent), func(t *testing.T) {
			t.Parallel()
			one := newCustomer(t, a, crmsim.Options{Contacts: 300, Seed: 9})
			if run := one.sync(); run.State != jobs.Succeeded {
				t.Fatalf("first run: %+v", run)
			}
			one.shrinks(c.percent, c.held)
		})
	}
}

func (c *customer) shrinks(percent int, held bool) {
	t, asked := c.t, c.numbers()[:40]
	whole := c.answers(asked)
	c.sim.Shrink(percent)
	run := c.sync()
	small := c.shown(percent)
	if !held {
		if run.State != jobs.Succeeded || c.count() != small {
			t.Errorf("%s, %d contacts: %s", run.State, c.count(), run.Reason)
		}
		return
	}
	if run.State != jobs.Held || run.Reason == "" {
		t.Fatalf("%s: %s", run.State, run.Reason)
	}
	same := func(when string) {
		t.Helper()
		if diff := cmp.Diff(whole, c.answers(asked)); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	same("while held")
	c.do(http.MethodPost, c.at("discard"), nil, nil)
	same("discarded")
	if run = c.sync(); run.State != jobs.Held {
		t.Fatalf("still as small: %s", run.State)
	}
	c.sim.Shrink(100)
	if run = c.sync(); run.State != jobs.Succeeded { // a newer run replaces what is held
		t.Fatalf("whole again: %s %s", run.State, run.Reason)
	}
	same("whole again")
	if err := c.client.call(t.Context(), http.MethodPost, c.at("accept"), nil, nil); err == nil {
		t.Error("something is still held")
	}
	c.sim.Shrink(percent)
	if run = c.sync(); run.State != jobs.Held {
		t.Fatalf("small again: %s", run.State)
	}
	c.do(http.MethodPost, c.at("accept"), nil, nil)
	if got := c.count(); got != small {
		t.Errorf("accepted: %d contacts, want %d", got, small)
	}
	c.do(http.MethodPost, c.at("rollback"), nil, nil)
	same("rolled back")
}

// shown is how many contacts lists show.
func (c *customer) shown(percent int) int { return len(c.sim.Contacts()) * percent / 100 }

// count is how many contacts are published.
func (c *customer) count() int {
	c.t.Helper()
	var i integrationAnswer
	c.do(http.MethodGet, c.at(), nil, &i)
	return i.Contacts
}
