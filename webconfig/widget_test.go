package webconfig

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

var widgetCode = regexp.MustCompile(`id="hand-over"[^>]*>([a-z2-9]{4}-[a-z2-9]{4})<`)

// code is what the window shows once its agent has confirmed.
func (b *browser) code(c customer) string {
	b.w.t.Helper()
	got := b.post("/widget/" + string(c.id) + "/connect")
	found := widgetCode.FindStringSubmatch(got.body)
	if found == nil || got.Header.Get("Cross-Origin-Opener-Policy") != "unsafe-none" {
		b.w.t.Fatalf("no code: %d %v", got.StatusCode, got.Header)
	}
	return found[1]
}

// widgetOf types a code into a widget, and returns its cookie.
func (b *browser) widgetOf(c customer, code string) *http.Cookie {
	b.w.t.Helper()
	got := b.post("/widget/"+string(c.id)+"?clid=1", "code", code)
	if len(got.Cookies()) != 1 || got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/widget/"+string(c.id)+"?clid=1" {
		b.w.t.Fatalf("not connected: %d %v", got.StatusCode, got.Header)
	}
	return got.Cookies()[0]
}

// frame gets a page with a widget's cookie; Go's jar, unlike browsers, keeps no secure cookie for this machine.
func (w *world) frame(path string, c *http.Cookie) answer {
	return w.browser().send(http.MethodGet, path, nil, "Cookie", c.Name+"="+c.Value)
}

// TestWidgetOrigins guards that only pages the tenant lists may show its widget in a frame, and that no other page of ours may be
// shown in any (reliability row B12).
func TestWidgetOrigins(t *testing.T) {
	w := newWorld(t)
	c, other := w.customer("mine", ""), w.customer("other", "")
	_, err := w.Directory.SetAccount(t.Context(), command, c.id, map[string]string{"widget_origins": "https://crm.example.com, http://localhost:3000"})
	w.must(err)
	for path, want := range map[string]string{
		"/widget/" + string(c.id):                         "https://crm.example.com http://localhost:3000",
		"/widget/" + string(c.id) + "/events":             "https://crm.example.com http://localhost:3000",
		"/widget/" + string(other.id):                     "'none'",
		"/widget":                                         "'none'",
		"/widget/t_aaaaaaaaaaaaa":                         "'none'",
		"/widget/x":                                       "'none'",
		"/widget/" + string(w.Directory.Operator()):       "'none'",
		"/widget/" + string(c.id) + "/connect":            "'none'",
		"/agent":                                          "'none'",
		"/widget/" + string(c.id) + "/connect?x=/widget/": "'none'",
	} {
		got := w.signedInAs("agent@mine.example").get(path)
		if policy := got.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; frame-ancestors "+want) || !strings.HasPrefix(policy, "default-src 'none';") {
			t.Errorf("%s: %d %q", path, got.StatusCode, policy)
		}
	}
	_, err = w.Directory.SetAccount(t.Context(), command, c.id, map[string]string{"suspended": "true"})
	w.must(err)
	if got := w.browser().get("/widget/" + string(c.id)); got.StatusCode != http.StatusNotFound {
		t.Errorf("a suspended tenant's: %d", got.StatusCode)
	}
}

