package webconfig

import (
	"context"
	"sync"
	"time"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// setups is what is known of drafts only while the program runs: tests of connections and what the CRM has to choose from. A
// restart forgets it, and nobody misses it: contacts of a CRM are not kept on a disk for it.
type setups struct {
	mu  sync.Mutex
	all map[tenant.IntegrationID]*setupState
}

// setupState is of one draft.
type setupState struct {
	used    time.Time
	cancel  context.CancelFunc // of a test that runs
	since   time.Time          // it runs
	over    bool
	report  jobs.CheckReport
	err     error
	tested  string // the settings that were tested
	compare *jobs.Comparison
	choices map[string][]option.Choice
	refused string // why the CRM listed nothing
}

// keepSetups bounds how many drafts are remembered, and how long.
const (
	keepSetups = 500
	keepSetup  = 2 * time.Hour
)

// change works on what is known of a draft.
func (s *setups) change(id tenant.IntegrationID, do func(*setupState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.all == nil {
		s.all = map[tenant.IntegrationID]*setupState{}
	}
	one, ok := s.all[id]
	if !ok {
		for other, old := range s.all {
			if old.cancel == nil && (now.Sub(old.used) > keepSetup || len(s.all) >= keepSetups) {
				delete(s.all, other)
			}
		}
		one = &setupState{}
		s.all[id] = one
	}
	one.used = now
	do(one)
}

// get returns a copy.
func (s *setups) get(id tenant.IntegrationID) setupState {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.all[id]; ok {
		return *one
	}
	return setupState{}
}

func (s *setups) forget(id tenant.IntegrationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.all[id]; ok && one.cancel != nil {
		one.cancel()
	}
	delete(s.all, id)
}
