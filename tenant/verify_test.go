package tenant

import (
	"strings"
	"sync"
	"testing"

	"github.com/ringdex/ringdex/store"
)

// TestVerify: everything a directory stores opens; a flipped bit in any record is found and named, and the rest is still checked.
func TestVerify(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	_, err := w.SetAccount(ctx, by, tn, map[string]string{"external_id": "17"})
	must(t, err)
	w.person(tn, "ada@example.com", RoleAdmin)
	_, text := w.key(tn)
	w.Access(text)
	must(t, w.FlushUsage(ctx))
	i, gone := w.integration(tn), w.integration(tn)
	must(t, w.SetSecrets(ctx, by, tn, i.ID, map[string]Secret{"x": NewSecret("y")}))
	must(t, w.SetCredential(ctx, tn, i.ID, "token", []byte("z")))
	must(t, w.SetConnection(ctx, tn, i.ID, ConnectionState{Health: HealthRetrying}))
	must(t, w.SetPresetOptions(ctx, by, w.Operator(), "csv", map[string]Secret{"x": NewSecret("y")}))
	must(t, w.PutPending(ctx, "x", nil, w.clock))
	_, err = w.AddScript(ctx, by, tn, Script{Name: "x", URL: "https://example.com"})
	must(t, err)
	_, err = w.RemoveIntegration(ctx, by, tn, gone.ID)
	must(t, err)
	_, err = w.RemoveAccount(ctx, by, w.tenant("gone", "").ID)
	must(t, err)
	w.write(func(s store.Writer) error {
		return s.Put([]byte(string(tn)+"/jobs/due/x"), []byte("another package's"))
	})

	good := w.dump()
	found, err := w.Verify(ctx)
	must(t, err)
	if len(found.Problems) > 0 {
		t.Fatalf("problems without a cause: %v", found.Problems)
	}
	sealed := 0
	for key, value := range good {
		if key == metaFormat || key == metaOperator || strings.Contains(key, "/jobs/") {
			continue
		}
		bad := append([]byte(nil), value...)
		bad[len(bad)/2] ^= 1
		w.write(func(s store.Writer) error { return s.Put([]byte(key), bad) })
		after, err := w.Verify(ctx)
		must(t, err)
		id, _, _ := strings.Cut(strings.TrimPrefix(key, metaNodes), "/")
		if len(after.Problems) == 0 || !strings.Contains(strings.Join(after.Problems, "\n"), id) || after.Records < found.Records {
			t.Errorf("%s: %d of %d records, %v", key, after.Records, found.Records, after.Problems)
		}
		w.write(func(s store.Writer) error { return s.Put([]byte(key), value) })
		if !strings.Contains(key, "/audit/") && !strings.HasSuffix(key, "/head") {
			sealed++
		}
	}
	if sealed != found.Records {
		t.Errorf("%d records opened, the store has %d sealed ones", found.Records, sealed)
	}
}

// TestConcurrentChanges: changes by many at once are all made, each with its audit entry, in a chain that verifies.
func TestConcurrentChanges(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	var people sync.WaitGroup
	for range 4 {
		people.Go(func() {
			for range 5 {
				if _, err := w.AddScript(t.Context(), Command("test"), tn, Script{Name: "x", URL: "https://example.com"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	people.Wait()
	all, err := w.Scripts(t.Context(), tn)
	must(t, err)
	number, _, err := w.AuditHead(t.Context(), tn)
	must(t, err)
	if len(all) != 20 || number != 21 {
		t.Errorf("%d scripts, %d entries", len(all), number)
	}
	must(t, w.VerifyAudit(t.Context(), tn))
}
