package webconfig

import (
	"sync"

	"github.com/ringdex/ringdex/tenant"
)

// Streams is how many streams may be open at once: of one person, whose browsers open one for each list, and in one tenant.
type Streams struct{ OfPerson, InTenant int }

var mostStreams = Streams{OfPerson: 32, InTenant: 4096}

// streams counts those that are open (reliability row H3). The zero value is ready.
type streams struct {
	mu       sync.Mutex
	ofPerson map[tenant.PersonID]int
	inTenant map[tenant.ID]int
}

// enter counts one more; leave is nil where there is no room for it.
func (s *streams) enter(in tenant.ID, of tenant.PersonID, most Streams) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ofPerson[of] >= most.OfPerson || s.inTenant[in] >= most.InTenant {
		return nil
	}
	if s.ofPerson == nil {
		s.ofPerson, s.inTenant = map[tenant.PersonID]int{}, map[tenant.ID]int{}
	}
	s.ofPerson[of]++
	s.inTenant[in]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.ofPerson[of]--; s.ofPerson[of] == 0 {
			delete(s.ofPerson, of)
		}
		if s.inTenant[in]--; s.inTenant[in] == 0 {
			delete(s.inTenant, in)
		}
	}
}
