package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
)

// stack is the part of the service that answers, on a folder of its own, with one tenant.
type stack struct {
	control   store.Store
	table     store.Table
	keys      *tenant.Keyring
	directory *tenant.Directory
	cache     *cache.Cache
	recognize *recognition.Recognizer
	tenant    tenant.ID
	in        cache.Ref
	dir       string
}

var benchMaster = make([]byte, 32)

// openStack opens a folder, and sets up the tenant where it is new.
func openStack(ctx context.Context, dir string, pace int) (s *stack, err error) {
	s = &stack{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.control, err = badgerkv.Open(filepath.Join(dir, "control"), badgerkv.Options{}); err != nil {
		return s, err
	}
	if s.table, err = badgerkv.OpenTable(filepath.Join(dir, "cache"), badgerkv.Options{Pace: pace}); err != nil {
		return s, err
	}
	if s.keys, err = tenant.OpenKeyring(filepath.Join(dir, "keys"), benchMaster); err != nil {
		return s, err
	}
	if s.directory, err = tenant.Open(ctx, tenant.Deps{Store: s.control, Keys: s.keys}); err != nil {
		return s, err
	}
	if s.cache, err = cache.Open(ctx, cache.Deps{Table: s.table, Control: s.control, Keys: s.keys}); err != nil {
		return s, err
	}
	s.recognize = recognition.New(recognition.Deps{
		Directory: s.directory, Index: s.cache,
		Names: func(tenant.Integration) (scripts.Names, bool) {
			return scripts.Names{Fields: scripts.CommonFields()}, true
		},
	})
	return s, s.find(ctx)
}

// find takes the tenant that is there, or makes it.
func (s *stack) find(ctx context.Context) error {
	by := tenantActor()
	accounts, err := s.directory.Accounts(ctx, by)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Kind == tenant.KindTenant {
			return s.use(ctx, a.ID)
		}
	}
	a, err := s.directory.AddTenant(ctx, by, s.directory.Operator(), map[string]string{"name": "Bench", "region": "NL", "timezone": "Europe/Amsterdam"})
	if err != nil {
		return err
	}
	_, err = s.add(ctx, a.ID)
	if err != nil {
		return err
	}
	return s.use(ctx, a.ID)
}

func (s *stack) use(ctx context.Context, t tenant.ID) error {
	all, err := s.directory.Integrations(ctx, t)
	if err != nil || len(all) == 0 {
		return fmt.Errorf("no integration: %w", err)
	}
	s.tenant, s.in = t, cache.Ref{Tenant: t, Integration: all[0].ID}
	return nil
}

// add gives a tenant an integration as a CRM preset would: a notification of three fields and one screen pop.
func (s *stack) add(ctx context.Context, t tenant.ID) (cache.Ref, error) {
	i, err := s.directory.AddIntegration(ctx, tenantActor(), t, tenant.Integration{
		Name: "CRM", Preset: "csv", State: tenant.StateEnabled,
		Notification: []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}, {Field: "Company"}, {Field: "Email"}},
		Scripts:      []tenant.Script{{ID: tenant.NewScriptID(), Name: "Open", URL: "$(PopUpUri)", Pop: true}},
	})
	return cache.Ref{Tenant: t, Integration: i.ID}, err
}

// key makes a key without a limit.
func (s *stack) key(ctx context.Context) (string, error) {
	systems, err := s.directory.Systems(ctx, s.tenant)
	if err != nil {
		return "", err
	}
	_, secret, err := s.directory.AddKey(ctx, tenantActor(), tenant.Key{
		Tenant: s.tenant, System: systems[0].ID, Scopes: tenant.ScopeMatch, Rate: 0,
	})
	return secret, err
}

func (s *stack) close() error {
	var err error
	if s.keys != nil {
		err = errors.Join(err, s.keys.Close())
	}
	if s.table != nil {
		err = errors.Join(err, s.table.Close())
	}
	if s.control != nil {
		err = errors.Join(err, s.control.Close())
	}
	return err
}

// filled opens a folder with so many entries, making it where it is missing, and says how long opening it took until the
// first answer.
func (r *Run) filled(ctx context.Context, dir string, entries int) (*stack, time.Duration, error) {
	s, err := openStack(ctx, dir, -1)
	if err != nil {
		return nil, 0, err
	}
	g, err := s.cache.Published(s.in)
	if err != nil {
		return s, 0, err
	}
	if g == nil {
		r.log("filling %d entries into %s", entries, dir)
		start := time.Now()
		if err := fill(ctx, s.cache, s.in, 0, entries); err != nil {
			return s, 0, err
		}
		r.log("filled in %s", time.Since(start).Round(time.Millisecond))
	}
	if err := s.close(); err != nil {
		return nil, 0, err
	}
	start := time.Now()
	if s, err = openStack(ctx, dir, 0); err != nil {
		return nil, 0, err
	}
	if _, err := s.recognize.Recognize(ctx, &recognition.Question{Tenant: s.tenant, Number: entry{1}.e164()}); err != nil {
		return s, 0, err
	}
	return s, time.Since(start), nil
}

func tenantActor() tenant.Actor { return tenant.Command("bench") }

// MasterKey is the one of benchmark folders, as the variable takes it.
func MasterKey() string { return tenant.FormatMasterKey(benchMaster) }