// TestWidgetSession guards that a widget is connected by a code of the agent's own that works once and soon, that its cookie is good
// for that agent's calls and nothing else, and the pages' session for nothing there (reliability rows A1, B8 to B10).
func TestWidgetSession(t *testing.T) {
	w := newWorld(t)
	c, other := w.customer("mine", ""), w.customer("other", "")
	at := "/widget/" + string(c.id)
	agent := w.signedInAs("agent@mine.example")
	if got := agent.get(at); !strings.Contains(got.body, `id="redeem"`) || strings.Contains(got.body, "agent@mine.example") {
		t.Error("the session of the pages was taken for the widget's")
	}
	if got := agent.get(at + "/events"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("the stream by the session of the pages: %d", got.StatusCode)
	}
	nobody := w.browser()
	for name, got := range map[string]answer{
		"another's widget": w.signedInAs("agent@other.example").post(at + "/connect"), "nobody": nobody.post(at + "/connect"),
		"a foreign page": agent.send(http.MethodPost, at+"/connect", url.Values{}, "Sec-Fetch-Site", "cross-site"),
	} {
		if got.StatusCode == http.StatusOK || widgetCode.MatchString(got.body) {
			t.Errorf("%s got a code: %d", name, got.StatusCode)
		}
	}
	code := agent.code(c)
	for name, got := range map[string]answer{
		"a wrong code":     nobody.post(at, "code", "aaaa-aaaa"),
		"no code":          nobody.post(at, "code", ""),
		"a foreign page's": nobody.send(http.MethodPost, at, url.Values{"code": {code}}, "Sec-Fetch-Site", "cross-site"),
	} {
		if len(got.Cookies()) > 0 {
			t.Errorf("%s connected the widget", name)
		}
	}
	cookie := nobody.widgetOf(c, strings.ToUpper(code))
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteNoneMode || !cookie.Partitioned || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the cookie: %v", cookie)
	}
	if got := nobody.post(at, "code", code); len(got.Cookies()) > 0 {
		t.Error("a code worked twice")
	}
	late, foreign := agent.code(c), agent.code(c)
	if got := nobody.post("/widget/"+string(other.id), "code", foreign); len(got.Cookies()) > 0 {
		t.Error("a code connected another tenant's widget")
	}
	w.pass(codeLife)
	if got := nobody.post(at, "code", late); len(got.Cookies()) > 0 {
		t.Error("an old code worked")
	}
	if got := w.frame(at, cookie); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "agent@mine.example") {
		t.Fatalf("connected: %d", got.StatusCode)
	}
	if got := w.frame("/widget/"+string(other.id), cookie); strings.Contains(got.body, "agent@mine.example") || !strings.Contains(got.body, `id="redeem"`) {
		t.Error("another tenant's widget shows mine")
	}
	for _, r := range w.routes() {
		if r.need == needNobody || r.need == needWidget || r.long {
			continue
		}
		for _, name := range []string{cookie.Name, "ringdex", "__Host-ringdex"} {
			got := nobody.send(r.method, filled(strings.Replace(r.path, ":reseller", "x", 1), c), url.Values{}, "Sec-Fetch-Site", "same-origin", "Cookie", name+"="+cookie.Value)
			if got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s %s with the widget's cookie as %s: %d", r.method, r.path, name, got.StatusCode)
			}
		}
	}
	session := *agent.cookie()
	if got := w.frame(at, &http.Cookie{Name: cookie.Name, Value: session.Value}); strings.Contains(got.body, "agent@mine.example") {
		t.Error("the session of the pages was taken under the widget's name")
	}
}

// TestWidgetEnds guards that a widget ends when its agent says so, everywhere at once or there alone, with the password, with the
// person and with time (reliability rows A11, A12).
func TestWidgetEnds(t *testing.T) {
	w := newWorld(t)
	c := w.customer("mine", "")
	at := "/widget/" + string(c.id)
	agent := w.signedInAs("agent@mine.example")
	connected := func() *http.Cookie { return w.browser().widgetOf(c, agent.code(c)) }
	works := func(k *http.Cookie) bool { return strings.Contains(w.frame(at, k).body, "agent@mine.example") }
	ends := func(how string, k *http.Cookie, end func()) {
		t.Helper()
		if !works(k) {
			t.Fatalf("%s: it never worked", how)
		}
		end()
		if works(k) {
			t.Errorf("%s: it still works", how)
		}
	}
	one, two := connected(), connected()
	account := agent.get("/account").body
	ids := regexp.MustCompile(`(?s)>widget</span></th>.*?/account/sessions/([0-9a-f]{16})/end`).FindStringSubmatch(account)
	if ids == nil || strings.Count(account, ">widget</span>") != 2 {
		t.Fatalf("the account page lists no widget:\n%s", account)
	}
	agent.post("/account/sessions/" + ids[1] + "/end")
	if works(one) == works(two) {
		t.Error("ending one widget ended not one")
	}
	three := connected()
	ends("disconnected", three, func() {
		w.browser().send(http.MethodPost, at+"/disconnect", url.Values{}, "Sec-Fetch-Site", "same-origin", "Cookie", three.Name+"="+three.Value)
	})
	four := connected()
	ends("over", four, func() { w.pass(widgetLimit) })
	agent = w.signedInAs("agent@mine.example")
	five := connected()
	ends("signed out everywhere", five, func() { agent.post("/account/sign-out-everywhere") })
	agent = w.signedInAs("agent@mine.example")
	six := connected()
	ends("another password", six, func() {
		w.must(w.Directory.SetPassword(t.Context(), command, c.id, c.agent.ID, tenant.NewSecret(password)))
	})
	agent = w.signedInAs("agent@mine.example")
	seven := connected()
	ends("removed", seven, func() { w.must(w.Directory.RemovePerson(t.Context(), command, c.id, c.agent.ID)) })
}

