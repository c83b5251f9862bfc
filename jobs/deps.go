package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Directory is what jobs needs to know of the customers; *tenant.Directory is one.
type Directory interface {
	Accounts(ctx context.Context, by tenant.Actor) ([]tenant.Account, error)
	Account(ctx context.Context, id tenant.ID) (tenant.Account, error)
	People(ctx context.Context, account tenant.ID) ([]tenant.Person, error)
	Integrations(ctx context.Context, t tenant.ID) ([]tenant.Integration, error)
	Integration(ctx context.Context, t tenant.ID, id tenant.IntegrationID) (tenant.Integration, error)
	SetConnection(ctx context.Context, t tenant.ID, id tenant.IntegrationID, c tenant.ConnectionState) error
	Revision(t tenant.ID) uint64
	FlushUsage(ctx context.Context) error
}

// Deps is what a scheduler works with.
type Deps struct {
	Store     store.Store
	Cache     *cache.Cache
	Directory Directory
	Keys      cache.Keys
	// Preset returns the description of an integration's CRM, as it is for that integration.
	Preset func(i tenant.Integration) (*presets.Preset, bool)
	// Open connects an integration to its CRM. It sends nothing yet. The source may also reach what allow allows, besides
	// what the server's own rules do.
	Open func(ctx context.Context, t tenant.ID, i tenant.IntegrationID, allow ...outbound.Rule) (presets.Source, error)

	// Watched tells how the file on this machine is that an integration reads, nil if it reads none; nil watches nothing.
	Watched func(ctx context.Context, t tenant.ID, i tenant.IntegrationID) (fs.FileInfo, error)

	// Published is told of each run that has brought contacts, after they answer; it must not wait. nil tells nobody.
	Published func(in cache.Ref)

	// Tidy is housekeeping of others that is done with the jobs' own; nil is none.
	Tidy func(ctx context.Context) error
	// Notices tells people of what needs them; nil tells nobody.
	Notices Notices

	// Alone says that no other process can work on Store: a lease of another one is left over from a crash, and its run
	// can go on at once rather than when the lease expires.
	Alone bool

	Log      *slog.Logger     // nil is silent
	Now      func() time.Time // nil is time.Now
	Rand     io.Reader        // nil is crypto/rand
	Limits   Limits
	AgeLimit time.Duration // how old data may be before a connection is stale; 0 is 90 days
	Care     string        // the operator's own cron line for housekeeping, read in UTC; "" is hourly
}

// Limits bounds what runs at a time and how much one run may bring. Zero values mean the defaults.
type Limits struct {
	Running   int // automatic runs at a time; 8
	PerPreset int // of them, of one preset; 4
	Records   int // of one run; 5 million
}

const defaultAgeLimit = 90 * 24 * time.Hour

// withDefaults fills what was left out.
func (d Deps) withDefaults() (Deps, error) {
	if d.Store == nil || d.Cache == nil || d.Directory == nil || d.Keys == nil || d.Preset == nil || d.Open == nil {
		return d, errors.New("jobs: Store, Cache, Directory, Keys, Preset and Open are needed")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Rand == nil {
		d.Rand = rand.Reader
	}
	if d.AgeLimit == 0 {
		d.AgeLimit = defaultAgeLimit
	}
	d.Limits = d.Limits.withDefaults()
	return d, nil
}

func (l Limits) withDefaults() Limits {
	for _, v := range []struct {
		field    *int
		standard int
	}{{&l.Running, 8}, {&l.PerPreset, 4}, {&l.Records, 5_000_000}} {
		if *v.field <= 0 {
			*v.field = v.standard
		}
	}
	return l
}
