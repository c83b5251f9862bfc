package webconfig

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/tenant"
)

// What whoever comes may use, and what agents may: a new route of these has to be named here too (reliability rows A4, A9).
var (
	forNobody = []string{
		"/manifest.webmanifest",
		"/sign-in", "/sign-out", "/password/:token", "/forgotten", "/enter/:token", "/sign-in/oidc", "/sign-in/oidc/callback",
		"/pop/:token", "/oauth/callback", "/preset-icons/:preset/:hash",
	}
	forAgents = []string{"/", "/account", "/agent", "/calls", "/pop", "/widget", "/dial"}
)

func below(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return path == root || root != "/" && strings.HasPrefix(path, root+"/") || strings.HasPrefix(path, root+".")
	})
}

var parameter = regexp.MustCompile(`:([a-z_]+)`)

// filled is a path with the ids of a customer in it.
func filled(path string, c customer) string {
	return parameter.ReplaceAllStringFunc(path, func(name string) string {
		if id, ok := c.ids[name[1:]]; ok {
			return id
		}
		return "nothing"
	})
}

// TestRoutesSayWho guards that no route forgets to say who may use it, and that few are for everybody.
func TestRoutesSayWho(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.routes() {
		switch r.need {
		case needUnsaid:
			t.Errorf("%s %s does not say who may use it", r.method, r.path)
		case needWidget:
			if !below(r.path, []string{"/widget"}) {
				t.Errorf("%s %s goes by the widget's cookie", r.method, r.path)
			}
		case needNobody:
			if !slices.Contains(forNobody, r.path) {
				t.Errorf("%s %s is for whoever comes; name it here if that is meant", r.method, r.path)
			}
		case needPerson, needAgent:
			if !below(r.path, forAgents) {
				t.Errorf("%s %s is for agents; name it here if that is meant", r.method, r.path)
			}
		case needManager, needAdmin, needAbove, needOperator:
		}
		if r.method != http.MethodGet && r.method != http.MethodPost {
			t.Errorf("%s %s: forms send GET and POST", r.method, r.path)
		}
	}
}

// TestRights guards each cell of role × route: nobody gets past the sign-in, an agent nowhere an admin belongs, an admin nowhere
// the operator belongs, and nobody into another's tenant.
func TestRights(t *testing.T) {
	w := newWorld(t)
	reseller, err := w.Directory.AddReseller(t.Context(), command, map[string]string{"name": "Reseller"})
	w.must(err)
	mine, other := w.customer("mine", reseller.ID), w.customer("other", "")
	w.person(reseller.ID, "reseller@x.example", tenant.RoleReseller)
	w.person(w.Directory.Operator(), "operator@x.example", tenant.RoleOperator)
	browsers := map[string]*browser{
		"nobody": w.browser(), "agent": w.signedInAs("agent@mine.example"), "admin": w.signedInAs("admin@mine.example"),
		"reseller": w.signedInAs("reseller@x.example"), "operator": w.signedInAs("operator@x.example"),
	}
	for _, r := range w.routes() {
		if r.need == needNobody || r.need == needWidget || strings.HasPrefix(r.path, "/account/") || r.long {
			continue
		}
		for role, b := range browsers {
			ask := func(c customer) answer {
				if r.method == http.MethodPost {
					return b.post(filled(r.path, c))
				}
				return b.get(filled(r.path, c))
			}
			may := map[string]bool{
				"agent":    r.need == needPerson || r.need == needAgent,
				"admin":    r.need == needPerson || r.need == needAgent || r.need == needAdmin || r.need == needManager,
				"reseller": r.need == needPerson || r.need == needManager || r.need == needAbove,
				"operator": r.need == needPerson || r.need == needManager || r.need == needAbove || r.need == needOperator,
			}[role]
			if may {
				continue
			}
			got := ask(mine)
			switch to := got.Header.Get("Location"); {
			case role == "nobody" && got.StatusCode == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in"):
			case (role == "reseller" || role == "operator") && got.StatusCode == http.StatusSeeOther && to == "/tenants":
			case role != "nobody" && got.StatusCode == http.StatusForbidden && strings.Contains(got.body, "Help desk"):
			default:
				t.Errorf("%s: %s %s: %d to %q", role, r.method, r.path, got.StatusCode, to)
			}
		}
		own := r.path != "/presets/:preset" && parameter.MatchString(r.path)
		if !own {
			continue
		}
		for _, role := range []string{"admin", "reseller"} { // with the ids of a tenant that is not theirs
			got := browsers[role].send(r.method, filled(r.path, other), url.Values{}, "Sec-Fetch-Site", "same-origin")
			if got.StatusCode < 300 || strings.Contains(got.body, "of other") || strings.Contains(got.body, "@other.example") {
				t.Errorf("%s of another: %s %s: %d", role, r.method, r.path, got.StatusCode)
			}
		}
	}
	if p, err := w.Directory.Person(t.Context(), other.id, other.agent.ID); err != nil || p.Email != "agent@other.example" {
		t.Errorf("the other tenant's agent: %v, %v", p.Email, err)
	}
}