// TestWidgetCards guards that a widget shows its agent's calls and the number the page around it told, once, and offers nothing that
// would change something.
func TestWidgetCards(t *testing.T) {
	w, c, _ := popWorld(t)
	_, err := w.Directory.SetPerson(t.Context(), command, c.id, c.agent.ID, func(p *tenant.Person) error {
		p.Devices = []tenant.Device{{Number: "201"}}
		return nil
	})
	w.must(err)
	k := w.browser().widgetOf(c, w.signedInAs("agent@mine.example").code(c))
	at := "/widget/" + string(c.id)
	for query, want := range map[string]string{
		"clid=0201234567&direction=inbound&callid=4711&activity=ringing": "Ada",
		"clid=+31201234567":                        "Ada",
		"clid=0201234567&activity=talking":         "Answered",
		"clid=0201234568":                          "1 other contact",
		"clid=0201234569&direction=outbound":       "Unknown caller",
		"clid=anonymous":                           "Number withheld",
		"clid=":                                    "Number withheld",
		"clid=303":                                 "Internal call",
		"clid=%3Cscript%3Ealert(1)%3C/script%3E":   "No phone number",
		"clid=" + strings.Repeat("1", 600):         "No phone number",
		"direction=x&callid=x&activity=x&clidx=02": "No call at the moment",
	} {
		got := w.frame(at+"?"+query, k)
		if got.StatusCode != http.StatusOK || !strings.Contains(got.body, want) || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: %d\n%s", query, got.StatusCode, got.body)
		}
		if forms := strings.Count(got.body, "<form"); forms != 1 || strings.Contains(got.body, "/agent/") {
			t.Errorf("%s: %d forms, one disconnects", query, forms)
		}
	}
	take := func(id, number, device string) {
		_, err := w.Calls.Take(t.Context(), calls.Event{
			Tenant: c.id, CallID: id, Kind: calls.KindRinging, Caller: calls.Party{Number: number}, Device: calls.Party{Number: device}, Start: w.now().Add(-time.Second),
		})
		w.must(err)
	}
	take("1", "0201234567", "201")
	take("2", "0201234568", "202")
	got := w.frame(at+"?clid=0201234567", k)
	if n := strings.Count(got.body, "data-call="); n != 1 || !strings.Contains(got.body, "Ada") || strings.Contains(got.body, "Bea") {
		t.Errorf("%d cards:\n%s", n, got.body)
	}
}

// TestWidgetNotCompressed guards that the size of a widget, which other sites can make a browser ask for with a number of theirs, tells
// nothing of the calls beside it.
func TestWidgetNotCompressed(t *testing.T) {
	w := newWorld(t)
	c := w.customer("mine", "")
	w.must(w.device(c, "201"))
	w.rings(c, "1")
	cookie := w.browser().widgetOf(c, w.signedInAs("agent@mine.example").code(c))
	got := w.browser().send(http.MethodGet, "/widget/"+string(c.id)+"?clid=1", nil, "Cookie", cookie.Name+"="+cookie.Value, "Accept-Encoding", "gzip")
	if got.Header.Get("Content-Encoding") != "" || len(got.body) < worthIt || !strings.Contains(got.body, "agent@mine.example") {
		t.Errorf("%v, %d bytes", got.Header, len(got.body))
	}
}
