package directory

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/internal/ldaptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ldapPreset is the one of the catalogue.
func ldapPreset(t *testing.T) *presets.Preset {
	t.Helper()
	p, lints := presets.LoadChecked(os.DirFS("../catalog"), "ldap", map[string]presets.Kind{"directory": Kind{}})
	if len(lints) > 0 {
		t.Fatal(lints)
	}
	return p
}

// ldapOptions are those of a server that is asked in clear, changed by name and value.
func ldapOptions(t *testing.T, p *presets.Preset, change ...string) option.Values {
	t.Helper()
	in := map[string]string{"server": "ldap.example.com", "security": "plain"}
	for i := 0; i < len(change); i += 2 {
		in[change[i]] = change[i+1]
	}
	v, err := p.Options.Validate(in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func openServer(t *testing.T, server *ldaptest.Server, change ...string) *ldapSource {
	t.Helper()
	p := ldapPreset(t)
	s, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: ldapOptions(t, p, change...), Dial: server.Dial})
	if err != nil {
		t.Fatal(err)
	}
	return s.(*ldapSource)
}

// run reads to the end.
type run struct {
	records []presets.Record
	since   string
	full    bool
	pages   int
}

func (r run) ids() []string {
	var ids []string
	for _, one := range r.records {
		ids = append(ids, one.ID)
	}
	return ids
}

func readSource(ctx context.Context, s presets.Source, stream, since string) (run, error) {
	var r run
	for page, err := range s.Read(ctx, stream, presets.Cursor{Since: since}) {
		if err != nil {
			return r, err
		}
		r.pages++
		r.records = append(r.records, page.Records...)
		r.full = r.full || page.Full
		if page.Last {
			r.since = page.Since
			return r, nil
		}
	}
	return r, errors.New("the stream ended without its end marker")
}

