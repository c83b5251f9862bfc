package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/tenant"
)

// valid are bodies and queries with which each route that needs one does its work; :route parts are filled by fill. A route
// that is not here takes neither.
var valid = map[string]struct{ query, body, media string }{
	"GET /v1/match":       {query: "number=0201234567"},
	"GET /v1/name":        {query: "number=0201234567"},
	"GET /v1/lookup":      {query: "number=0201234567"},
	"POST /v1/lookup":     {body: `{"number":"0201234567"}`},
	"GET /3cx/lookup":     {query: "number=0201234567"},
	"POST /3cx/contacts":  {body: `{"number":"06 87654321","first":"Eva","last":"New"}`},
	"POST /3cx/journal":   {body: `{"type":"Inbound","number":"0201234567","agent":"201","duration":"00:01:05","start":"2026-11-20T13:00:00Z"}`},
	"GET /explain":        {query: "number=0201234567"},
	"POST /v1/calls":      {body: `{"call_id":"a","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"201"}}`},
	"GET /v1/calls/event": {query: "call_id=b&event=ringing&remote=0201234567&device=201"},
	"POST /v1/dial":       {body: `{"agent":"201","number":"020 123 4567"}`},
	"POST /links":         {body: `{"number":"06 12345678","name":"Dee"}`},
	"POST /v1/tenants":    {body: `{"name":"New","region":"NL"}`},
	"POST /v1/resellers":  {body: `{"name":"Partner"}`},
	"PUT /v1/tenants/by-external/:external": {body: `{"settings":{"name":"Bakery","region":"NL"},"systems":[{"name":"default","number-form":"e164"},{"name":"Shop"}],
		"people":[{"email":"baker@example.com","role":"agent","devices":[{"number":"201"}]}]}`},
	"PUT /v1/presets/:preset":                   {body: "PK", media: "application/zip"},
	"PATCH /v1/tenants/:tenant":                 {body: `{"language":"nl"}`},
	"POST /v1/operators/users":                  {body: `{"email":"new@example.com","role":"operator"}`},
	"PUT /v1/operators/users/:person/password":  {body: `{"password":"another long one"}`},
	"PUT /v1/operators/presets/:preset/options": {body: `{}`},
	"POST /systems":                             {body: `{"name":"Second","region":"DE"}`},
	"PATCH /systems/:system":                    {body: `{"area-code":"20"}`},
	"POST /users":                               {body: `{"email":"new@example.com","role":"agent","devices":[{"number":"201"}]}`},
	"PUT /users/:person/password":               {body: `{"password":"another long one"}`},
	"POST /keys":                                {body: `{"name":"Door","scopes":"match","rate":5}`},
	"POST /scripts":                             {body: `{"name":"Web","url":"https://web.example/?q=#(Caller number)"}`},
	"POST /integrations":                        {body: `{"name":"Second","preset":"csv","options":{"path":"IMPORTS/second.csv"}}`},
	"PATCH /integrations/:integration":          {body: `{"name":"Renamed","notification":[{"field":"DisplayName"}]}`},
	"POST /integrations/:integration/sync":      {body: `{"full":true}`},
	"POST /integrations/:integration/runs":      {body: `{"end":true,"records":0}`, media: push.MediaType},
	"POST /integrations/:integration/scripts":   {body: `{"name":"Mail","url":"mailto:$(Email)"}`},
}

// refusedForNow are requests that are understood and allowed, but have nothing to work on in the world of these tests.
var refusedForNow = map[string]int{
	"GET /v1/softphone": http.StatusUpgradeRequired,
	"POST /v1/operators/notices/:notice/acknowledge": http.StatusNotFound,
	"POST /integrations/:integration/accept":         http.StatusConflict,
	"POST /integrations/:integration/discard":        http.StatusConflict,
	"POST /integrations/:integration/rollback":       http.StatusConflict,
	"POST /integrations/:integration/authorize":      http.StatusConflict, // a file needs no sign-in
	"POST /integrations/:integration/runs":           http.StatusConflict, // it reads its own file
	"GET /integrations/:integration/watermark":       http.StatusConflict,
	"GET /integrations/:integration/choices/:option": http.StatusNotFound, // a file has none
	"PUT /v1/presets/:preset":                        http.StatusConflict, // it comes with the program
	"DELETE /v1/presets/:preset":                     http.StatusConflict,
	"GET /oauth/callback":                            http.StatusConflict, // nobody began to sign in
	"GET /integrations/:integration/file":            http.StatusConflict, // it reads a file on the server
	"PUT /integrations/:integration/file":            http.StatusConflict,
	"DELETE /integrations/:integration/file":         http.StatusConflict,
	"POST /integrations/:integration/file/preview":   http.StatusConflict,
}

