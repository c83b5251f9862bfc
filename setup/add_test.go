package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: an integration is as its preset describes it, with what was given, and nothing else is stored.
func TestAdd(t *testing.T) {
	w := newWorld(t)
	i := w.mustAdd(command, "democrm", "address", w.crm.URL, "API-Key", "canary-key", "priority", "3")
	p, _ := w.Preset("democrm")
	if i.Name != p.Name || i.State != tenant.StateEnabled || i.Priority != 3 {
		t.Errorf("got %+v", i)
	}
	if want := map[string]string{"address": w.crm.URL}; !cmp.Equal(want, i.Options) {
		t.Errorf("stored options: %v", i.Options) // no default, no secret
	}
	if len(i.Scripts) != len(p.Scripts) || i.Scripts[0].URL != p.Scripts[0].URL || i.Scripts[0].ID == "" {
		t.Errorf("scripts: %+v", i.Scripts)
	}
	if len(i.Notification) != len(p.Notification) || i.Notification[0].Title != "Name" {
		t.Errorf("notification: %+v", i.Notification)
	}
}

// Promise E1, E5: secrets are sealed apart, and nothing that shows an integration shows one.
func TestSecretsApart(t *testing.T) {
	w := newWorld(t)
	i := w.mustAdd(w.admin(), "democrm", "address", "https://here.example", "api_key", "canary-pass")
	i = w.mustChange(i, w.admin(), "address", "https://HERE.example/path")
	raw, err := json.Marshal(i)
	w.must(err)
	shown := string(raw) + fmt.Sprintf("%v %+v %#v", i, i, i)
	if strings.Contains(shown, "canary") || i.SecretsSet["api_key"].IsZero() {
		t.Errorf("shown: %s", shown)
	}
	if bytes.Contains(w.dump(), []byte("canary")) {
		t.Error("the store holds the secret in clear")
	}
	if got := w.connection(i).Options.Get("api_key"); got != "canary-pass" {
		t.Errorf("the source got %q", got)
	}
	w.mustChange(i, w.admin(), "api_key", "")
	if got := w.connection(i).Options; got.Has("api_key") {
		t.Error("an emptied secret is still there")
	}
}

// Promise: what was given for one address is not sent to another: secrets have to be given again, tokens are forgotten.
func TestMovedAddress(t *testing.T) {
	w := newWorld(t)
	i := w.mustAdd(w.admin(), "democrm", "address", "https://here.example", "api_key", "canary-pass")
	w.must(w.directory.SetCredential(t.Context(), w.tenant, i.ID, grantName, []byte("{}")))
	for _, to := range []string{"https://there.example", "http://here.example", "https://here.example:8443"} {
		_, err := w.Change(t.Context(), w.admin(), w.tenant, i.ID, map[string]string{"address": to})
		var problems option.Problems
		if errors.As(err, &problems); len(problems) != 1 || problems[0].Option != "api_key" {
			t.Errorf("%s: %v", to, err)
		}
		draft, err := w.Reopen(t.Context(), w.admin(), w.tenant, i.ID)
		w.must(err)
		if _, err := w.SaveDraft(t.Context(), w.admin(), draft, draft.Revision, map[string]string{"address": to}, nil); !errors.As(err, &problems) {
			t.Errorf("%s in a draft: %v", to, err)
		}
	}
	if _, err := w.directory.Credential(t.Context(), w.tenant, i.ID, grantName); err != nil {
		t.Errorf("tokens, though nothing was changed: %v", err)
	}
	i = w.mustChange(i, w.admin(), "address", "https://there.example", "api_key", "canary-new")
	if got := w.connection(i).Options.Get("api_key"); got != "canary-new" {
		t.Errorf("the source got %q", got)
	}
	if _, err := w.directory.Credential(t.Context(), w.tenant, i.ID, grantName); !errors.Is(err, tenant.ErrNotFound) {
		t.Errorf("tokens of the old address: %v", err)
	}
}

// Promise: a copy with another address does not use the tokens of what it was made of, even where one provider signs people in for both.
func TestMovedCopy(t *testing.T) {
	w := newWorld(t)
	w.must(w.directory.SetPresetOptions(t.Context(), command, w.directory.Operator(), "dynamics365", map[string]tenant.Secret{
		"client_id": tenant.NewSecret("app"), "client_secret": tenant.NewSecret("canary"),
	}))
	i := w.mustAdd(w.admin(), "dynamics365", "host", "acme.crm4.dynamics.com")
	w.must(w.directory.SetCredential(t.Context(), w.tenant, i.ID, grantName, []byte("{}")))
	_, err := w.directory.SetIntegration(t.Context(), command, w.tenant, i.ID, func(i *tenant.Integration) error {
		i.State = tenant.StateEnabled
		return nil
	})
	w.must(err)
	c, err := w.Reopen(t.Context(), w.admin(), w.tenant, i.ID)
	w.must(err)
	if needed, done, err := w.SignIn(t.Context(), c); !needed || !done || err != nil {
		t.Fatalf("a copy as it is: %t, %t, %v", needed, done, err)
	}
	c, err = w.SaveDraft(t.Context(), w.admin(), c, c.Wizard.Revision, map[string]string{"host": "other.crm4.dynamics.com"}, nil)
	w.must(err)
	if needed, done, err := w.SignIn(t.Context(), c); !needed || done || err != nil {
		t.Errorf("with another address: %t, %t, %v", needed, done, err)
	}
}

