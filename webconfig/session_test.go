package webconfig

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/jobs/mail"
	"github.com/ringdex/ringdex/jobs/mail/mailtest"
	"github.com/ringdex/ringdex/jobs/notice"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

func (b *browser) isIn() bool { return b.get("/account").StatusCode == http.StatusOK }

// TestSessionEnds guards that a session is over when it should be, also for whoever copied it (reliability rows B8, B9, A12).
func TestSessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end func(w *world, c customer, b *browser)
		in  bool // it is still good
	}{
		"nothing happens": {func(*world, customer, *browser) {}, true},
		"signed out":      {func(_ *world, _ customer, b *browser) { b.post("/sign-out") }, false},
		"everywhere": {func(w *world, _ customer, _ *browser) {
			w.signedInAs("admin@acme.example").post("/account/sign-out-everywhere")
		}, false},
		"idle": {func(w *world, _ customer, _ *browser) { w.pass(idleLimit + time.Second) }, false},
		"in use": {func(w *world, _ customer, b *browser) {
			w.pass(idleLimit / 2)
			b.isIn()
			w.pass(idleLimit/2 + time.Minute)
		}, true},
		"password changed": {func(w *world, c customer, _ *browser) {
			w.must(w.Directory.SetPassword(w.t.Context(), command, c.id, c.admin.ID, tenant.NewSecret("another password")))
		}, false},
		"removed": {func(w *world, c customer, _ *browser) {
			w.must(w.Directory.RemovePerson(w.t.Context(), command, c.id, c.admin.ID))
		}, false},
		"suspended": {func(w *world, c customer, _ *browser) {
			_, err := w.Directory.SetAccount(w.t.Context(), command, c.id, map[string]string{"suspended": "true"})
			w.must(err)
		}, false},
		"one ended from another": {func(w *world, c customer, b *browser) {
			list, err := w.kept.of(w.t.Context(), c.admin.ID, "")
			w.must(err)
			w.signedInAs("admin@acme.example").post("/account/sessions/" + list[0].ID + "/end")
		}, false},
		"another's session": {func(w *world, c customer, b *browser) {
			list, err := w.kept.of(w.t.Context(), c.admin.ID, "")
			w.must(err)
			w.signedInAs("agent@acme.example").post("/account/sessions/" + list[0].ID + "/end")
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			acme := w.customer("acme", "")
			b := w.signedInAs("admin@acme.example")
			copied := w.replay(b.cookie())
			if !copied.isIn() {
				t.Fatal("the session is not good at first")
			}
			c.end(w, acme, b)
			if copied.isIn() != c.in {
				t.Errorf("good afterwards: %v", !c.in)
			}
		})
	}
}

// TestSessionFixed guards that a token somebody had before signing in, or with a lower role, is worth nothing afterwards, and that
// neither token nor content lies in the store (reliability row B8).
func TestSessionFixed(t *testing.T) {
	w := newWorld(t)
	acme := w.customer("acme", "")
	b := w.signedInAs("agent@acme.example")
	first := b.cookie()
	b.post("/sign-in", "email", "agent@acme.example", "password", password)
	if second := b.cookie(); second.Value == first.Value || w.replay(first).isIn() {
		t.Error("signing in again kept the token")
	}
	agent := b.cookie()
	_, err := w.Directory.SetPerson(t.Context(), command, acme.id, acme.agent.ID, func(p *tenant.Person) error { p.Role = tenant.RoleAdmin; return nil })
	w.must(err)
	if !b.isIn() || b.cookie().Value == agent.Value || w.replay(agent).isIn() {
		t.Error("a new role kept the token")
	}
	w.must(w.Store.View(t.Context(), func(r store.Reader) error {
		for pair, err := range r.Scan([]byte("web/"), nil) {
			w.must(err)
			if bytes.Contains(pair.Value, []byte("acme")) || bytes.Contains(append(pair.Key, pair.Value...), []byte(b.cookie().Value)) {
				t.Errorf("%s shows what it holds", pair.Key)
			}
		}
		return nil
	}))
	w.pass(absoluteLimit)
	w.kept.swept.Store(0)
	w.signedInAs("admin@acme.example")
	count := 0
	w.must(w.Store.View(t.Context(), func(r store.Reader) error {
		for range r.Scan([]byte(sessionKeys), nil) {
			count++
		}
		return nil
	}))
	if count != 1 {
		t.Errorf("%d sessions are kept, of which one is good", count)
	}
}

