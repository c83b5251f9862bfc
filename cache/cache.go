package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Keys gives the data key of an integration, or an error if there is none (any more).
type Keys interface {
	IntegrationKey(tenant.ID, tenant.IntegrationID) ([32]byte, error)
}

// Deps are what a Cache stands on.
type Deps struct {
	Table   store.Table // contacts
	Control store.Store // what is published
	Keys    Keys
	Now     func() time.Time // nil: time.Now
}

// Cache answers and refreshes. It is safe for concurrent use. It has nothing to close: table and store are the caller's.
type Cache struct {
	table   store.Table
	control store.Store
	keys    Keys
	now     func() time.Time
	segment int // changes a run collects before it writes them

	integrations sync.Map // Ref → *integration, of those asked for since the start
	scratches    sync.Pool

	mu     sync.Mutex
	wanted map[Ref]store.Version // the oldest version each integration may still read; kept from before it is written
}

// integration is what the process knows of one. Readers use the atomic fields only.
type integration struct {
	ref       Ref
	prefix    prefix
	sealer    atomic.Pointer[sealer]     // nil as long as nothing was published or refreshed
	published atomic.Pointer[Generation] // nil: it has nothing to answer
	held      atomic.Bool                // a generation waits for a person

	turn   sync.Mutex // held by whoever writes, publishes or takes over
	writer *Refresh   // the run under way; guarded by turn
}

// Open reads what is published and begun, which takes milliseconds for thousands of integrations. An integration whose
// contacts the table has lost has nothing published; its next run reads everything.
func Open(ctx context.Context, d Deps) (*Cache, error) {
	if d.Now == nil {
		d.Now = time.Now
	}
	c := &Cache{
		table: d.Table, control: d.Control, keys: d.Keys, now: d.Now, segment: segmentChanges,
		scratches: sync.Pool{New: func() any { return newScratch() }}, wanted: map[Ref]store.Version{},
	}
	if err := c.forgetLost(ctx); err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	err := c.eachRecord(ctx, func(in Ref, rec *record) error {
		c.want(in, rec)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	return c, nil
}

// eachRecord calls fn with the state of every integration.
func (c *Cache) eachRecord(ctx context.Context, fn func(Ref, *record) error) error {
	return c.control.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan([]byte(controlPrefix), nil) {
			if err != nil {
				return err
			}
			in, ok := refOf(pair.Key)
			var rec record
			if err := json.Unmarshal(pair.Value, &rec); err != nil || !ok {
				return fmt.Errorf("read state at %q: %w", pair.Key, errors.Join(err, store.ErrDamaged))
			}
			if err := fn(in, &rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// integration returns what is known of one, reading it from the control store the first time. One that was never
// refreshed answers nothing.
func (c *Cache) integration(in Ref) (*integration, error) {
	if known, ok := c.integrations.Load(in); ok {
		return known.(*integration), nil
	}
	p, err := prefixOf(in)
	if err != nil {
		return nil, err
	}
	rec, err := c.load(context.Background(), in)
	if err != nil {
		return nil, fmt.Errorf("read state of %s: %w", in.Integration, err)
	}
	ig := &integration{ref: in, prefix: p}
	ig.held.Store(rec.Held != nil && !rec.Erased)
	if rec.Published != nil && !rec.Erased {
		if err := c.unlock(ig); err != nil {
			return nil, err
		}
		ig.published.Store(rec.Published)
	}
	known, _ := c.integrations.LoadOrStore(in, ig)
	return known.(*integration), nil
}

// unlock gets the integration's data key, once.
func (c *Cache) unlock(ig *integration) error {
	if ig.sealer.Load() != nil {
		return nil
	}
	key, err := c.keys.IntegrationKey(ig.ref.Tenant, ig.ref.Integration)
	if err != nil {
		return fmt.Errorf("key of %s: %w", ig.ref.Integration, errors.Join(ErrUnavailable, err))
	}
	z, err := newSealer(ig.prefix, key)
	if err != nil {
		return err
	}
	ig.sealer.Store(z)
	return nil
}

func (c *Cache) scratch() *scratch  { return c.scratches.Get().(*scratch) }
func (c *Cache) release(s *scratch) { c.scratches.Put(s) }

// want notes which versions an integration still needs, and tells the table when the oldest of all has moved.
func (c *Cache) want(in Ref, rec *record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if oldest, ok := rec.oldest(); ok {
		c.wanted[in] = oldest
	} else {
		delete(c.wanted, in)
	}
}

// forget tells the table what no integration will read again. If that fails, the next call makes up for it: whatever was
// published meanwhile is published all the same.
func (c *Cache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	oldest := c.table.Latest()
	for _, v := range c.wanted {
		oldest = min(oldest, v)
	}
	_ = c.table.Forget(oldest)
}
