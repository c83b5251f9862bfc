package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs/mail/mailtest"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

// Promise: every occasion is told once to each admin in their language, with what to do and a link that leads there, whatever
// restarts do; its end is told once too.
func TestEveryOccasionOnce(t *testing.T) {
	t.Parallel()
	for kind, c := range map[Kind]struct{ en, nl, over string }{
		Reauth:   {"Acme CRM: please sign in again", "Acme CRM: meld u opnieuw aan", "Acme CRM: the sign-in works again"},
		Stopped:  {"Acme CRM no longer recognises callers", "Acme CRM herkent geen bellers meer", "Acme CRM recognises callers again"},
		Stale:    {"Acme CRM has not been synchronised for two days", "Acme CRM is twee dagen niet gesynchroniseerd", "Acme CRM is synchronised again"},
		Failing:  {"Acme CRM: synchronising keeps failing", "Acme CRM: synchroniseren blijft mislukken", "Acme CRM: synchronising works again"},
		Held:     {"Acme CRM: a synchronisation waits for your decision", "Acme CRM: een synchronisatie wacht op uw beslissing", "Acme CRM: the synchronisation that waited is decided"},
		Expiring: {"Acme CRM: a key of the CRM ends on 2026-11-20", "Acme CRM: een sleutel van het CRM verloopt op 2026-11-20", "Acme CRM: the key of the CRM was renewed"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w, seen := newWorld(t), 0
			w.is(w.condition(kind, 0))
			if diff := cmp.Diff([]string{"admin@example.com: " + c.nl, "chef@example.com: " + c.en}, w.got(&seen)); diff != "" {
				t.Error(diff)
			}
			for _, m := range w.smtp.Mails() {
				link := "https://ring.example/integrations/" + string(w.in.Integration)
				if !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, `href="`+link+`"`) || !strings.Contains(m.Text, "It said no.") ||
					strings.Contains(m.Text+m.HTML, "notice.") || strings.Contains(m.Text, "<no value>") {
					t.Errorf("mail: %s\n%s", m.Text, m.HTML)
				}
			}
			for range 3 {
				w.is(w.condition(kind, 0))
				w.open()
				w.clock = w.clock.Add(time.Hour)
			}
			if got := w.got(&seen); got != nil {
				t.Errorf("told again: %q", got)
			}
			w.is()
			w.is()
			if got := w.got(&seen); len(got) != 2 || got[1] != "chef@example.com: "+c.over {
				t.Errorf("its end: %q", got)
			}
			w.is(w.condition(kind, 0))
			if got := w.got(&seen); len(got) != 2 {
				t.Errorf("a second occasion: %q", got)
			}
		})
	}
}

// Promise: what goes on is told again at its steps, unless somebody has acknowledged it; a step that was missed is not made up for.
func TestSteps(t *testing.T) {
	t.Parallel()
	w, seen := newWorld(t), 0
	w.set("contact", "it@example.com, boss@example.com")
	for _, c := range []struct {
		step, want int
		before     func()
	}{
		{0, 2, nil}, {0, 0, nil}, {1, 2, nil}, {1, 0, w.open}, {2, 2, nil}, {1, 0, nil}, {2, 0, nil},
	} {
		if c.before != nil {
			c.before()
		}
		w.clock = w.clock.Add(time.Hour)
		w.is(w.condition(Reauth, c.step))
		if got := w.got(&seen); len(got) != c.want || c.want > 0 && !strings.HasPrefix(got[0], "boss@example.com: ") {
			t.Errorf("step %d: %q", c.step, got)
		}
	}
	other := w.condition(Reauth, 2)
	other.Since = other.Since.Add(time.Hour)
	w.is(other)
	if got := w.got(&seen); len(got) != 2 {
		t.Errorf("another occasion, two steps late: %q", got)
	}
	if all := w.list(); len(all) != 2 || !all[0].Ended.IsZero() || all[1].Ended.IsZero() {
		t.Fatalf("listed: %+v", all)
	}
	if _, err := w.Acknowledge(t.Context(), w.tenant, w.list()[0].ID); err != nil {
		t.Error(err)
	}
	other.Step = 3
	w.is(other)
	w.open()
	w.is(other)
	if got := w.got(&seen); got != nil {
		t.Errorf("acknowledged: %q", got)
	}
	for _, id := range []string{"", "n_", "n_zzzzzzzzzzzzzzzzzzzz", "../account", w.list()[0].ID + "0"} {
		if _, err := w.Acknowledge(t.Context(), w.tenant, id); err == nil {
			t.Errorf("acknowledged %q", id)
		}
	}
}

