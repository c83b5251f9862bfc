package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// TestAuditKeepsEveryChange: who, what and when, in order, with names and without values.
func TestAuditKeepsEveryChange(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "")
	by := Actor{Kind: ActorPerson, ID: "u_abcdefghijklm", Name: "ada@example.com", Address: "192.0.2.1", Account: tn.ID, Role: RoleAdmin}
	i, err := w.AddIntegration(t.Context(), by, tn.ID, Integration{Preset: "csv", Name: "Contacts"})
	must(t, err)
	must(t, w.SetSecrets(t.Context(), by, tn.ID, i.ID, map[string]Secret{"password": NewSecret("c4n4ry")}))
	_, err = w.SetIntegration(t.Context(), by, tn.ID, i.ID, func(i *Integration) error {
		i.State, i.Options = StateEnabled, map[string]string{"path": "/secret/place"}
		return nil
	})
	must(t, err)
	entries, err := w.Audit(t.Context(), tn.ID, 0, 100)
	must(t, err)
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintln(e.Number, e.Name, e.Address, e.Action, e.Label, e.Details))
	}
	want := []string{
		"1 test  account.add Muster [tenant]\n",
		"2 ada@example.com 192.0.2.1 integration.add Contacts [csv draft]\n",
		"3 ada@example.com 192.0.2.1 integration.secrets Contacts [password]\n",
		"4 ada@example.com 192.0.2.1 integration.enabled Contacts [path state]\n",
	}
	if got := strings.Join(lines, ""); got != strings.Join(want, "") {
		t.Errorf("got\n%swant\n%s", got, strings.Join(want, ""))
	}
	must(t, w.VerifyAudit(t.Context(), tn.ID))
	if some, err := w.Audit(t.Context(), tn.ID, 2, 2); err != nil || len(some) != 2 || some[0].Number != 2 {
		t.Errorf("a page: %v, %v", some, err)
	}
}

// TestAuditTampering: an entry that was edited, taken away, added or exchanged is named (Q6).
func TestAuditTampering(t *testing.T) {
	key := func(tn ID, n uint64) []byte { return []byte(auditPlace(tn, n)) }
	for name, c := range map[string]struct {
		tamper func(w store.Writer, tn ID) error
		bad    string
	}{
		"put in from another account": {func(w store.Writer, tn ID) error {
			for pair, err := range w.Scan([]byte("t_"), nil) {
				foreign, isEntry := strings.CutSuffix(string(pair.Key), "/audit/0000000000000002")
				if err == nil && isEntry && foreign != string(tn) {
					return w.Put(key(tn, 2), pair.Value)
				}
			}
			return errors.New("no entry of another account")
		}, "entry 2"},
		"edited": {func(w store.Writer, tn ID) error {
			raw, err := w.Get(key(tn, 3))
			if err != nil {
				return err
			}
			return w.Put(key(tn, 3), []byte(strings.Replace(string(raw), "system.add", "system.set", 1)))
		}, "entry 3"},
		"edited with a hash of its own": {func(w store.Writer, tn ID) error {
			raw, err := w.Get(key(tn, 2))
			if err != nil {
				return err
			}
			var r auditRecord
			if err := json.Unmarshal(raw, &r); err != nil {
				return err
			}
			r.Actor, r.MAC = "u_somebodyelse", make([]byte, 32)
			raw, err = json.Marshal(r)
			if err != nil {
				return err
			}
			return w.Put(key(tn, 2), raw)
		}, "entry 2"},
		"taken from the middle": {func(w store.Writer, tn ID) error { return w.Delete(key(tn, 3)) }, "entry 3"},
		"taken from the start":  {func(w store.Writer, tn ID) error { return w.Delete(key(tn, 1)) }, "entry 1"},
		"taken from the end":    {func(w store.Writer, tn ID) error { return w.Delete(key(tn, 5)) }, "entry 5"},
		"exchanged": {func(w store.Writer, tn ID) error {
			a, err := w.Get(key(tn, 2))
			if err != nil {
				return err
			}
			b, err := w.Get(key(tn, 4))
			if err != nil {
				return err
			}
			return errors.Join(w.Put(key(tn, 2), b), w.Put(key(tn, 4), a))
		}, "entry 2"},
		"added": {func(w store.Writer, tn ID) error {
			raw, err := w.Get(key(tn, 5))
			if err != nil {
				return err
			}
			return w.Put(key(tn, 6), raw)
		}, "entry 6"},
		"the end moved": {func(w store.Writer, tn ID) error {
			head := []byte(place(tn, placeHead, ""))
			raw, err := w.Get(head)
			if err != nil {
				return err
			}
			return errors.Join(w.Delete(key(tn, 5)), w.Put(head, []byte(strings.Replace(string(raw), `"number":5`, `"number":4`, 1))))
		}, "audit head"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			other := w.tenant("other", "").ID
			_, err := w.AddSystem(t.Context(), Command("test"), other, map[string]string{"name": "system 0"})
			must(t, err)
			tn := w.tenant("Muster", "").ID
			for n := range 4 {
				_, err := w.AddSystem(t.Context(), Command("test"), tn, map[string]string{"name": fmt.Sprint("system ", n)})
				must(t, err)
			}
			must(t, w.VerifyAudit(t.Context(), tn))
			w.write(func(s store.Writer) error { return c.tamper(s, tn) })
			err = w.VerifyAudit(t.Context(), tn)
			if !errors.Is(err, ErrAudit) || !strings.Contains(err.Error(), c.bad) {
				t.Errorf("%v, want %s", err, c.bad)
			}
		})
	}
}

