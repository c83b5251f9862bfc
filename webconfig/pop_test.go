package webconfig

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/setup"
	"github.com/ringdex/ringdex/tenant"
)

// popWorld is a tenant whose contacts pop up, with a log that keeps everything.
func popWorld(t *testing.T) (*world, customer, *bytes.Buffer) {
	log := &bytes.Buffer{}
	w := newWorld(t, func(d *Deps) {
		d.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c := w.customer("mine", "")
	w.contacts(c.id, "Name,Company,Phone\nAda,Muster AG,020 123 4567\nBea,Muster AG,020 123 4568\nCas,Bakery,020 123 4568\n",
		tenant.Script{Name: "Mail", URL: "mailto:x@crm.example?subject=$(DisplayName)"},
		tenant.Script{Name: "Open", URL: "https://crm.example/?who=$(DisplayName)&agent=#(Agent email)&at=#(Device number)&id=#(Call id)", Pop: true})
	return w, c, log
}

// contacts makes an integration of a spreadsheet with those scripts.
func (w *world) contacts(t tenant.ID, csv string, scripts ...tenant.Script) tenant.Integration {
	w.t.Helper()
	ctx := w.t.Context()
	i, err := w.Setup.Add(ctx, command, t, setup.Draft{Name: "Sheet", Preset: "csv"})
	w.must(err)
	_, err = w.Setup.Upload(ctx, t, i.ID, "sheet.csv", strings.NewReader(csv))
	w.must(err)
	w.must(w.Setup.UseUpload(ctx, command, t, i.ID))
	i, err = w.Directory.SetIntegration(ctx, command, t, i.ID, func(i *tenant.Integration) error {
		for n := range scripts {
			scripts[n].ID = tenant.NewScriptID()
		}
		i.Scripts = scripts
		return nil
	})
	w.must(err)
	id, err := w.Jobs.Sync(ctx, refOf(i), jobs.Full, jobs.Manual)
	w.must(err)
	if run, err := w.Jobs.Wait(ctx, refOf(i), id); err != nil || run.State != jobs.Succeeded {
		w.t.Fatalf("sync: %+v, %v", run, err)
	}
	return i
}

var popAddress = regexp.MustCompile(`/pop/rdx_[a-z2-7]{32}`)

// address is what a page shows this once.
func (w *world) address(a answer) string {
	w.t.Helper()
	found := popAddress.FindString(a.body)
	if a.StatusCode != http.StatusOK || found == "" {
		w.t.Fatalf("no address was made: %d", a.StatusCode)
	}
	return found
}

// TestPop guards that an address opens the page of the one who calls without asking, asks where it may be several, and says who
// called where nobody is known; that what is no caller never becomes somebody (reliability rows A11, B4).
func TestPop(t *testing.T) {
	w, c, _ := popWorld(t)
	_, err := w.Directory.SetPerson(t.Context(), command, c.id, c.agent.ID, func(p *tenant.Person) error {
		p.Devices = []tenant.Device{{Number: "201"}}
		return nil
	})
	w.must(err)
	at := w.address(w.signedInAs("agent@mine.example").post("/account/addresses", "name", "Softphone"))
	nobody := w.browser()
	const ada = "https://crm.example/?who=Ada&agent=agent%40mine.example&at="
	for name, tt := range map[string]struct {
		query  string
		status int
		want   string // where to, or on the page
	}{
		"somebody":           {"number=0201234567", 303, ada + "201&id="},
		"as phones write it": {"number=%2B31201234567", 303, ada + "201&id="},
		"a plus as a blank":  {"number=+31201234567", 303, ada + "201&id="},
		"a SIP address":      {"number=sip:+31201234567@10.0.0.1;user=phone", 303, ada + "201&id="},
		"another name":       {"phoneNumber=0201234567&call_id=a%20b&device_number=202", 303, ada + "202&id=a%20b"},
		"several":            {"number=0201234568", 200, "Several contacts"},
		"nobody":             {"number=0201234569", 200, "Amsterdam"},
		"withheld":           {"number=", 200, "Number withheld"},
		"anonymous":          {"number=anonymous", 200, "Number withheld"},
		"internal":           {"number=303", 200, "Internal call"},
		"own device":         {"number=201", 200, "Your own number"},
		"a placeholder":      {"number=%CallerNumber%", 200, "No phone number"},
		"no number":          {"call_id=1", 400, "does not say which number"},
		"too long":           {"number=" + strings.Repeat("1", 600), 400, "longer than any phone number"},
	} {
		got := nobody.get(at + "?" + tt.query)
		to := got.Header.Get("Location")
		if got.StatusCode != tt.status || tt.status == 303 && to != tt.want || tt.status != 303 && (to != "" || !strings.Contains(got.body, tt.want)) {
			t.Errorf("%s: %d %q\n%s", name, got.StatusCode, to, got.body)
		}
		if got.Header.Get("Referrer-Policy") != "no-referrer" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", name, got.Header)
		}
	}
	several := nobody.get(at + "?number=0201234568").body
	if !strings.Contains(several, `href="https://crm.example/?who=Cas`) || !strings.Contains(several, `href="https://crm.example/?who=Bea`) || strings.Contains(several, "Ada") {
		t.Errorf("the choice:\n%s", several)
	}
	if got := nobody.get(at + "?number=0201234569"); !strings.Contains(got.body, `href="https://x.example/?q=0201234569"`) || !strings.Contains(got.body, "020 1234569") && !strings.Contains(got.body, "0201234569") {
		t.Errorf("nobody is known:\n%s", got.body)
	}
	_, err = w.Directory.AddScript(t.Context(), command, c.id, tenant.Script{Name: "New", URL: "https://crm.example/new?n=#(Caller number|e164)", When: tenant.WhenNoMatch, Pop: true})
	w.must(err)
	if got := nobody.get(at + "?number=0201234569"); got.Header.Get("Location") != "https://crm.example/new?n=%2B31201234569" {
		t.Errorf("with a script for nobody: %d %q", got.StatusCode, got.Header.Get("Location"))
	}
	if got := nobody.get(at + "?number=anonymous"); got.StatusCode != 200 {
		t.Errorf("a withheld number opened %q", got.Header.Get("Location"))
	}
}

// TestPopOnlyWeb guards that a browser is sent to pages only: what opens another program waits for a click, and is a whole link.
func TestPopOnlyWeb(t *testing.T) {
	w := newWorld(t)
	c := w.customer("mine", "")
	w.contacts(c.id, "Name,Phone\nAda,020 123 4567\n", tenant.Script{Name: "Call back", URL: "tel:#(Caller number|e164)", Pop: true})
	at := w.address(w.signedInAs("agent@mine.example").post("/account/addresses"))
	got := w.browser().get(at + "?number=0201234567")
	if got.StatusCode != 200 || !strings.Contains(got.body, `href="tel:&#43;31201234567" rel="noopener noreferrer"`) && !strings.Contains(got.body, `href="tel:+31201234567" rel="noopener noreferrer"`) {
		t.Errorf("%d %q\n%s", got.StatusCode, got.Header.Get("Location"), got.body)
	}
	for _, bad := range []string{"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "data:text/html,x", "java\tscript:x", "//evil.example", "x", ""} {
		if link(bad) != "#" || pageURL(bad) != "" {
			t.Errorf("%q became %q, %q", bad, link(bad), pageURL(bad))
		}
	}
}

// TestPopKeys guards that an address does nothing but pop, only for its tenant and with its phone system's form of numbers, ends when
// it is revoked or its person goes, is held to a rate, and is written nowhere (reliability rows A1, B2, B18).
func TestPopKeys(t *testing.T) {
	w, c, log := popWorld(t)
	other := w.customer("other", "")
	w.contacts(other.id, "Name,Phone\nEvil,020 123 4567\n", tenant.Script{Name: "Open", URL: "https://evil.example/", Pop: true})
	agent, admin := w.signedInAs("agent@mine.example"), w.signedInAs("admin@mine.example")
	own := w.address(agent.post("/account/addresses", "name", "Softphone"))
	if strings.Contains(agent.get("/account").body, own) || !strings.Contains(agent.get("/account").body, "Softphone") {
		t.Error("the page shows the address again, or not that there is one")
	}
	digits, err := w.Directory.SetSystem(t.Context(), command, c.id, tenant.SystemID(c.ids["system"]), map[string]string{"number-form": "e164_digits"})
	w.must(err)
	shared := w.address(admin.post("/systems/"+string(digits.ID)+"/keys", "name", "Room", "scope", "pop"))
	if got := admin.get("/systems/" + string(digits.ID)); strings.Contains(got.body, shared) || !strings.Contains(got.body, "Room") {
		t.Error("an admin's address is shown again, or not listed")
	}
	if got := admin.post("/systems/"+string(digits.ID)+"/keys", "name", "Both", "scope", "pop", "scope", "match"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an address that may more: %d", got.StatusCode)
	}
	nobody := w.browser()
	for _, at := range []string{own + "?number=0201234567", shared + "?number=31201234567"} {
		if got := nobody.get(at); !strings.HasPrefix(got.Header.Get("Location"), "https://crm.example/?who=Ada") {
			t.Errorf("%s: %d %q", at, got.StatusCode, got.Header.Get("Location"))
		}
	}
	_, match, err := w.Directory.AddKey(t.Context(), command, tenant.Key{Tenant: c.id, Scopes: tenant.ScopeMatch, URLKey: true})
	w.must(err)
	for name, at := range map[string]string{"a key to ask": "/pop/" + match, "nonsense": "/pop/x", "another's": "/pop/rdx_" + strings.Repeat("a", 32)} {
		if got := nobody.get(at + "?number=0201234567"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "not valid any more") {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	token := strings.TrimPrefix(own, "/pop/")
	for _, r := range w.routes() { // no page takes it for a sign-in
		if r.need == needNobody || r.need == needWidget || r.method != http.MethodGet || r.long {
			continue
		}
		got := nobody.send(r.method, filled(strings.Replace(r.path, ":reseller", "nothing", 1), c)+"?key="+token+"&number=0201234567", nil, "Authorization", "Bearer "+token)
		if got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s with an address's key: %d", r.path, got.StatusCode)
		}
	}
	if got := admin.post("/account/addresses/" + keyOf(agent) + "/revoke"); got.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else revoked it: %d", got.StatusCode)
	}
	agent.post("/account/addresses/" + keyOf(agent) + "/revoke")
	if got := nobody.get(own + "?number=0201234567"); got.StatusCode != http.StatusNotFound {
		t.Errorf("after it was revoked: %d", got.StatusCode)
	}
	again := w.address(agent.post("/account/addresses"))
	w.must(w.Directory.RemovePerson(t.Context(), command, c.id, c.agent.ID))
	if got := nobody.get(again + "?number=0201234567"); got.StatusCode != http.StatusNotFound {
		t.Errorf("after its person went: %d", got.StatusCode)
	}
	wait := time.Second
	w.Ask = func(context.Context, tenant.Access, *recognition.Question) (*recognition.Answer, time.Duration, error) {
		return nil, wait, errors.New("the store is down")
	}
	if got := nobody.get(shared + "?number=31201234567"); got.StatusCode != http.StatusInternalServerError || !strings.Contains(log.String(), "the store is down") {
		t.Errorf("with an error: %d", got.StatusCode)
	}
	w.Ask = func(context.Context, tenant.Access, *recognition.Question) (*recognition.Answer, time.Duration, error) {
		return nil, wait, nil
	}
	if got := nobody.get(shared + "?number=31201234567"); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "1" {
		t.Errorf("asked too often: %d, %q", got.StatusCode, got.Header.Get("Retry-After"))
	}
	for _, secret := range []string{own, shared, again, "201234567"} {
		if strings.Contains(log.String(), strings.TrimPrefix(secret, "/pop/")) {
			t.Errorf("%s stands in the log:\n%s", secret, log)
		}
	}
}

// keyOf is the id of the only address on somebody's account page.
func keyOf(b *browser) string {
	found := regexp.MustCompile(`/account/addresses/(k_[a-z2-7]+)/revoke`).FindStringSubmatch(b.get("/account").body)
	if found == nil {
		b.w.t.Fatal("the account page lists no address")
	}
	return url.PathEscape(found[1])
}