// Promise: nobody is told of the end of what is not looked after any more, and an integration that was removed takes its notices along.
func TestSilentEnds(t *testing.T) {
	t.Parallel()
	w, seen := newWorld(t), 0
	w.is(w.condition(Reauth, 0), w.condition(Held, 0))
	w.got(&seen)
	w.Compare(t.Context(), nil, func(cache.Ref) bool { return false })
	w.deliver()
	if got := w.got(&seen); got != nil || len(w.Open()) != 0 {
		t.Errorf("disabled: %q, open %v", got, w.Open())
	}
	w.smtp.Pause()
	w.is(w.condition(Reauth, 0))
	w.must(w.Forget(t.Context(), w.tenant, w.in.Integration))
	w.smtp.Resume()
	w.clock = w.clock.Add(time.Hour)
	w.deliver()
	if got := w.got(&seen); got != nil || len(w.list()) != 0 || w.Waiting() != 0 {
		t.Errorf("removed: %q, %+v, %d waiting", got, w.list(), w.Waiting())
	}
}

// Promise: a mail that cannot be handed over is tried again for a day and then said, one that is refused is said at once, and a restart
// in between sends it exactly once.
func TestDeliveryOfMails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trouble     func(w *world)
		mend        func(w *world)
		mendAfter   time.Duration
		undelivered int
	}{
		"server away for an hour": {func(w *world) { w.smtp.Pause() }, func(w *world) { w.smtp.Resume() }, time.Hour, 0},
		"server away for a day":   {func(w *world) { w.smtp.Pause() }, func(w *world) { w.smtp.Resume() }, 26 * time.Hour, 1},
		"450 for a while": {
			func(w *world) { w.smtp.Refuse(func(string) error { return mailtest.Answer(450) }) },
			func(w *world) { w.smtp.Refuse(nil) }, 3 * time.Hour, 0,
		},
		"550": {
			func(w *world) { w.smtp.Refuse(func(string) error { return mailtest.Answer(550) }) },
			func(w *world) { w.smtp.Refuse(nil) }, 0, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, seen := newWorld(t), 0
			w.set("contact", "it@example.com")
			c.trouble(w)
			w.is(w.condition(Held, 0))
			for end := w.clock.Add(c.mendAfter); w.clock.Before(end); w.clock = w.clock.Add(15 * time.Minute) {
				w.open() // each time a restart
				w.is(w.condition(Held, 0))
			}
			c.mend(w)
			for range 5 {
				w.clock = w.clock.Add(time.Hour)
				w.open()
				w.is(w.condition(Held, 0))
			}
			if got := w.got(&seen); len(got) != 1-c.undelivered {
				t.Errorf("mails: %q", got)
			}
			all := w.list()
			if len(all) != 1+c.undelivered || w.Waiting() != 0 || all[len(all)-1].Undelivered != c.undelivered {
				t.Errorf("%d waiting, listed: %+v", w.Waiting(), all)
			}
			if c.undelivered > 0 && all[0].Kind != Undelivered {
				t.Errorf("not said: %+v", all[0])
			}
		})
	}
}

// Promise: the sender that Start begins delivers by itself, and Stop waits for what is under way.
func TestStartAndStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("contact", "it@example.com")
	delivered := make(chan Outcome, 9)
	w.deps.Count = func(_ Way, o Outcome) { delivered <- o }
	w.open()
	w.must(w.Start(t.Context()))
	w.Compare(t.Context(), []Condition{w.condition(Reauth, 0)}, func(cache.Ref) bool { return true })
	if got := <-delivered; got != Delivered {
		t.Errorf("outcome %s", got)
	}
	w.must(w.Stop(context.Background()))
	if n := len(w.smtp.Mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// Promise C5, B11: names and reasons from outside become neither headers nor markup nor lines of their own.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("name", `<img src=x onerror=alert(1)>"'`, "contact", "it@example.com")
	w.in = w.integration("<script>alert(1)</script>{{.Tenant}}")
	c := w.condition(Reauth, 0)
	c.Text = wording.Plain("no\r\nBcc: eve@example.com\r\n\r\n<script>alert(2)</script>\u2028https://evil.example")
	w.is(c)
	all := w.smtp.Mails()
	if len(all) != 1 {
		t.Fatalf("%d mails", len(all))
	}
	m := all[0]
	if m.Header.Get("Bcc") != "" || strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img") || strings.Contains(m.Text, "\nBcc") ||
		!strings.Contains(m.Subject, "<script>alert(1)</script>{{.Tenant}}") {
		t.Errorf("%s\n%s", m.Text, m.Raw)
	}
	if links := regexp.MustCompile(`href="([^"]*)"`).FindAllString(m.HTML, -1); len(links) != 1 || !strings.Contains(links[0], "https://ring.example/") {
		t.Errorf("links: %q", links)
	}
}

