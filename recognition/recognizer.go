package recognition

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Directory is what recognition needs to know of the customers; *tenant.Directory is one.
type Directory interface {
	Snapshot(ctx context.Context, t tenant.ID) (*tenant.Snapshot, error)
	Revision(t tenant.ID) uint64
}

// Index answers which contacts an integration has for a number; *cache.Cache is one.
type Index interface {
	Match(in cache.Ref, n phone.Number, dst []cache.Match) ([]cache.Match, error)
	MatchBlock(in cache.Ref, n phone.Number, dst []cache.Match) ([]cache.Match, error)
	Published(in cache.Ref) (*cache.Generation, error)
}

// Deps is what a Recognizer stands on.
type Deps struct {
	Directory Directory
	Index     Index
	// Names returns what the scripts of an integration may use.
	Names Names
	// Options returns the options an integration's scripts may show; nil shows what is stored of them.
	Options func(i tenant.Integration) map[string]string
	// StandAlone are the names scripts without an integration may use.
	StandAlone scripts.Names
	// AgeLimit is how old data may be before it no longer answers, where the integration does not say; 0 is 90 days.
	AgeLimit time.Duration
	Now      func() time.Time
}

// Recognizer answers questions. It may be used by any number of goroutines.
type Recognizer struct {
	d     Deps
	views sync.Map // tenant.ID → *view
	held  atomic.Int64
	rooms sync.Pool // *[]cache.Match: where the index puts hits before they are judged
}

// New returns a Recognizer over d.
func New(d Deps) *Recognizer {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.AgeLimit == 0 {
		d.AgeLimit = 90 * 24 * time.Hour
	}
	return &Recognizer{d: d, rooms: sync.Pool{New: func() any {
		room := make([]cache.Match, 0, cache.MaxContacts)
		return &room
	}}}
}

// maxViews bounds how many tenants are kept compiled; above it they are all dropped and come back as they are asked for.
const maxViews = 4096

// view returns what is compiled of a tenant, made again when anything of the tenant changed.
func (r *Recognizer) view(ctx context.Context, t tenant.ID) (*view, error) {
	revision := r.d.Directory.Revision(t)
	if known, ok := r.views.Load(t); ok && known.(*view).revision == revision {
		return known.(*view), nil
	}
	snapshot, err := r.d.Directory.Snapshot(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("read tenant: %w", err)
	}
	v := r.compile(snapshot)
	if _, loaded := r.views.Swap(t, v); !loaded && r.held.Add(1) > maxViews {
		r.views.Clear()
		r.held.Store(0)
	}
	return v, nil
}
