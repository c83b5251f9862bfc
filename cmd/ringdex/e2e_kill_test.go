package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
)

// dated is a CRM in which every contact works for "Round N", so that each copy can be told from any other, and which takes
// its time with each page.
type dated struct {
	round atomic.Int64
	pause atomic.Int64 // per page
}

var companyInPage = regexp.MustCompile(`"company":\{"name":"[^"]*"`)

func (d *dated) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/contacts" {
			next.ServeHTTP(w, r)
			return
		}
		page := httptest.NewRecorder()
		next.ServeHTTP(page, r)
		time.Sleep(time.Duration(d.pause.Load()))
		for name, values := range page.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(page.Code)
		_, _ = w.Write(companyInPage.ReplaceAll(page.Body.Bytes(), fmt.Appendf(nil, `"company":{"name":"Round %d"`, d.round.Load())))
	})
}

func killRounds() int {
	if n, err := strconv.Atoi(os.Getenv("RINGDEX_KILL_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return 8
}

// TestKillDuringSync guards F3 and G1: a server killed anywhere in a copy answers from one whole generation as soon as it
// is back, can copy again at once, and forgets nothing it had acknowledged.
func TestKillDuringSync(t *testing.T) {
	t.Parallel()
	d := &dated{}
	d.pause.Store(int64(5 * time.Millisecond))
	sim := newCRM(t, crmsim.Options{Contacts: 400, Seed: 4, APIKey: "kill-key"}, d.around)
	h := newHouse(t, "--allow-outbound", sim.allow, "--presets", smallPages(t, 20))
	h.serve()
	h.settle()
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "CRM", "--set", "address="+sim.url, "--set", "api_key=kill-key")
	if run := h.sync("CRM", true); run.State != jobs.Succeeded {
		t.Fatalf("first run: %+v", run)
	}
	var numbers []string
	for i := 1; i < 400; i += 40 {
		one := sim.loner(i)
		numbers = append(numbers, one.Numbers()[0])
	}
	seen := map[uint64]string{}
	for round := range killRounds() {
		d.round.Store(int64(round + 1))
		at := path("tenants", e2eTenant, "integrations", "CRM", "sync")
		if err := h.call(http.MethodPost, at, map[string]bool{"full": true}, nil); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		time.Sleep(rand.N(250 * time.Millisecond)) // a run takes about 200 ms
		added := h.acknowledged(round)
		h.kill()
		h.serve()
		if err := h.call(http.MethodGet, path("tenants", e2eTenant, "systems"), nil, &added.all); err != nil || !added.there() {
			t.Errorf("round %d: what was acknowledged is gone: %v", round, err)
		}
		h.onePicture(numbers, seen)
		run := h.sync("CRM", true)
		if run.State != jobs.Succeeded {
			t.Fatalf("round %d: %+v", round, run)
		}
		for _, n := range numbers {
			if got := h.ask(n); len(got) != 1 || got[0].Company != fmt.Sprintf("Round %d", round+1) {
				t.Errorf("round %d: %s: %+v", round, n, got)
			}
		}
	}
	t.Logf("%d kills", killRounds())
	if s := h.run("verify"); !strings.Contains(s.out, " 0 broken") {
		t.Errorf("verify: %s", s.out)
	}
	h.stop()
}

// TestKillAndResume guards F3: a copy that was killed after it had saved a page goes on behind that page.
func TestKillAndResume(t *testing.T) {
	t.Parallel()
	d := &dated{}
	sim := newCRM(t, crmsim.Options{Contacts: 400, Seed: 4, APIKey: "kill-key"}, d.around)
	h := newHouse(t, "--allow-outbound", sim.allow, "--presets", smallPages(t, 10))
	h.serve()
	h.settle()
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "CRM", "--set", "address="+sim.url, "--set", "api_key=kill-key")
	if run := h.sync("CRM", true); run.State != jobs.Succeeded {
		t.Fatalf("first run: %+v", run)
	}
	d.round.Store(1)
	d.pause.Store(int64(300 * time.Millisecond))
	sim.ForgetRequests()
	at := path("tenants", e2eTenant, "integrations", "CRM")
	if err := h.call(http.MethodPost, at+"/sync", map[string]bool{"full": true}, nil); err != nil {
		t.Fatal(err)
	}
	h.wait("a saved page and one more", func() bool { return sim.lists() > 25 }) // saved every five seconds
	h.kill()
	before := sim.lists()
	d.pause.Store(0)
	h.serve()
	run := h.sync("CRM", true)
	if again := sim.lists() - before; run.State != jobs.Succeeded || run.Resumed != 1 || again > 36 {
		t.Errorf("%s, went on %d times, %d requests: %s", run.State, run.Resumed, again, run.Error)
	}
	if got := h.integration("CRM"); got.Contacts != 400 {
		t.Errorf("%d contacts", got.Contacts)
	}
	for _, i := range []int{1, 300} { // one copied before the kill, one after
		one := sim.loner(i)
		if got := h.ask(one.Numbers()[0]); len(got) != 1 || got[0].Company != "Round 1" {
			t.Errorf("contact %d: %+v", i, got)
		}
	}
}

// written is a change a command was told is done.
type written struct {
	name string
	all  []struct{ Name string }
}

func (w *written) there() bool {
	for _, one := range w.all {
		if one.Name == w.name {
			return true
		}
	}
	return false
}

// acknowledged changes a setting right before the kill.
func (h *house) acknowledged(round int) *written {
	h.t.Helper()
	w := &written{name: fmt.Sprintf("pbx %d", round)}
	if err := h.call(http.MethodPost, path("tenants", e2eTenant, "systems"), map[string]string{"name": w.name}, nil); err != nil {
		h.t.Fatal(err)
	}
	return w
}

// onePicture asks for numbers, which all have to be known, and wants what a generation says never to differ.
func (h *house) onePicture(numbers []string, seen map[uint64]string) {
	h.t.Helper()
	for _, n := range numbers {
		got := h.ask(n)
		if len(got) != 1 {
			h.t.Errorf("%s: %+v", n, got)
			continue
		}
		if was, ok := seen[got[0].Generation]; ok && was != got[0].Company {
			h.t.Errorf("generation %d says %q and %q", got[0].Generation, was, got[0].Company)
		}
		seen[got[0].Generation] = got[0].Company
	}
}
