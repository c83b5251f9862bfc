package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
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

// authority is a certificate authority of a test's own and a server's certificate by it.
type authority struct{ ca, cert, key string } // files; ca as text

func newAuthority(t *testing.T, dir, host string) authority {
	t.Helper()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	a := authority{ca: write("ca.pem", "CERTIFICATE", der, err)}
	der, err = x509.CreateCertificate(rand.Reader, server, ca, &key.PublicKey, caKey)
	a.cert = write("server.pem", "CERTIFICATE", der, err)
	der, err = x509.MarshalECPrivateKey(key)
	a.key = write("server.key", "EC PRIVATE KEY", der, err)
	return a
}

// slapd is a real OpenLDAP server with a database of its own.
type slapd struct {
	t             *testing.T
	plain, secure string // addresses
	authority
	conn *ldap.Conn // as its administrator
}

const slapdSuffix, slapdReader = "dc=example,dc=com", "cn=reader,dc=example,dc=com"

// newSlapd starts one that wants encryption from whoever signs in, and gives at most 500 entries at a time.
func newSlapd(t *testing.T, people []person) *slapd {
	t.Helper()
	server := program(t, "slapd", "slapd")
	dir := t.TempDir()
	s := &slapd{t: t, plain: freeAddress(t), secure: freeAddress(t), authority: newAuthority(t, dir, "ldap.example.com")}
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	config := `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile ` + s.ca + `
TLSCertificateFile ` + s.cert + `
TLSCertificateKeyFile ` + s.key + `
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
security simple_bind=64
database mdb
suffix "` + slapdSuffix + `"
rootdn "cn=admin,` + slapdSuffix + `"
rootpw adminsecret
directory ` + filepath.Join(dir, "db") + `
index objectClass eq
index entryUUID,modifyTimestamp eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="` + slapdReader + `" read by * none
`
	file := filepath.Join(dir, "slapd.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	// A copy: where AppArmor guards the packaged one, that may not read a test's folder.
	binary, err := os.ReadFile(server)
	if err != nil {
		t.Fatal(err)
	}
	server = filepath.Join(dir, "slapd")
	if err := os.WriteFile(server, binary, 0o700); err != nil {
		t.Fatal(err)
	}
	var said lines
	cmd := exec.Command(server, "-f", file, "-h", "ldap://"+s.plain+" ldaps://"+s.secure, "-d", "0")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s.administer(&said)
	s.fill(people)
	return s
}

// administer connects as the administrator, when the server is there.
func (s *slapd) administer(said *lines) {
	s.t.Helper()
	pool := x509.NewCertPool()
	text, err := os.ReadFile(s.ca)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		s.t.Fatal("no authority", err)
	}
	if !comes(func() bool {
		s.conn, err = ldap.DialURL("ldaps://"+s.secure, ldap.DialWithTLSConfig(tlsFor("ldap.example.com", pool)))
		return err == nil
	}) {
		s.t.Fatalf("slapd is not there: %v\n%s", err, said)
	}
	s.t.Cleanup(func() { s.conn.Close() })
	if err := s.conn.Bind("cn=admin,"+slapdSuffix, "adminsecret"); err != nil {
		s.t.Fatal(err)
	}
}

func (s *slapd) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *slapd) fill(people []person) {
	s.t.Helper()
	add := func(dn string, attributes map[string][]string) {
		s.t.Helper()
		r := ldap.NewAddRequest(dn, nil)
		for name, values := range attributes {
			r.Attribute(name, values)
		}
		s.must(s.conn.Add(r))
	}
	add(slapdSuffix, map[string][]string{"objectClass": {"dcObject", "organization"}, "dc": {"example"}, "o": {"Example"}})
	add(slapdReader, map[string][]string{"objectClass": {"organizationalRole", "simpleSecurityObject"}, "userPassword": {"readersecret"}})
	add("ou=People,"+slapdSuffix, map[string][]string{"objectClass": {"organizationalUnit"}, "ou": {"People"}, "telephoneNumber": {"020 555 0000"}})
	for _, p := range people {
		add(s.dn(p), s.attributes(p))
	}
	// Somebody without a number is not read.
	add("cn=nobody,ou=People,"+slapdSuffix, map[string][]string{"objectClass": {"inetOrgPerson"}, "cn": {"nobody"}, "sn": {"nobody"}})
}

func (s *slapd) dn(p person) string {
	return fmt.Sprintf("uid=u%d,ou=People,%s", p.index, slapdSuffix)
}

func (s *slapd) attributes(p person) map[string][]string {
	a := map[string][]string{
		"objectClass": {"inetOrgPerson"}, "uid": {fmt.Sprint("u", p.index)}, "cn": {p.name()}, "givenName": {p.first}, "sn": {p.last},
		"o": {p.company}, "mail": {p.email()}, "jpegPhoto": {string(bytes.Repeat([]byte{0xff}, 2_000))},
	}
	names := []string{"mobile", "telephoneNumber", "telephoneNumber", "homePhone"} // several values of one attribute, too
	for i, n := range p.numbers {
		a[names[i]] = append(a[names[i]], n.raw)
	}
	return a
}

