package ring

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Bounds of what is under way.
const (
	within     = 5 * time.Second // a request, with everything
	atOnce     = 32              // requests of all tenants
	perTenant  = 2               // requests of one tenant at a time
	waitTenant = 50              // requests of one tenant that wait
	waitAll    = 2000
	remembered = 50_000 // calls and scripts, in each of two halves
	forgetting = time.Hour
	maxAnswer  = 64 << 10 // bytes of an answer that are read
)

// Outcome is how a request ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // nothing to send, as where a withheld number is all the address has
	Dropped Outcome = "dropped" // too many wait
)

// Deps is what a Runner works with.
type Deps struct {
	// Client returns a tenant's client behind the outbound guard.
	Client func(t tenant.ID) *http.Client
	// Secrets returns an integration's secrets.
	Secrets func(ctx context.Context, t tenant.ID, i tenant.IntegrationID) (map[string]tenant.Secret, error)
	// Count notes an outcome; nil does not.
	Count func(Outcome)
	Log   *slog.Logger
	Now   func() time.Time
}

// Runner sends requests. It is safe for concurrent use.
type Runner struct {
	d     Deps
	ctx   context.Context // of all requests, until Close
	end   context.CancelFunc
	slots chan struct{}
	work  sync.WaitGroup

	mu sync.Mutex
	// guarded by mu:
	lanes       map[tenant.ID]*lane
	waiting     int
	seen, older map[string]struct{} // what was sent already
	turned      time.Time
	closed      bool
}

// lane is a tenant's queue.
type lane struct {
	waiting []Action
	running int
}

// New returns a Runner.
func New(d Deps) *Runner {
	if d.Count == nil {
		d.Count = func(Outcome) {}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	r := &Runner{d: d, slots: make(chan struct{}, atOnce), lanes: map[tenant.ID]*lane{}, seen: map[string]struct{}{}, turned: d.Now()}
	r.ctx, r.end = context.WithCancel(context.Background())
	return r
}

// Ring sends what a call asks for, each script's request once per call id, and returns at once.
func (r *Runner) Ring(call string, actions []Action) {
	if len(actions) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range actions {
		if r.closed || !r.first(string(a.Tenant)+"\n"+string(a.Script)+"\n"+call) {
			continue
		}
		l := r.lanes[a.Tenant]
		if l == nil {
			l = &lane{}
			r.lanes[a.Tenant] = l
		}
		if len(l.waiting) >= waitTenant || r.waiting >= waitAll {
			r.d.Count(Dropped)
			r.d.Log.Info("request of a script dropped: too many wait", "tenant", a.Tenant, "integration", a.Integration, "script", a.Script)
			continue
		}
		l.waiting = append(l.waiting, a)
		r.waiting++
		if l.running < perTenant {
			l.running++
			r.work.Go(func() { r.serve(a.Tenant, l) })
		}
	}
}

// first tells whether a key was not met in the last hour, as far as that many are remembered. The caller holds mu.
func (r *Runner) first(key string) bool {
	if now := r.d.Now(); len(r.seen) >= remembered || now.Sub(r.turned) > forgetting {
		r.older, r.seen, r.turned = r.seen, map[string]struct{}{}, now
	}
	_, met := r.seen[key]
	_, before := r.older[key]
	r.seen[key] = struct{}{}
	return !met && !before
}

// serve works on a tenant's queue until it is empty.
func (r *Runner) serve(t tenant.ID, l *lane) {
	for {
		a, ok := r.take(t, l)
		if !ok {
			return
		}
		select {
		case r.slots <- struct{}{}:
			r.d.Count(r.do(&a))
			<-r.slots
		case <-r.ctx.Done():
		}
	}
}

func (r *Runner) take(t tenant.ID, l *lane) (Action, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(l.waiting) == 0 || r.closed {
		if l.running--; l.running == 0 && r.lanes[t] == l {
			delete(r.lanes, t)
		}
		return Action{}, false
	}
	a := l.waiting[0]
	l.waiting = l.waiting[1:]
	r.waiting--
	return a, true
}

// do sends one request.
func (r *Runner) do(a *Action) Outcome {
	ctx, cancel := context.WithTimeout(r.ctx, within)
	defer cancel()
	log := r.d.Log.With("tenant", a.Tenant, "integration", a.Integration, "script", a.Script)
	var secrets map[string]tenant.Secret
	if a.needsSecrets() && a.Integration != "" {
		var err error
		if secrets, err = r.d.Secrets(ctx, a.Tenant, a.Integration); err != nil {
			log.Info("request of a script failed", "reason", "its secrets cannot be read")
			return Failed
		}
	}
	req, err := a.request(ctx, secrets)
	if errors.Is(err, scripts.ErrEmpty) || errors.Is(err, scripts.ErrRefused) {
		return Skipped
	}
	if err != nil {
		log.Info("request of a script failed", "reason", "it cannot be made")
		return Failed
	}
	client := r.d.Client(a.Tenant)
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		log.Info("request of a script failed", "reason", reason(ctx, err))
		return Failed
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // nobody reads it; the server should see it taken
	if resp.StatusCode >= http.StatusMultipleChoices {
		log.Info("request of a script failed", "status", resp.StatusCode)
		return Failed
	}
	return Done
}

// reason says why a request failed, without the address, which holds the caller's number.
func reason(ctx context.Context, err error) string {
	switch {
	case errors.Is(err, outbound.ErrAddress):
		return outbound.ErrAddress.Error()
	case errors.Is(err, outbound.ErrConnect):
		return outbound.ErrConnect.Error()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "no answer within 5 s"
	case ctx.Err() != nil:
		return "the server is stopping"
	}
	return "the connection failed"
}

// Close ends requests under way, forgets what waits, and returns when nothing runs any more.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.end()
	r.work.Wait()
}