// short is a route without what says whose it is: the same entry serves an admin's route and the operator's.
func (r route) short() string {
	for _, prefix := range []string{"/v1/tenants/:tenant/", "/v1/"} {
		if rest, ok := strings.CutPrefix(r.path, prefix); ok {
			if _, known := tenantRoute[r.method+" /"+rest]; known {
				return r.method + " /" + rest
			}
		}
	}
	return r.method + " " + r.path
}

// tenantRoute holds the routes below a tenant.
var tenantRoute = func() map[string]bool {
	all := map[string]bool{}
	for _, r := range new(API).tenantRoutes() {
		all[r.method+" "+r.path] = true
	}
	return all
}()

// fill makes a request of a route with the ids of c.
func (w *world) fill(r route, c *customer) request {
	script := c.script
	if strings.Contains(r.path, ":integration/") {
		script = c.button
	}
	path := strings.NewReplacer(
		":tenant", string(c.id), ":system", string(c.system), ":person", string(c.person), ":key", string(c.spare), ":script", string(script),
		":integration", string(c.integration), ":run", string(c.run), ":option", "path", ":notice", c.notice, ":preset", "csv", ":external", "bakery-1",
		":call", c.call, ":link", string(c.link),
	).Replace(r.path)
	v := valid[r.short()]
	if v.query != "" {
		path += "?" + v.query
	}
	req := request{method: r.method, path: path, body: strings.ReplaceAll(v.body, "IMPORTS", w.imports)}
	if v.media != "" {
		req.header = http.Header{"Content-Type": {v.media}}
	}
	return req
}

// allowed says which roles may use a route at all, on what is theirs. It is the whole matrix.
func allowed(r route, role string) bool {
	switch r.need {
	case needNothing:
		return true
	case needMatch:
		return role == "match" || role == "admin key"
	case needCalls:
		return role == "calls"
	case needDial:
		return role == "dial"
	case needCallList:
		return role == "calls" || role == "admin key" || role == "admin" || role == "agent"
	case needAdmin:
		return role == "admin key" || role == "admin" || role == "operator" && r.installation
	case needOperator:
		return role == "operator"
	}
	return false
}

// A1, A3, A4, A8, A9: every route × every role × own and other tenants. What is not allowed fails with 401, 403 or 404, has
// no effect, and tells nothing of the other tenant; what is allowed works.
func TestRouteMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	_, reseller := w.reseller()
	roles := map[string]credential{
		"nobody": {}, "match": a.match, "calls": a.calls, "calls in a URL": a.urlCalls, "dial": a.dial, "pop": a.pop, "agent": a.agent, "reseller": reseller,
		"other match": b.match, "other admin key": b.admin, "other admin": b.boss, "wrong key": {key: "rdx_" + strings.Repeat("a", 32)},
	}
	before := w.everythingOf(a)
	tried := 0
	for _, r := range w.routes() {
		for role, as := range roles {
			says := r.path == "/3cx/contacts" // it may say whose a number is, unless it stands in the URLs of desk phones
			tried++
			if says && role == "calls" {
				continue
			}
			req := w.fill(r, a)
			req.as = as
			got := w.do(req)
			if r.need == needNothing {
				continue
			}
			own := !strings.Contains(strings.NewReplacer(":preset", "", ":external", "").Replace(r.path), ":") // nothing in it names a tenant's thing
			switch {
			case strings.HasPrefix(role, "other") && own && allowed(r, strings.TrimPrefix(role, "other ")):
				// It is b's own request; the answer may hold nothing of a's.
			case role == "reseller" && own && r.need == needOperator && got.status < 300:
				// A list of what is the reseller's.
			case allowed(r, strings.TrimSuffix(role, " in a URL")) && (r.need == needCalls && !says || !strings.HasSuffix(role, " in a URL")):
				if status, ok := refusedForNow[r.short()]; ok && got.status == status {
					continue
				}
				if got.status >= 300 {
					t.Errorf("%s may not %s %s: %d %s", role, r.method, r.path, got.status, got.body)
				}
				continue
			case got.status != 401 && got.status != 403 && got.status != 404:
				t.Errorf("%s %s %s: %d %s", role, r.method, r.path, got.status, got.body)
			}
			if strings.HasSuffix(r.path, "/audit") {
				got.body = strings.ReplaceAll(got.body, string(a.id), "") // they asked for it themselves, and were refused
			}
			if strings.Contains(got.body, "anna") || strings.Contains(got.body, string(a.id)) {
				t.Errorf("%s %s %s tells of another tenant: %s", role, r.method, r.path, got.body)
			}
		}
	}
	if want := len(w.routes()) * len(roles); tried != want {
		t.Errorf("%d of %d cells tried", tried, want)
	}
	if diff := cmp.Diff(before, w.everythingOf(a)); diff != "" {
		t.Errorf("something of the tenant has changed (-before +after):\n%s", diff)
	}
}

