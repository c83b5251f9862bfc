package ring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a runner with a server that takes requests.
type world struct {
	*Runner
	t        *testing.T
	url      string
	mu       sync.Mutex
	got      []string // requests as text
	outcomes map[Outcome]int
	log      bytes.Buffer
	tenant   tenant.ID
}

func newWorld(t *testing.T, handle http.HandlerFunc, allow ...string) *world {
	t.Helper()
	w := &world{t: t, outcomes: map[Outcome]int{}, tenant: tenant.NewID()}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		w.got = append(w.got, fmt.Sprintf("%s %s %s %s %s", r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), r.Header.Get("Authorization"), body))
		w.mu.Unlock()
		if handle != nil {
			handle(rw, r)
		}
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	var rules []outbound.Rule
	for _, text := range allow {
		rule, err := outbound.ParseRule(text)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule)
	}
	guard := outbound.New(outbound.Options{Allow: rules})
	w.Runner = New(Deps{
		Client: func(id tenant.ID) *http.Client { return guard.HTTPClient(string(id), outbound.Client{}) },
		Secrets: func(context.Context, tenant.ID, tenant.IntegrationID) (map[string]tenant.Secret, error) {
			return map[string]tenant.Secret{"token": tenant.NewSecret("canary")}, nil
		},
		Count: func(o Outcome) { w.mu.Lock(); defer w.mu.Unlock(); w.outcomes[o]++ },
		Log:   slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	t.Cleanup(w.Close)
	return w
}

// action is a script's, for a call from Amsterdam.
func (w *world) action(s tenant.Script) Action {
	w.t.Helper()
	names := scripts.Names{Options: []string{"option.address"}}
	if s.ID == "" {
		s.ID = tenant.NewScriptID()
	}
	a, err := Compile(s, s.URL, names, names)
	if err != nil {
		w.t.Fatal(err)
	}
	a.Tenant, a.Integration = w.tenant, tenant.NewIntegrationID()
	n, err := phone.ParseE164("+31201234567")
	if err != nil {
		w.t.Fatal(err)
	}
	return a.With(scripts.Values{
		Region: "NL", Call: &scripts.Call{Caller: scripts.Party{Number: n, Name: `Ada "&" Muster`}, ID: "c1"},
		Option: func(name string) string { return map[string]string{"option.address": w.url + "/hook"}[name] },
	})
}

// settle waits until n requests have ended, however they did.
func (w *world) settle(n int) {
	w.t.Helper()
	for {
		w.mu.Lock()
		sum := 0
		for _, count := range w.outcomes {
			sum += count
		}
		w.mu.Unlock()
		if sum >= n {
			return
		}
		if w.t.Context().Err() != nil {
			w.t.Fatal("it does not end")
		}
		time.Sleep(time.Millisecond)
	}
}

// Promise: a request has its values encoded for their place, secrets in headers only, and is sent once per call and script.
func TestRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil, "127.0.0.1")
	post := w.action(tenant.Script{URL: "$(option.address)", Server: &tenant.ServerRequest{
		Method: "post", JSON: `{"number":"#(Caller number|e164)","name":"#(Caller name)"}`, Headers: map[string]string{"Authorization": "Bearer $(option.token)"},
	}})
	w.Ring("c1", []Action{post, post})
	w.Ring("c1", []Action{post})
	w.settle(1)
	w.Ring("c2", []Action{post})
	w.settle(2)
	w.Ring("c1", []Action{
		w.action(tenant.Script{URL: w.url + "/get?n=#(Caller number|e164)", Server: &tenant.ServerRequest{Headers: map[string]string{"Authorization": "$(option.none)"}}}),
	})
	w.settle(3)
	w.Ring("c1", []Action{w.action(tenant.Script{URL: w.url + "/form", Server: &tenant.ServerRequest{Method: "post", Form: "n=#(Caller name)&d=1"}})})
	w.settle(4)
	want := []string{
		`POST /hook application/json Bearer canary {"number":"+31201234567","name":"Ada \"\u0026\" Muster"}`,
		`POST /hook application/json Bearer canary {"number":"+31201234567","name":"Ada \"\u0026\" Muster"}`,
		`GET /get?n=%2B31201234567   `,
		`POST /form application/x-www-form-urlencoded  n=Ada%20%22%26%22%20Muster&d=1`,
	}
	for i, text := range want {
		if got := w.got[i]; got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
	if w.outcomes[Done] != 4 || w.log.Len() > 0 {
		t.Errorf("%v %s", w.outcomes, &w.log)
	}
}

