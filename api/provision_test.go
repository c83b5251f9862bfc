package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/tenant"
)

// Provisioning is idempotent, changes what it names and nothing else, each reseller has its own external ids, and what makes tenants
// changes no reseller.
func TestProvisioning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.operator()
	_, reseller := w.reseller()
	put := func(as credential, body string) provisioned {
		t.Helper()
		got := w.do(request{method: http.MethodPut, path: "/v1/tenants/by-external/bakery%2F1", body: body, as: as})
		var done provisioned
		if err := json.Unmarshal([]byte(got.body), &done); err != nil || got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		return done
	}
	const all = `{"settings":{"name":"Bakery","region":"NL"},"systems":[{"name":"default","number-form":"e164"},{"name":"Shop"}],
		"people":[{"email":"baker@example.com","role":"agent","devices":[{"number":"201"}],"password":"correct horse battery"}]}`
	first := put(operator, all)
	if first.Tenant.ExternalID != "bakery/1" || len(first.Systems) != 2 || len(first.People) != 1 ||
		!slices.ContainsFunc(first.Systems, func(s tenant.System) bool { return s.Name == "default" && s.NumberForm == "e164" }) {
		t.Errorf("made %+v", first)
	}
	if diff := cmp.Diff(first, put(operator, all)); diff != "" {
		t.Errorf("again (-first +second):\n%s", diff)
	}
	moved := put(operator, `{"settings":{"language":"nl"},"people":[{"email":"Baker@example.com","role":"admin","devices":[{"number":"202"}]}]}`)
	if moved.Tenant.Name != "Bakery" || moved.Tenant.Language != "nl" || len(moved.Systems) != 2 || moved.People[0].Role != tenant.RoleAdmin || moved.People[0].Devices[0].Number != "202" {
		t.Errorf("changed to %+v", moved)
	}
	if first.SignInURL != "" {
		t.Error("a link nobody asked for")
	}
	w.PublicURL = "https://ringdex.example"
	in := put(operator, `{"sign_in":"Baker@example.com"}`)
	_, token, _ := strings.Cut(in.SignInURL, "https://ringdex.example/enter/")
	if p, err := w.Directory.UseSignInLink(t.Context(), token); err != nil || p.Email != "baker@example.com" {
		t.Errorf("the portal's link: %q, %v", in.SignInURL, err)
	}
	if other := put(reseller, `{"settings":{"name":"Bakery","region":"NL"}}`); other.Tenant.ID == first.Tenant.ID {
		t.Error("a reseller reached the operator's tenant by its external id")
	}
	bad := w.do(request{method: http.MethodPut, path: "/v1/tenants/by-external/bakery%2F1", as: operator, body: `{"systems":[{"name":"Shop","dial":"http","dial-url":"https://#(Number).example/"}]}`})
	if bad.status != http.StatusUnprocessableEntity {
		t.Errorf("an address that a number chooses: %d %s", bad.status, bad.body)
	}
	partner, err := w.Directory.AddReseller(t.Context(), tenant.Command("test"), map[string]string{"name": "Partner", "external_id": "partner"})
	if err != nil {
		t.Fatal(err)
	}
	got := w.do(request{method: http.MethodPut, path: "/v1/tenants/by-external/partner", body: `{"settings":{"name":"Mine","suspended":"true"}}`, as: operator})
	if a, err := w.Directory.Account(t.Context(), partner.ID); got.status != http.StatusConflict || err != nil || a.Name != "Partner" || a.Suspended {
		t.Errorf("a reseller as a tenant: %d %s, %+v, %v", got.status, got.body, a, err)
	}
}
