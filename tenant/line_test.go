package tenant

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/option"
)

// TestLines: how a phone system is reached is a setting like others, its secrets are sealed, shown nowhere and gone with it, and
// a protocol that lacks a setting is refused by the setting's name.
func TestLines(t *testing.T) {
	w := newWorld(t)
	account := w.tenant("Acme BV", "").ID
	ctx := t.Context()
	_, err := w.AddSystem(ctx, Command("test"), account, map[string]string{"name": "pbx", "events": "ami", "pbx-address": "192.0.2.1"})
	var problems option.Problems
	if !errors.As(err, &problems) || len(problems) != 2 {
		t.Fatalf("user and password are missing: %v", err)
	}
	s, err := w.AddSystem(ctx, Command("test"), account, map[string]string{
		"name": "pbx", "events": "ami", "pbx-address": "192.0.2.1", "pbx-user": "ringdex", "pbx-secret": "opensesame", "dial": "ami",
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Line("events") != "ami" || s.LineNumber("dial-rate") != 10 || s.SecretsSet["pbx-secret"].IsZero() {
		t.Errorf("%+v", s)
	}
	shown, _ := json.Marshal(s)
	if strings.Contains(string(shown), "opensesame") {
		t.Error("the secret is shown")
	}
	if s, err = w.SetSystem(ctx, Command("test"), account, s.ID, map[string]string{"dial-rate": "3", "pbx_user": "other"}); err != nil || s.LineNumber("dial-rate") != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	secrets, err := w.SystemSecrets(ctx, account, s.ID)
	if err != nil || secrets["pbx-secret"].Reveal() != "opensesame" {
		t.Errorf("%v, %v", secrets, err)
	}
	if _, err := w.SetSystem(ctx, Command("test"), account, s.ID, map[string]string{"pbx-secret": ""}); !errors.As(err, &problems) {
		t.Errorf("without its secret: %v", err)
	}
	if _, err := w.SetSystem(ctx, Command("test"), account, s.ID, map[string]string{"pbx-secret": "", "events": "", "dial": ""}); err != nil {
		t.Error(err)
	}
	if secrets, _ := w.SystemSecrets(ctx, account, s.ID); len(secrets) != 0 {
		t.Errorf("left: %v", secrets)
	}
}

// TestLineMoves: a secret is never sent to an address that whoever typed it did not mean: with another address it has to be given
// again, and without one it is forgotten.
func TestLineMoves(t *testing.T) {
	w := newWorld(t)
	account := w.tenant("Acme BV", "").ID
	for name, test := range map[string]struct {
		change map[string]string
		asked  string // for which secret
		left   string // which secrets are there afterwards
	}{
		"another host":           {map[string]string{"pbx-address": "192.0.2.66"}, "pbx-secret", "old old"},
		"another port":           {map[string]string{"pbx-address": "192.0.2.1:5039"}, "pbx-secret", "old old"},
		"no longer encrypted":    {map[string]string{"pbx-tls": "false"}, "pbx-secret", "old old"},
		"another host to dial":   {map[string]string{"dial-url": "https://evil.example/call"}, "dial-secret", "old old"},
		"dialled in the clear":   {map[string]string{"dial-url": "http://pbx.example/call"}, "dial-secret", "old old"},
		"with the secret":        {map[string]string{"pbx-address": "192.0.2.66", "pbx-secret": "new"}, "", "old new"},
		"another path":           {map[string]string{"dial-url": "https://PBX.example/other"}, "", "old old"},
		"the same address again": {map[string]string{"pbx-address": "192.0.2.1", "dial-rate": "3"}, "", "old old"},
		"no address any more":    {map[string]string{"pbx-address": "", "pbx-tls": "", "events": ""}, "", "old "},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := w.AddSystem(t.Context(), Command("test"), account, map[string]string{
				"name": name, "events": "ami", "pbx-address": "192.0.2.1", "pbx-user": "u", "pbx-secret": "old", "pbx-tls": "true",
				"dial": "http", "dial-url": "https://pbx.example/call", "dial-secret": "old",
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.SetSystem(t.Context(), Command("test"), account, s.ID, test.change)
			var problems option.Problems
			if errors.As(err, &problems); test.asked == "" && err != nil || test.asked != "" && (len(problems) != 1 || problems[0].Option != test.asked) {
				t.Errorf("asked for %q: %v", test.asked, err)
			}
			secrets, err := w.SystemSecrets(t.Context(), account, s.ID)
			if left := secrets["dial-secret"].Reveal() + " " + secrets["pbx-secret"].Reveal(); err != nil || left != test.left {
				t.Errorf("left %q, %v", left, err)
			}
		})
	}
}
