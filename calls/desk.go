package calls

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Directory is what a desk needs to know of the customers; *tenant.Directory is one.
type Directory interface {
	Snapshot(ctx context.Context, t tenant.ID) (*tenant.Snapshot, error)
	Accounts(ctx context.Context, by tenant.Actor) ([]tenant.Account, error)
	AddLink(ctx context.Context, by tenant.Actor, t tenant.ID, l tenant.Link) (tenant.Link, error)
	PruneLinks(ctx context.Context, t tenant.ID, gone func(tenant.Link) bool) (int, error)
}

// Recognizer says who is calling; *recognition.Recognizer is one.
type Recognizer interface {
	Recognize(ctx context.Context, q *recognition.Question) (*recognition.Answer, error)
}

// Keys seal what is kept; *tenant.Keyring has them.
type Keys interface {
	TenantKey(t tenant.ID) ([32]byte, error)
	IntegrationKey(t tenant.ID, i tenant.IntegrationID) ([32]byte, error)
}

// Deps is what a desk works with.
type Deps struct {
	Directory  Directory
	Recognizer Recognizer
	Store      store.Store // of calls alone: their traffic never queues behind settings
	Keys       Keys
	// Dialer returns who starts calls through a phone system; an error that wraps ErrNoDialer where nobody does. nil: nobody.
	Dialer func(ctx context.Context, t tenant.ID, s tenant.SystemID) (Dialer, error)
	Log    *slog.Logger     // nil is silent
	Now    func() time.Time // nil is time.Now
}

// Desk takes events and tells agents. It is safe for concurrent use; one process has one.
type Desk struct {
	d        Deps
	rooms    sync.Map // tenant.ID → *room
	commits  *committer
	lastID   atomic.Int64
	watchers atomic.Int64
	taken    atomic.Uint64
	repeated atomic.Uint64
	shut     atomic.Bool
	deaf     atomic.Bool // nobody is told any more

	synced chan tenant.ID // whose unknown calls may be known now
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// Open returns a desk over d, with the calls that were live when the last process ended. Housekeeping begins with Start.
func Open(ctx context.Context, d Deps) (*Desk, error) {
	if d.Directory == nil || d.Recognizer == nil || d.Store == nil || d.Keys == nil {
		return nil, errors.New("calls: Directory, Recognizer, Store and Keys are needed")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	desk := &Desk{d: d, synced: make(chan tenant.ID, 1024)}
	desk.commits = newCommitter(d.Store)
	return desk, nil
}

// Close ends every subscription and makes what was taken durable. Events after it are refused.
func (d *Desk) Close() error {
	if d.shut.Swap(true) {
		return nil
	}
	if d.stop != nil {
		d.stop()
	}
	d.done.Wait()
	d.EndWatches()
	d.commits.close()
	return nil
}

// EndWatches ends every subscription, and those that come after it: a server that stops waits for nobody's stream.
func (d *Desk) EndWatches() {
	d.deaf.Store(true)
	d.rooms.Range(func(_, r any) bool {
		r.(*room).mu.Lock()
		r.(*room).shutFeeds()
		r.(*room).mu.Unlock()
		return true
	})
}

// Taken is what came of an event.
type Taken struct {
	Known  Known
	Answer *recognition.Answer // nil for a call between the tenant's own devices
	Rings  bool                // it rings, and the event is new
	Repeat bool                // the event was known already
}

// Take takes an event and returns who is on the other side. When it returns without an error, the event survives a crash;
// agents see it before. An error that wraps ErrEvent is the sender's fault.
func (d *Desk) Take(ctx context.Context, e Event) (Taken, error) {
	taken, w, err := d.take(ctx, e)
	if err == nil {
		err = w.wait(ctx)
	}
	return taken, err
}

// Note is Take for those who cannot wait: a look-up that says it rings. The event may be lost in a crash.
func (d *Desk) Note(ctx context.Context, e Event) (Taken, error) {
	taken, _, err := d.take(ctx, e)
	return taken, err
}

func (d *Desk) take(ctx context.Context, e Event) (Taken, *write, error) {
	if err := e.check(); err != nil {
		return Taken{}, nil, err
	}
	if d.shut.Load() {
		return Taken{}, nil, store.ErrClosed
	}
	r := d.room(e.Tenant)
	routes, err := r.routesNow(ctx)
	if err != nil {
		return Taken{}, nil, err
	}
	whole, err := r.complete(ctx, e, routes)
	if err != nil {
		return Taken{}, nil, err
	}
	t := told{Event: &whole, agents: routes.agents(&whole), routes: routes, now: d.d.Now().UTC()}
	var answer *recognition.Answer
	if t.known, answer, err = d.recognise(ctx, routes, &t); errors.Is(err, ErrEvent) {
		return Taken{}, nil, err
	} else if err != nil { // an agent whose phone rings is told so, whoever it is
		d.d.Log.Error("caller not looked up", "tenant", e.Tenant, "error", err)
		t.known, answer = nobody(t.Caller.Number), nil
	}
	choice := d.choiceFor(ctx, e.Tenant, &t.known)
	taken, w, err := r.take(ctx, &t, choice)
	taken.Known, taken.Answer = t.known, answer
	if taken.Repeat {
		d.repeated.Add(1)
	} else {
		d.taken.Add(1)
	}
	return taken, w, err
}

// sameAfter is for how long a call id stays one call's after its last event. Phone systems that count anew after a restart
// use ids again.
const sameAfter = 24 * time.Hour

// keptAtMost bounds how many calls of a tenant are in memory, in case a phone system never ends any.
const keptAtMost = 20_000

// newID is later than every one before, and sorts before it.
func (d *Desk) newID() string {
	for {
		last := d.lastID.Load()
		next := max(last+1, d.d.Now().UnixNano())
		if d.lastID.CompareAndSwap(last, next) {
			return idOf(next)
		}
	}
}

func idOf(nanos int64) string { return fmt.Sprintf("%016x", ^uint64(nanos)) }

// Stats count what the desk does.
type Stats struct {
	Live, Watchers   int
	Taken, Repeated  uint64
	Commits, Written uint64
}

// Stats returns the counts of this process.
func (d *Desk) Stats() Stats {
	s := Stats{
		Watchers: int(d.watchers.Load()), Taken: d.taken.Load(), Repeated: d.repeated.Load(),
		Commits: d.commits.commits.Load(), Written: d.commits.written.Load(),
	}
	d.rooms.Range(func(_, v any) bool {
		r := v.(*room)
		r.mu.Lock()
		s.Live += len(r.live)
		r.mu.Unlock()
		return true
	})
	return s
}
