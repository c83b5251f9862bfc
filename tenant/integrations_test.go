package tenant

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ringdex/ringdex/scripts"
)

// TestSetIntegration: what may change changes, what may not stays.
func TestSetIntegration(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	i, err := w.AddIntegration(ctx, by, tn, Integration{Preset: "csv", Options: map[string]string{"path": "a.csv"}})
	must(t, err)
	if i.State != StateDraft || i.Name != "csv" || i.Revision != 1 {
		t.Errorf("added: %+v", i)
	}
	w.clock = w.clock.Add(time.Hour)
	got, err := w.SetIntegration(ctx, by, tn, i.ID, func(i *Integration) error {
		i.ID, i.Tenant, i.Created, i.Connection = NewIntegrationID(), NewID(), time.Time{}, ConnectionState{Health: HealthStale}
		i.SecretsSet = map[string]time.Time{"x": {}}
		i.Preset, i.State, i.Options["path"] = "xlsx", StateEnabled, "b.xlsx"
		i.Scripts = []Script{{Name: "Open", URL: "$(PopUpUri)", Pop: true}}
		i.Window = Window{From: "23:00", To: "01:30"}
		return nil
	})
	must(t, err)
	if got.ID != i.ID || got.Tenant != tn || !got.Created.Equal(i.Created) || len(got.SecretsSet) != 0 || got.Scripts[0].ID == "" || got.Revision != 2 {
		t.Errorf("changed: %+v", got)
	}
	stored, err := w.Integration(ctx, tn, i.ID)
	must(t, err)
	if stored.Connection.Health != HealthOK || stored.Options["path"] != "b.xlsx" {
		t.Errorf("stored: %+v", stored)
	}
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		change func(*Integration) error
		want   error
	}{
		"preset later":  {func(i *Integration) error { i.Preset = "csv"; return nil }, ErrInvalid},
		"state":         {func(i *Integration) error { i.State = "gone"; return nil }, ErrInvalid},
		"half a window": {func(i *Integration) error { i.Window = Window{From: "02:00"}; return nil }, ErrInvalid},
		"no time":       {func(i *Integration) error { i.Window = Window{From: "2 am", To: "05:00"}; return nil }, ErrInvalid},
		"range":         {func(i *Integration) error { i.Blocks = []string{"020"}; return nil }, ErrInvalid},
		"empty script":  {func(i *Integration) error { i.Scripts = []Script{{Name: "x"}}; return nil }, ErrInvalid},
		"guard":         {func(i *Integration) error { i.Guard.Percent = 101; return nil }, ErrInvalid},
		"own error":     {func(*Integration) error { return refused }, refused},
	} {
		if _, err := w.SetIntegration(ctx, by, tn, i.ID, c.change); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	after, err := w.Integration(ctx, tn, i.ID)
	must(t, err)
	if diff := cmp.Diff(stored, after); diff != "" {
		t.Errorf("refused changes left something:\n%s", diff)
	}
}

// TestSecrets: they are set, kept and removed one by one, and only that and since when is shown (E5).
func TestSecrets(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	i := w.integration(tn)
	must(t, w.SetSecrets(ctx, by, tn, i.ID, map[string]Secret{"password": NewSecret("one"), "token": NewSecret("two")}))
	first := w.clock
	w.clock = w.clock.Add(time.Hour)
	must(t, w.SetSecrets(ctx, by, tn, i.ID, map[string]Secret{"token": NewSecret("three"), "gone": {}}))
	secrets, err := w.Secrets(ctx, tn, i.ID)
	must(t, err)
	if len(secrets) != 2 || secrets["password"].Reveal() != "one" || secrets["token"].Reveal() != "three" {
		t.Errorf("%d secrets", len(secrets))
	}
	stored, err := w.Integration(ctx, tn, i.ID)
	must(t, err)
	if diff := cmp.Diff(map[string]time.Time{"password": first, "token": w.clock}, stored.SecretsSet); diff != "" {
		t.Error(diff)
	}
	must(t, w.SetSecrets(ctx, by, tn, i.ID, map[string]Secret{"token": {}}))
	secrets, err = w.Secrets(ctx, tn, i.ID)
	must(t, err)
	if _, there := secrets["token"]; there {
		t.Error("a removed secret is there")
	}
}

