package setup

import (
	"bytes"
	"testing"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
)

// Promise: an app that signs in by itself begins without tokens, keeps those it gets, sealed, and finds them again.
func TestFirstTokensWithoutPerson(t *testing.T) {
	w := newWorld(t)
	i, _ := w.draft()
	source := oauth.New(oauth.Deps{
		Vault:    w.sign.vaultOf(i, oauth.ClientCredentials),
		Provider: oauth.Provider{Grant: oauth.ClientCredentials, TokenURL: w.crm.URL + "/oauth/token", ClientID: "app", ClientSecret: "s"},
		HTTP:     w.crm.Client(), Now: w.d.Now, Sleep: presets.Sleep,
	})
	defer source.Close()
	if token, err := source.Token(t.Context()); err != nil || token.Access != "canary-access" {
		t.Fatalf("got %v", err)
	}
	stored, err := w.sign.vaultOf(i, oauth.ClientCredentials).Load(t.Context())
	if err != nil || stored.Access != "canary-access" || stored.Version != 1 {
		t.Errorf("stored: %v, %v", stored, err)
	}
	if bytes.Contains(w.dump(), []byte("canary")) {
		t.Error("the store holds a token in clear")
	}
}