// Promise: what fails is counted and told without number, name or address; what has nothing to say is not sent.
func TestFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		allow  []string
		want   Outcome
		log    string
	}{
		"refused address": {nil, nil, Failed, "not allowed"},
		"error":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, []string{"127.0.0.1"}, Failed, "status=500"},
		"redirect":        {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, []string{"127.0.0.1"}, Failed, "status=302"},
		"hangs up":        {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []string{"127.0.0.1"}, Failed, "connection failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.handle, c.allow...)
			w.Ring("c1", []Action{w.action(tenant.Script{URL: w.url + "/?n=#(Caller number|e164)", Server: &tenant.ServerRequest{}})})
			w.settle(1)
			w.Close()
			if w.outcomes[c.want] != 1 || !strings.Contains(w.log.String(), c.log) {
				t.Errorf("%v %s", w.outcomes, &w.log)
			}
			for _, word := range []string{"201234567", "Ada", "127.0.0.1", "canary"} {
				if strings.Contains(w.log.String(), word) {
					t.Errorf("the log tells %s: %s", word, &w.log)
				}
			}
		})
	}
	w := newWorld(t, nil, "127.0.0.1")
	none := w.action(tenant.Script{URL: w.url + "/?q=#(Queue)", Server: &tenant.ServerRequest{}})
	w.Ring("c1", []Action{none})
	w.settle(1)
	if w.outcomes[Skipped] != 1 {
		t.Errorf("nothing to say: %v", w.outcomes)
	}
}

// stuck is a client whose requests take until their time is over; free ones end at once.
type stuck struct{ free tenant.ID }

func (s stuck) client(id tenant.ID) *http.Client {
	return &http.Client{Transport: lane404(id == s.free)}
}

type lane404 bool

func (free lane404) RoundTrip(r *http.Request) (*http.Response, error) {
	if free {
		return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, nil
	}
	<-r.Context().Done()
	return nil, errors.New("gone")
}

// Promise: nobody waits for a request; one that does not end is given up after five seconds; a tenant whose server hangs
// fills its own queue and holds up no other tenant.
func TestSlowTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		outcomes := map[Outcome]int{}
		count := func(o Outcome) int { mu.Lock(); defer mu.Unlock(); return outcomes[o] }
		slow, quick := tenant.NewID(), tenant.NewID()
		r := New(Deps{Client: stuck{quick}.client, Count: func(o Outcome) { mu.Lock(); defer mu.Unlock(); outcomes[o]++ }})
		start := time.Now()
		action := func(id tenant.ID) []Action {
			a, err := Compile(tenant.Script{ID: tenant.NewScriptID(), Server: &tenant.ServerRequest{}}, "https://x.example/#(Call id)", scripts.Names{}, scripts.Names{})
			if err != nil {
				t.Fatal(err)
			}
			a.Tenant = id
			return []Action{a.With(scripts.Values{Call: &scripts.Call{ID: "c"}})}
		}
		for n := range 100 {
			r.Ring(fmt.Sprint(n), action(slow))
		}
		if time.Since(start) > 0 {
			t.Error("somebody waited")
		}
		r.Ring("1", action(quick))
		synctest.Wait()
		dropped := count(Dropped)
		if count(Done) != 1 || dropped == 0 || time.Since(start) > 0 {
			t.Errorf("after %s: %d done, %d dropped", time.Since(start), count(Done), dropped)
		}
		time.Sleep(within * (100/perTenant + 1))
		synctest.Wait()
		r.mu.Lock()
		lanes, waiting := len(r.lanes), r.waiting
		r.mu.Unlock()
		if count(Failed) != 100-dropped || lanes != 0 || waiting != 0 {
			t.Errorf("in the end: %d failed, %d lanes", count(Failed), lanes)
		}
		r.Ring("again", action(slow))
		r.Close()
		r.Ring("closed", action(quick))
	})
}