// TestCredential: what the server keeps for itself is there after a restart and leaves no audit entry.
func TestCredential(t *testing.T) {
	w := newWorld(t)
	ctx, tn := t.Context(), w.tenant("Muster", "").ID
	i := w.integration(tn)
	before, _, err := w.AuditHead(ctx, tn)
	must(t, err)
	must(t, w.SetCredential(ctx, tn, i.ID, "token", []byte("secret")))
	w.open()
	if got, err := w.Credential(ctx, tn, i.ID, "token"); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	must(t, w.SetCredential(ctx, tn, i.ID, "token", nil))
	if _, err := w.Credential(ctx, tn, i.ID, "token"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
	if after, _, err := w.AuditHead(ctx, tn); err != nil || after != before {
		t.Errorf("%d audit entries, %v", after-before, err)
	}
	must(t, w.VerifyAudit(ctx, tn))
}

// TestPresetOptions: a tenant inherits them from its reseller, then from the operator, and loses them where it moves away.
func TestPresetOptions(t *testing.T) {
	w := newWorld(t)
	ctx, by := t.Context(), Command("test")
	reseller := w.reseller("seller").ID
	tn, direct := w.tenant("a", reseller).ID, w.tenant("b", "").ID
	set := func(account ID, values map[string]Secret) {
		must(t, w.SetPresetOptions(ctx, by, account, "salesforce", values))
	}
	set(w.Operator(), map[string]Secret{"client_id": NewSecret("op"), "client_secret": NewSecret("op secret")})
	set(reseller, map[string]Secret{"client_id": NewSecret("seller")})
	check := func(account ID, want map[string]string) {
		t.Helper()
		got, err := w.PresetOptions(ctx, account, "salesforce")
		must(t, err)
		texts := map[string]string{}
		for name, secret := range got {
			texts[name] = secret.Reveal()
		}
		if diff := cmp.Diff(want, texts); diff != "" {
			t.Error(diff)
		}
	}
	check(tn, map[string]string{"client_id": "seller", "client_secret": "op secret"})
	check(direct, map[string]string{"client_id": "op", "client_secret": "op secret"})
	if got, err := w.PresetOptions(ctx, tn, "salesforce", "client_id", "client_secret"); err != nil || len(got) != 1 {
		t.Errorf("options that belong together came from two accounts: %v, %v", got, err)
	}
	must(t, w.MoveAccount(ctx, by, tn, ""))
	check(tn, map[string]string{"client_id": "op", "client_secret": "op secret"})
	must(t, w.MoveAccount(ctx, by, tn, reseller))
	set(reseller, map[string]Secret{"client_id": {}})
	check(tn, map[string]string{"client_id": "op", "client_secret": "op secret"})
	if set, err := w.PresetOptionsSet(ctx, reseller, "salesforce"); err != nil || len(set) != 0 {
		t.Errorf("%v, %v", set, err)
	}
	for _, preset := range []string{"", "a/b", "../x", "Salesforce"} {
		if err := w.SetPresetOptions(ctx, by, reseller, preset, nil); !errors.Is(err, ErrNotFound) {
			t.Errorf("preset %q: %v", preset, err)
		}
	}
}

// TestStandAloneScripts: a template is parsed when it is saved; a field, which such a script does not have, is an error.
func TestStandAloneScripts(t *testing.T) {
	w := newWorld(t)
	ctx, by, tn := t.Context(), Command("test"), w.tenant("Muster", "").ID
	s, err := w.AddScript(ctx, by, tn, Script{Name: "search", URL: "https://example.com/?q=#(Caller number)"})
	must(t, err)
	var syntax scripts.SyntaxErrors
	for name, c := range map[string]struct {
		script Script
		says   string
	}{
		"field":    {Script{Name: "x", URL: "https://example.com/?q=$(DisplayName)"}, "DisplayName"},
		"property": {Script{Name: "x", URL: "https://example.com/?q=#(Caller numbr)"}, "Caller number"},
		"scheme":   {Script{Name: "x", URL: "javascript:alert(1)"}, "javascript"},
		"no name":  {Script{URL: "https://example.com"}, "name"},
		"when":     {Script{Name: "x", URL: "https://example.com", When: "never"}, "when"},
	} {
		_, err := w.AddScript(ctx, by, tn, c.script)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "field" && !errors.As(err, &syntax) {
			t.Errorf("%s: no position in %T", name, err)
		}
	}
	_, err = w.SetScript(ctx, by, tn, s.ID, func(s *Script) error { s.Name, s.ID = "web search", ""; return nil })
	must(t, err)
	all, err := w.Scripts(ctx, tn)
	must(t, err)
	if len(all) != 1 || all[0].ID != s.ID || all[0].Name != "web search" {
		t.Errorf("%+v", all)
	}
	must(t, w.RemoveScript(ctx, by, tn, s.ID))
	if err := w.RemoveScript(ctx, by, tn, s.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
}

// TestPriority: integrations come by priority, then by age.
func TestPriority(t *testing.T) {
	w := newWorld(t)
	tn := w.tenant("Muster", "").ID
	var want []IntegrationID
	for _, priority := range []int{2, 1, 1, 0} {
		i, err := w.AddIntegration(t.Context(), Command("test"), tn, Integration{Preset: "csv", Priority: priority, State: StateEnabled})
		must(t, err)
		want = append(want, i.ID)
		w.clock = w.clock.Add(time.Second)
	}
	want = []IntegrationID{want[3], want[1], want[2], want[0]}
	all, err := w.Integrations(t.Context(), tn)
	must(t, err)
	got := make([]IntegrationID, 0, len(all))
	for _, i := range all {
		got = append(got, i.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
