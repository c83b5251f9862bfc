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
