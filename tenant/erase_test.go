package tenant

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// TestRemoveAccount: nothing leads to a removed tenant, nothing of it opens, and the report says what was done when (Q1).
func TestRemoveAccount(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	tn := w.tenant("Muster", "")
	i, j := w.integration(tn.ID), w.integration(tn.ID)
	must(t, w.SetSecrets(ctx, by, tn.ID, i.ID, map[string]Secret{"x": NewSecret("y")}))
	e, err := w.RemoveAccount(ctx, by, tn.ID)
	must(t, err)
	if e.Account != tn.ID || e.Removed.IsZero() || e.KeysDestroyed.IsZero() || !e.Finished.IsZero() || len(e.Stores) != 1 || e.Stores[0].Records < 5 {
		t.Errorf("report: %+v", e)
	}
	if !slices.Contains(e.Integrations, i.ID) || !slices.Contains(e.Integrations, j.ID) || len(e.Integrations) != 2 {
		t.Errorf("integrations: %v", e.Integrations)
	}
	_, accountErr := w.Account(ctx, tn.ID)
	_, integrationErr := w.Integrations(ctx, tn.ID)
	_, secretsErr := w.Secrets(ctx, tn.ID, i.ID)
	_, peopleErr := w.People(ctx, tn.ID)
	_, keyErr := w.keys.TenantKey(tn.ID)
	_, dataErr := w.keys.IntegrationKey(tn.ID, i.ID)
	_, changeErr := w.SetAccount(ctx, by, tn.ID, map[string]string{"name": "x"})
	for n, err := range []error{accountErr, integrationErr, secretsErr, peopleErr, keyErr, dataErr, changeErr} {
		if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrErased) {
			t.Errorf("question %d: %v", n, err)
		}
	}
	done, err := w.FinishErasure(ctx, e, ErasedStore{Name: "cache", Records: 7})
	must(t, err)
	ledger, err := w.Erasures(ctx)
	must(t, err)
	if len(ledger) != 1 || ledger[0].Finished.IsZero() || len(ledger[0].Stores) != 2 || !ledger[0].Removed.Equal(done.Removed) {
		t.Errorf("ledger: %+v", ledger)
	}
}

// TestRemoveIntegration ends one integration and leaves the other.
func TestRemoveIntegration(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	i, j := w.integration(tn), w.integration(tn)
	for _, id := range []IntegrationID{i.ID, j.ID} {
		must(t, w.SetSecrets(ctx, by, tn, id, map[string]Secret{"x": NewSecret("y")}))
		must(t, w.SetCredential(ctx, tn, id, "token", []byte("z")))
		must(t, w.SetConnection(ctx, tn, id, ConnectionState{Health: HealthRetrying}))
	}
	e, err := w.RemoveIntegration(ctx, by, tn, i.ID)
	must(t, err)
	if e.Integration != i.ID || e.Stores[0].Records != 3 {
		t.Errorf("report: %+v", e)
	}
	for key := range w.dump() {
		if strings.Contains(key, string(i.ID)) && !strings.HasPrefix(key, metaErased) {
			t.Errorf("left: %s", key)
		}
	}
	if _, err := w.keys.SecretsKey(tn, i.ID); !errors.Is(err, ErrErased) {
		t.Errorf("its key: %v", err)
	}
	if secrets, err := w.Secrets(ctx, tn, j.ID); err != nil || secrets["x"].Reveal() != "y" {
		t.Errorf("the other's secrets: %v", err)
	}
	if _, err := w.RemoveIntegration(ctx, by, tn, i.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
}

// TestResellerWithTenants: a reseller is removed only after its tenants; nobody removes the operator.
func TestResellerWithTenants(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	reseller := w.reseller("seller").ID
	tn := w.tenant("a", reseller).ID
	if _, err := w.RemoveAccount(ctx, by, reseller); !errors.Is(err, ErrInvalid) {
		t.Errorf("with tenants: %v", err)
	}
	if _, err := w.RemoveAccount(ctx, by, w.Operator()); !errors.Is(err, ErrForbidden) {
		t.Errorf("the operator: %v", err)
	}
	_, err := w.RemoveAccount(ctx, by, tn)
	must(t, err)
	_, err = w.RemoveAccount(ctx, by, reseller)
	must(t, err)
}

// TestErasureAfterCrash: what a crash interrupted after the tombstone is finished at the next start (Q1).
func TestErasureAfterCrash(t *testing.T) {
	w := newWorld(t)
	tn, stays := w.tenant("Muster", "").ID, w.tenant("stays", "").ID
	i, j := w.integration(tn), w.integration(stays)
	must(t, w.SetSecrets(t.Context(), Command("test"), stays, j.ID, map[string]Secret{"x": NewSecret("y")}))
	w.keys.disk.fault = func(string) error { return errCrash }
	w.keys.epochs.fault = w.keys.disk.fault
	if _, err := w.RemoveAccount(t.Context(), Command("test"), tn); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	if _, err := w.RemoveIntegration(t.Context(), Command("test"), stays, j.ID); err == nil {
		t.Fatal("removed without destroying keys")
	}
	if _, err := w.Account(t.Context(), tn); !errors.Is(err, ErrNotFound) {
		t.Errorf("answers although it was removed: %v", err)
	}
	must(t, w.keys.Close())
	w.open()
	for _, err := range []error{second(w.keys.TenantKey(tn)), second(w.keys.IntegrationKey(tn, i.ID)), second(w.keys.IntegrationKey(stays, j.ID))} {
		if !errors.Is(err, ErrErased) {
			t.Errorf("key is left: %v", err)
		}
	}
	for key := range w.dump() {
		if strings.HasPrefix(key, string(tn)+"/") && !staysAfterErasure(tn, key) {
			t.Errorf("left: %s", key)
		}
	}
	if _, err := w.Account(t.Context(), stays); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestReplay: a restored backup does not bring back what was erased after it was taken (G13).
func TestReplay(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	tn, stays := w.tenant("Muster", "").ID, w.tenant("stays", "").ID
	j := w.integration(stays)
	_, key := w.key(tn)
	backup := w.dump()
	files := folder(t, w.dir+"/keys")
	_, err := w.RemoveAccount(ctx, by, tn)
	must(t, err)
	_, err = w.RemoveIntegration(ctx, by, stays, j.ID)
	must(t, err)
	ledger, err := w.Erasures(ctx)
	must(t, err)

	restored := newEmptyWorld(t, w.master, files)
	restored.write(func(s store.Writer) error {
		for key, value := range backup {
			if err := s.Put([]byte(key), value); err != nil {
				return err
			}
		}
		return nil
	})
	restored.open()
	if _, ok := restored.Access(key); !ok {
		t.Fatal("the backup is not what it was")
	}
	again, err := restored.Replay(ctx, ledger)
	must(t, err)
	if len(again) != 2 {
		t.Errorf("%d erased again", len(again))
	}
	if _, ok := restored.Access(key); ok {
		t.Error("key of an erased tenant works")
	}
	if _, err := restored.keys.TenantKey(tn); !errors.Is(err, ErrErased) {
		t.Errorf("key of an erased tenant: %v", err)
	}
	if all, err := restored.Integrations(ctx, stays); err != nil || len(all) != 0 {
		t.Errorf("erased integration: %v, %v", all, err)
	}
	if again, err := restored.Replay(ctx, ledger); err != nil || len(again) != 0 {
		t.Errorf("the second replay found %d, %v", len(again), err)
	}
}
