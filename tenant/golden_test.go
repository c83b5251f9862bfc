package tenant

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
)

// goldenFacts is what a released version wrote, so that a test can tell whether it is still read.
type goldenFacts struct {
	Tenant      ID                `json:"tenant"`
	Integration IntegrationID     `json:"integration"`
	Key         string            `json:"key"`
	Records     map[string][]byte `json:"records"`
}

// TestControlGolden: control data and key files that a released version wrote are still read in full (G15).
func TestControlGolden(t *testing.T) {
	path := filepath.Join("testdata", "control-1.json")
	keys := filepath.Join("testdata", "control-1-keys")
	if *update {
		writeGolden(t, path, keys)
	}
	raw, err := os.ReadFile(path)
	must(t, err)
	var facts goldenFacts
	must(t, json.Unmarshal(raw, &facts))
	w := newEmptyWorld(t, testMaster(7), folder(t, keys))
	w.write(func(s store.Writer) error {
		for key, value := range facts.Records {
			if err := s.Put([]byte(key), value); err != nil {
				return err
			}
		}
		return nil
	})
	w.open()
	a, err := w.Account(t.Context(), facts.Tenant)
	must(t, err)
	if a.Name != "Golden" || a.Region != "NL" || len(a.OwnNumbers) != 1 || a.Kind != KindTenant {
		t.Errorf("account %+v", a)
	}
	if access, ok := w.Access(facts.Key); !ok || access.Tenant != facts.Tenant || access.Rate != DefaultRate {
		t.Errorf("access %+v, %v", access, ok)
	}
	secrets, err := w.Secrets(t.Context(), facts.Tenant, facts.Integration)
	must(t, err)
	if secrets["password"].Reveal() != "secret" {
		t.Error("secret")
	}
	if _, err := w.CheckPassword(t.Context(), "ada@example.com", NewSecret("correct horse"), anyAddress); err != nil {
		t.Error(err)
	}
	s, err := w.Snapshot(t.Context(), facts.Tenant)
	must(t, err)
	if len(s.Integrations) != 1 || len(s.Systems) != 1 || len(s.Scripts) != 1 || s.Devices["201"].Name != "ada@example.com" {
		t.Errorf("snapshot %+v", s)
	}
	must(t, w.VerifyAudit(t.Context(), facts.Tenant))
	must(t, w.VerifyAudit(t.Context(), w.Operator()))
}

func writeGolden(t *testing.T, path, keys string) {
	t.Helper()
	w, ctx, by := newWorld(t), t.Context(), Command("golden")
	tn, err := w.AddTenant(ctx, by, "", map[string]string{"name": "Golden", "region": "NL", "own_numbers": "020 794 6391"})
	must(t, err)
	p := w.person(tn.ID, "ada@example.com", RoleAgent)
	_, err = w.SetPerson(ctx, by, tn.ID, p.ID, func(p *Person) error { p.Devices = []Device{{Number: "201"}}; return nil })
	must(t, err)
	_, key := w.key(tn.ID)
	i := w.integration(tn.ID)
	must(t, w.SetSecrets(ctx, by, tn.ID, i.ID, map[string]Secret{"password": NewSecret("secret")}))
	_, err = w.AddScript(ctx, by, tn.ID, Script{Name: "search", URL: "https://example.com/?q=#(Caller number)"})
	must(t, err)
	raw, err := json.MarshalIndent(goldenFacts{tn.ID, i.ID, key, w.dump()}, "", "\t")
	must(t, err)
	must(t, os.WriteFile(path, append(raw, '\n'), 0o600))
	must(t, os.RemoveAll(keys))
	must(t, os.CopyFS(keys, os.DirFS(filepath.Join(w.dir, "keys"))))
}

// TestUpdateCredential: a change sees what was there, a refused one leaves it.
func TestUpdateCredential(t *testing.T) {
	w := newWorld(t)
	ctx, tn := t.Context(), w.tenant("Muster", "").ID
	i := w.integration(tn)
	add := func(old []byte) ([]byte, error) { return append(old, 'x'), nil }
	must(t, w.UpdateCredential(ctx, tn, i.ID, "token", add))
	must(t, w.UpdateCredential(ctx, tn, i.ID, "token", add))
	if err := w.UpdateCredential(ctx, tn, i.ID, "token", func([]byte) ([]byte, error) { return []byte("y"), errCrash }); !errors.Is(err, errCrash) {
		t.Errorf("refused: %v", err)
	}
	if got, err := w.Credential(ctx, tn, i.ID, "token"); err != nil || string(got) != "xx" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestPending: a pending value can be taken once, and not after its time; those whose time is over are dropped.
func TestPending(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	must(t, w.PutPending(ctx, "a", []byte("1"), w.clock.Add(time.Minute)))
	must(t, w.PutPending(ctx, "b", []byte("2"), w.clock.Add(time.Minute)))
	for _, want := range []bool{true, false} {
		if value, ok, err := w.TakePending(ctx, "a"); ok != want || err != nil || ok && string(value) != "1" {
			t.Errorf("%q, %v, %v", value, ok, err)
		}
	}
	before := len(w.dump())
	w.clock = w.clock.Add(time.Minute)
	must(t, w.PutPending(ctx, "c", []byte("3"), w.clock.Add(time.Minute)))
	if after := len(w.dump()); after != before {
		t.Errorf("%d records more; what is over was not dropped", after-before)
	}
	must(t, w.PutPending(ctx, "d", nil, w.clock))
	if _, ok, err := w.TakePending(ctx, "d"); ok || err != nil {
		t.Errorf("taken after its time, %v", err)
	}
}

// TestRefusalIsNoted: what somebody was refused is in the log of the own account, printable (A1).
func TestRefusalIsNoted(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	by := Actor{Kind: ActorPerson, ID: "u_aaaaaaaaaaaaa", Account: tn, Role: RoleAgent}
	must(t, w.NoteRefusal(t.Context(), by, ManageKeys, "t_somebodyelses\x1b"))
	must(t, w.NoteRefusal(t.Context(), Actor{}, ManageKeys, "x"))
	entries, err := w.Audit(t.Context(), tn, 2, 9)
	must(t, err)
	if len(entries) != 1 || entries[0].Action != "refused" || entries[0].Object != `t_somebodyelses\u001b` {
		t.Errorf("%+v", entries)
	}
}