// Promise: an account's people get a bounded number of mails a day; what is above it is listed.
func TestDailyLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("contact", "it@example.com")
	var limited int
	for range noticesADay + 10 {
		w.clock = w.clock.Add(10 * time.Minute)
		n, err := w.Try(t.Context(), w.tenant)
		w.must(err)
		if n.Limited {
			limited++
		}
		w.deliver()
	}
	if n := len(w.smtp.Mails()); n != noticesADay || limited != 10 {
		t.Errorf("%d mails, %d limited", n, limited)
	}
	w.clock = w.clock.Add(24 * time.Hour)
	for range 11 {
		if _, err := w.Try(t.Context(), w.tenant); err != nil {
			return
		}
	}
	t.Error("notices can be tried without end")
}

// Promise: without a mail server everything is listed and nothing waits.
func TestWithoutMailServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deps.Mail = nil
	w.open()
	w.is(w.condition(Reauth, 0))
	if all := w.list(); len(all) != 1 || all[0].Recipients != 0 || w.Waiting() != 0 {
		t.Errorf("listed: %+v", all)
	}
	a, err := w.dir.Account(t.Context(), w.tenant)
	w.must(err)
	for language, want := range map[string]string{"": "Acme CRM: meld u opnieuw aan", "de": "Acme CRM: meld u opnieuw aan", "en-GB,nl;q=0.5": "Acme CRM: please sign in again"} {
		if got := w.Say(w.list()[0], a, language); got.Title != want || got.Action == "" || !strings.HasSuffix(got.URL, string(w.in.Integration)) {
			t.Errorf("in %q: %+v", language, got)
		}
	}
}

// Promise: a one-time link is mailed to its person and works; without a mail server whoever asked gets it; who forgot the password is
// told nothing about who is known here.
func TestOneTimeLinks(t *testing.T) {
	t.Parallel()
	w, seen := newWorld(t), 0
	p := w.person("new@example.com", tenant.RoleAgent, "")
	h, err := w.Invite(t.Context(), by, w.tenant, p.ID, tenant.Invitation)
	w.must(err)
	w.open() // a restart before it is sent
	w.deliver()
	if got := w.got(&seen); len(got) != 1 || got[0] != "new@example.com: Uw toegang tot Ringdex voor Bakkerij" || h.Link != "" || !h.Mailed {
		t.Fatalf("mails %q, answered %+v", got, h)
	}
	m := w.smtp.Mails()[0]
	token := regexp.MustCompile(`https://ring\.example/password/([a-z2-7]+)`).FindStringSubmatch(m.Text)
	if token == nil || !strings.Contains(m.HTML, token[0]) {
		t.Fatalf("no link in %s", m.Text)
	}
	if used, err := w.dir.UseTicket(t.Context(), token[1], tenant.NewSecret("correct horse"), ""); err != nil || used.ID != p.ID {
		t.Errorf("the mailed link: %v", err)
	}
	w.Forgotten(t.Context(), "nobody@example.com", netip.MustParseAddr("192.0.2.1"))
	for range 5 {
		w.Forgotten(t.Context(), "New@example.com ", netip.MustParseAddr("192.0.2.1"))
	}
	w.work.Wait()
	w.deliver()
	if got := w.got(&seen); len(got) != 3 || got[0] != "new@example.com: Een nieuw wachtwoord voor Ringdex" {
		t.Errorf("forgotten: %q", got)
	}
	w.smtp.Pause()
	if _, err := w.Invite(t.Context(), by, w.tenant, p.ID, tenant.Reset); err != nil {
		t.Error(err)
	}
	w.deliver()
	w.smtp.Resume()
	w.clock = w.clock.Add(2 * time.Hour)
	w.deliver()
	if got := w.got(&seen); got != nil || w.Waiting() != 0 {
		t.Errorf("a link that is over was mailed: %q", got)
	}
	w.deps.Mail = nil
	w.open()
	h, err = w.Invite(t.Context(), by, w.tenant, p.ID, tenant.Reset)
	if err != nil || h.Mailed || !strings.HasPrefix(h.Link, "https://ring.example/password/") {
		t.Errorf("without a mail server: %+v, %v", h, err)
	}
	agent := p.Actor("")
	if _, err := w.Invite(t.Context(), agent, w.tenant, p.ID, tenant.Reset); err == nil {
		t.Error("an agent made a link")
	}
}

