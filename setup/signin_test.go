package setup

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/oauth"
	"github.com/ringdex/ringdex/tenant"
)

// draft is an integration somebody has to sign in for, and the state of a sign-in that was begun.
func (w *world) draft() (tenant.Integration, url.Values) {
	w.t.Helper()
	i := w.mustAdd(w.admin(), "democrm", "address", w.crm.URL, "client_secret", "canary-client")
	if i.State != tenant.StateDraft {
		w.t.Fatalf("state %s", i.State)
	}
	return i, w.begin(i)
}

func (w *world) begin(i tenant.Integration) url.Values {
	w.t.Helper()
	address, err := w.AuthorizeURL(w.t.Context(), w.admin(), i.Tenant, i.ID)
	w.must(err)
	u, err := url.Parse(address)
	w.must(err)
	return u.Query()
}

// comesBack is the browser at the callback.
func (w *world) comesBack(query ...string) (tenant.Integration, error) {
	q := url.Values{}
	for name, value := range pairs(query) {
		q.Set(name, value)
	}
	return w.Authorized(w.t.Context(), q, "")
}

func (w *world) stateOf(i tenant.Integration) tenant.Integration {
	w.t.Helper()
	now, err := w.directory.Integration(w.t.Context(), i.Tenant, i.ID)
	w.must(err)
	return now
}

// Promise E6: a draft is enabled by a sign-in with PKCE and a state that is good once.
func TestSignIn(t *testing.T) {
	w := newWorld(t)
	i, q := w.draft()
	if q.Get("redirect_uri") != "https://ringdex.example/oauth/callback" || q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "demo" {
		t.Errorf("asks with %v", q)
	}
	got, err := w.comesBack("state", q.Get("state"), "code", "good")
	if err != nil || got.ID != i.ID || got.State != tenant.StateEnabled {
		t.Fatalf("got %+v, %v", got, err)
	}
	if sent := w.crm.asked[0]; sent.Get("code_verifier") == "" || sent.Get("client_secret") != "canary-client" {
		t.Errorf("exchanged without verifier or secret: %d values", len(sent))
	}
	if token, err := w.connection(got).Token.Token(t.Context()); err != nil || token.Access != "canary-access" {
		t.Errorf("token: %v", err)
	}
	if bytes.Contains(w.dump(), []byte("canary")) {
		t.Error("the store holds a token or secret in clear")
	}
	if _, err := w.comesBack("state", q.Get("state"), "code", "good"); !errors.Is(err, ErrSignIn) {
		t.Errorf("the state worked twice: %v", err)
	}
	if len(w.crm.asked) != 1 {
		t.Errorf("%d token requests", len(w.crm.asked))
	}
}

// Promise E6: a state that is made up, over, or whose integration points elsewhere by now gives nothing, and says how to go on.
func TestSignInRefused(t *testing.T) {
	for name, c := range map[string]struct {
		before func(w *world, i tenant.Integration)
		change func(q url.Values)
		says   string
	}{
		"wrong state": {nil, func(q url.Values) { q.Set("state", "made-up") }, "start the sign-in again"},
		"no state":    {nil, func(q url.Values) { q.Del("state") }, "start the sign-in again"},
		"too late":    {func(w *world, _ tenant.Integration) { w.clock = w.clock.Add(10 * time.Minute) }, nil, "start the sign-in again"},
		"moved": {func(w *world, i tenant.Integration) {
			w.mustChange(i, w.admin(), "address", "https://evil.example", "client_secret", "new")
		}, nil, "start the sign-in again"},
		"refused":        {nil, func(q url.Values) { q.Del("code"); q.Set("error", "canary-denied") }, "did not give access"},
		"code not taken": {nil, func(q url.Values) { q.Set("code", "bad") }, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			i, begun := w.draft()
			q := url.Values{"state": {begun.Get("state")}, "code": {"good"}}
			if c.before != nil {
				c.before(w, i)
			}
			if c.change != nil {
				c.change(q)
			}
			_, err := w.Authorized(t.Context(), q, "")
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v", err)
			}
			if got := w.stateOf(i); got.State != tenant.StateDraft {
				t.Errorf("state %s", got.State)
			}
		})
	}
}

// Promise: a sign-in of one integration does nothing to another of the same tenant.
func TestSignInIsForOne(t *testing.T) {
	w := newWorld(t)
	first, q := w.draft()
	second, _ := w.draft()
	if _, err := w.comesBack("state", q.Get("state"), "code", "good"); err != nil {
		t.Fatal(err)
	}
	if w.stateOf(first).State != tenant.StateEnabled || w.stateOf(second).State != tenant.StateDraft {
		t.Error("the wrong integration was enabled")
	}
}

// Promise: signing in again heals a dead connection, with fresh tokens, and leaves a disabled integration disabled.
func TestSignInAgain(t *testing.T) {
	w := newWorld(t)
	i, q := w.draft()
	_, err := w.comesBack("state", q.Get("state"), "code", "good")
	w.must(err)
	w.must(w.directory.SetConnection(t.Context(), i.Tenant, i.ID, tenant.ConnectionState{Health: tenant.HealthReauth}))
	_, err = w.directory.SetIntegration(t.Context(), command, i.Tenant, i.ID, func(i *tenant.Integration) error {
		i.State = tenant.StateDisabled
		return nil
	})
	w.must(err)
	_, err = w.comesBack("state", w.begin(i).Get("state"), "code", "good")
	w.must(err)
	if got := w.stateOf(i); got.State != tenant.StateDisabled || got.Connection.Health != tenant.HealthOK {
		t.Errorf("got %s, %s", got.State, got.Connection.Health)
	}
}

