package tenant

import (
	"errors"
	"testing"
)

// TestOwnKeys guards that people make and revoke addresses of their own whatever their role, nobody somebody else's, only so many,
// and that an address ends with its person.
func TestOwnKeys(t *testing.T) {
	w := newWorld(t)
	ctx, tn := t.Context(), w.tenant("Muster", "").ID
	bo, eva := w.person(tn, "bo@example.com", RoleAgent), w.person(tn, "eva@example.com", RoleAgent)
	k, text, err := w.AddOwnKey(ctx, bo.Actor(""), Key{Tenant: tn, Name: "Softphone", Scopes: ScopeAdmin, Person: eva.ID})
	must(t, err)
	if a, ok := w.Access(text); !ok || a.Scopes != ScopePop || !a.URLKey || a.Person != bo.ID || a.Tenant != tn || a.Rate <= 0 {
		t.Fatalf("the address is good for %+v, %t", a, ok)
	}
	for name, err := range map[string]error{
		"another's":      w.RevokeOwnKey(ctx, eva.Actor(""), tn, k.ID),
		"no person's":    w.RevokeOwnKey(ctx, Command("test"), tn, k.ID),
		"another tenant": w.RevokeOwnKey(ctx, bo.Actor(""), w.tenant("other", "").ID, k.ID),
	} {
		if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrForbidden) {
			t.Errorf("revoked %s: %v", name, err)
		}
	}
	shared, _, err := w.AddKey(ctx, Command("test"), Key{Tenant: tn, Scopes: ScopePop, Person: bo.ID})
	must(t, err)
	if shared.Person != "" || !shared.URLKey {
		t.Errorf("an admin's address: %+v", shared)
	}
	if err := w.RevokeOwnKey(ctx, bo.Actor(""), tn, shared.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("an agent revoked an admin's address: %v", err)
	}
	must(t, w.RevokeOwnKey(ctx, bo.Actor(""), tn, k.ID))
	if _, ok := w.Access(text); ok {
		t.Error("a revoked address still works")
	}
	for range mostOwnKeys {
		_, text, err = w.AddOwnKey(ctx, bo.Actor(""), Key{Tenant: tn})
		must(t, err)
	}
	if _, _, err := w.AddOwnKey(ctx, bo.Actor(""), Key{Tenant: tn}); !errors.Is(err, ErrInvalid) {
		t.Errorf("more than %d: %v", mostOwnKeys, err)
	}
	must(t, w.RemovePerson(ctx, Command("test"), tn, bo.ID))
	if _, ok := w.Access(text); ok {
		t.Error("the address outlived its person")
	}
	all, err := w.Keys(ctx, tn)
	must(t, err)
	if len(all) != 1 || all[0].ID != shared.ID {
		t.Errorf("left over: %+v", all)
	}
	if _, _, err := w.AddOwnKey(ctx, bo.Actor(""), Key{Tenant: tn}); !errors.Is(err, ErrNotFound) {
		t.Errorf("somebody who was removed made an address: %v", err)
	}
}