// Promise: the operator is told once that the disk is full, though nothing can be written, and that it is over.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w, seen := newWorld(t), 0
	_, err := w.dir.AddPerson(t.Context(), by, tenant.Person{Account: w.dir.Operator(), Email: "root@example.com", Role: tenant.RoleOperator}, tenant.Secret{})
	w.must(err)
	var full error
	w.deps.Disk = func() error { return full }
	w.open()
	w.is()
	full = fmt.Errorf("%w: 3 MiB free", store.ErrReadOnly)
	w.is()
	w.is()
	w.work.Wait()
	if got := w.got(&seen); !slices.Equal(got, []string{"root@example.com: The disk of the Ringdex server is full"}) {
		t.Errorf("full: %q", got)
	}
	full = nil
	w.is()
	w.is()
	if got := w.got(&seen); !slices.Equal(got, []string{"root@example.com: The Ringdex server has room again"}) {
		t.Errorf("over: %q", got)
	}
}

// Promise: nothing of a notice, mail or link lies in the store in clear, and erasing the account leaves nothing.
func TestAtRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set("notice_webhook", "https://hook.example/x", "notice_webhook_secret", "an easily found secret")
	w.hooks(http.DefaultClient)
	w.smtp.Pause()
	w.Compare(t.Context(), []Condition{w.condition(Reauth, 0)}, func(cache.Ref) bool { return true })
	p, err := w.dir.PersonByEmail(t.Context(), "chef@example.com")
	w.must(err)
	_, err = w.Invite(t.Context(), by, w.tenant, p.ID, tenant.Reset)
	w.must(err)
	each := func(visit func(store.Pair)) {
		w.must(w.kv.View(t.Context(), func(r store.Reader) error {
			for pair, err := range r.Scan(nil, nil) {
				w.must(err)
				visit(pair)
			}
			return nil
		}))
	}
	count := 0
	each(func(pair store.Pair) {
		if OnItsWay(pair.Key) {
			count++
		}
		for _, clear := range []string{"chef@example.com", "Acme", "Bakkerij", "It said no", "/password/", "easily found", "hook.example"} {
			if bytes.Contains(pair.Value, []byte(clear)) || bytes.Contains(pair.Key, []byte(clear)) {
				t.Errorf("%s holds %q", pair.Key, clear)
			}
		}
	})
	if count != 4 {
		t.Errorf("%d letters wait, want 2 mails, a webhook and a link", count)
	}
	_, err = w.dir.RemoveAccount(t.Context(), by, w.tenant)
	w.must(err)
	each(func(pair store.Pair) {
		if strings.HasPrefix(string(pair.Key), string(w.tenant)+"/") && !strings.Contains(string(pair.Key), "/audit/") && !strings.HasSuffix(string(pair.Key), "/head") {
			t.Errorf("%s is left", pair.Key)
		}
	})
	w.smtp.Resume()
	w.is()
	if n := len(w.smtp.Mails()); n != 0 || w.Waiting() != 0 {
		t.Errorf("%d mails of an erased account, %d waiting", n, w.Waiting())
	}
}

// Promise: both languages have the same texts, and every kind has all of its own.
func TestTexts(t *testing.T) {
	t.Parallel()
	keys := map[string][]string{}
	for _, lang := range languages {
		for _, file := range []string{"notice", "handover"} {
			raw, err := files.ReadFile("locale/" + lang + "/" + file + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var texts map[string]string
			if err := json.Unmarshal(raw, &texts); err != nil {
				t.Fatal(err)
			}
			for key, text := range texts {
				if !strings.HasPrefix(key, file+".") || text == "" {
					t.Errorf("%s: key %s", lang, key)
				}
				keys[lang] = append(keys[lang], key)
			}
		}
		slices.Sort(keys[lang])
	}
	if diff := cmp.Diff(keys["en"], keys["nl"]); diff != "" {
		t.Errorf("missing (-en +nl): %s", diff)
	}
	for _, kind := range Kinds() {
		for _, part := range []string{"title", "text", "action", "over"} {
			if key := "notice." + string(kind) + "." + part; !slices.Contains(keys["en"], key) {
				t.Errorf("no text %s", key)
			}
		}
	}
}

// Promise: a customer with neither contact nor admin is not left alone: those above it are told.
func TestRecipientsAbove(t *testing.T) {
	t.Parallel()
	w, seen := newWorld(t), 0
	_, err := w.dir.AddPerson(t.Context(), by, tenant.Person{Account: w.dir.Operator(), Email: "root@example.com", Role: tenant.RoleOperator}, tenant.Secret{})
	w.must(err)
	people, err := w.dir.People(t.Context(), w.tenant)
	w.must(err)
	for _, p := range people {
		if p.Role == tenant.RoleAdmin {
			w.must(w.dir.RemovePerson(t.Context(), by, w.tenant, p.ID))
		}
	}
	w.is(w.condition(Reauth, 0))
	if got := w.got(&seen); !slices.Equal(got, []string{"root@example.com: Acme CRM: please sign in again"}) {
		t.Errorf("told: %q", got)
	}
}