// TestAuditIsPrintable: what people typed cannot drive a terminal or turn the reading direction.
func TestAuditIsPrintable(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "")
	by := Command("evil\x1b[2J\u202ename\r\n2026 forged line")
	_, err := w.AddSystem(t.Context(), by, tn.ID, map[string]string{"name": "x"})
	must(t, err)
	entries, err := w.Audit(t.Context(), tn.ID, 2, 1)
	must(t, err)
	if got := entries[0].String(); strings.ContainsAny(got, "\x1b\u202e\r\n") || !strings.Contains(got, `\u001b[2J\u202ename`) {
		t.Errorf("%q", got)
	}
}

// TestAuditInTheSameTransaction: where the audit entry cannot be written, the change is not made either (Q7).
func TestAuditInTheSameTransaction(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "")
	w.write(func(s store.Writer) error { return s.Put([]byte(place(tn.ID, placeHead, "")), []byte("{}")) })
	before := w.dump()
	if _, err := w.AddSystem(t.Context(), Command("test"), tn.ID, map[string]string{"name": "x"}); !errors.Is(err, ErrAudit) {
		t.Errorf("change without an audit entry: %v", err)
	}
	if after := w.dump(); len(after) != len(before) {
		t.Error("something was written")
	}
}

// TestAuditAfterErasure: the log of an erased account still verifies and names nobody (Q6).
func TestAuditAfterErasure(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster AG", "")
	w.person(tn.ID, "ada@example.com", RoleAdmin)
	_, err := w.RemoveAccount(t.Context(), Command("test"), tn.ID)
	must(t, err)
	must(t, w.VerifyAudit(t.Context(), tn.ID))
	entries, err := w.Audit(t.Context(), tn.ID, 0, 10)
	must(t, err)
	if len(entries) != 3 || entries[2].Action != "account.remove" {
		t.Errorf("entries: %v", entries)
	}
	for _, e := range entries {
		if e.Name+e.Label+e.Address != "" {
			t.Errorf("names somebody: %v", e)
		}
	}
	must(t, w.VerifyAudit(t.Context(), w.Operator()))
	must(t, w.Authorise(t.Context(), Command("test"), tn.ID, ReadAudit))
	for _, by := range []Actor{{Account: tn.ID, Role: RoleAdmin}, {Account: w.tenant("other", "").ID, Role: RoleAdmin}} {
		if err := w.Authorise(t.Context(), by, tn.ID, ReadAudit); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s reads it: %v", by.Account, err)
		}
	}
}
