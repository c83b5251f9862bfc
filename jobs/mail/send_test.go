package mail

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/jobs/mail/mailtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var sample = Message{
	ID: "m1", To: "ada@example.com", Subject: "Sign in again – Müller", Text: "Hello\r\n.\r\nthere", HTML: "<p>Hello</p>", Language: "nl",
	Date: time.Date(2026, 11, 20, 14, 3, 0, 0, time.UTC),
}

// Promise: --smtp-url is read as documented, and what would send a password in clear over a network is refused at the start.
func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		port     int
		security security
		from     string
		ok       bool
	}{
		"smtp://u:p@mail.example.com?from=a@example.com":              {587, startTLS, "a@example.com", true},
		"smtp://u:p@mail.example.com:2525?from=Ring+<a@example.com>":  {2525, startTLS, "a@example.com", true},
		"smtp://a%40example.com:p%2Fw@mail.example.com":               {587, startTLS, "a@example.com", true},
		"smtps://u:p@mail.example.com?from=a@example.com":             {465, implicit, "a@example.com", true},
		"smtp://localhost?from=a@example.com":                         {25, clear, "a@example.com", true},
		"smtp://[::1]:1025?from=a@example.com":                        {1025, clear, "a@example.com", true},
		"smtp://u:p@127.0.0.1:1025?from=a@example.com":                {1025, clear, "a@example.com", true},
		"smtp://127.0.0.1:1025?from=a@example.com&tls=required":       {1025, startTLS, "a@example.com", true},
		"smtp://mail.example.com?from=a@example.com&tls=off":          {25, clear, "a@example.com", true},
		"smtp://u:p@mail.example.com?from=a@example.com&tls=off":      {},
		"smtps://mail.example.com?from=a@example.com&tls=off":         {},
		"smtp://mail.example.com":                                     {},
		"smtp://mail.example.com?from=nobody":                         {},
		"smtp://mail.example.com?from=a@example.com%0d%0aBcc:b@c.com": {},
		"smtp://mail.example.com?from=a@example.com&ssl=1":            {},
		"smtp://mail.example.com:99999?from=a@example.com":            {},
		"smtp://?from=a@example.com":                                  {},
		"mail.example.com":                                            {},
		"http://mail.example.com?from=a@example.com":                  {},
	} {
		s, err := Parse(text)
		if !want.ok {
			if !errors.Is(err, ErrURL) || strings.Contains(err.Error(), ":p@") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err != nil || s.port != want.port || s.security != want.security || s.from.Address != want.from {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
	}
}

func server(t *testing.T, m *mailtest.Server, scheme, user, query string) *Server {
	t.Helper()
	s, err := Parse(scheme + "://" + user + m.Addr + "?from=Ringdex+<ringdex@example.com>" + query)
	if err != nil {
		t.Fatal(err)
	}
	s.roots = m.Roots
	return s
}

// Promise: a message arrives once with what receivers need, over TLS and signed in where the server asks for it.
func TestSend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options             mailtest.Options
		scheme, user, query string
		secure              bool
	}{
		"this machine":        {mailtest.Options{}, "smtp", "", "", false},
		"STARTTLS":            {mailtest.Options{StartTLS: true}, "smtp", "", "&tls=required", true},
		"STARTTLS, signed in": {mailtest.Options{StartTLS: true, User: "ring", Password: "p/w"}, "smtp", "ring:p%2Fw@", "&tls=required", true},
		"TLS, signed in":      {mailtest.Options{TLS: true, User: "ring", Password: "p/w"}, "smtps", "ring:p%2Fw@", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			m := mailtest.Start(t, c.options)
			if err := server(t, m, c.scheme, c.user, c.query).Send(t.Context(), sample); err != nil {
				t.Fatal(err)
			}
			all := m.Mails()
			if len(all) != 1 {
				t.Fatalf("%d mails", len(all))
			}
			got := all[0]
			if got.Secure != c.secure || got.User != c.options.User || got.From != "ringdex@example.com" || strings.Join(got.To, ",") != "ada@example.com" {
				t.Errorf("envelope: %+v", got)
			}
			for name, want := range map[string]string{
				"From": `"Ringdex" <ringdex@example.com>`, "To": "<ada@example.com>", "Message-Id": "<m1@example.com>", "Auto-Submitted": "auto-generated",
				"Content-Language": "nl", "Date": "Fri, 20 Nov 2026 14:03:00 +0000",
			} {
				if got.Header.Get(name) != want {
					t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
				}
			}
			if got.Subject != sample.Subject || got.Text != sample.Text || got.HTML != sample.HTML {
				t.Errorf("content: %q %q %q", got.Subject, got.Text, got.HTML)
			}
		})
	}
}

