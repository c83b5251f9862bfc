package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets/oauth/oidctest"
	"github.com/ringdex/ringdex/tenant"
)

// TestProviderEndToEnd guards the whole way with an identity provider nobody here wrote, which requires PKCE, rotates
// refresh tokens and ends the grant when an old one comes again: sign in, copy 1,200 people with numbers as people type
// them, follow a change and a deletion, renew tokens, also over a restart. Each number finds its person and nobody else,
// and no secret is said anywhere.
func TestProviderEndToEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "--allow-outbound", "127.0.0.1/32", "--presets", "../../presets/oauth/oidctest/presets")
	h.serve()
	h.settle()
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match", "--rate", "none").last()
	p := oidctest.Start(t, "http://"+h.address+"/oauth/callback")
	app := func(id string, more ...string) []string {
		args := []string{"--tenant", e2eTenant, "--preset", "oidc", "--set", "address=" + p.URL, "--set", "client_id=" + id, "--set", "client_secret=" + oidctest.Secret(id)}
		for _, one := range more {
			args = append(args, "--set", one)
		}
		return append([]string{"integration", "add", "--name", id}, args...)
	}

	added := h.run(app(oidctest.App)...)
	back := p.Browse(addressIn(t, added.err))
	for _, want := range []int{http.StatusOK, http.StatusBadRequest} { // the second time the state was used
		resp, err := http.Get(back.String())
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode/100 != want/100 || strings.Contains(string(text), "canary") {
			t.Errorf("back from the provider: %s %s", resp.Status, text)
		}
	}
	if run := h.sync(oidctest.App, true); run.State != jobs.Succeeded || run.Counts.Read != 1200 {
		t.Fatalf("run: %+v", run)
	}
	h.findsAll(p.People())

	people := p.People()
	changed, deleted := people[7], people[600]
	now := p.Change(changed.ID)
	p.Delete(deleted.ID)
	if run := h.sync(oidctest.App, false); run.State != jobs.Succeeded || run.Mode != jobs.Changes || run.Counts.Changed != 1 || run.Counts.Removed != 1 {
		t.Errorf("run: %+v", run)
	}
	people[7] = now
	h.findsAll(append(people[:600:600], people[601:]...))
	h.finds(changed.Numbers[0])
	for _, number := range deleted.Numbers {
		h.finds(number)
	}

	for round := 1; round <= 2; round++ {
		p.Expire()
		if run := h.sync(oidctest.App, false); run.State != jobs.Succeeded {
			t.Errorf("after expiry %d: %+v", round, run)
		}
		if c := p.Counts(); c["refresh_token given"] != round || c["grant revoked"] != 0 || c["refresh_token invalid_grant"] != 0 {
			t.Errorf("after expiry %d: %v", round, c)
		}
		h.stop()
		h.serve()
	}

	for _, c := range [][]string{
		app(oidctest.Service, "grant=client_credentials", "client_auth=basic"),
		app(oidctest.Signer, "grant=jwt_bearer", "algorithm=ES256", "user=ada@example.com"),
		app(oidctest.Form, "grant=password", "user=ada", "password=password-canary"),
	} {
		name := c[3]
		if name == oidctest.Signer {
			file := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(file, []byte(p.Keys["ES256"]), 0o600); err != nil {
				t.Fatal(err)
			}
			c = append(c, "--set-file", "key="+file)
		}
		h.run(c...)
		if got := h.integration(name); got.State != tenant.StateEnabled {
			t.Errorf("%s: %s", name, got.State)
		}
		if run := h.sync(name, true); run.State != jobs.Succeeded || run.Counts.Read != 1199 {
			t.Errorf("%s: %+v", name, run)
		}
		h.run("integration", "remove", name, "--tenant", e2eTenant, "--yes")
	}
	h.stop()
	if all := h.logs.String() + h.told.String(); strings.Contains(all, "canary") {
		t.Error("a secret was said")
	}
}

// findsAll asks for every number of everybody.
func (h *house) findsAll(people []oidctest.Person) {
	h.t.Helper()
	for _, one := range people {
		for _, number := range one.Numbers {
			h.finds(number, one.Name)
		}
	}
}