func readLDAP(t *testing.T, server *ldaptest.Server, since string, change ...string) run {
	t.Helper()
	r, err := readSource(t.Context(), openServer(t, server, change...), "person", since)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const rootEntry = "dn:\nnamingContexts: dc=example,dc=com\nsupportedControl: 1.2.840.113556.1.4.319\n\n"

func entries(t *testing.T, ldif string) []ldaptest.Entry {
	t.Helper()
	list, err := ldaptest.ParseLDIF(ldif)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// somebody is an entry of an ordinary server.
func somebody(n int, at, number string) string {
	return fmt.Sprintf("dn: uid=u%d,dc=example,dc=com\nobjectClass: inetOrgPerson\nentryUUID: uuid-%d\ncn: Person %d\nmobile: %s\nmodifyTimestamp: %s\ncreateTimestamp: 20260101000000Z\n\n", n, n, n, number, at)
}

// Promise: between two full reads only what changed is read, and whoever was deleted, moved away, came in or lost the last
// number is noticed all the same, by reading everything.
func TestLDAPChanges(t *testing.T) {
	base := rootEntry + somebody(1, "20260101000000Z", "06 1") + somebody(2, "20260201000000Z", "06 2") + somebody(3, "20260301000000Z", "06 3")
	first := readLDAP(t, &ldaptest.Server{Entries: entries(t, base)}, "")
	if !first.full || len(first.records) != 3 || first.since == "" {
		t.Fatalf("%+v", first)
	}
	created := strings.NewReplacer("20260101000000Z\n\n", "20260401000000Z\n\n")
	for _, c := range []struct {
		name, now string
		full      bool
		want      []string
	}{
		{"nothing", base, false, []string{"uuid-3"}}, // the last moment is asked again
		{"a change", strings.Replace(base, "20260101000000Z\ncreate", "20260401000000Z\ncreate", 1), false, []string{"uuid-1", "uuid-3"}},
		{"a new entry", base + created.Replace(somebody(4, "20260401000000Z", "06 4")), false, []string{"uuid-3", "uuid-4"}},
		{"a deletion", strings.Replace(base, somebody(2, "20260201000000Z", "06 2"), "", 1), true, []string{"uuid-1", "uuid-3"}},
		{"a deletion and a new entry", strings.Replace(base, somebody(2, "20260201000000Z", "06 2"), "", 1) + created.Replace(somebody(4, "20260401000000Z", "06 4")), true, []string{"uuid-1", "uuid-3", "uuid-4"}},
		{"an old entry that came in", base + somebody(4, "20260102000000Z", "06 4"), true, []string{"uuid-1", "uuid-2", "uuid-3", "uuid-4"}},
		{"the last number taken away", strings.Replace(base, "mobile: 06 2\n", "", 1), true, []string{"uuid-1", "uuid-3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readLDAP(t, &ldaptest.Server{Entries: entries(t, c.now)}, first.since)
			if diff := cmp.Diff(c.want, got.ids()); got.full != c.full || diff != "" {
				t.Errorf("full %v %s", got.full, diff)
			}
			again := readLDAP(t, &ldaptest.Server{Entries: entries(t, c.now)}, got.since)
			if again.full {
				t.Error("the next run, with nothing new, reads everything")
			}
		})
	}
}

// Promise: in Active Directory changes are found by the numbers of one domain controller; another one, one that was restored,
// or one whose numbers went back is read from the beginning.
func TestActiveDirectoryChanges(t *testing.T) {
	dc := func(service, invocation string, usn int, people string) *ldaptest.Server {
		return &ldaptest.Server{Entries: entries(t, fmt.Sprintf("dn:\ndefaultNamingContext: dc=example,dc=com\nnamingContexts: dc=example,dc=com\nnamingContexts: cn=Configuration,dc=example,dc=com\nsupportedControl: 1.2.840.113556.1.4.319\ndsServiceName: %s\nhighestCommittedUSN: %d\n\ndn: %s\ninvocationId:: %s\n\n%s", service, usn, service, invocation, people))}
	}
	user := func(n, created, changed int) string {
		return fmt.Sprintf("dn: cn=P%d,dc=example,dc=com\nobjectClass: contact\nobjectGUID:: AAAAAAAAAAAAAAAAAAAA%dA==\ncn: P%d\nmobile: 06 %d\nuSNCreated: %d\nuSNChanged: %d\nwhenChanged: 20260101000000.0Z\n\n", n, n, n, n, created, changed)
	}
	const one, two, copyA, copyB = "cn=NTDS Settings,cn=DC1", "cn=NTDS Settings,cn=DC2", "AAAAAAAAAAAAAAAAAAAAAQ==", "AAAAAAAAAAAAAAAAAAAAAg=="
	people := user(1, 10, 20) + user(2, 11, 30)
	first := readLDAP(t, dc(one, copyA, 100, people), "")
	if len(first.records) != 2 || !strings.HasPrefix(first.records[0].ID, "00000000-0000-0000-0000-") {
		t.Fatalf("%+v", first)
	}
	for _, c := range []struct {
		name   string
		server *ldaptest.Server
		full   bool
		want   int
	}{
		{"nothing", dc(one, copyA, 100, people), false, 0},
		{"a change", dc(one, copyA, 120, user(1, 10, 110)+user(2, 11, 30)), false, 1},
		{"a new entry", dc(one, copyA, 120, people+user(3, 110, 111)), false, 1},
		{"a deletion", dc(one, copyA, 120, user(2, 11, 30)), true, 1},
		{"another controller", dc(two, copyA, 120, people), true, 2},
		{"a restored one", dc(one, copyB, 120, people), true, 2},
		{"numbers that went back", dc(one, copyA, 90, people), true, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readLDAP(t, c.server, first.since)
			if got.full != c.full || len(got.records) != c.want {
				t.Errorf("full %v, %d entries", got.full, len(got.records))
			}
		})
	}
}

// Promise: what a server gives in parts or in several languages comes out whole and in a fixed order.
func TestLDAPValues(t *testing.T) {
	all := make([]string, 7)
	for i := range all {
		all[i] = fmt.Sprintf("020 %d", i)
	}
	server := &ldaptest.Server{Entries: entries(t, rootEntry+"dn: cn=A,dc=example,dc=com\nobjectClass: contact\ncn;lang-ja: Jp\ncn: A\notherTelephone: x\nmobile;lang-de: 06 2\nmobile: 06 1\n")}
	server.Page = func(_ int, s ldaptest.Search, list []ldaptest.Entry, cookie string) ([]ldaptest.Entry, string) {
		for i := range list {
			for j, a := range list[i].Attributes {
				if a.Name == "otherTelephone" && s.Base != "" {
					from := 0
					for _, wanted := range s.Attributes {
						_, _ = fmt.Sscanf(wanted, "othertelephone;range=%d-*", &from)
					}
					name := fmt.Sprintf("otherTelephone;range=%d-%d", from, from+2)
					if from+3 >= len(all) {
						name = fmt.Sprintf("otherTelephone;range=%d-*", from)
					}
					list[i].Attributes = append([]ldaptest.Attribute{}, list[i].Attributes...)
					list[i].Attributes[j] = ldaptest.Attribute{Name: name, Values: all[from:min(from+3, len(all))]}
				}
			}
		}
		return list, cookie
	}
	r := readLDAP(t, server, "")
	var got []string
	for _, p := range r.records[0].Phones {
		got = append(got, p.Raw)
	}
	if diff := cmp.Diff(append(append([]string{}, all...), "06 1", "06 2"), got); diff != "" || r.records[0].Name != "A" {
		t.Error(r.records[0].Name, diff)
	}
}

// Promise: pages are followed as far as they go, also where the server gives the same cookie each time.
func TestLDAPPages(t *testing.T) {
	var b strings.Builder
	b.WriteString(rootEntry)
	for i := range 1300 {
		b.WriteString(somebody(i, "20260101000000Z", fmt.Sprint("06 ", i)))
	}
	server := &ldaptest.Server{Entries: entries(t, b.String())}
	page := 0
	for name, change := range map[string]func(n int, s ldaptest.Search, list []ldaptest.Entry, cookie string) ([]ldaptest.Entry, string){
		"cookies": nil,
		"one cookie": func(_ int, s ldaptest.Search, list []ldaptest.Entry, _ string) ([]ldaptest.Entry, string) {
			if s.Size == 0 {
				return list, ""
			}
			if page += pageSize; page >= 1300 {
				return server.Entries[1+page-pageSize:], ""
			}
			return server.Entries[1+page-pageSize : 1+page], "slot 0"
		},
	} {
		t.Run(name, func(t *testing.T) {
			server.Page = change
			if r := readLDAP(t, server, ""); len(r.records) != 1300 || r.pages != 3 {
				t.Errorf("%d entries on %d pages", len(r.records), r.pages)
			}
		})
	}
}

// Promise: a server that refuses, breaks off, never ends or sends too much is a clear error, says what to do, and is never
// taken for the end of the directory.
func TestLDAPHostile(t *testing.T) {
	people := rootEntry + somebody(1, "20260101000000Z", "06 1") + somebody(2, "20260101000000Z", "06 2")
	refuse := func(code int64) ldaptest.Server {
		return ldaptest.Server{Refuse: func(n int, _ ldaptest.Search) int64 {
			if n == 0 {
				return 0
			}
			return code
		}}
	}
	bind := func(code int64, text string) ldaptest.Server {
		return ldaptest.Server{Bind: func(string, string) (int64, string) { return code, text }}
	}
	page := func(f func(list []ldaptest.Entry) ([]ldaptest.Entry, string)) ldaptest.Server {
		return ldaptest.Server{Page: func(_ int, s ldaptest.Search, list []ldaptest.Entry, cookie string) ([]ldaptest.Entry, string) {
			if s.Size == 0 {
				return list, cookie
			}
			return f(list)
		}}
	}
	write := func(f func(conn net.Conn, message []byte) bool) ldaptest.Server {
		return ldaptest.Server{Write: func(conn net.Conn, n int, message []byte) bool {
			if n < 1 {
				_, err := conn.Write(message)
				return err == nil
			}
			return f(conn, message)
		}}
	}
	for _, c := range []struct {
		name          string
		server        ldaptest.Server
		want, hint    string
		retry, reauth bool
	}{
		{"time limit", refuse(3), "took too long", "narrower filter", true, false},
		{"size limit", refuse(4), "only a part", "size limit", false, false},
		{"encryption wanted", bind(8, ""), "encrypted connection", "starttls", false, false},
		{"referral", refuse(10), "another server", "", false, false},
		{"base", refuse(32), "base is not there", "check the base", false, false},
		{"rights", refuse(50), "may not read", "the right to read", false, false},
		{"busy", refuse(51), "busy", "", true, false},
		{"unwilling", bind(53, ""), "refuses", "encrypted", false, false},
		{"sign-in first", refuse(1), "sign-in first", "user", false, true},
		{"wrong password", bind(49, "invalid"), "user and password", "check both", false, true},
		{"Active Directory: wrong password", bind(49, "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563"), "user and password", "the password is wrong", false, true},
		{"Active Directory: locked", bind(49, "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 775, v4563"), "user and password", "locked", false, true},
		{"Active Directory: expired", bind(49, "AcceptSecurityContext error, data 532, v4563"), "user and password", "expired", false, true},
		{"the same page for ever", page(func(list []ldaptest.Entry) ([]ldaptest.Entry, string) { return list, "again" }), "page after page", "", false, false},
		{"empty pages for ever", page(func([]ldaptest.Entry) ([]ldaptest.Entry, string) { return nil, "more" }), "page after page", "", false, false},
		{"a giant value", page(func(list []ldaptest.Entry) ([]ldaptest.Entry, string) {
			return []ldaptest.Entry{{DN: "cn=x", Attributes: []ldaptest.Attribute{{Name: "mobile", Values: []string{strings.Repeat("1", maxValue+1)}}}}}, ""
		}), "a value of mobile is longer", "", false, false},
		{"giant entries", write(func(conn net.Conn, _ []byte) bool {
			_, _ = conn.Write([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x04, 0x84, 0x7f, 0xff, 0xff, 0xf0})
			block := make([]byte, 1<<20)
			for {
				if _, err := conn.Write(block); err != nil {
					return false
				}
			}
		}), "larger than 32 MiB", "", false, false},
		{"no LDAP", write(func(conn net.Conn, _ []byte) bool {
			_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			return false
		}), "connection broke", "", true, false},
		{"cut in an entry", write(func(conn net.Conn, message []byte) bool {
			_, _ = conn.Write(message[:len(message)/2])
			return false
		}), "connection broke", "", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.server
			server.Entries = entries(t, people)
			_, err := readSource(t.Context(), openServer(t, &server, "user", "cn=reader", "password", "CANARY"), "person", "")
			var e *presets.Error
			if !errors.As(err, &e) {
				t.Fatalf("%v", err)
			}
			if !strings.Contains(e.Text.String(), c.want) || !strings.Contains(e.Hint.String(), c.hint) || e.Retry != c.retry || e.ReauthNeeded != c.reauth || strings.Contains(err.Error(), "CANARY") {
				t.Errorf("%+v", e)
			}
		})
	}
}