// Promise: what cannot be used is refused with its option's name and a hint, all of it at once, and nothing is added.
func TestRefusedOptions(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		options []string
		about   map[string]option.Code
		hint    string
	}{
		"unknown":           {[]string{"address", "https://x.example", "adress", "y"}, map[string]option.Code{"adress": option.CodeUnknown}, "address"},
		"missing":           {nil, map[string]option.Code{"address": option.CodeMissing}, ""},
		"empty":             {[]string{"address", " "}, map[string]option.Code{"address": option.CodeMissing}, ""},
		"unknown and empty": {[]string{"address", "https://x.example", "adress", ""}, map[string]option.Code{"adress": option.CodeUnknown}, ""},
		"two spellings":     {[]string{"address", "https://x.example", "client-secret", "1", "client_secret", "2"}, map[string]option.Code{"client_secret": option.CodeMalformed}, ""},
		"common and own": {
			[]string{"region", "Nowhere", "shrink_percent", "0", "night_from", "25:00"},
			map[string]option.Code{"address": option.CodeMissing, "region": option.CodeMalformed, "shrink_percent": "", "night_from": ""},
			"",
		},
		"objects": {[]string{"address", "https://x.example", "objects", "contact,deal"}, map[string]option.Code{"objects": option.CodeChoice}, "possible: contact"},
		"blocks":  {[]string{"address", "https://x.example", "blocks", "not a range"}, map[string]option.Code{"blocks": option.CodeMalformed}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.add(w.admin(), "democrm", c.options...)
			for about, code := range c.about {
				p := aboutOption(t, err, about)
				if code != "" && p.Code != code || !strings.Contains(p.Hint.String(), c.hint) {
					t.Errorf("got %+v", p)
				}
			}
		})
	}
	if _, err := w.add(w.admin(), "democrn"); !errors.Is(err, tenant.ErrInvalid) || !strings.Contains(err.Error(), "democrm") {
		t.Errorf("unknown preset: %v", err)
	}
	if all, err := w.directory.Integrations(t.Context(), w.tenant); err != nil || len(all) > 0 {
		t.Errorf("added all the same: %v, %v", all, err)
	}
}

// Promise: operator-level options come from the nearest account above, an integration's own win, and emptying those
// brings the inherited ones back. An app's id and secret come from one place.
func TestInherited(t *testing.T) {
	w := newWorld(t)
	reseller, err := w.directory.AddReseller(t.Context(), command, map[string]string{"name": "Resell"})
	w.must(err)
	below := w.addTenant("Below", reseller.ID)
	set := func(account tenant.ID, app, key string) {
		w.must(w.directory.SetPresetOptions(t.Context(), command, account, "democrm", map[string]tenant.Secret{
			"client_id": tenant.NewSecret(app), "client_secret": tenant.NewSecret(key),
		}))
	}
	set(w.directory.Operator(), "operator", "canary-operator")
	set(reseller.ID, "reseller", "canary-reseller")

	direct := w.mustAdd(w.admin(), "democrm", "address", "https://x.example")
	i, err := w.Add(t.Context(), command, below.ID, Draft{Preset: "democrm", Options: map[string]string{"address": "https://x.example"}})
	w.must(err)
	got := func(i tenant.Integration) [2]string {
		v := w.connection(i).Options
		return [2]string{v.Get("client_id"), v.Get("client_secret")}
	}
	if got(direct) != [2]string{"operator", "canary-operator"} || got(i) != [2]string{"reseller", "canary-reseller"} {
		t.Errorf("inherited: %v, %v", got(direct), got(i))
	}
	if len(i.Options) != 1 || len(i.SecretsSet) != 0 {
		t.Errorf("inherited values were copied: %v, %v", i.Options, i.SecretsSet)
	}
	i = w.mustChange(i, command, "client_id", "own", "client_secret", "canary-own")
	if got(i) != [2]string{"own", "canary-own"} {
		t.Errorf("own: %v", got(i))
	}
	i = w.mustChange(i, command, "client_id", "", "client_secret", "canary-own")
	if got(i) != [2]string{"demo", "canary-own"} {
		t.Errorf("a secret of its own goes with the id of another's app: %v", got(i))
	}
	i = w.mustChange(i, command, "client_id", "own", "client_secret", "")
	if got(i) != [2]string{"own", ""} {
		t.Errorf("an id of its own goes with the secret of another's app: %v", got(i))
	}
	i = w.mustChange(i, command, "client_id", "", "client_secret", "")
	if got(i) != [2]string{"reseller", "canary-reseller"} {
		t.Errorf("emptied: %v", got(i))
	}
	w.must(w.directory.SetPresetOptions(t.Context(), command, reseller.ID, "democrm", map[string]tenant.Secret{"client_secret": {}}))
	if got(i) != [2]string{"reseller", ""} {
		t.Errorf("a reseller's id goes with the operator's secret: %v", got(i))
	}
	if bytes.Contains(w.dump(), []byte("canary")) {
		t.Error("the store holds an inherited secret in clear")
	}
}

