package jobs

import (
	"fmt"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/tenant"
)

// sealer keeps what holds a CRM's texts unreadable without the integration's data key, and so erasable with it.
type sealer struct{ keys cache.Keys }

func (s sealer) seal(in cache.Ref, at, plain []byte) ([]byte, error) {
	key, err := s.keys.IntegrationKey(in.Tenant, in.Integration)
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", in.Integration, err)
	}
	return tenant.Seal(key, plain, at), nil
}

func (s sealer) open(in cache.Ref, at, sealed []byte) ([]byte, error) {
	key, err := s.keys.IntegrationKey(in.Tenant, in.Integration)
	if err != nil {
		return nil, fmt.Errorf("open for %s: %w", in.Integration, err)
	}
	return tenant.Unseal(key, sealed, at)
}
