package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"
)

// searched is an LDAP server asked by ldapsearch.
type searched struct {
	t            *testing.T
	uri, base    string
	name, secret string
	authority    string
	more         []string
	tool         string
}

// serveFor starts a server that speaks TLS and waits until phones reach it.
func (h *house) serveFor(phones string) {
	h.t.Helper()
	h.server = h.command(append([]string{"serve", "--listen", freeAddress(h.t), "--log-level", "debug"}, h.flags...)...)
	h.server.Stdout, h.server.Stderr = h.logs, h.logs
	if err := h.server.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(h.kill)
	h.wait("phones to reach the server", func() bool {
		c, err := net.Dial("tcp", phones)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

// find is what ldapsearch prints for a filter, an entry a line, without the entries' names; sorted.
func (s searched) find(filter string, attributes ...string) []string {
	s.t.Helper()
	args := append([]string{"-LLL", "-x", "-o", "ldif-wrap=no", "-H", s.uri, "-D", s.name, "-w", s.secret, "-b", s.base}, s.more...)
	out, err := s.command(s.tool, append(append(args, filter), attributes...)...)
	if err != nil {
		s.t.Errorf("%s %s: %v\n%s", s.uri, filter, err, out)
	}
	return entriesOf(out)
}

func (s searched) command(tool string, args ...string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), tool, args...)
	cmd.Env = append(os.Environ(), "LDAPTLS_CACERT="+s.authority, "LDAPTLS_REQCERT=never", "LDAPCONF=/dev/null")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// entriesOf reads LDIF: each entry is one line of its attributes in order.
func entriesOf(ldif string) []string {
	var all []string
	for block := range strings.SplitSeq(strings.TrimSpace(ldif), "\n\n") {
		var lines []string
		for line := range strings.SplitSeq(block, "\n") {
			if !strings.HasPrefix(line, "dn:") && !strings.HasPrefix(line, "#") && line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			slices.Sort(lines)
			all = append(all, strings.Join(lines, ", "))
		}
	}
	slices.Sort(all)
	return all
}

// TestPhonesAgainstSlapd guards that a phone cannot tell Ringdex from a directory server that holds the same people: the
// filters of each brand, asked by ldapsearch, plain, encrypted from the start and by StartTLS, give what a real OpenLDAP gives.
func TestPhonesAgainstSlapd(t *testing.T) {
	t.Parallel()
	tool := program(t, "ldapsearch", "ldap-utils")
	peer := newSlapd(t, nil)
	peer.must(peer.conn.Del(ldap.NewDelRequest("cn=nobody,ou=People,"+slapdSuffix, nil))) // has no number, so that we would not know of them
	plain, secure := freeAddress(t), freeAddress(t)
	h := newHouse(t, "--ldap-listen", plain, "--ldaps-listen", secure, "--tls-cert", peer.cert, "--tls-key", peer.key)
	h.run("tenant", "add", e2eTenant, "--region", "NL")
	firsts, lasts := []string{"Ada", "Ben", "Cas", "Dora", "Eva"}, []string{"Muster", "Bakker", "de Vries", "Smit", "Visser", "Mulder", "Dekker"}
	var csv strings.Builder
	csv.WriteString("Name,First name,Last name,Company,Phone,Mobile,E-mail\n")
	type somebody struct{ name, first, last, company, phone, mobile string }
	var people []somebody
	for i := range 300 {
		p := somebody{first: firsts[i%5], last: fmt.Sprint(lasts[i%7], " ", i), company: fmt.Sprint("Company ", i/3), phone: fmt.Sprintf("020%07d", 1000003+i*7919), mobile: fmt.Sprintf("06%08d", 12000001+i*7919)}
		p.name = p.first + " " + p.last
		people = append(people, p)
		fmt.Fprintf(&csv, "%s,%s,%s,%s,%s,%s,p%d@example.com\n", p.name, p.first, p.last, p.company, p.phone, p.mobile, i)
		add := ldap.NewAddRequest(fmt.Sprintf("uid=p%d,ou=People,%s", i, slapdSuffix), nil)
		last, _ := strings.CutPrefix(p.name[strings.LastIndexByte(p.name, ' '):], " ")
		for name, value := range map[string]string{
			"uid": fmt.Sprint("p", i), "cn": p.name, "sn": last, "givenName": strings.TrimSuffix(p.name, " "+last), "o": p.company,
			"telephoneNumber": p.phone, "mobile": p.mobile, "mail": fmt.Sprintf("p%d@example.com", i),
		} {
			add.Attribute(name, []string{value})
		}
		add.Attribute("objectClass", []string{"inetOrgPerson"})
		peer.must(peer.conn.Add(add))
	}
	table := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(table, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "csv", "--name", "People", "--set", "path="+table)
	h.run("integration", "sync", "People", "--tenant", e2eTenant)
	key := h.run("key", "add", "--tenant", e2eTenant, "--scope", "match", "--rate", "none").last()
	h.serveFor(plain)
	ours := searched{t: t, tool: tool, uri: "ldap://" + plain, base: "dc=ringdex", name: "cn=phone,dc=ringdex", secret: key, authority: peer.ca}
	theirs := searched{t: t, tool: tool, uri: "ldaps://" + peer.secure, base: "ou=People," + slapdSuffix, name: slapdReader, secret: "readersecret", authority: peer.ca}
	over := ours
	over.uri = "ldaps://" + secure
	start := ours
	start.more = []string{"-ZZ"}
	paged := ours
	paged.more = []string{"-E", "pr=50/noprompt"}

	one := people[123]
	for _, f := range []string{
		"(|(telephoneNumber=NUMBER)(mobile=NUMBER)(ipPhone=NUMBER))", "(|(telephoneNumber=NUMBER*)(mobile=NUMBER*))",
		"(|(telephoneNumber=*NUMBER*)(mobile=*NUMBER*))", "(|(telephoneNumber=*NUMBER)(mobile=*NUMBER)(homeTelephoneNumber=*NUMBER))",
		"(|(telephoneNumber=NUMBER*)(mobile=NUMBER*)(homePhone=NUMBER*))", "(&(telephoneNumber=NUMBER)(sn=*))",
		"(|(telephoneNumber=NUMBER)(mobile=NUMBER)(other=NUMBER))", "(mobile=NUMBER)",
	} {
		for _, number := range []string{one.phone, one.mobile, people[7].mobile, "0209999999"} {
			filter := strings.ReplaceAll(f, "NUMBER", number)
			want := theirs.find(filter, "cn", "sn", "o")
			if number != one.phone && strings.HasPrefix(f, "(&(tele") || number == one.phone && strings.HasPrefix(f, "(mobile") {
				continue // a number is somebody's, whatever the attribute it is asked in
			}
			if diff := cmp.Diff(want, ours.find(filter, "cn", "sn", "o")); diff != "" {
				t.Errorf("%s (-slapd +ringdex):\n%s", filter, diff)
			}
		}
	}
	all := []string{"cn", "sn", "givenName", "o", "telephoneNumber", "mobile", "mail"}
	for _, filter := range []string{
		"(|(cn=ada*)(sn=ada*))", "(cn=*muster*)", "(|(cn=MUL*)(givenName=*mul*))", "(&(|(sn=12*)(givenName=12*))(|(telephoneNumber=*)(mobile=*)))", "(o=company 9)",
		"(&(objectClass=person)(!(cn=a*))(!(cn=b*))(!(cn=c*))(!(cn=d*)))", "(cn=eva  SMIT 283)", "(|(colour=red)(mail=p8@example.com))", "(!(colour=red))", "(&(cn=e*)(cn=*v*r*7))",
		"(sn=somebody)", "(mail=*)", "(|(displayName=x)(sn=1))", "(&(cn=ada*)(!(o=company 1*)))",
	} {
		want := theirs.find(filter, all...)
		for _, by := range []searched{ours, over, start, paged} {
			if diff := cmp.Diff(want, by.find(filter, all...)); diff != "" {
				t.Errorf("%s %v %s (-slapd +ringdex):\n%s", by.uri, by.more, filter, diff)
			}
		}
	}
	wrong := ours
	wrong.secret = "rdx_" + strings.Repeat("a", 32)
	if out, err := wrong.command(tool, "-x", "-H", wrong.uri, "-D", wrong.name, "-w", wrong.secret, "-b", wrong.base); err == nil || !strings.Contains(out, "Invalid credentials (49)") {
		t.Errorf("a wrong key: %v %s", err, out)
	}
	h.stop()
}
