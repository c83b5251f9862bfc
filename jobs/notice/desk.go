package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Directory is what notices need to know of the customers; *tenant.Directory is one.
type Directory interface {
	Operator() tenant.ID
	Accounts(ctx context.Context, by tenant.Actor) ([]tenant.Account, error)
	Account(ctx context.Context, id tenant.ID) (tenant.Account, error)
	People(ctx context.Context, account tenant.ID) ([]tenant.Person, error)
	Person(ctx context.Context, account tenant.ID, id tenant.PersonID) (tenant.Person, error)
	PersonByEmail(ctx context.Context, email string) (tenant.Person, error)
	Integration(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (tenant.Integration, error)
	AddTicket(ctx context.Context, by tenant.Actor, account tenant.ID, id tenant.PersonID, purpose tenant.Purpose) (tenant.Ticket, tenant.Secret, error)
	WebhookSecret(ctx context.Context, account tenant.ID) (tenant.Secret, error)
}

// Keys seals what is kept of an account; *tenant.Keyring is one.
type Keys interface {
	TenantKey(t tenant.ID) ([32]byte, error)
}

// Sender hands one mail to a server; *mail.Server is one.
type Sender interface {
	Send(ctx context.Context, m mail.Message) error
}

// Deps is what a desk works with.
type Deps struct {
	Store     store.Store
	Directory Directory
	Keys      Keys
	PublicURL string // links begin with it
	// Mail sends mails; nil: there is no mail server, notices are shown only, and one-time links are handed to whoever asks for them.
	Mail Sender
	// Client returns the guarded client for a tenant's webhook, which follows no redirect; nil: there are no webhooks.
	Client func(t tenant.ID) *http.Client
	// Disk returns an error while nothing can be written because the disk is full; nil is never asked.
	Disk func() error
	// Count is told of each attempt to deliver; nil is nobody.
	Count func(way Way, outcome Outcome)
	Log   *slog.Logger     // nil is silent
	Now   func() time.Time // nil is time.Now
}

// Desk is where notices are written, kept and sent from. It is safe for concurrent use.
type Desk struct {
	Deps
	texts texts

	turn sync.Mutex // one comparison at a time
	// guarded by turn:
	told   map[place]Notice // that have not ended
	loaded bool
	full   time.Time // since when the disk is full, zero if it is not

	asked limiter       // of forgotten passwords
	count atomic.Uint32 // of ids

	mu sync.Mutex
	// guarded by mu:
	waiting map[string]waiting // letters, by id
	busy    map[string]bool    // those under way
	stop    func()
	work    sync.WaitGroup
	wake    chan struct{}
}

// New returns a desk that sends nothing before Start.
func New(d Deps) (*Desk, error) {
	if d.Store == nil || d.Directory == nil || d.Keys == nil {
		return nil, errors.New("notice: Store, Directory and Keys are needed")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Count == nil {
		d.Count = func(Way, Outcome) {}
	}
	d.PublicURL = strings.TrimRight(d.PublicURL, "/")
	t, err := loadTexts()
	if err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	return &Desk{
		Deps: d, texts: t, told: map[place]Notice{}, waiting: map[string]waiting{}, busy: map[string]bool{},
		stop: func() {}, wake: make(chan struct{}, 1), asked: limiter{now: d.Now},
	}, nil
}

// Start reads what is on its way and begins to send. Cancelling ctx does not end it; Stop does.
func (d *Desk) Start(ctx context.Context) error {
	if err := d.load(ctx); err != nil {
		return fmt.Errorf("start notices: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stop = cancel
	d.work.Go(func() { d.send(ctx) })
	return nil
}

// Stop ends sending and returns when the letters under way are noted, or with ctx.
func (d *Desk) Stop(ctx context.Context) error {
	d.mu.Lock()
	d.stop()
	d.mu.Unlock()
	over := make(chan struct{})
	go func() { defer close(over); d.work.Wait() }()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop notices: %w", ctx.Err())
	}
}

// load reads what has not ended and what is on its way, once.
func (d *Desk) load(ctx context.Context) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	if d.loaded {
		return nil
	}
	accounts, err := d.Directory.Accounts(ctx, tenant.Server("notices"))
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := d.loadAccount(ctx, a.ID); err != nil {
			d.Log.Warn("notices of an account cannot be read", "tenant", a.ID, "error", err)
		}
	}
	d.loaded = true
	return nil
}

func (d *Desk) loadAccount(ctx context.Context, account tenant.ID) error {
	return d.Store.View(ctx, func(r store.Reader) error {
		err := scan(d, r, account, kindNotice, func(_ string, n Notice) (bool, error) {
			if n.Ended.IsZero() {
				d.told[placeOf(account, n)] = n
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		return scan(d, r, account, kindOutbox, func(id string, _ letter) (bool, error) {
			d.await(account, id, d.Now()) // at once: what kept it may be why the server was started anew
			return true, nil
		})
	})
}

// Open counts the notices that have not ended, by kind.
func (d *Desk) Open() map[Kind]int {
	d.turn.Lock()
	defer d.turn.Unlock()
	count := map[Kind]int{}
	for p := range d.told {
		count[p.kind]++
	}
	return count
}
