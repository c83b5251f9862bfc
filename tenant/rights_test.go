package tenant

import (
	"errors"
	"testing"
)

// TestRights is the whole matrix: each role, on each account it may meet, for each action. "+" may, "-" is forbidden, "?" does not
// know that the account exists (A1, A8, A9).
func TestRights(t *testing.T) {
	w := newWorld(t)
	r1, r2 := w.reseller("first"), w.reseller("second")
	t1, t2, t0 := w.tenant("one", r1.ID), w.tenant("two", r2.ID), w.tenant("direct", "")
	accounts := []ID{w.Operator(), r1.ID, r2.ID, t1.ID, t2.ID, t0.ID}
	actors := map[string]Actor{
		"command":   Command("test"),
		"operator":  {Kind: ActorPerson, Account: w.Operator(), Role: RoleOperator},
		"reseller":  {Kind: ActorPerson, Account: r1.ID, Role: RoleReseller},
		"admin":     {Kind: ActorPerson, Account: t1.ID, Role: RoleAdmin},
		"agent":     {Kind: ActorPerson, Account: t1.ID, Role: RoleAgent},
		"nobody":    {Kind: ActorPerson, Role: RoleAdmin},
		"admin key": Access{Tenant: t1.ID, Scopes: ScopeAdmin | ScopeMatch}.Actor(""),
		"match key": Access{Tenant: t1.ID, Scopes: ScopeMatch}.Actor(""),
	}
	// columns: operator's account, reseller 1, reseller 2, tenant of 1, tenant of 2, tenant of the operator
	matrix := map[string]map[Action]string{
		"operator": {
			Read: "++++++", ReadAudit: "++++++", AddResellers: "+-----", AddTenants: "++++++", ManageAccount: "-+++++",
			ChangeSettings: "++++++", ManagePeople: "++++++", ManageSystems: "-+++++", ManageKeys: "-+++++",
			ManageIntegrations: "-+++++", ManageScripts: "-+++++", ManagePresetOptions: "++++++", ManagePresets: "+-----",
			ReadCalls: "-+++++", LinkNumbers: "-+++++", ManageLinks: "-+++++",
		},
		"reseller": {
			Read: "?+?+??", ReadAudit: "?+?+??", AddResellers: "?-?-??", AddTenants: "?+?-??", ManageAccount: "?-?+??",
			ChangeSettings: "?+?+??", ManagePeople: "?+?+??", ManageSystems: "?-?+??", ManageKeys: "?-?+??",
			ManageIntegrations: "?-?+??", ManageScripts: "?-?+??", ManagePresetOptions: "?+?-??", ManagePresets: "?-?-??",
			ReadCalls: "?-?+??", LinkNumbers: "?-?+??", ManageLinks: "?-?+??",
		},
		"admin": {
			Read: "???+??", ReadAudit: "???+??", AddResellers: "???-??", AddTenants: "???-??", ManageAccount: "???-??",
			ChangeSettings: "???+??", ManagePeople: "???+??", ManageSystems: "???+??", ManageKeys: "???+??",
			ManageIntegrations: "???+??", ManageScripts: "???+??", ManagePresetOptions: "???-??", ManagePresets: "???-??",
			ReadCalls: "???+??", LinkNumbers: "???+??", ManageLinks: "???+??",
		},
	}
	matrix["command"], matrix["admin key"] = matrix["operator"], matrix["admin"]
	for _, who := range []string{"agent", "match key", "nobody"} {
		matrix[who] = map[Action]string{}
		for action := range matrix["operator"] {
			matrix[who][action] = map[bool]string{true: "??????", false: "???-??"}[who == "nobody"]
		}
		if who != "nobody" {
			matrix[who][LinkNumbers] = "???+??"
		}
	}
	for who, actor := range actors {
		if len(matrix[who]) != len(rights) {
			t.Fatalf("%s: %d of %d actions in the matrix", who, len(matrix[who]), len(rights))
		}
		for action, cells := range matrix[who] {
			for i, account := range accounts {
				if got := outcome(w.Authorise(t.Context(), actor, account, action)); got != cells[i:i+1] {
					t.Errorf("%s, %s, account %d: %s, want %s", who, action, i, got, cells[i:i+1])
				}
			}
		}
	}
}

