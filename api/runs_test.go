package api

import (
	"net/http"
	"testing"
)

// Promise: only a command on the server's machine may widen what a check or a run may reach (reliability row D4).
func TestExtraRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.customer("anna", "")
	own, at := "/v1/integrations/"+string(c.integration), "/v1/tenants/"+string(c.id)+"/integrations/"+string(c.integration)
	_, reseller := w.reseller()
	const body = `{"allow_outbound":["10.0.0.0/8"]}`
	cases := []struct {
		name, path, body string
		as               credential
		socket           bool
		want             int
	}{
		{"admin key checks", own + "/check", body, c.admin, false, http.StatusForbidden},
		{"admin key syncs", own + "/sync", body, c.admin, false, http.StatusForbidden},
		{"admin checks", own + "/check", body, c.boss, false, http.StatusForbidden},
		{"operator syncs from afar", at + "/sync", body, w.operator(), false, http.StatusForbidden},
		{"somebody else's reseller", at + "/check", body, reseller, false, http.StatusNotFound},
		{"admin key, none named", own + "/check", `{"allow_outbound":[]}`, c.admin, false, http.StatusOK},
		{"command checks", at + "/check", body, credential{}, true, http.StatusOK},
		{"command names no range", at + "/check", `{"allow_outbound":["nonsense"]}`, credential{}, true, http.StatusBadRequest},
		{"command names metadata services", at + "/sync", `{"allow_outbound":["169.254.169.254"]}`, credential{}, true, http.StatusBadRequest},
		{"command syncs", at + "/sync", body, credential{}, true, http.StatusCreated},
	}
	for _, one := range cases {
		a := w.do(request{method: http.MethodPost, path: one.path, body: one.body, as: one.as, socket: one.socket})
		if a.status != one.want {
			t.Errorf("%s: %d, want %d: %s", one.name, a.status, one.want, a.body)
		}
	}
}
