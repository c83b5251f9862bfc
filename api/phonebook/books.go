package phonebook

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// Limits of the books in memory.
const (
	mostBytes = 256 << 20       // of all together
	keepBook  = 5 * time.Minute // after it was last used
)

// BooksDeps is what books are made from.
type BooksDeps struct {
	Recognizer *recognition.Recognizer
	Contacts   Contacts
	Metrics    *prometheus.Registry // nil: none
	Now        func() time.Time
}

// Books keeps the books of the tenants that were asked for in the last minutes, up to a number of bytes. One is made at a
// time. A book is never used once anything it was made of has changed.
type Books struct {
	d      BooksDeps
	most   int
	making chan struct{} // one at a time
	made   prometheus.Counter

	mu     sync.Mutex
	kept   map[tenant.ID]*keptBook
	bytes  int
	serial uint64
	sweep  *time.Timer // nil: nothing to throw away
}

type keptBook struct {
	*book
	used time.Time
}

// NewBooks returns an empty shelf.
func NewBooks(d BooksDeps) *Books {
	b := &Books{
		d: d, most: mostBytes, making: make(chan struct{}, 1), kept: map[tenant.ID]*keptBook{},
		made: prometheus.NewCounter(prometheus.CounterOpts{Name: "ringdex_phonebooks_made_total", Help: "Phone books that were made to search names in."}),
	}
	if d.Metrics != nil {
		d.Metrics.MustRegister(b.made, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "ringdex_phonebook_bytes", Help: "Memory of the phone books that are kept.",
		}, func() float64 { b.mu.Lock(); defer b.mu.Unlock(); return float64(b.bytes) }))
	}
	return b
}

// of returns a tenant's book as of now.
func (b *Books) of(ctx context.Context, t tenant.ID) (*book, error) {
	if found, err := b.find(ctx, t); found != nil || err != nil {
		return found, err
	}
	select {
	case b.making <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-b.making }()
	if found, err := b.find(ctx, t); found != nil || err != nil {
		return found, err // somebody else has just made it
	}
	sources, own, revision, err := b.d.Recognizer.Sources(ctx, t)
	if err != nil {
		return nil, err
	}
	b.made.Inc()
	fresh, err := build(ctx, b.d.Contacts, sources, own, b.most)
	if err != nil {
		return nil, err
	}
	fresh.stamp = stampOf(revision, sources)
	b.keep(t, fresh)
	return fresh, nil
}

// find returns the book that is kept, if it is still true.
func (b *Books) find(ctx context.Context, t tenant.ID) (*book, error) {
	sources, _, revision, err := b.d.Recognizer.Sources(ctx, t)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.kept[t]
	if k == nil {
		return nil, nil
	}
	if k.stamp != stampOf(revision, sources) {
		b.drop(t)
		return nil, nil
	}
	k.used = b.d.Now()
	return k.book, nil
}

// keep puts a book on the shelf, in the place of those that were not used for longest.
func (b *Books) keep(t tenant.ID, fresh *book) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.serial++
	fresh.serial = b.serial
	b.drop(t)
	for b.bytes+fresh.bytes > b.most && len(b.kept) > 0 {
		b.drop(b.oldest())
	}
	b.kept[t] = &keptBook{fresh, b.d.Now()}
	b.bytes += fresh.bytes
	if b.sweep == nil {
		b.sweep = time.AfterFunc(keepBook, b.throwAway)
	}
}

func (b *Books) oldest() (t tenant.ID) {
	for id, k := range b.kept {
		if t == "" || k.used.Before(b.kept[t].used) {
			t = id
		}
	}
	return t
}

// drop takes a book from the shelf. The caller holds the lock.
func (b *Books) drop(t tenant.ID) {
	if k := b.kept[t]; k != nil {
		b.bytes -= k.bytes
		delete(b.kept, t)
	}
}

// throwAway drops the books nobody has used lately.
func (b *Books) throwAway() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t, k := range b.kept {
		if b.d.Now().Sub(k.used) >= keepBook {
			b.drop(t)
		}
	}
	b.sweep = nil
	if len(b.kept) > 0 {
		b.sweep = time.AfterFunc(keepBook/5, b.throwAway)
	}
}

// Close forgets everything.
func (b *Books) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.kept)
	b.bytes = 0
	if b.sweep != nil {
		b.sweep.Stop()
		b.sweep = nil
	}
}
