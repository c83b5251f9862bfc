package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
	"github.com/ringdex/ringdex/tenant"
)

// stack is the part of the service that answers, on a folder of its own.
type stack struct {
	control   store.Store
	table     store.Table
	keys      *tenant.Keyring
	directory *tenant.Directory
	cache     *cache.Cache
	recognize *recognition.Recognizer
	in        cache.Ref // of the first tenant, once used
}

func master() []byte { return make([]byte, 32) }

// openStack opens a folder with the settings of the server. Pace is that of badgerkv.Options.
func openStack(ctx context.Context, dir string, pace int) (s *stack, err error) {
	s = &stack{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.control, err = badgerkv.Open(filepath.Join(dir, "control"), badgerkv.Options{}); err != nil {
		return s, err
	}
	if s.table, err = badgerkv.OpenTable(tableDir(dir), badgerkv.Options{Pace: pace, VerifyLater: true}); err != nil {
		return s, err
	}
	if s.keys, err = tenant.OpenKeyring(filepath.Join(dir, "keys"), master()); err != nil {
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
	return s, nil
}

func tableDir(dir string) string { return filepath.Join(dir, "cache") }

// addTenant gives a new tenant an integration that is enabled.
func (s *stack) addTenant(ctx context.Context, name string) (cache.Ref, error) {
	a, err := s.directory.AddTenant(ctx, actor(), s.directory.Operator(), map[string]string{"name": name, "region": "NL", "timezone": "Europe/Amsterdam"})
	if err != nil {
		return cache.Ref{}, err
	}
	i, err := s.directory.AddIntegration(ctx, actor(), a.ID, tenant.Integration{
		Name: "CRM", Preset: "csv", State: tenant.StateEnabled,
		Notification: []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}},
	})
	return cache.Ref{Tenant: a.ID, Integration: i.ID}, err
}

// dress gives the tenant's integration the answer that is measured: plain, as the targets have it, shows one field; the
// other shows three and offers a screen pop, as presets do.
func (s *stack) dress(ctx context.Context, plain bool) error {
	_, err := s.directory.SetIntegration(ctx, actor(), s.in.Tenant, s.in.Integration, func(i *tenant.Integration) error {
		i.Notification = []tenant.NotificationField{{Field: "DisplayName", Title: "Name"}}
		i.Scripts = nil
		if !plain {
			i.Notification = append(i.Notification, tenant.NotificationField{Field: "Company"}, tenant.NotificationField{Field: "Email"})
			i.Scripts = []tenant.Script{{ID: tenant.NewScriptID(), Name: "Open", URL: "$(PopUpUri)", Pop: true}}
		}
		return nil
	})
	return err
}

// tenants lists all of them.
func (s *stack) tenants(ctx context.Context) ([]tenant.ID, error) {
	accounts, err := s.directory.Accounts(ctx, actor())
	var out []tenant.ID
	for _, a := range accounts {
		if a.Kind == tenant.KindTenant {
			out = append(out, a.ID)
		}
	}
	if err == nil && len(out) == 0 {
		err = errors.New("the folder has no tenant")
	}
	return out, err
}

// use takes the first tenant.
func (s *stack) use(ctx context.Context) error {
	all, err := s.tenants(ctx)
	if err != nil {
		return err
	}
	integrations, err := s.directory.Integrations(ctx, all[0])
	if err != nil {
		return err
	}
	if len(integrations) == 0 {
		return fmt.Errorf("tenant %s has no integration", all[0])
	}
	s.in = cache.Ref{Tenant: all[0], Integration: integrations[0].ID}
	return nil
}

// key makes a key without a limit.
func (s *stack) key(ctx context.Context) (string, error) {
	systems, err := s.directory.Systems(ctx, s.in.Tenant)
	if err != nil {
		return "", err
	}
	_, secret, err := s.directory.AddKey(ctx, actor(), tenant.Key{
		Tenant: s.in.Tenant, System: systems[0].ID, Scopes: tenant.ScopeMatch, Rate: 0,
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

func actor() tenant.Actor { return tenant.Command("bench") }

// MasterKey is the one of benchmark folders, as the variable takes it.
func MasterKey() string { return tenant.FormatMasterKey(master()) }