// everythingOf is what an admin sees of a tenant, and its audit log without refusals: nothing can change without showing
// here.
func (w *world) everythingOf(c *customer) map[string]string {
	w.tb.Helper()
	all := map[string]string{}
	for _, path := range []string{"/v1/systems", "/v1/users", "/v1/links", "/v1/scripts", "/v1/integrations"} {
		got := w.get(c.boss, path)
		if got.status != 200 {
			w.tb.Fatalf("%s: %d %s", path, got.status, got.body)
		}
		all[path] = got.body
	}
	for _, e := range w.audit(c.id) {
		if e.Action != "refused" {
			all["audit"] += e.String() + "\n"
		}
	}
	return all
}

func (w *world) audit(t tenant.ID) []tenant.Entry {
	w.tb.Helper()
	entries, err := w.Directory.Audit(w.tb.Context(), t, 0, 1000)
	w.must(err)
	return entries
}

// A1: asking for what is another tenant's, or for what one's role may not do, stands in one's own audit log, and asking in
// a loop does not fill it. A misspelt name is nobody's business.
func TestAttemptsAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	before := len(w.audit(b.id))
	w.get(b.admin, "/v1/integrations/"+string(a.integration))
	w.get(b.agent, "/v1/keys")
	w.get(b.admin, "/v1/integrations/Contacs")
	entries := w.audit(b.id)[before:]
	if len(entries) != 2 || entries[0].Object != string(a.integration) || entries[0].Action != "refused" || entries[1].Actor != string(b.person) {
		t.Errorf("noted: %+v", entries)
	}
	for range 200 {
		w.get(b.admin, "/v1/integrations/"+string(a.integration))
	}
	if noted := len(w.audit(b.id)) - before; noted > 50 {
		t.Errorf("%d refusals noted", noted)
	}
}

// Each route does its work for whoever may use it, so that the refusals above are not those of a broken route, and answers
// as the OpenAPI document says. Each gets a world of its own.
func TestRoutesWork(t *testing.T) {
	t.Parallel()
	for _, r := range new(API).routes() {
		t.Run(r.method+" "+r.path, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.customer("anna", "")
			as := map[need]credential{needNothing: {}, needMatch: a.match, needCalls: a.calls, needDial: a.dial, needCallList: a.calls, needAdmin: a.admin, needOperator: w.operator()}[r.need]
			if strings.HasPrefix(r.path, "/v1/operators/users/:person") {
				_, a.person = w.person(w.Directory.Operator(), "second@example.com", tenant.RoleOperator)
			}
			req := w.fill(r, a)
			req.as = as
			got := w.do(req)
			want, conflict := refusedForNow[r.short()]
			if conflict && got.status != want || !conflict && got.status >= 300 {
				t.Errorf("%s %s: %d %s", req.method, req.path, got.status, got.body)
			}
			if !conflict {
				fits(t, r, got)
			}
			if _, byKey := keyScope(r.need); byKey {
				return
			}
			req.as, req.socket = credential{}, true
			if (r.need == needAdmin || r.need == needCallList) && !r.installation {
				if got := w.do(req); got.status != http.StatusForbidden {
					t.Errorf("without a tenant on the socket: %d %s", got.status, got.body)
				}
			} else if got := w.do(req); got.status == 401 || got.status == 403 {
				t.Errorf("the operator may not do it on the socket: %d %s", got.status, got.body)
			}
		})
	}
}

