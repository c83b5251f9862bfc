package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/cmd/internal/crmsim"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/tenant"
)

// TestOAuthEndToEnd guards the whole way of a CRM somebody signs in to: connect, copy, ask, follow changes and deletions,
// renew tokens that are good once, lose the grant, sign in again, and go.
func TestOAuthEndToEnd(t *testing.T) {
	t.Parallel()
	sim := newCRM(t, crmsim.Options{Contacts: 60, Seed: 3})
	h := newHouse(t, "--allow-outbound", sim.allow)
	h.serve()
	h.settle()

	added := h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "CRM",
		"--set", "address="+sim.url, "--set", "client_secret=demo-secret")
	if got := h.integration("CRM"); string(got.ID) != added.last() || got.State != tenant.StateDraft {
		t.Fatalf("added %s: %+v", added.last(), got)
	}
	if s := h.try("integration", "sync", "CRM", "--tenant", e2eTenant); s.code != exitFailed || s.err == "" {
		t.Errorf("a draft synchronises: %+v", s)
	}
	address := addressIn(t, added.err)
	if status, text := browse(t, address, "allow"); status != http.StatusOK || !strings.Contains(text, "Connected") {
		t.Fatalf("back from the CRM: %d %s", status, text)
	}
	if s := h.run("integration", "sync", "CRM", "--tenant", e2eTenant); !strings.Contains(s.out, "succeeded: 60 records read") {
		t.Errorf("sync: %s", s.out)
	}

	one, two, three := sim.loner(1), sim.loner(20), sim.loner(40)
	for _, c := range []crmsim.Contact{one, two, three} {
		h.finds(c.Numbers()[0], c.Name())
	}
	sim.ForgetRequests()
	if run := h.sync("CRM", false); run.State != jobs.Succeeded || run.Mode != jobs.Changes {
		t.Errorf("run: %+v", run)
	}
	if n := sim.lists(); n > 2 {
		t.Errorf("%d requests although nothing changed", n)
	}
	fresh := sim.Change(two.Index)
	sim.Delete(three.Index)
	if run := h.sync("CRM", false); run.State != jobs.Succeeded || run.Counts.Changed != 1 || run.Counts.Removed != 1 {
		t.Errorf("run: %+v", run)
	}
	h.finds(fresh, two.Name())
	h.finds(two.Numbers()[0])
	h.finds(three.Numbers()[0])

	for want := 1; want <= 2; want++ {
		sim.ExpireAccess()
		if run := h.sync("CRM", false); run.State != jobs.Succeeded {
			t.Errorf("after expiry %d: %+v", want, run)
		}
		if c := sim.OAuthCounts(); c.Refreshes != want || c.InvalidGrants != 0 || c.Families != 0 {
			t.Errorf("after expiry %d: %+v", want, c)
		}
	}

	sim.RevokeAll()
	s := h.try("integration", "sync", "CRM", "--tenant", e2eTenant)
	if s.code != exitFailed || !strings.Contains(s.err, "sign in again") || strings.Contains(s.err, "canary") {
		t.Errorf("revoked: %+v", s)
	}
	if got := h.integration("CRM"); got.Connection.Health != tenant.HealthReauth || got.State != tenant.StateEnabled {
		t.Errorf("revoked: %+v", got.Connection)
	}
	h.finds(one.Numbers()[0], one.Name())

	again := h.run("integration", "authorize", "CRM", "--tenant", e2eTenant).last()
	if status, text := browse(t, again, "allow"); status != http.StatusOK {
		t.Fatalf("signed in again: %d %s", status, text)
	}
	if run := h.sync("CRM", false); run.State != jobs.Succeeded {
		t.Errorf("signed in again: %+v", run)
	}
	if got := h.integration("CRM"); got.Connection.Health != tenant.HealthOK {
		t.Errorf("signed in again: %+v", got.Connection)
	}

	sim.ForgetRequests()
	h.run("integration", "remove", "CRM", "--tenant", e2eTenant, "--yes")
	h.finds(one.Numbers()[0])
	if len(sim.Requests()) != 1 || sim.Requests()[0].Path != "/oauth/revoke" {
		t.Errorf("removed: %+v", sim.Requests())
	}
	h.stop()
}

// TestConsentDenied guards that a refusal leaves a draft and says what to do, and that an address works once.
func TestConsentDenied(t *testing.T) {
	t.Parallel()
	sim := newCRM(t, crmsim.Options{Contacts: 10})
	h := newHouse(t, "--allow-outbound", sim.allow)
	h.serve()
	h.settle()
	added := h.run("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--name", "CRM",
		"--set", "address="+sim.url, "--set", "client_secret=demo-secret")
	address := addressIn(t, added.err)
	if status, text := browse(t, address, "deny"); status < 400 || !strings.Contains(text, "allow the access") {
		t.Errorf("denied: %d %s", status, text)
	}
	if status, text := browse(t, address, "allow"); status < 400 || !strings.Contains(text, "Start it again") {
		t.Errorf("an address that was used: %d %s", status, text)
	}
	if got := h.integration("CRM"); got.State != tenant.StateDraft || sim.OAuthCounts() != (crmsim.Counts{}) {
		t.Errorf("got %s, %+v", got.State, sim.OAuthCounts())
	}
	if s := h.try("integration", "enable", "CRM", "--tenant", e2eTenant); s.code != exitFailed || !strings.Contains(s.err, "sign in") {
		t.Errorf("enabled without a sign-in: %+v", s)
	}
}

// TestSignInNeedsServer guards that without a server nothing half-made is left of an integration somebody has to sign in for.
func TestSignInNeedsServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	s := h.try("integration", "add", "--tenant", e2eTenant, "--preset", "democrm", "--set", "address=https://crm.example")
	if s.code != exitFailed || !strings.Contains(s.err, "ringdex serve") || s.out != "" {
		t.Errorf("got %+v", s)
	}
	if s := h.run("integration", "list", "--tenant", e2eTenant, "--json"); strings.TrimSpace(s.out) != "[]" {
		t.Errorf("left behind: %s", s.out)
	}
}

// finds asks for a number and wants these names.
func (h *house) finds(number string, names ...string) {
	h.t.Helper()
	var got []string
	for _, f := range h.ask(number) {
		got = append(got, f.Name)
	}
	if strings.Join(got, "|") != strings.Join(names, "|") {
		h.t.Errorf("%s: got %q, want %q", number, got, names)
	}
}
