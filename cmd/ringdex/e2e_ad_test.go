package main

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/jobs"
)

// domain is a real Active Directory domain controller, as Samba has one.
type domain struct {
	t    *testing.T
	conn *ldap.Conn // as its administrator
	authority
}

const (
	domainSuffix = "DC=ad,DC=example,DC=com"
	domainHost   = "dc1.ad.example.com"
	domainSecret = "Passw0rd!xyz"
)

// newDomain starts one. It listens where domain controllers do, so nothing else may.
func newDomain(t *testing.T) *domain {
	t.Helper()
	tool, server := program(t, "samba-tool", "samba-ad-dc"), program(t, "samba", "samba-ad-dc")
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: a domain controller is started by root only")
	}
	for _, port := range []string{"389", "636"} {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			t.Skipf("NOT TESTED: something else listens on port %s", port)
		}
	}
	dir := t.TempDir()
	d := &domain{t: t, authority: newAuthority(t, dir, domainHost)}
	out, err := exec.CommandContext(t.Context(), tool, "domain", "provision", "--targetdir="+dir+"/ad", "--realm=AD.EXAMPLE.COM", "--domain=EXAMPLE",
		"--server-role=dc", "--adminpass="+domainSecret, "--dns-backend=NONE", "--host-name=dc1", "--host-ip=127.0.0.1").CombinedOutput()
	if err != nil {
		t.Skipf("NOT TESTED: samba-tool cannot make a domain here: %v\n%s", err, out)
	}
	config := filepath.Join(dir, "ad/etc/smb.conf")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "[global]\n", "[global]\n\tinterfaces = lo\n\tbind interfaces only = yes\n\ttls certfile = "+d.cert+"\n\ttls keyfile = "+d.key+"\n\ttls cafile = "+d.ca+"\n", 1)
	if err := os.WriteFile(config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	var said lines
	cmd := exec.Command(server, "-i", "-M", "single", "-s", config, "--option=server services=ldap", "--option=log file="+dir+"/log")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	d.administer(&said)
	return d
}

func (d *domain) administer(said *lines) {
	d.t.Helper()
	pool := x509.NewCertPool()
	text, err := os.ReadFile(d.ca)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		d.t.Fatal("no authority", err)
	}
	for range 3000 {
		if d.conn, err = ldap.DialURL("ldaps://127.0.0.1", ldap.DialWithTLSConfig(tlsFor(domainHost, pool))); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		d.t.Skipf("NOT TESTED: samba does not run here: %v\n%s", err, said)
	}
	d.t.Cleanup(func() { d.conn.Close() })
	d.must(d.conn.Bind("Administrator@ad.example.com", domainSecret))
}

func (d *domain) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *domain) dn(p person) string {
	return fmt.Sprintf("CN=p%d,OU=Staff,%s", p.index, domainSuffix)
}

// add adds a user, or a contact for nine of ten.
func (d *domain) add(p person) {
	d.t.Helper()
	r := ldap.NewAddRequest(d.dn(p), nil)
	if p.index%10 == 7 {
		r.Attribute("objectClass", []string{"user"})
		r.Attribute("sAMAccountName", []string{fmt.Sprint("p", p.index)})
		r.Attribute("userAccountControl", []string{"544"}) // a user without a password
	} else {
		r.Attribute("objectClass", []string{"contact"})
	}
	for name, value := range map[string]string{"displayName": p.name(), "givenName": p.first, "sn": p.last, "company": p.company, "mail": p.email()} {
		r.Attribute(name, []string{value})
	}
	names := []string{"mobile", "telephoneNumber", "otherTelephone"}
	for i, n := range p.numbers {
		r.Attribute(names[i], []string{n.raw})
	}
	d.must(d.conn.Add(r))
}