// Promise: what a sign-in needs is missed before anything is added: an address of this server, the app's id.
func TestAddNeedsWhatSignInNeeds(t *testing.T) {
	w := newWorld(t)
	_, err := w.add(w.admin(), "salesforce", "domain", "acme.my.salesforce.com")
	var failure *presets.Error
	if !errors.As(err, &failure) || failure.Hint.IsZero() {
		t.Errorf("without an app: %v", err)
	}
	w.d.PublicURL = ""
	if _, err := w.add(w.admin(), "democrm", "address", w.crm.URL); !errors.Is(err, ErrSignIn) || !strings.Contains(err.Error(), "--public-url") {
		t.Errorf("without an address: %v", err)
	}
	if all, _ := w.directory.Integrations(t.Context(), w.tenant); len(all) > 0 {
		t.Errorf("added all the same: %v", all)
	}
}

// Promise: a draft for which somebody enters a key instead works at once; one that needs no sign-in has no address for it.
func TestKeyInsteadOfSignIn(t *testing.T) {
	w := newWorld(t)
	i, _ := w.draft()
	if i = w.mustChange(i, w.admin(), "api_key", "canary-key"); i.State != tenant.StateEnabled {
		t.Errorf("state %s", i.State)
	}
	if w.connection(i).Token != nil {
		t.Error("a source with a key asks for tokens")
	}
	if _, err := w.AuthorizeURL(t.Context(), w.admin(), i.Tenant, i.ID); !errors.Is(err, ErrSignIn) {
		t.Errorf("got %v", err)
	}
}

// Promise: before anybody has signed in, a check says so and what to do; it does not look as if the integration were gone.
func TestNobodySignedIn(t *testing.T) {
	w := newWorld(t)
	i, _ := w.draft()
	_, err := w.connection(i).Token.Token(t.Context())
	var failure *presets.Error
	if !errors.As(err, &failure) || !failure.ReauthNeeded || failure.Hint.IsZero() || errors.Is(err, tenant.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if len(w.crm.asked) > 0 {
		t.Error("the provider was asked without a token")
	}
}

// Promise: somebody without the right to manage a tenant's integrations gets no address to sign in at.
func TestAuthorizeNeedsRights(t *testing.T) {
	w := newWorld(t)
	i, _ := w.draft()
	other := w.addTenant("Other", "")
	stranger := tenant.Actor{Kind: tenant.ActorKey, Account: other.ID, Role: tenant.RoleAdmin}
	if _, err := w.AuthorizeURL(t.Context(), stranger, i.Tenant, i.ID); err == nil {
		t.Error("a stranger may begin a sign-in")
	}
	if _, err := w.change(i, stranger, "api_key", "x"); err == nil || len(w.stateOf(i).SecretsSet) != 1 {
		t.Errorf("a stranger may change it: %v", err)
	}
}

// Promise E15: access is withdrawn at the CRM, and a CRM that does not answer well keeps nobody from going on.
func TestRevoke(t *testing.T) {
	for _, status := range []int{0, http.StatusInternalServerError} {
		w := newWorld(t)
		w.crm.fail = status
		i, q := w.draft()
		i, err := w.comesBack("state", q.Get("state"), "code", "good")
		w.must(err)
		w.Revoke(t.Context(), i)
		if len(w.crm.revoked) != 1 || w.crm.revoked[0] != "canary-refresh" {
			t.Errorf("status %d: %d revoked", status, len(w.crm.revoked))
		}
		_, err = w.directory.RemoveIntegration(t.Context(), command, i.Tenant, i.ID)
		w.must(err)
		if _, err := w.sign.vaultOf(i, oauth.AuthorizationCode).Load(context.Background()); err == nil {
			t.Error("the tokens are still there")
		}
	}
	w := newWorld(t)
	i, _ := w.draft()
	w.Revoke(t.Context(), i)
	if len(w.crm.revoked) > 0 {
		t.Error("nothing was there to withdraw")
	}
}

// Promise E6: a sign-in begun in one browser cannot be finished in another, and leaves a draft to whoever sits there.
func TestSignInOfABrowser(t *testing.T) {
	for name, c := range map[string]struct {
		session string
		works   bool
	}{"this one": {"browser-1", true}, "another": {"browser-2", false}, "none": {"", false}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			i, _ := w.draft()
			address, err := w.AuthorizeURLFor(t.Context(), w.admin(), i.Tenant, i.ID, "browser-1")
			w.must(err)
			u, err := url.Parse(address)
			w.must(err)
			_, err = w.Authorized(t.Context(), url.Values{"state": {u.Query().Get("state")}, "code": {"good"}}, c.session)
			if (err == nil) != c.works || !c.works && !errors.Is(err, ErrSignIn) {
				t.Errorf("got %v", err)
			}
			if state := w.stateOf(i).State; state != tenant.StateDraft {
				t.Errorf("state %s", state)
			}
		})
	}
}