// Promise: every common setting reaches the integration, in any spelling, alone, and emptying it brings the default back.
func TestCommonSettings(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, value string
		read        func(tenant.Integration) any
		want, empty any
	}{
		{"region", "de", func(i tenant.Integration) any { return i.Region }, "DE", ""},
		{"area-code", "20", func(i tenant.Integration) any { return i.AreaCode }, "20", ""},
		{"Country_Field", "Land", func(i tenant.Integration) any { return i.CountryField }, "Land", ""},
		{"fax", "yes", func(i tenant.Integration) any { return i.Fax }, true, false},
		{"PRIORITY", "-2", func(i tenant.Integration) any { return i.Priority }, -2, 0},
		{"night_from", "01:30", func(i tenant.Integration) any { return i.Window }, tenant.Window{From: "01:30", To: "05:00"}, tenant.Window{From: "02:00", To: "05:00"}},
		{"night-to", "04:00", func(i tenant.Integration) any { return i.Window }, tenant.Window{From: "02:00", To: "04:00"}, tenant.Window{From: "02:00", To: "05:00"}},
		{"max_age", "7d", func(i tenant.Integration) any { return i.AgeLimit.Hours() }, 168.0, 0.0},
		{"secret_ends", "2027-06-30", func(i tenant.Integration) any { return i.SecretEnds }, time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC), time.Time{}},
		{"shrink_percent", "5", func(i tenant.Integration) any { return i.Guard.Percent }, 5, 0},
		{"shrink_records", "7", func(i tenant.Integration) any { return i.Guard.Records }, 7, 0},
		{"blocks", "+49 30 123456xx", func(i tenant.Integration) any { return i.Blocks }, []string{"+49 30 123456xx"}, []string(nil)},
		{"objects", "contact", func(i tenant.Integration) any { return i.Objects }, []string{"contact"}, []string(nil)},
		{"pushed", "yes", func(i tenant.Integration) any { return i.Pushed }, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := w.mustAdd(command, "democrm", "address", "https://x.example", c.name, c.value)
			if got := c.read(i); !cmp.Equal(c.want, got) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if i = w.mustChange(i, command, c.name, ""); !cmp.Equal(c.empty, c.read(i)) {
				t.Errorf("emptied: %v, want %v", c.read(i), c.empty)
			}
			if i = w.mustChange(i, command, "address", "https://y.example"); i.Options["address"] != "https://y.example" {
				t.Errorf("changed: %v", i.Options)
			}
		})
	}
	if len(Common()) != 14 {
		t.Errorf("%d common settings: test the new ones too", len(Common()))
	}
}

// Promise: a source gets its options, a guarded client, the files it may read, the shared pace and a name of its own.
func TestOpenGivesWhatKindsNeed(t *testing.T) {
	w := newWorld(t)
	a := w.mustAdd(command, "democrm", "address", "https://x.example", "api_key", "k")
	b := w.mustAdd(command, "democrm", "address", "https://y.example")
	first, second := w.connection(a), w.connection(b)
	if first.ID == "" || first.ID == second.ID {
		t.Errorf("connections share a name and so a rate limit: %q, %q", first.ID, second.ID)
	}
	if first.HTTP == nil || first.Dial == nil || first.Files == nil || first.Pace == nil || first.Now == nil || first.Sleep == nil || first.Log == nil || first.Token != nil {
		t.Errorf("got %+v", first)
	}
	if second.Token == nil {
		t.Error("a source that signs in has no tokens")
	}
	if first.Options.Get("client_id") != "demo" {
		t.Errorf("default: %v", first.Options.Get("client_id"))
	}
}

// Promise: what an earlier version of a preset stored does not break an integration.
func TestOptionThatIsGone(t *testing.T) {
	w := newWorld(t)
	i := w.mustAdd(command, "democrm", "address", "https://x.example")
	_, err := w.directory.SetIntegration(t.Context(), command, w.tenant, i.ID, func(i *tenant.Integration) error {
		i.Options["formerly"] = "something"
		return nil
	})
	w.must(err)
	w.must(w.directory.SetPresetOptions(t.Context(), command, w.directory.Operator(), "democrm", map[string]tenant.Secret{"was": tenant.NewSecret("x")}))
	w.connection(i)
}