// TestCookie guards how the session travels: out of reach of scripts, foreign sites and plain HTTP; on this machine without TLS under
// a plain name.
func TestCookie(t *testing.T) {
	for public, want := range map[string]string{
		"https://ringdex.example": "__Host-ringdex=; Path=/; HttpOnly; Secure; SameSite=Lax",
		"http://localhost:8080":   "ringdex=; Path=/; HttpOnly; SameSite=Lax",
	} {
		w := newWorld(t, func(d *Deps) { d.PublicURL = public })
		w.customer("acme", "")
		r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader(url.Values{"email": {"admin@acme.example"}, "password": {password}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = strings.TrimPrefix(strings.TrimPrefix(public, "https://"), "http://")
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		set := rec.Header().Get("Set-Cookie")
		name, rest, _ := strings.Cut(set, "=")
		_, rest, _ = strings.Cut(rest, ";")
		if got := name + "=;" + rest; got != want {
			t.Errorf("%s: %q, want %q", public, got, want)
		}
	}
}

// TestPlainHTTP guards that nobody types a password into a page that came over plain HTTP from another machine, and is told why.
func TestPlainHTTP(t *testing.T) {
	w := newWorld(t)
	w.customer("acme", "")
	b := w.browser()
	for host, works := range map[string]bool{
		"localhost:8080": true, "127.0.0.1:1": true, "[::1]:8080": true, "192.0.2.7:8080": false, "ringdex.example": false, "localhost.evil.example": false,
	} {
		got := b.send(http.MethodGet, "/sign-in", nil, "Host", host)
		if form := strings.Contains(got.body, `name="password"`); form != works || !works && !strings.Contains(got.body, "plain HTTP") {
			t.Errorf("%s: form %v", host, form)
		}
		sent := b.send(http.MethodPost, "/sign-in", url.Values{"email": {"admin@acme.example"}, "password": {password}}, "Host", host)
		if in := sent.StatusCode == http.StatusSeeOther; in != works {
			t.Errorf("%s: signed in %v", host, in)
		}
	}
}

// TestForeign guards that what another site makes a browser send changes nothing (reliability row B10), and that a doubtful method does
// not either.
func TestForeign(t *testing.T) {
	w := newWorld(t)
	acme := w.customer("acme", "")
	b := w.signedInAs("admin@acme.example")
	at := "/people/" + string(acme.agent.ID) + "/remove"
	for name, headers := range map[string][]string{
		"cross-site":     {"Sec-Fetch-Site", "cross-site"},
		"same-site":      {"Sec-Fetch-Site", "same-site"},
		"old browser":    {"Origin", "https://evil.example"},
		"opaque origin":  {"Origin", "null"},
		"plain text":     {"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
		"method by hand": {"Sec-Fetch-Site", "cross-site", "X-HTTP-Method-Override", "GET"},
	} {
		got := b.send(http.MethodPost, at, url.Values{}, headers...)
		if got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if got := b.get(at + "?_method=POST"); got.StatusCode < 400 {
		t.Errorf("GET: %d", got.StatusCode)
	}
	if _, err := w.Directory.Person(t.Context(), acme.id, acme.agent.ID); err != nil {
		t.Errorf("the agent is gone: %v", err)
	}
}

// TestHeaders guards what every page carries (reliability rows B12, B16, B18), also one that is refused or missing.
func TestHeaders(t *testing.T) {
	w := newWorld(t)
	acme := w.customer("acme", "")
	b := w.signedInAs("admin@acme.example")
	for _, r := range w.routes() {
		if r.method != http.MethodGet || r.long || strings.HasPrefix(r.path, "/preset-icons/") {
			continue
		}
		for _, path := range []string{filled(r.path, acme), "/admin%2Fx", "/%2e%2e/x", "/nothing"} {
			got := b.get(path)
			h := got.Header
			if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; ") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") ||
				h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %v", path, h)
			}
			if got.StatusCode >= 500 || strings.Contains(got.body, "goroutine") || strings.Contains(got.body, "/webconfig/") {
				t.Errorf("%s: %d", path, got.StatusCode)
			}
		}
	}
}

// TestLocal guards that next= leads nowhere but to a page of ours (reliability row B13).
func TestLocal(t *testing.T) {
	for next, want := range map[string]string{
		"/people": "/people", "/people?page=2": "/people?page=2", "": "/", "/": "/", "people": "/", "//evil.example": "/", "/\\evil.example": "/",
		"\\\\evil.example": "/", "https://evil.example": "/", "https:evil.example": "/", "/%09/evil.example": "/", "/\t/evil.example": "/", "/%2f/evil.example": "/",
		"javascript:alert(1)": "/", "/%5cevil.example": "/", "/\x00": "/",
	} {
		if got := local(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

// TestGuessing guards that whoever guesses has to wait, is told so, and that an unknown address sounds like a wrong password
// (reliability row B6).
func TestGuessing(t *testing.T) {
	w := newWorld(t)
	w.customer("acme", "")
	b := w.browser()
	unknown, wrong := b.post("/sign-in", "email", "nobody@x.example", "password", "x"), b.post("/sign-in", "email", "admin@acme.example", "password", "x")
	if unknown.StatusCode != wrong.StatusCode || strings.ReplaceAll(unknown.body, "nobody@x.example", "") != strings.ReplaceAll(wrong.body, "admin@acme.example", "") {
		t.Error("an unknown address does not sound like a wrong password")
	}
	said := false
	for range 10 {
		said = said || strings.Contains(b.post("/sign-in", "email", "admin@acme.example", "password", "x").body, "Try again in")
	}
	if !said {
		t.Error("nobody was told to wait")
	}
}

// TestLinks guards invitations: the link is shown once where no mail goes out, works once, and the old sessions of the person end.
func TestLinks(t *testing.T) {
	w := newWorld(t)
	w.customer("acme", "")
	admin := w.signedInAs("admin@acme.example")
	shown := admin.post("/people", "email", "new@acme.example", "role", "agent", "devices", "201, Desk\n202")
	_, link, ok := strings.Cut(shown.body, w.server.URL+"/password/")
	if !ok {
		t.Fatalf("no link: %d %s", shown.StatusCode, shown.body)
	}
	link = "/password/" + link[:strings.IndexByte(link, '"')]
	b := w.browser()
	if got := b.get(link); !strings.Contains(got.body, "new@acme.example") {
		t.Errorf("the link's page: %d", got.StatusCode)
	}
	if got := b.post(link, "password", "short", "again", "short"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a weak password: %d", got.StatusCode)
	}
	if got := b.post(link, "password", "a good password", "again", "a good passwort"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("two passwords: %d", got.StatusCode)
	}
	if got := b.post(link, "password", "a good password", "again", "a good password"); got.StatusCode != http.StatusSeeOther || !b.isIn() {
		t.Errorf("the link: %d", got.StatusCode)
	}
	if got := w.browser().get(link); got.StatusCode != http.StatusGone {
		t.Errorf("a second time: %d", got.StatusCode)
	}
	p, err := w.Directory.PersonByEmail(t.Context(), "new@acme.example")
	if err != nil || len(p.Devices) != 2 || p.Devices[0] != (tenant.Device{Number: "201", Name: "Desk"}) {
		t.Errorf("devices %v, %v", p.Devices, err)
	}
	token, err := w.Directory.AddSignInLink(t.Context(), command, p.Account, p.ID)
	w.must(err)
	portal := w.browser()
	if portal.get("/enter/" + token.Reveal()); portal.isIn() {
		t.Error("opening a portal's link signed somebody in without a click")
	}
	if portal.post("/enter/" + token.Reveal()); !portal.isIn() {
		t.Error("a portal's link did not sign in")
	}
}

// TestMailed guards that an invitation and a forgotten password arrive by mail where there is a mail server, that the page does not show
// the link then, and that an unknown address gets none.
func TestMailed(t *testing.T) {
	post := mailtest.Start(t, mailtest.Options{})
	w := newWorld(t, func(d *Deps) {
		server, err := mail.Parse("smtp://" + post.Addr + "?from=ringdex@example.com")
		if err != nil {
			t.Fatal(err)
		}
		d.Notices, err = notice.New(notice.Deps{Store: d.Store, Directory: d.Directory, Keys: d.Keys, PublicURL: d.PublicURL, Mail: server, Now: d.Now})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Notices.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Notices.Stop(context.Background()) }) //nolint:errcheck,usetesting // the test is over
	})
	w.customer("acme", "")
	admin := w.signedInAs("admin@acme.example")
	if got := admin.post("/people", "email", "new@acme.example", "role", "agent"); got.StatusCode != http.StatusSeeOther || strings.Contains(got.body, "/password/") {
		t.Errorf("invited: %d", got.StatusCode)
	}
	w.browser().post("/forgotten", "email", "nobody@acme.example")
	w.browser().post("/forgotten", "email", "agent@acme.example")
	want := map[string]bool{"new@acme.example": true, "agent@acme.example": true}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); len(want) > 0; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("no mail came to %v", want)
		}
		for _, m := range post.Mails() {
			if strings.Contains(m.Text, w.server.URL+"/password/") {
				delete(want, m.To[0])
			}
			if m.To[0] == "nobody@acme.example" {
				t.Error("somebody unknown got a mail")
			}
		}
	}
}
