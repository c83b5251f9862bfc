package webconfig

import (
	"context"
	"errors"
	"sync"

	"github.com/ringdex/ringdex/tenant"
)

// survey remembers the integrations of tenants for lists over all of them. A tenant is read again when its revision is another
// one, which every change of a setting or of a connection makes.
type survey struct {
	mu sync.Mutex
	of map[tenant.ID]surveyed // guarded by mu
}

type surveyed struct {
	revision     uint64
	integrations []tenant.Integration // what condition looks at, and the preset
}

// surveyMost bounds what is remembered, should tenants come and go.
const surveyMost = 50_000

// surveyed are a tenant's integrations; none of a tenant that was removed meanwhile.
func (w *Web) surveyed(ctx context.Context, a tenant.Account) ([]tenant.Integration, error) {
	w.survey.mu.Lock()
	known, ok := w.survey.of[a.ID]
	w.survey.mu.Unlock()
	if ok && known.revision == a.Revision {
		return known.integrations, nil
	}
	all, err := w.Directory.Integrations(ctx, a.ID)
	if errors.Is(err, tenant.ErrNotFound) || errors.Is(err, tenant.ErrErased) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known = surveyed{revision: a.Revision, integrations: make([]tenant.Integration, len(all))}
	for n, i := range all {
		known.integrations[n] = tenant.Integration{ID: i.ID, Tenant: i.Tenant, Preset: i.Preset, State: i.State, Connection: tenant.ConnectionState{Health: i.Connection.Health}}
	}
	w.survey.mu.Lock()
	defer w.survey.mu.Unlock()
	if w.survey.of == nil || len(w.survey.of) >= surveyMost {
		w.survey.of = map[tenant.ID]surveyed{}
	}
	w.survey.of[a.ID] = known
	return known.integrations, nil
}