// TestDirectoryLDAP guards that a directory of 1,200 people on a real OpenLDAP server, which gives 500 at a time and only
// to those who encrypt, is read whole; that a change and a deletion are found by the next run without reading everything
// that did not change; and that every number finds its person and nobody else.
func TestDirectoryLDAP(t *testing.T) {
	t.Parallel()
	people := makePeople(1200)
	s := newSlapd(t, people)
	ca, err := os.ReadFile(s.ca)
	s.must(err)

	h := newHouse(t, "--allow-outbound", "127.0.0.1/32:"+portOf(s.plain), "--allow-outbound", "127.0.0.1/32:"+portOf(s.secure))
	h.settle()
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match,admin", "--rate", "none").last()
	add := func(name string, set ...string) said {
		args := []string{"integration", "add", "--tenant", e2eTenant, "--preset", "ldap", "--name", name}
		for _, one := range append([]string{"user=" + slapdReader, "certificate=" + string(ca), "server_name=ldap.example.com"}, set...) {
			args = append(args, "--set", one)
		}
		return h.try(args...)
	}
	if got := add("Directory", "server="+s.plain, "password=readersecret"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	h.serve()

	check := h.run("integration", "check", "Directory", "--tenant", e2eTenant)
	for _, want := range []string{"1200", "StartTLS", "pages of 500", "Ada Muster 0"} {
		if !strings.Contains(check.out, want) {
			t.Errorf("the check says nothing of %q:\n%s", want, check.out)
		}
	}
	if run := h.sync("Directory", true); run.State != jobs.Succeeded || run.Counts.Read != len(people) {
		t.Fatalf("full run: %+v", run)
	}
	h.findsEverybody(people)

	// A change is found by reading what changed only.
	changed := &people[17]
	old := changed.numbers[0]
	changed.numbers[0] = messy{"+31 (0)6 - 8765 4321", "+31687654321"}
	modify := ldap.NewModifyRequest(s.dn(*changed), nil)
	modify.Replace("mobile", []string{changed.numbers[0].raw})
	s.must(s.conn.Modify(modify))
	run := h.sync("Directory", false)
	if run.State != jobs.Succeeded || run.Mode != jobs.Changes {
		t.Fatalf("run of changes: %+v", run)
	}
	h.findsEverybody(people)
	h.findsNobody([]messy{old})

	// A deletion, a last number taken away and a new person: none of them is something the server tells of itself.
	s.must(s.conn.Del(ldap.NewDelRequest(s.dn(people[600]), nil)))
	modify = ldap.NewModifyRequest(s.dn(people[3]), nil)
	modify.Delete("mobile", nil)
	s.must(s.conn.Modify(modify))
	late := person{index: 5000, first: "Late", last: "Comer", company: "Firma", numbers: []messy{{"06 8765 0000", "+31687650000"}}}
	r := ldap.NewAddRequest(s.dn(late), nil)
	for name, values := range s.attributes(late) {
		r.Attribute(name, values)
	}
	s.must(s.conn.Add(r))
	if run := h.sync("Directory", false); run.State != jobs.Succeeded || run.Mode != jobs.Full {
		t.Fatalf("run behind a deletion: %+v", run)
	}
	h.findsNobody(append(people[600].numbers, people[3].numbers...))
	people = append(append(append([]person{late}, people[:3]...), people[4:600]...), people[601:]...)
	h.findsEverybody(people)

	// What cannot work is told in words.
	for _, c := range []struct{ name, set, want string }{
		{"Wrong password", "server=" + s.plain + ",password=wrong,security=starttls", "does not take user and password"},
		{"Plain", "server=" + s.plain + ",password=readersecret,security=plain", "encrypted connection"},
		{"No TLS there", "server=" + s.plain + ",password=readersecret,security=ldaps", ""},
		{"Other name", "server=" + s.secure + ",password=readersecret,security=ldaps,server_name=other.example.com", "another name"},
		{"Other authority", "server=" + s.secure + ",password=readersecret,security=ldaps,certificate=", "authority"},
		{"Base", "server=" + s.plain + ",password=readersecret,base_dn=ou=Nowhere,base_dn=ou=Nowhere", "base is not there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := add(c.name, strings.Split(c.set, ",")...); got.code != exitDone {
				t.Fatalf("%+v", got)
			}
			got := h.try("integration", "check", c.name, "--tenant", e2eTenant)
			if got.code == exitDone || !strings.Contains(got.out+got.err, c.want) || strings.Contains(got.out+got.err, "readersecret") {
				t.Errorf("exit %d, want %q:\n%s%s", got.code, c.want, got.out, got.err)
			}
		})
	}
	if got := add("LDAPS", "server="+s.secure, "password=readersecret", "security=ldaps"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	if got := h.run("integration", "check", "LDAPS", "--tenant", e2eTenant); !strings.Contains(got.out, "encrypted with TLS") {
		t.Error(got.out)
	}
	if _, err := net.Dial("tcp", s.plain); err != nil {
		t.Errorf("the server went away: %v", err)
	}
}

func tlsFor(name string, pool *x509.CertPool) *tls.Config {
	return &tls.Config{ServerName: name, RootCAs: pool, MinVersion: tls.VersionTLS12}
}
