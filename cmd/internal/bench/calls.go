package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
)

const (
	callContacts = 10_000
	callAgents   = 50
	callSenders  = 64 // connections of phone systems
	callSeconds  = 5 * time.Second
	callStreams  = 10_000
)

// Calls measures events of calls over HTTP, durable before they are acknowledged, beside one synced write each; then how
// soon who watches knows, with many others watching, in process and over HTTP.
func (r *Run) Calls(ctx context.Context) error {
	dir := r.folder("agents-%d", callContacts)
	if err := once(dir, func() error { return r.fillCalls(ctx, dir) }); err != nil {
		return err
	}
	if err := r.callEvents(ctx, dir); err != nil {
		return err
	}
	if err := r.callStreams(ctx, dir); err != nil {
		return err
	}
	return r.streams(ctx, dir)
}

// fillCalls makes a tenant with contacts, and agents at the devices 100, 101 …
func (r *Run) fillCalls(ctx context.Context, dir string) (err error) {
	if err := r.fillTenants(ctx, dir, 1, callContacts); err != nil {
		return err
	}
	s, err := openStack(ctx, dir, -1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.use(ctx); err != nil {
		return err
	}
	for i := range callAgents {
		_, err := s.directory.AddPerson(ctx, actor(), tenant.Person{
			Account: s.in.Tenant, Email: agentEmail(i), Role: tenant.RoleAgent, Devices: []tenant.Device{{Number: fmt.Sprint(100 + i)}},
		}, tenant.NewSecret(agentPassword))
		if err != nil {
			return err
		}
	}
	return nil
}

func agentEmail(i int) string { return fmt.Sprintf("agent%d@example.com", i) }

// callEvents sends events to a server on one core from the other.
func (r *Run) callEvents(ctx context.Context, dir string) error {
	key, err := callsKey(ctx, dir)
	if err != nil {
		return err
	}
	address, err := free()
	if err != nil {
		return err
	}
	server, err := start(ctx, serverCore, 0, r.Self, "bench", "serve", "match", "--dir", dir, "--listen", address)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := server.ready(ctx, address); err != nil {
		return err
	}
	var rate, floor, cpu spread
	var times percentiles
	show, end := r.progress("events of calls")
	defer end()
	for round := range r.rounds() {
		show(round, r.rounds())
		before := ticks(server.pid())
		took, err := sendEvents(ctx, "http://"+address+"/v1/calls", key, round)
		if err != nil {
			return err
		}
		rate = append(rate, float64(len(took))/callSeconds.Seconds())
		cpu = append(cpu, float64(ticks(server.pid())-before)*1e4/float64(len(took)))
		times.add(took)
		single, err := r.singleWrites(ctx)
		if err != nil {
			return err
		}
		floor = append(floor, single)
	}
	r.table(fmt.Sprintf("Events of calls over HTTP (ringing, answered, ended), %d connections, a server on one core and its load on the other; each is durable before it is acknowledged",
		callSenders), "", "events a second", "÷ one synced write of 1 KiB each, per round", "p50 ms", "p99 ms", "processor µs an event")
	r.line("`POST /v1/calls`", rate.text("%.0f"), rate.to(floor).text("%.1f"), millis(times.p50).text("%.1f"), millis(times.p99).text("%.1f"), cpu.text("%.0f"))
	r.line("one synced write of 1 KiB each", floor.text("%.0f"), "1.0", "", "", "")
	return nil
}

func millis(s spread) spread {
	out := make(spread, len(s))
	for i, v := range s {
		out[i] = v / 1e3
	}
	return out
}

func callsKey(ctx context.Context, dir string) (secret string, err error) {
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.use(ctx); err != nil {
		return "", err
	}
	systems, err := s.directory.Systems(ctx, s.in.Tenant)
	if err != nil {
		return "", err
	}
	_, secret, err = s.directory.AddKey(ctx, actor(), tenant.Key{Tenant: s.in.Tenant, System: systems[0].ID, Scopes: tenant.ScopeCalls})
	return secret, err
}

// sendEvents sends whole calls for a while and returns how long each event took.
func sendEvents(ctx context.Context, url, key string, round int) (latencies, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callSenders}}
	defer client.CloseIdleConnections()
	deadline := time.Now().Add(callSeconds)
	var mu sync.Mutex
	var all latencies
	var failed error
	var senders sync.WaitGroup
	for line := range callSenders {
		senders.Go(func() {
			own := make(latencies, 0, 4096)
			for n := 0; time.Now().Before(deadline); n++ {
				number := entry{(line*7919 + n) % (2 * callContacts)}.e164() // every second caller is known
				for _, kind := range []string{"ringing", "answered", "ended"} {
					body := fmt.Appendf(nil, `{"call_id":"%d-%d-%d-%d","event":%q,"caller":{"number":%q},"device":{"number":"%d"}}`,
						time.Now().Unix()/60, round, line, n, kind, number, 100+n%callAgents)
					began := time.Now()
					err := sendEvent(ctx, client, url, key, body)
					if err != nil {
						mu.Lock()
						failed = err
						mu.Unlock()
						return
					}
					own = append(own, time.Since(began))
				}
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	senders.Wait()
	return all, failed
}

func sendEvent(ctx context.Context, client *http.Client, url, key string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("an event was answered with %s", resp.Status)
	}
	return nil
}

// singleWrites is how many writes a second are durable where each is synced by itself.
func (r *Run) singleWrites(ctx context.Context) (perSecond float64, err error) {
	s, err := badgerkv.Open(filepath.Join(r.Dir, "single"), badgerkv.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	value := make([]byte, 1024)
	n, start := 0, time.Now()
	for ; time.Since(start) < time.Second; n++ {
		if err := s.Update(ctx, func(w store.Writer) error { return w.Put(fmt.Appendf(nil, "k/%d", n), value) }); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

// callStreams measures how soon a watcher has the list, at 100 events a second, beside many other watchers.
func (r *Run) callStreams(ctx context.Context, dir string) (err error) {
	s, err := openStack(ctx, dir, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.use(ctx); err != nil {
		return err
	}
	kept, err := badgerkv.Open(filepath.Join(dir, "calls"), badgerkv.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	desk, err := calls.Open(ctx, calls.Deps{Directory: s.directory, Recognizer: s.recognize, Store: kept, Keys: s.keys})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Close()) }()
	people, err := s.directory.People(ctx, s.in.Tenant)
	if err != nil {
		return err
	}
	goroutines, bytes := runtime.NumGoroutine(), heap()
	others := make([]*calls.Watcher, callStreams)
	for i := range others {
		others[i] = desk.Watch(calls.View{Tenant: s.in.Tenant, Person: people[i%len(people)].ID})
		_ = others[i].List().JSON()
	}
	each, more := (heap()-bytes)/callStreams, runtime.NumGoroutine()-goroutines
	var times percentiles
	for round := range r.rounds() {
		took, err := watched(ctx, desk, s.in.Tenant, people, round)
		if err != nil {
			return err
		}
		times.add(took)
	}
	for _, w := range others {
		w.Close()
	}
	r.table(fmt.Sprintf("From an event to the list of live calls in a watcher's hands, in process, 100 events a second beside %s other subscriptions: "+
		"%.0f bytes for each, %d goroutines for all, %d left behind", thousands(callStreams), each, more, desk.Stats().Watchers), "", "p50 ms", "p99 ms", "worst ms")
	r.line("event → list as JSON", millis(times.p50).text("%.2f"), millis(times.p99).text("%.2f"), millis(times.worst).text("%.2f"))
	return nil
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// watched sends an event each 10 ms and takes the time until the agent's watcher has the list with the call in it.
func watched(ctx context.Context, desk *calls.Desk, t tenant.ID, people []tenant.Person, round int) (latencies, error) {
	var all latencies
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var failed atomic.Pointer[error]
	var sending sync.WaitGroup
	defer sending.Wait()
	for n := range 300 {
		p := people[n%len(people)]
		w := desk.Watch(calls.View{Tenant: t, Person: p.ID})
		id := fmt.Sprintf("stream %d %d %d", time.Now().UnixNano(), round, n)
		e := calls.Event{Tenant: t, CallID: id, Kind: calls.KindRinging, Caller: calls.Party{Number: entry{n}.e164()}, Device: calls.Party{Number: p.Devices[0].Number}}
		began := time.Now()
		sending.Go(func() {
			if _, err := desk.Take(ctx, e); err != nil {
				failed.Store(&err)
			}
		})
		for !slices.ContainsFunc(w.List().Calls, func(c calls.Call) bool { return c.CallID == id }) && failed.Load() == nil {
			select {
			case <-w.Changed():
			case <-time.After(time.Second):
			}
		}
		_ = w.List().JSON()
		all = append(all, time.Since(began))
		w.Close()
		if e.Kind = calls.KindEnded; failed.Load() == nil {
			if _, err := desk.Take(ctx, e); err != nil {
				return nil, err
			}
		}
		<-tick.C
	}
	sending.Wait()
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	return all, nil
}
