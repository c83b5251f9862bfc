package directory_test

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/directory"
	"github.com/ringdex/ringdex/presets/internal/ldaptest"
	"github.com/ringdex/ringdex/presets/presettest"
)

func load(t *testing.T, id string) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS("../catalog"), id, map[string]presets.Kind{"directory": directory.Kind{}})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	return p
}

// Promise: a directory over LDAP keeps the promises of sources.
func TestLDAPKind(t *testing.T) {
	p := load(t, "ldap")
	var b strings.Builder
	b.WriteString("dn:\nnamingContexts: dc=example,dc=com\n\n")
	for i := range 700 {
		fmt.Fprintf(&b, "dn: uid=u%d,dc=example,dc=com\nobjectClass: inetOrgPerson\nentryUUID: uuid-%d\ncn: P\nmobile: 06 %d\nmodifyTimestamp: 20260101000000Z\n\n", i, i, i)
	}
	entries, err := ldaptest.ParseLDIF(b.String())
	if err != nil {
		t.Fatal(err)
	}
	connect := func(server *ldaptest.Server) func(*testing.T) presets.Connection {
		return func(t *testing.T) presets.Connection {
			values, err := p.Options.Validate(map[string]string{"server": "ldap.example.com", "security": "plain"})
			if err != nil {
				t.Fatal(err)
			}
			return presets.Connection{Options: values, Dial: server.Dial}
		}
	}
	broken := &ldaptest.Server{Entries: entries, Write: func(conn net.Conn, n int, message []byte) bool {
		_, err := conn.Write(message)
		return err == nil && n < 1 // a page is cut behind its first entry
	}}
	presettest.RunKind(t, presettest.Subject{
		Kind: directory.Kind{}, Preset: p, Stream: "person", Connect: connect(&ldaptest.Server{Entries: entries}), Broken: connect(broken),
		Refused: []presettest.Refused{
			{Name: "a server without a name", Options: option.Values{}, Want: "server"},
			{Name: "a user without a password", Options: option.Values{"server": "ldap.example.com", "user": "cn=reader"}, Want: "password"},
		},
	})
}

// Promise: an address book over CardDAV keeps the promises of sources.
func TestCardDAVKind(t *testing.T) {
	p := load(t, "carddav")
	connect := func(test presets.Test) func(*testing.T) presets.Connection {
		return func(t *testing.T) presets.Connection {
			c, err := presettest.Recorded(p, test, "")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	pages := p.Tests[0]
	pages.Exchange = []string{"testdata/two-books.http"}
	cut := p.Tests[0]
	cut.Exchange = cut.Exchange[:1] // nobody answers for the cards
	presettest.RunKind(t, presettest.Subject{
		Kind: directory.Kind{}, Preset: p, Stream: "contact", Connect: connect(pages), Broken: connect(cut),
		Refused: []presettest.Refused{{Name: "no address", Options: option.Values{"username": "ada", "password": "CANARY-x"}, Want: "server"}},
	})
}

// Promise: what an address book would silently leave unread is a mistake of its preset.
func TestLint(t *testing.T) {
	for _, c := range []struct{ id, from, to, want string }{
		{"ldap", "title: People\n", "title: People\n    url: \"https://example.com/$(dn)\"\n", "url is not read"},
		{"ldap", "path: telephoneNumber", "path: phone.number", "no name of an attribute"},
		{"ldap", "auth: { kind: basic,", "http: { base_url: \"https://example.com\" }\nauth: { kind: basic,", "has no http"},
		{"carddav", "other_fields: true", "other_fields: true\n    phones: [ { path: TEL } ]", "phones is not read"},
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir+"/"+c.id, os.DirFS("../catalog/"+c.id)); err != nil {
			t.Fatal(err)
		}
		file := dir + "/" + c.id + "/preset.yaml"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.from, c.to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, lints := presets.LoadChecked(os.DirFS(dir), c.id, map[string]presets.Kind{"directory": directory.Kind{}})
		found := false
		for _, l := range lints {
			found = found || strings.Contains(l.Text, c.want)
		}
		if !found {
			t.Errorf("%s: %v, want %q", c.id, lints, c.want)
		}
	}
}