// Promise: whether another attempt makes sense is told apart, nothing is sent without the TLS that was asked for, and no error
// shows the password or what the server said.
func TestNotSent(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for name, c := range map[string]struct {
		options             mailtest.Options
		scheme, user, query string
		answer              int
		message             func(m *Message)
		stranger            bool // its certificate is not trusted
		permanent           bool
	}{
		"450":                   {answer: 450},
		"550":                   {answer: 550, permanent: true},
		"no STARTTLS":           {query: "&tls=required"},
		"unknown certificate":   {options: mailtest.Options{StartTLS: true}, query: "&tls=required", stranger: true},
		"wrong password":        {options: mailtest.Options{User: "ring", Password: "right"}, user: "ring:s3cret@"},
		"line feed in address":  {message: func(m *Message) { m.To = "ada@example.com\r\nBcc: eve@example.com" }, permanent: true},
		"several addresses":     {message: func(m *Message) { m.To = "ada@example.com, eve@example.com" }, permanent: true},
		"command in an address": {message: func(m *Message) { m.To = "<ada@example.com>\nDATA" }, permanent: true},
	} {
		t.Run(name, func(t *testing.T) {
			m := mailtest.Start(t, c.options)
			s := server(t, m, "smtp", c.user, c.query)
			if c.stranger {
				s.roots = nil
			}
			if c.answer != 0 {
				m.Refuse(func(string) error { return mailtest.Answer(c.answer) })
			}
			message := sample
			if c.message != nil {
				c.message(&message)
			}
			var e *Error
			err := s.Send(t.Context(), message)
			if !errors.As(err, &e) || e.Permanent != c.permanent || len(m.Mails()) != 0 {
				t.Errorf("error %v (%+v), %d mails", err, e, len(m.Mails()))
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "refused by the test") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
	s, err := Parse("smtp://" + closed.Addr().String() + "?from=a@example.com")
	if err != nil {
		t.Fatal(err)
	}
	var e *Error
	if err := s.Send(t.Context(), sample); !errors.As(err, &e) || e.Permanent {
		t.Errorf("a closed port: %v", err)
	}
}

// Promise C5: no text becomes a header or ends the message.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	m := mailtest.Start(t, mailtest.Options{})
	s := server(t, m, "smtp", "", "")
	for _, evil := range []string{
		"x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: eve@example.com", "x\u2028Bcc: eve@example.com", "x\u0085Bcc: e",
		"x\x00\r\n\r\n<script>", "=?utf-8?q?x=0d=0aBcc:_eve@example.com?=", strings.Repeat("ü", 500) + "\r\nBcc: eve@example.com",
	} {
		message := sample
		message.Subject, message.Text = evil, "x\r\n.\r\nMAIL FROM:<eve@example.com>\r\n"+evil
		if err := s.Send(t.Context(), message); err != nil {
			t.Errorf("%q: %v", evil, err)
			continue
		}
		all := m.Mails()
		got := all[len(all)-1]
		if got.Header.Get("Bcc") != "" || len(got.To) != 1 || strings.ContainsAny(got.Subject, "\r\n\x00") && !strings.HasPrefix(evil, "=?") {
			t.Errorf("%q became %+v", evil, got.Header)
		}
		for name := range got.Header {
			if !strings.Contains("Mime-Version Date Message-Id Subject From To Auto-Submitted X-Auto-Response-Suppress Content-Language Content-Type", name) {
				t.Errorf("%q: header %s", evil, name)
			}
		}
	}
	if n := len(m.Mails()); n != 8 {
		t.Errorf("%d mails", n)
	}
}
