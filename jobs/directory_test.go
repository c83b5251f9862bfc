package jobs

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: with the real directory and key files, an integration is met, synchronised, followed through changes of its
// settings, and gone when it is erased.
func TestSchedulerWithDirectory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		control := memkv.New()
		keys, err := tenant.OpenKeyring(t.TempDir(), bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		dir, err := tenant.Open(t.Context(), tenant.Deps{Store: control, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		c, err := cache.Open(t.Context(), cache.Deps{Table: memkv.NewTable(), Control: control, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		crm := newCRM(20)
		preset := &presets.Preset{ID: "crm", Streams: []presets.Stream{{ID: "contact"}}}
		s, err := New(Deps{
			Store: control, Cache: c, Directory: dir, Keys: keys,
			Preset: func(tenant.Integration) (*presets.Preset, bool) { return preset, true },
			Open: func(context.Context, tenant.ID, tenant.IntegrationID, ...outbound.Rule) (presets.Source, error) {
				return crm, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		by := tenant.Command("test")
		account, err := dir.AddTenant(t.Context(), by, "", map[string]string{"name": "Muster AG", "region": "NL"})
		if err != nil {
			t.Fatal(err)
		}
		i, err := dir.AddIntegration(t.Context(), by, account.ID, tenant.Integration{Name: "CRM", Preset: "crm", State: tenant.StateEnabled})
		if err != nil {
			t.Fatal(err)
		}
		in := cache.Ref{Tenant: account.ID, Integration: i.ID}
		expect := func(n int, why Trigger) {
			t.Helper()
			time.Sleep(3 * time.Minute)
			runs, err := s.Runs(t.Context(), in, 10)
			if err != nil || len(runs) != n || runs[0].State != Succeeded || runs[0].Trigger != why {
				t.Fatalf("runs: %+v %v", runs, err)
			}
		}
		expect(1, First)
		if now, err := dir.Integration(t.Context(), account.ID, i.ID); err != nil || now.Connection.Health == tenant.HealthRetrying {
			t.Errorf("connection: %+v %v", now.Connection, err)
		}
		_, err = dir.SetIntegration(t.Context(), by, account.ID, i.ID, func(i *tenant.Integration) error { i.Fax = true; return nil })
		if err != nil {
			t.Fatal(err)
		}
		expect(2, Settings)
		plan, err := s.Preview(t.Context(), in, 2)
		if err != nil || plan.Next.IsZero() || len(plan.Nights) != 2 || plan.Interval != incrementalEvery {
			t.Errorf("plan: %+v %v", plan, err)
		}
		if err := c.Erase(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if _, err := dir.RemoveIntegration(t.Context(), by, account.ID, i.ID); err != nil {
			t.Fatal(err)
		}
		s.care(t.Context())
		if runs, err := s.Runs(t.Context(), in, 10); err != nil || len(runs) != 0 {
			t.Errorf("after erasing: %d runs, %v", len(runs), err)
		}
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