func outcome(err error) string {
	switch {
	case err == nil:
		return "+"
	case errors.Is(err, ErrForbidden):
		return "-"
	case errors.Is(err, ErrNotFound):
		return "?"
	}
	return err.Error()
}

// TestUnknownAccountLooksLikeForeign: an id that does not exist and one of somebody else give the same words (A1).
func TestUnknownAccountLooksLikeForeign(t *testing.T) {
	w := newWorld(t)
	mine, theirs := w.tenant("mine", ""), w.tenant("theirs", "")
	admin := Actor{Kind: ActorPerson, Account: mine.ID, Role: RoleAdmin}
	foreign := w.Authorise(t.Context(), admin, theirs.ID, Read)
	nobody := NewID()
	unknown := w.Authorise(t.Context(), admin, nobody, Read)
	if foreign == nil || unknown == nil || len(foreign.Error()) != len(unknown.Error()) {
		t.Errorf("%q and %q differ", foreign, unknown)
	}
	for _, id := range []ID{"", "t_", "t_/account", "meta/format", ID("t_" + string(make([]byte, 13)))} {
		if err := w.Authorise(t.Context(), Command("test"), id, Read); !errors.Is(err, ErrNotFound) {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

// TestMovedTenantIsOutOfReach: the former reseller has no way to a tenant from the moment it was moved (A8).
func TestMovedTenantIsOutOfReach(t *testing.T) {
	w := newWorld(t)
	r1, r2 := w.reseller("first"), w.reseller("second")
	tn := w.tenant("moving", r1.ID)
	seller := func(r Account) Actor { return Actor{Kind: ActorPerson, Account: r.ID, Role: RoleReseller} }
	must(t, w.Authorise(t.Context(), seller(r1), tn.ID, ManageKeys))
	if err := w.MoveAccount(t.Context(), seller(r1), tn.ID, r2.ID); outcome(err) != "?" {
		t.Errorf("a reseller moved a tenant: %v", err)
	}
	must(t, w.MoveAccount(t.Context(), Command("test"), tn.ID, r2.ID))
	if err := w.Authorise(t.Context(), seller(r1), tn.ID, Read); outcome(err) != "?" {
		t.Errorf("the former reseller: %v", err)
	}
	must(t, w.Authorise(t.Context(), seller(r2), tn.ID, ManageKeys))
	if all, err := w.Accounts(t.Context(), seller(r1)); err != nil || len(all) != 1 {
		t.Errorf("the former reseller lists %d accounts, %v", len(all), err)
	}
}

// TestSuspendedActor: people and keys of a suspended account may do nothing, its operator still may.
func TestSuspendedActor(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("late payer", "")
	admin := Actor{Kind: ActorPerson, Account: tn.ID, Role: RoleAdmin}
	must(t, w.Authorise(t.Context(), admin, tn.ID, Read))
	_, err := w.SetAccount(t.Context(), Command("test"), tn.ID, map[string]string{"suspended": "yes"})
	must(t, err)
	if err := w.Authorise(t.Context(), admin, tn.ID, Read); outcome(err) != "?" {
		t.Errorf("suspended admin: %v", err)
	}
	must(t, w.Authorise(t.Context(), Command("test"), tn.ID, Read))
	if _, err := w.SetAccount(t.Context(), admin, tn.ID, map[string]string{"suspended": "no"}); outcome(err) != "?" {
		t.Errorf("a suspended admin lifted it: %v", err)
	}
}

// TestEveryChangeAsksForRights: each changing method refuses an agent, and an admin of another tenant (A9, A4).
func TestEveryChangeAsksForRights(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	tn, other := w.tenant("mine", ""), w.tenant("other", "")
	p, i := w.person(tn.ID, "ada@example.com", RoleAdmin), w.integration(tn.ID)
	k, _ := w.key(tn.ID)
	s, err := w.AddScript(ctx, Command("test"), tn.ID, Script{Name: "search", URL: "https://example.com/?q=#(Caller number)"})
	must(t, err)
	system, err := w.FindSystem(ctx, tn.ID, "")
	must(t, err)
	calls := map[string]func(Actor) error{
		"AddReseller": func(by Actor) error { _, err := w.AddReseller(ctx, by, map[string]string{"name": "x"}); return err },
		"AddTenant": func(by Actor) error {
			_, err := w.AddTenant(ctx, by, "", map[string]string{"name": "x", "region": "NL"})
			return err
		},
		"SetAccount": func(by Actor) error {
			_, err := w.SetAccount(ctx, by, tn.ID, map[string]string{"name": "x"})
			return err
		},
		"MoveAccount":   func(by Actor) error { return w.MoveAccount(ctx, by, tn.ID, "") },
		"RemoveAccount": func(by Actor) error { _, err := w.RemoveAccount(ctx, by, tn.ID); return err },
		"AddSystem": func(by Actor) error {
			_, err := w.AddSystem(ctx, by, tn.ID, map[string]string{"name": "x"})
			return err
		},
		"SetSystem":    func(by Actor) error { _, err := w.SetSystem(ctx, by, tn.ID, system.ID, nil); return err },
		"RemoveSystem": func(by Actor) error { return w.RemoveSystem(ctx, by, tn.ID, system.ID) },
		"AddPerson": func(by Actor) error {
			_, err := w.AddPerson(ctx, by, Person{Account: tn.ID, Email: "x@example.com", Role: RoleAgent}, Secret{})
			return err
		},
		"SetPerson": func(by Actor) error {
			_, err := w.SetPerson(ctx, by, tn.ID, p.ID, func(*Person) error { return nil })
			return err
		},
		"SetPassword":  func(by Actor) error { return w.SetPassword(ctx, by, tn.ID, p.ID, NewSecret("long enough")) },
		"RemovePerson": func(by Actor) error { return w.RemovePerson(ctx, by, tn.ID, p.ID) },
		"AddKey": func(by Actor) error {
			_, _, err := w.AddKey(ctx, by, Key{Tenant: tn.ID, Scopes: ScopeMatch})
			return err
		},
		"RevokeKey": func(by Actor) error { return w.RevokeKey(ctx, by, tn.ID, k.ID) },
		"AddIntegration": func(by Actor) error {
			_, err := w.AddIntegration(ctx, by, tn.ID, Integration{Preset: "csv"})
			return err
		},
		"SetIntegration": func(by Actor) error {
			_, err := w.SetIntegration(ctx, by, tn.ID, i.ID, func(*Integration) error { return nil })
			return err
		},
		"RemoveIntegration": func(by Actor) error { _, err := w.RemoveIntegration(ctx, by, tn.ID, i.ID); return err },
		"SetSecrets": func(by Actor) error {
			return w.SetSecrets(ctx, by, tn.ID, i.ID, map[string]Secret{"a": NewSecret("b")})
		},
		"AddScript": func(by Actor) error {
			_, err := w.AddScript(ctx, by, tn.ID, Script{Name: "x", URL: "https://example.com"})
			return err
		},
		"SetScript": func(by Actor) error {
			_, err := w.SetScript(ctx, by, tn.ID, s.ID, func(*Script) error { return nil })
			return err
		},
		"RemoveScript":     func(by Actor) error { return w.RemoveScript(ctx, by, tn.ID, s.ID) },
		"SetPresetOptions": func(by Actor) error { return w.SetPresetOptions(ctx, by, tn.ID, "csv", nil) },
	}
	before := w.dump()
	for name, call := range calls {
		for who, by := range map[string]Actor{
			"agent":          {Kind: ActorPerson, ID: "u_aaaaaaaaaaaaa", Account: tn.ID, Role: RoleAgent},
			"foreign admin":  {Kind: ActorPerson, Account: other.ID, Role: RoleAdmin},
			"nobody":         {},
			"forged account": {Kind: ActorPerson, Account: NewID(), Role: RoleOperator},
		} {
			if err := call(by); !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrNotFound) {
				t.Errorf("%s by %s: %v", name, who, err)
			}
		}
	}
	after := w.dump()
	for key := range union(before, after) {
		if string(before[key]) != string(after[key]) {
			t.Errorf("a refused call changed %s", key)
		}
	}
}