// A1: with b's admin credentials and a's tenant named nowhere, an id of a's in any position of the path, one at a time, the
// others being b's own, is not found.
func TestForeignIDInEachPosition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	operator := w.operator()
	account, reseller := w.reseller()
	below := w.customer("below", account)
	positions := map[string]func(to, from *customer){
		":tenant":      func(to, from *customer) { to.id = from.id },
		":system":      func(to, from *customer) { to.system = from.system },
		":person":      func(to, from *customer) { to.person = from.person },
		":key":         func(to, from *customer) { to.spare = from.spare },
		":script":      func(to, from *customer) { to.script, to.button = from.script, from.button },
		":integration": func(to, from *customer) { to.integration = from.integration },
		":call":        func(to, from *customer) { to.call = from.call },
		":link":        func(to, from *customer) { to.link = from.link },
		":run":         func(to, from *customer) { to.run = from.run },
	}
	before, tried := w.everythingOf(a), 0
	for _, r := range w.routes() {
		for position, put := range positions {
			if !strings.Contains(r.path+"/", position+"/") {
				continue
			}
			for name, who := range map[string]struct {
				own *customer
				as  credential
			}{"admin": {b, b.admin}, "reseller": {below, reseller}, "operator": {b, operator}} {
				if (r.need == needOperator) == (name == "admin") || name == "operator" && (position == ":tenant" || strings.Contains(r.path, "operators")) {
					continue
				}
				mixed := *who.own
				put(&mixed, a)
				req := w.fill(r, &mixed)
				req.as = who.as
				tried++
				if got := w.do(req); got.status != http.StatusNotFound {
					t.Errorf("%s with a foreign %s: %s %s: %d %s", name, position, req.method, r.path, got.status, got.body)
				}
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d cells were tried", tried)
	}
	if diff := cmp.Diff(before, w.everythingOf(a)); diff != "" {
		t.Errorf("something of the tenant has changed (-before +after):\n%s", diff)
	}
}

// A4: a route that does not say who may use it is used by nobody, and does not get through this test; the routes without
// any key are these.
func TestEveryRouteSaysWhoMayUseIt(t *testing.T) {
	t.Parallel()
	var open []string
	for _, r := range new(API).routes() {
		if r.need == needUnsaid {
			t.Errorf("%s %s does not say who may use it", r.method, r.path)
		}
		if (r.handle == nil) == (r.raw == nil) {
			t.Errorf("%s %s needs one handler", r.method, r.path)
		}
		if r.need == needNothing {
			open = append(open, r.path)
		}
	}
	want := []string{"/livez", "/readyz", "/version", "/openapi.json", "/oauth/callback"}
	if !slices.Equal(open, want) {
		t.Errorf("open to everybody: %v, want %v", open, want)
	}
	w := newWorld(t)
	a := w.customer("anna", "")
	e := w.router(w.fromNetwork)
	w.register(e, route{method: http.MethodGet, path: "/v1/new", handle: func(_ echoContext, _ asked) (any, error) { return "done", nil }}, w.fromNetwork)
	w.handler = e
	if got := w.get(a.admin, "/v1/new"); got.status < 400 {
		t.Errorf("a route without a rule answered %d %s", got.status, got.body)
	}
}

// A2, A3: whatever a client says of a tenant, in the query, a header or the body, the effect stays with the key's own.
func TestTenantComesFromTheKeyOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.customer("anna", ""), w.customer("bert", "")
	for _, name := range []string{"tenant", "tenant_id", "account", "Tenant", "system", "integration"} {
		got := w.do(request{
			method: http.MethodGet, path: "/v1/match?number=0201234567&" + name + "=" + string(a.id), as: b.match,
			header: http.Header{"X-Tenant": {string(a.id)}, "X-Tenant-Id": {string(a.id)}},
		})
		if names := got.names(t); names != "Ada bert" {
			t.Errorf("?%s=: %s, want Ada bert", name, names)
		}
	}
	before := w.everythingOf(a)
	for _, r := range w.routes() {
		if r.need != needAdmin || r.method == http.MethodGet || r.method == http.MethodDelete {
			continue
		}
		for _, member := range []string{"tenant", "account", "id", "role_of", "parent"} {
			req := w.fill(r, b)
			req.as, req.body = b.admin, `{"`+member+`":"`+string(a.id)+`"}`
			if valid[r.short()].body == "" {
				continue // it reads no body
			}
			got := w.do(req)
			if got.status == http.StatusConflict && refusedForNow[r.short()] == http.StatusConflict {
				continue // a record's id is not refused for itself
			}
			if got.status != http.StatusBadRequest && got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s %s with %q in the body: %d %s", r.method, r.path, member, got.status, got.body)
			}
		}
	}
	if diff := cmp.Diff(before, w.everythingOf(a)); diff != "" {
		t.Errorf("something of the tenant has changed (-before +after):\n%s", diff)
	}
}