// Promise: a server that says nothing holds nobody: the run ends when it is told to.
func TestLDAPSilent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := &ldaptest.Server{Write: func(net.Conn, int, []byte) bool {
		cancel()
		<-ctx.Done()
		return false
	}}
	if _, err := readSource(ctx, openServer(t, server), "person", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Promise: settings that cannot work are refused before anything is sent, with the option's name.
func TestLDAPSettings(t *testing.T) {
	p := ldapPreset(t)
	for _, c := range [][3]string{
		{"filter", "(objectClass=person", "filter"},
		{"base_dn", "nowhere", "base"},
		{"certificate", "hello", "certificate"},
		{"phone_attributes", "a b", "attributes"},
		{"user", "somebody", "password"},
	} {
		_, err := Kind{}.Open(t.Context(), p, presets.Connection{Options: ldapOptions(t, p, c[0], c[1]), Dial: (&ldaptest.Server{}).Dial})
		var problems option.Problems
		if !errors.As(err, &problems) || problems[0].Option != c[2] {
			t.Errorf("%s: %v", c[0], err)
		}
	}
}

// Promise: times and numbers of servers are read as they write them.
func TestLDAPForms(t *testing.T) {
	if got := guid([]byte{0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}); got != "efbeadde-0201-0403-0506-0708090a0b0c" {
		t.Error(got)
	}
	for text, want := range map[string]time.Time{
		"20260102030405.0Z": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "20260102030405Z": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "yesterday": {}, "20260102030405.xZ": {},
	} {
		if got := timeOf(text); !got.Equal(want) {
			t.Errorf("%s: %s", text, got)
		}
	}
}