// TestVisitorStaysInside guards that a reseller who works in a tenant reaches nothing of another reseller's by any id in any path.
func TestVisitorStaysInside(t *testing.T) {
	w := newWorld(t)
	reseller, err := w.Directory.AddReseller(t.Context(), command, map[string]string{"name": "Reseller"})
	w.must(err)
	rival, err := w.Directory.AddReseller(t.Context(), command, map[string]string{"name": "Rival"})
	w.must(err)
	mine, other := w.customer("mine", reseller.ID), w.customer("other", rival.ID)
	w.person(reseller.ID, "reseller@x.example", tenant.RoleReseller)
	b := w.signedInAs("reseller@x.example")
	tried := 0
	for _, r := range w.routes() {
		if r.need == needNobody || r.need == needWidget || r.path == "/presets/:preset" || strings.HasPrefix(r.path, "/account/") || !parameter.MatchString(r.path) {
			continue
		}
		b.post("/tenants/" + string(mine.id) + "/enter")
		tried++
		got := b.send(r.method, filled(r.path, other), url.Values{"name": {"Taken"}, "region": {"NL"}}, "Sec-Fetch-Site", "same-origin")
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d to %q", r.method, r.path, got.StatusCode, got.Header.Get("Location"))
		}
	}
	a, err := w.Directory.Account(t.Context(), other.id)
	if err != nil || a.Name != "other" || a.Parent != rival.ID || tried < 50 {
		t.Errorf("the rival's tenant after %d tries: %+v, %v", tried, a, err)
	}
	for _, path := range []string{"/tenants", "/tenants?search=other", "/audit", "/notices?only=all", "/people"} {
		if got := b.get(path); strings.Contains(got.body, string(other.id)) || strings.Contains(got.body, "@other.example") || strings.Contains(got.body, "Rival") {
			t.Errorf("%s tells of the rival", path)
		}
	}
}

// TestReseller guards that a reseller works in its own tenants only, for an hour, in the tenant's own log, and under a new session
// (reliability rows A8, A13, B8).
func TestReseller(t *testing.T) {
	w := newWorld(t)
	reseller, err := w.Directory.AddReseller(t.Context(), command, map[string]string{"name": "Reseller"})
	w.must(err)
	mine, other := w.customer("mine", reseller.ID), w.customer("other", "")
	w.person(reseller.ID, "reseller@x.example", tenant.RoleReseller)
	b := w.signedInAs("reseller@x.example")
	if got := b.get("/tenants"); !strings.Contains(got.body, "mine") || strings.Contains(got.body, "other") {
		t.Error("the list of tenants is not the reseller's")
	}
	if got := b.post("/tenants/" + string(other.id) + "/enter"); got.StatusCode != http.StatusNotFound {
		t.Errorf("entered another's tenant: %d", got.StatusCode)
	}
	before := b.cookie()
	if got := b.post("/tenants/" + string(mine.id) + "/enter"); got.Header.Get("Location") != "/" {
		t.Fatalf("enter: %d", got.StatusCode)
	}
	if b.cookie().Value == before.Value {
		t.Error("the session kept its token")
	}
	if got := b.get("/"); !strings.Contains(got.body, "CRM of mine") {
		t.Error("the tenant's page does not show it")
	}
	entries, _, err := w.Directory.AuditBack(t.Context(), mine.id, 0, 5, func(e tenant.Entry) bool { return e.Action == "session.enter" })
	if err != nil || len(entries) != 1 || entries[0].Name != "reseller@x.example" {
		t.Errorf("the tenant's log: %v, %v", entries, err)
	}
	w.must(w.Directory.MoveAccount(t.Context(), command, mine.id, ""))
	if got := b.get("/settings"); got.Header.Get("Location") != "/tenants" {
		t.Errorf("after the tenant was taken away: %d %q", got.StatusCode, got.Header.Get("Location"))
	}
	w.must(w.Directory.MoveAccount(t.Context(), command, mine.id, reseller.ID))
	b.post("/tenants/" + string(mine.id) + "/enter")
	w.pass(workingLimit)
	if got := b.get("/settings"); got.Header.Get("Location") != "/tenants" {
		t.Errorf("after an hour: %d", got.StatusCode)
	}
}
