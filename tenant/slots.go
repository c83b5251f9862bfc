package tenant

import (
	"maps"
	"sync"
	"sync/atomic"
)

// slotTable finds the slot of a tenant without a lock and without an allocation. Each part is replaced whole when it grows.
type slotTable struct {
	parts [shardCount]atomic.Pointer[map[ID]*slot]
	mu    sync.Mutex // held by make
}

func (s *slotTable) get(t ID) *slot {
	part := s.parts[shardOf(t)].Load()
	if part == nil {
		return nil
	}
	return (*part)[t]
}

// make returns the tenant's slot, new if it has none.
func (s *slotTable) make(t ID) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.get(t); old != nil {
		return old
	}
	part := &s.parts[shardOf(t)]
	next := map[ID]*slot{}
	if old := part.Load(); old != nil {
		next = maps.Clone(*old)
	}
	next[t] = &slot{}
	part.Store(&next)
	return next[t]
}
