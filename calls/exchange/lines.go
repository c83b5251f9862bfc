package exchange

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/dial"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/tenant"
)

// Directory is what lines need to know of the customers; *tenant.Directory is one.
type Directory interface {
	Accounts(ctx context.Context, by tenant.Actor) ([]tenant.Account, error)
	Account(ctx context.Context, id tenant.ID) (tenant.Account, error)
	Systems(ctx context.Context, t tenant.ID) ([]tenant.System, error)
	SystemSecrets(ctx context.Context, t tenant.ID, s tenant.SystemID) (map[string]tenant.Secret, error)
	NoteDialled(ctx context.Context, t tenant.ID, by tenant.PersonID, name string, s tenant.SystemID, number string) error
	OnChange(told func(tenant.ID))
}

// Desk takes what sources tell; *calls.Desk is one.
type Desk interface {
	Take(ctx context.Context, e calls.Event) (calls.Taken, error)
	Live(v calls.View) *calls.List
}

// Deps is what lines stand on.
type Deps struct {
	Directory Directory
	Desk      func() Desk // asked when the first event comes: a desk may want its dialers first
	Guard     *outbound.Guard
	Log       *slog.Logger // nil is silent
}

// Lines runs the sources of all phone systems.
type Lines struct {
	d    Deps
	pace dial.Pace

	mu      sync.Mutex
	running map[key]*line
	dirty   map[tenant.ID]bool
	wake    chan struct{}

	stop context.CancelFunc
	done sync.WaitGroup
}

type key struct {
	tenant tenant.ID
	system tenant.SystemID
}

// New returns lines that run nothing yet.
func New(d Deps) *Lines {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Lines{d: d, running: map[key]*line{}, dirty: map[tenant.ID]bool{}, wake: make(chan struct{}, 1)}
}

// Start runs the sources of all phone systems, until ctx is over or Stop is called.
func (l *Lines) Start(ctx context.Context) error {
	ctx, l.stop = context.WithCancel(ctx)
	l.d.Directory.OnChange(l.changed)
	l.done.Go(func() { l.run(ctx) })
	return nil
}

// Stop ends all sources and waits for them.
func (l *Lines) Stop() {
	if l.stop != nil {
		l.stop()
	}
	l.done.Wait()
}

// changed notes that something of a tenant is not as it was.
func (l *Lines) changed(t tenant.ID) {
	l.mu.Lock()
	l.dirty[t] = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Settings are read again after a failure, and at most so often after changes.
const (
	againAfter = 10 * time.Second
	settle     = 200 * time.Millisecond
)

func (l *Lines) run(ctx context.Context) {
	defer l.endAll()
	accounts, err := l.d.Directory.Accounts(ctx, tenant.Server("lines"))
	if err != nil && ctx.Err() == nil {
		l.d.Log.Error("phone systems could not be read; none is asked for its calls", "error", err)
	}
	for _, a := range accounts {
		l.changed(a.ID)
	}
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		next := settle
		for _, t := range l.changes() {
			if err := l.review(ctx, t); err != nil && ctx.Err() == nil {
				l.d.Log.Error("settings of phone systems could not be read", "tenant", t, "error", err)
				l.changed(t)
				next = againAfter
			}
		}
		pause.Reset(next)
	}
}

func (l *Lines) changes() []tenant.ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []tenant.ID
	for t := range l.dirty {
		out = append(out, t)
	}
	clear(l.dirty)
	return out
}

// review brings what runs for a tenant in line with its settings.
func (l *Lines) review(ctx context.Context, t tenant.ID) error {
	systems, err := l.systems(ctx, t)
	if err != nil {
		return err
	}
	wanted := map[key]tenant.System{}
	for _, s := range systems {
		if s.Line("events") != "" {
			wanted[key{t, s.ID}] = s
		}
	}
	l.mu.Lock()
	var old []*line
	for k, r := range l.running {
		if s, ok := wanted[k]; k.tenant == t && (!ok || fingerprint(s) != r.settings) {
			delete(l.running, k)
			old = append(old, r)
		}
	}
	l.mu.Unlock()
	for _, r := range old {
		r.end()
	}
	for k, s := range wanted {
		if l.at(k) == nil {
			l.begin(ctx, k, s)
		}
	}
	return nil
}

// systems are the phone systems of a tenant; of one that is suspended or gone, none.
func (l *Lines) systems(ctx context.Context, t tenant.ID) ([]tenant.System, error) {
	account, err := l.d.Directory.Account(ctx, t)
	if errors.Is(err, tenant.ErrNotFound) || err == nil && account.Suspended {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	systems, err := l.d.Directory.Systems(ctx, t)
	if errors.Is(err, tenant.ErrNotFound) {
		return nil, nil
	}
	return systems, err
}

func (l *Lines) at(k key) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running[k]
}

// begin runs the source of a phone system.
func (l *Lines) begin(ctx context.Context, k key, s tenant.System) {
	r := newLine(l, k, fingerprint(s))
	ctx, r.cancel = context.WithCancel(ctx)
	l.mu.Lock()
	l.running[k] = r
	l.mu.Unlock()
	r.done.Go(func() { r.run(ctx, s) })
}

func (l *Lines) endAll() {
	l.mu.Lock()
	all := l.running
	l.running = map[key]*line{}
	l.mu.Unlock()
	for _, r := range all {
		r.cancel()
	}
	for _, r := range all {
		r.end()
	}
}
