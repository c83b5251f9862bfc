package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/jobs/mail/mailtest"
)

// TestNotices guards that the server of --smtp-url tells people: an invitation whose page opens, a notice somebody tries, and a CRM that
// stays away; that a restart sends nothing twice; and that a server without mails hands links over.
func TestNotices(t *testing.T) {
	t.Parallel()
	smtp := mailtest.Start(t, mailtest.Options{User: "ring", Password: "p/w"})
	h := newHouse(t, "--public-url", "https://ringdex.example.com")
	h.serve()
	h.settle()
	h.run("tenant", "set", e2eTenant, "language=nl")
	h.run("user", "add", "ada@example.com", "--tenant", e2eTenant, "--role", "admin")
	if got := h.run("user", "invite", "ada@example.com", "--tenant", e2eTenant); !strings.HasPrefix(got.last(), "https://ringdex.example.com/password/") {
		t.Errorf("without a mail server: %q", got.out)
	}
	h.stop()

	h.env = append(h.env, "RINGDEX_SMTP_URL=smtp://ring:"+url.PathEscape("p/w")+"@"+smtp.Addr+"?from=ringdex@example.com")
	h.serve()
	smtp.Pause()
	h.run("user", "invite", "ada@example.com", "--tenant", e2eTenant)
	h.run("notice", "test", "--tenant", e2eTenant)
	h.kill() // before anything could be sent
	smtp.Resume()
	h.serve()
	h.wait("the mails", func() bool { return len(smtp.Mails()) == 2 })
	h.stop()
	h.serve()

	link := regexp.MustCompile(`https://ringdex\.example\.com(/password/\S+)`)
	var path string
	for _, m := range smtp.Mails() {
		if m.User != "ring" || strings.Join(m.To, ",") != "ada@example.com" || m.Header.Get("Content-Language") != "nl" {
			t.Errorf("mail: %+v", m)
		}
		if found := link.FindStringSubmatch(m.Text); found != nil {
			path = found[1]
		}
	}
	resp, err := http.Get("http://" + h.address + path)
	if err != nil || path == "" {
		t.Fatalf("no page behind %q: %v", path, err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the page of the link answers %d", resp.StatusCode)
	}
	var all []noticeShown
	if err := json.Unmarshal([]byte(h.run("notice", "list", "--tenant", e2eTenant, "--json").out), &all); err != nil || len(all) != 1 || all[0].Kind != "test" || all[0].Recipients != 1 {
		t.Fatalf("listed %+v: %v", all, err)
	}
	h.run("notice", "acknowledge", all[0].ID, "--tenant", e2eTenant)
	if n := len(smtp.Mails()); n != 2 {
		t.Errorf("%d mails, want 2 for ever", n)
	}
	if s := h.logs.String() + h.told.String(); strings.Contains(s, "p/w") || strings.Contains(s, "p%2Fw") || strings.Contains(s, strings.TrimPrefix(path, "/password/")) {
		t.Error("a log holds the password of the mail server, or a link")
	}
	h.stop()
	h.env = append(h.env, "RINGDEX_SMTP_URL=smtp://ring:secret@mail.example.com?tls=off&from=a@example.com")
	if got := h.try("serve", "--listen", freeAddress(t)); got.code == exitDone || !strings.Contains(got.err, "--smtp-url") || strings.Contains(got.err, "secret") {
		t.Errorf("a password without TLS: exit %d, %s", got.code, got.err)
	}
}
