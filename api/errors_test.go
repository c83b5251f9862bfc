package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// B18: every class of error is a problem that says what to do and nothing of the inside.
func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	for _, tt := range []struct {
		name   string
		req    request
		status int
		text   string
	}{
		{"no key", request{path: "/v1/match?number=1"}, 401, "API key"},
		{"wrong key", request{path: "/v1/keys", as: credential{key: "rdx_x"}}, 401, "API key"},
		{"wrong password", request{path: "/v1/keys", header: http.Header{"Authorization": {"Basic Ym9zc0Bhbm5hLmV4YW1wbGU6eA=="}}}, 401, "wrong e-mail"},
		{"scope", request{path: "/v1/match?number=1", as: a.calls}, 403, "scope match"},
		{"role", request{path: "/v1/keys", as: a.match}, 403, "scope admin"},
		{"no such route", request{path: "/v1/nowhere", as: a.admin}, 404, ""},
		{"no such method", request{method: "PUT", path: "/v1/keys", as: a.admin}, 405, ""},
		{"no such id", request{path: "/v1/integrations/i_aaaaaaaaaaaaa", as: a.admin}, 404, "no such integration"},
		{"no number", request{path: "/v1/match", as: a.match}, 400, "number is missing"},
		{"too long", request{path: "/v1/match?number=" + strings.Repeat("1", 65), as: a.match}, 400, "too long"},
		{"no JSON", request{method: "POST", path: "/v1/keys", body: "{", as: a.admin}, 400, "middle"},
		{"bad JSON", request{method: "POST", path: "/v1/keys", body: "{x}", as: a.admin}, 400, "not JSON from byte"},
		{"two bodies", request{method: "POST", path: "/v1/keys", body: "{} {}", as: a.admin}, 400, "more than one"},
		{"a list", request{method: "POST", path: "/v1/keys", body: "[]", as: a.admin}, 400, "JSON object"},
		{"unknown member", request{method: "POST", path: "/v1/keys", body: `{"tenant":"t_x"}`, as: a.admin}, 400, `no member "tenant"`},
		{"wrong type", request{method: "POST", path: "/v1/keys", body: `{"rate":"fast"}`, as: a.admin}, 400, `"rate" cannot be a string`},
		{"wrong scope", request{method: "POST", path: "/v1/keys", body: `{"scopes":"all"}`, as: a.admin}, 422, "there are match"},
		{"no scope", request{method: "POST", path: "/v1/keys", body: `{"name":"x"}`, as: a.admin}, 422, "scope"},
		{"unknown option", request{method: "POST", path: "/v1/systems", body: `{"nam":"x"}`, as: a.admin}, 422, ""},
		{"bad script", request{method: "POST", path: "/v1/scripts", body: `{"name":"x","url":"javascript:1"}`, as: a.admin}, 422, ""},
		{"unknown preset", request{method: "POST", path: "/v1/integrations", body: `{"preset":"x"}`, as: a.admin}, 422, "no preset"},
		{"foreign path", request{method: "POST", path: "/v1/integrations", body: `{"preset":"csv","options":{"path":"/etc/passwd"}}`, as: a.admin}, 422, ""},
		{"bad page", request{path: "/v1/audit?limit=x", as: a.admin}, 400, "whole number"},
		{"bad format", request{path: "/v1/integrations/" + string(a.integration) + "/report?format=pdf", as: a.admin}, 400, "json or csv"},
		{"operators only", request{path: "/v1/tenants", as: a.admin}, 403, "operator"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.req.method == "" {
				tt.req.method = http.MethodGet
			}
			got := w.do(tt.req)
			p := got.problem(t)
			if got.status != tt.status || !strings.Contains(p.Detail, tt.text) {
				t.Errorf("%d %s, want %d with %q", got.status, got.body, tt.status, tt.text)
			}
			for _, inside := range []string{"goroutine", "github.com", "struct field", ".go:", w.imports, "json:", "panic"} {
				if strings.Contains(got.body, inside) {
					t.Errorf("the error tells of %q: %s", inside, got.body)
				}
			}
			if (got.status == 401) != (got.header.Get("WWW-Authenticate") != "") && tt.name != "wrong password" {
				t.Errorf("%d with WWW-Authenticate %q", got.status, got.header.Get("WWW-Authenticate"))
			}
		})
	}
}

// B18: a full disk is told without the folder it is under, which is for the operator's log.
func TestFullDiskIsToldWithoutFolder(t *testing.T) {
	t.Parallel()
	p := asProblem(fmt.Errorf("update: %w: 3 MiB free under /srv/canary/control, 256 MiB are kept free", store.ErrReadOnly))
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != http.StatusInsufficientStorage || p.Hint == "" || strings.Contains(string(raw), "canary") {
		t.Errorf("a full disk is told as %s", raw)
	}
}

// B18: an unexpected error and a panic tell the client an instance, and the log why under the same.
func TestInternalErrors(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]handler{
		"error": func(echoContext, asked) (any, error) { return nil, errors.New("secret canary") },
		"panic": func(echoContext, asked) (any, error) { panic("secret canary") },
	} {
		w := newWorld(t)
		e := w.router(w.fromNetwork)
		w.register(e, route{method: http.MethodGet, path: "/v1/broken", need: needNothing, handle: handle}, w.fromNetwork)
		w.handler = e
		got := w.get(credential{}, "/v1/broken")
		p := got.problem(t)
		if got.status != 500 || strings.Contains(got.body, "canary") || p.Instance == "" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if log := w.log.String(); !strings.Contains(log, "canary") || !strings.Contains(log, p.Instance) {
			t.Errorf("%s: the log does not say why: %s", name, log)
		}
	}
}

// Phone systems show any body as the caller's name, so errors of /v1/name have none.
func TestNameErrorsAreEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	slow := credential{key: w.key(a.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 0.01})}
	w.get(slow, "/v1/name?number=1")
	broken := w.Deps
	broken.Directory = nil // whatever happens inside
	for _, tt := range []struct {
		path   string
		as     credential
		status int
	}{
		{"/v1/name", a.match, 400},
		{"/v1/name?number=" + strings.Repeat("1", 65), a.match, 400},
		{"//v1/name", a.match, 400},
		{"/v1/name?number=1&format=xml", a.match, 400},
		{"/v1/name?number=1", credential{}, 401},
		{"/v1/name?number=1", a.calls, 403},
		{"/v1/name?number=1", slow, 429},
	} {
		if got := w.get(tt.as, tt.path); got.status != tt.status || got.body != "" {
			t.Errorf("%s: %d %q, want %d and nothing", tt.path, got.status, got.body, tt.status)
		}
	}
	if got := w.do(request{method: http.MethodPost, path: "/v1/name?number=1", as: a.match}); got.status != 405 || got.body != "" {
		t.Errorf("POST: %d %q", got.status, got.body)
	}
	w.use(broken)
	if got := w.get(a.match, "/v1/name?number=1"); got.status != 500 || got.body != "" {
		t.Errorf("500: %d %q", got.status, got.body)
	}
}

// Too many wrong passwords: 429 and when to come back, also from the right place.
func TestWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("anna", "")
	wrong := http.Header{"Authorization": {"Basic Ym9zc0Bhbm5hLmV4YW1wbGU6eA=="}}
	var last answered
	for range 50 {
		if last = w.do(request{method: http.MethodGet, path: "/v1/keys", header: wrong}); last.status != 401 {
			break
		}
		w.pass(time.Millisecond)
	}
	if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
		t.Errorf("after many wrong passwords: %d, Retry-After %q: %s", last.status, last.header.Get("Retry-After"), last.body)
	}
}
