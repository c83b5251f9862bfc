package tenant

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Snapshot is everything about a tenant that answering a question needs, of one moment. Nobody changes it.
type Snapshot struct {
	Account      Account
	Systems      []System
	Integrations []Integration    // enabled and disabled, without drafts; by priority, then by age
	Scripts      []Script         // stand-alone
	Devices      map[string]Owner // by DeviceKey of the number
	People       []Person
	Links        []Link // newest first
	Revision     uint64
}

// Owner is whose device it is.
type Owner struct {
	People []PersonID
	Name   string // of the person; of the device if it belongs to several
}

// System returns the phone system with that id.
func (s *Snapshot) System(id SystemID) (System, bool) {
	i := slices.IndexFunc(s.Systems, func(p System) bool { return p.ID == id })
	if i < 0 {
		return System{}, false
	}
	return s.Systems[i], true
}

// Snapshot returns the tenant's present one. It is read from the store after a change and otherwise comes from memory without a
// lock. A tenant that does not exist is [ErrNotFound].
func (d *Directory) Snapshot(ctx context.Context, t ID) (*Snapshot, error) {
	if s := d.snapshots.get(t); s != nil {
		return s, nil
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	var s *Snapshot
	err := d.view(ctx, func(v view) error {
		var err error
		s, err = v.snapshot(t)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.snapshots.put(t, s)
	return s, nil
}

// Revision is a number that is another one whenever anything in the tenant's snapshot is. It is 0 for a tenant whose snapshot
// nobody has asked for, and takes no lock.
func (d *Directory) Revision(t ID) uint64 {
	if slot := d.snapshots.slots.get(t); slot != nil {
		return slot.revision.Load()
	}
	return 0
}

func (v view) snapshot(t ID) (*Snapshot, error) {
	a, err := v.account(t)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Account: a, Revision: a.Revision}
	if s.Systems, err = v.systems(t); err != nil {
		return nil, err
	}
	if s.Scripts, err = v.scripts(t); err != nil {
		return nil, err
	}
	all, err := v.integrations(t)
	if err != nil {
		return nil, err
	}
	s.Integrations = slices.DeleteFunc(all, func(i Integration) bool { return i.State == StateDraft })
	people, err := list[Person](v, t, placePerson)
	if err != nil {
		return nil, err
	}
	s.Devices, s.People = devicesOf(people), people
	if s.Links, err = v.links(t); err != nil {
		return nil, err
	}
	return s, nil
}

func byPriority(a, b Integration) int {
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// maxSnapshots bounds how many tenants have a snapshot in memory; the others keep their revision.
const maxSnapshots = 4096

// snapshotCache keeps the snapshots in use. Reading takes no lock; when there are too many, one that was not read since the hand
// last passed is dropped (the clock algorithm).
type snapshotCache struct {
	slots slotTable

	mu   sync.Mutex // held by put
	ring []*slot
	hand int
}

// slot is a tenant in memory.
type slot struct {
	revision atomic.Uint64
	snapshot atomic.Pointer[Snapshot]
	read     atomic.Bool
	inRing   bool // guarded by snapshotCache.mu
}

func (c *snapshotCache) get(t ID) *Snapshot {
	slot := c.slots.get(t)
	if slot == nil {
		return nil
	}
	s := slot.snapshot.Load()
	if s == nil || s.Revision != slot.revision.Load() {
		return nil
	}
	if !slot.read.Load() {
		slot.read.Store(true)
	}
	return s
}

// put keeps a snapshot unless a change has overtaken it.
func (c *snapshotCache) put(t ID, s *Snapshot) {
	slot := c.slots.make(t)
	raise(&slot.revision, s.Revision)
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := slot.snapshot.Load(); old != nil && old.Revision >= s.Revision {
		return
	}
	slot.snapshot.Store(s)
	if !slot.inRing {
		c.enter(slot)
	}
}

// enter gives the slot a place in the ring, if need be that of another.
func (c *snapshotCache) enter(s *slot) {
	s.inRing = true
	if len(c.ring) < maxSnapshots {
		c.ring = append(c.ring, s)
		return
	}
	for c.ring[c.hand].read.Swap(false) {
		c.hand = (c.hand + 1) % maxSnapshots
	}
	out := c.ring[c.hand]
	out.snapshot.Store(nil)
	out.inRing = false
	c.ring[c.hand] = s
	c.hand = (c.hand + 1) % maxSnapshots
}

// touch makes what is kept of a tenant older than its revision.
func (c *snapshotCache) touch(t ID, revision uint64) {
	if slot := c.slots.get(t); slot != nil {
		raise(&slot.revision, revision)
	}
}

// raise sets a number that only grows.
func raise(n *atomic.Uint64, to uint64) {
	for {
		old := n.Load()
		if to <= old || n.CompareAndSwap(old, to) {
			return
		}
	}
}
