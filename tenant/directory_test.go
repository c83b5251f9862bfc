package tenant

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

// TestNothingInClear: after everything secret or personal was stored, no file of the data folder holds any of it (B1, E1).
func TestNothingInClear(t *testing.T) {
	dir := t.TempDir()
	kv, err := badgerkv.Open(filepath.Join(dir, "control"), badgerkv.Options{})
	must(t, err)
	w := newWorldOn(t, kv, dir)
	ctx, by := t.Context(), Actor{Kind: ActorCommand, Name: "c4n4ry-actor", Address: "c4n4ry-address", Role: RoleOperator}
	tn, err := w.AddTenant(ctx, by, "", map[string]string{
		"name": "c4n4ry-tenant", "region": "NL", "own_numbers": "020 794 6391", "contact": "c4n4ry@contact.example", "external_id": "c4n4ry-external",
	})
	must(t, err)
	_, err = w.AddPerson(ctx, by, Person{Account: tn.ID, Email: "c4n4ry@person.example", Name: "c4n4ry-person", Role: RoleAdmin}, NewSecret("c4n4ry-password"))
	must(t, err)
	_, key, err := w.AddKey(ctx, by, Key{Tenant: tn.ID, Name: "c4n4ry-key", Scopes: ScopeMatch})
	must(t, err)
	i, err := w.AddIntegration(ctx, by, tn.ID, Integration{Preset: "csv", Name: "c4n4ry-integration", Options: map[string]string{"path": "/c4n4ry-path"}})
	must(t, err)
	must(t, w.SetSecrets(ctx, by, tn.ID, i.ID, map[string]Secret{"password": NewSecret("c4n4ry-secret")}))
	must(t, w.SetCredential(ctx, tn.ID, i.ID, "token", []byte("c4n4ry-token")))
	must(t, w.SetPresetOptions(ctx, by, w.Operator(), "salesforce", map[string]Secret{"client_secret": NewSecret("c4n4ry-client")}))
	_, err = w.AddScript(ctx, by, tn.ID, Script{Name: "c4n4ry-script", URL: "https://c4n4ry.example/"})
	must(t, err)
	must(t, kv.Close())

	canaries := [][]byte{[]byte("c4n4ry"), []byte(key), []byte(key[len(keyMark):]), []byte("207946391"), w.master, testMaster(7)}
	files := 0
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for n, canary := range canaries {
			if bytes.Contains(raw, canary) {
				t.Errorf("%s holds canary %d", filepath.Base(path), n)
			}
		}
		return nil
	}))
	if files < 4 {
		t.Errorf("only %d files searched", files)
	}
}

// TestSwappedRecords: a sealed record put in the place of another one, of another tenant or of the same, fails to open (E1).
func TestSwappedRecords(t *testing.T) {
	w := newWorld(t)
	a, b := w.tenant("a", "").ID, w.tenant("b", "").ID
	ia, ib, second := w.integration(a), w.integration(b), w.integration(a)
	for tn, id := range map[ID]IntegrationID{a: ia.ID, b: ib.ID} {
		must(t, w.SetSecrets(t.Context(), Command("test"), tn, id, map[string]Secret{"x": NewSecret(string(tn))}))
	}
	must(t, w.SetSecrets(t.Context(), Command("test"), a, second.ID, map[string]Secret{"x": NewSecret("second")}))
	secrets := func(tn ID, id IntegrationID) string { return place(tn, placeSecrets, string(id)) }
	good := w.dump()
	for name, pair := range map[string][2]string{
		"secrets of tenants":         {secrets(a, ia.ID), secrets(b, ib.ID)},
		"secrets of one tenant":      {secrets(a, ia.ID), secrets(a, second.ID)},
		"accounts":                   {place(a, placeAccount, ""), place(b, placeAccount, "")},
		"integrations":               {place(a, placeIntegration, string(ia.ID)), place(a, placeIntegration, string(second.ID))},
		"integration for an account": {place(a, placeAccount, ""), place(a, placeIntegration, string(ia.ID))},
		"nodes":                      {nodePlace(a), nodePlace(b)},
	} {
		w.write(func(s store.Writer) error {
			return errors.Join(s.Put([]byte(pair[0]), good[pair[1]]), s.Put([]byte(pair[1]), good[pair[0]]))
		})
		_, accountErr := w.Account(t.Context(), a)
		_, listErr := w.Integrations(t.Context(), a)
		_, secretsErr := w.Secrets(t.Context(), a, ia.ID)
		if err := errors.Join(accountErr, listErr, secretsErr); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		w.write(func(s store.Writer) error {
			return errors.Join(s.Put([]byte(pair[0]), good[pair[0]]), s.Put([]byte(pair[1]), good[pair[1]]))
		})
	}
}