// TestDirectoryActiveDirectory guards that a domain of 1,200 users and contacts on a real domain controller is read by an
// ordinary user, who has to encrypt; that changes are found by its numbers; that a deletion, a disabled account and one that
// was moved away are gone with the next run; and that every number finds its person and nobody else.
func TestDirectoryActiveDirectory(t *testing.T) {
	t.Parallel()
	d := newDomain(t)
	people := makePeople(1200)
	ou := ldap.NewAddRequest("OU=Staff,"+domainSuffix, nil)
	ou.Attribute("objectClass", []string{"organizationalUnit"})
	d.must(d.conn.Add(ou))
	ou = ldap.NewAddRequest("OU=Elsewhere,"+domainSuffix, nil)
	ou.Attribute("objectClass", []string{"organizationalUnit"})
	d.must(d.conn.Add(ou))
	for _, p := range people {
		d.add(p)
	}
	reader := person{index: 7007, first: "Reader", last: "Account", company: "Staff"}
	d.add(reader)
	password := ldap.NewModifyRequest(d.dn(reader), nil)
	password.Replace("unicodePwd", []string{utf16le(`"` + domainSecret + `"`)})
	d.must(d.conn.Modify(password))

	ca, err := os.ReadFile(d.ca)
	d.must(err)
	h := newHouse(t, "--allow-outbound", "127.0.0.1/32")
	h.settle()
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match,admin", "--rate", "none").last()
	add := func(name string, set ...string) {
		t.Helper()
		args := []string{"integration", "add", "--tenant", e2eTenant, "--preset", "ldap", "--name", name}
		for _, one := range append([]string{"server=127.0.0.1", "server_name=" + domainHost, "certificate=" + string(ca), "base_dn=OU=Staff," + domainSuffix}, set...) {
			args = append(args, "--set", one)
		}
		h.run(args...)
	}
	add("Domain", "user=p7007@ad.example.com", "password="+domainSecret)
	h.serve()
	check := h.run("integration", "check", "Domain", "--tenant", e2eTenant)
	for _, want := range []string{"Active Directory", "StartTLS", "pages of 500"} {
		if !strings.Contains(check.out, want) {
			t.Errorf("the check says nothing of %q:\n%s", want, check.out)
		}
	}
	if run := h.sync("Domain", true); run.State != jobs.Succeeded || run.Counts.Read != len(people) {
		t.Fatalf("full run: %+v", run)
	}
	h.findsEverybody(people)

	changed := &people[18]
	old := changed.numbers[0]
	changed.numbers[0] = messy{"+31 (0)6 - 8765 4321", "+31687654321"}
	modify := ldap.NewModifyRequest(d.dn(*changed), nil)
	modify.Replace("mobile", []string{changed.numbers[0].raw})
	d.must(d.conn.Modify(modify))
	late := person{index: 5002, first: "Late", last: "Comer", company: "Firma", numbers: []messy{{"06 8765 0000", "+31687650000"}}}
	d.add(late)
	if run := h.sync("Domain", false); run.State != jobs.Succeeded || run.Mode != jobs.Changes || run.Counts.Read != 2 {
		t.Fatalf("run of changes: %+v", run)
	}
	h.findsEverybody(append([]person{late}, people...))
	h.findsNobody([]messy{old})

	gone := []person{people[600], people[627], people[701]}
	d.must(d.conn.Del(ldap.NewDelRequest(d.dn(gone[0]), nil)))
	modify = ldap.NewModifyRequest(d.dn(gone[1]), nil)
	modify.Replace("userAccountControl", []string{"546"})
	d.must(d.conn.Modify(modify))
	d.must(d.conn.ModifyDN(ldap.NewModifyDNRequest(d.dn(gone[2]), "CN=moved", true, "OU=Elsewhere,"+domainSuffix)))
	if run := h.sync("Domain", false); run.State != jobs.Succeeded || run.Mode != jobs.Full {
		t.Fatalf("run behind a deletion: %+v", run)
	}
	left := []person{late}
	for _, p := range people {
		if p.index != 600 && p.index != 627 && p.index != 701 {
			left = append(left, p)
		}
	}
	h.findsEverybody(left)
	for _, p := range gone {
		h.findsNobody(p.numbers)
	}

	for _, c := range []struct{ name, set, want string }{
		{"Wrong", "user=p7007@ad.example.com,password=wrong", "password"},
		{"Plain", "user=p7007@ad.example.com,security=plain,password=" + domainSecret, "encrypted connection"},
		{"Nobody", "user=,password=", "sign-in first"},
		{"Old form", `user=EXAMPLE\p7007,security=ldaps,password=` + domainSecret, ""},
	} {
		add(c.name, strings.Split(c.set, ",")...)
		got := h.try("integration", "check", c.name, "--tenant", e2eTenant)
		if (got.code == exitDone) != (c.want == "") || !strings.Contains(got.out+got.err, c.want) || strings.Contains(got.out+got.err, domainSecret) {
			t.Errorf("%s: exit %d, want %q:\n%s%s", c.name, got.code, c.want, got.out, got.err)
		}
	}
}

// utf16le is how a password is written to Active Directory.
func utf16le(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}