// TestRestart: everything is there after a restart, keys work again, and the operator is the same.
func TestRestart(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "")
	w.person(tn.ID, "ada@example.com", RoleAdmin)
	k, text := w.key(tn.ID)
	i := w.integration(tn.ID)
	must(t, w.SetSecrets(t.Context(), Command("test"), tn.ID, i.ID, map[string]Secret{"password": NewSecret("s")}))
	operator := w.Operator()
	w.open()
	if w.Operator() != operator {
		t.Error("another operator")
	}
	if a, ok := w.Access(text); !ok || a.Key != k.ID || a.Tenant != tn.ID || a.System != k.System {
		t.Errorf("key after restart: %v %v", a, ok)
	}
	secrets, err := w.Secrets(t.Context(), tn.ID, i.ID)
	must(t, err)
	if secrets["password"].Reveal() != "s" {
		t.Error("secret is gone")
	}
	if _, err := w.CheckPassword(t.Context(), "ADA@example.com", NewSecret("correct horse"), anyAddress); err != nil {
		t.Error(err)
	}
}

// TestNewerFormat: data of a later release is refused, and nothing is written (G15).
func TestNewerFormat(t *testing.T) {
	w := newWorld(t)
	w.tenant("Muster", "")
	w.write(func(s store.Writer) error { return s.Put([]byte(metaFormat), []byte("2")) })
	before := w.dump()
	if _, err := Open(t.Context(), Deps{Store: w.kv, Keys: w.keys}); !errors.Is(err, store.ErrNewer) {
		t.Errorf("opened: %v", err)
	}
	w.write(func(s store.Writer) error { return s.Delete([]byte(metaFormat)) })
	if _, err := Open(t.Context(), Deps{Store: w.kv, Keys: w.keys}); !errors.Is(err, ErrDamaged) {
		t.Errorf("founded anew on data without a format: %v", err)
	}
	if after := w.dump(); len(after) != len(before)-1 {
		t.Error("something was written")
	}
}

// TestForeignKeyFiles: key files of another installation are refused with a sentence.
func TestForeignKeyFiles(t *testing.T) {
	w := newWorld(t)
	keys := openRing(t, t.TempDir()+"/keys", w.master)
	if _, err := Open(t.Context(), Deps{Store: w.kv, Keys: keys}); err == nil {
		t.Error("opened with foreign keys")
	}
}

// TestScansKeepToTheirTenant: listing, exporting and removing one tenant leaves the bytes of all others as they were (A7).
func TestScansKeepToTheirTenant(t *testing.T) {
	w := newWorld(t)
	victim, other := w.tenant("victim", "").ID, w.tenant("other", "").ID
	for _, tn := range []ID{victim, other} {
		w.integration(tn)
		w.key(tn)
	}
	before := w.dump()
	_, err := w.RemoveAccount(t.Context(), Command("test"), victim)
	must(t, err)
	after := w.dump()
	for key, value := range before {
		if bytes.HasPrefix([]byte(key), []byte(other)) && !bytes.Equal(value, after[key]) {
			t.Errorf("%s of the other tenant changed", key)
		}
	}
	for key := range after {
		if bytes.HasPrefix([]byte(key), []byte(victim)) && !staysAfterErasure(victim, key) {
			t.Errorf("%s of the victim is left", key)
		}
	}
}
