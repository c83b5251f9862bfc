package api

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/ringdex/ringdex/api/phonebook"
	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/tenant"
)

// phones is an LDAP server of a world that listens.
type phones struct {
	*world
	*phonebook.Server
	address string
	trusts  *tls.Config
}

// ldap starts the world's LDAP server.
func (w *world) ldap() *phones {
	w.tb.Helper()
	server, client := certificate(w.tb)
	p := &phones{world: w, Server: w.LDAP(server), trusts: client}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	p.address = l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- p.Serve(l) }()
	w.tb.Cleanup(func() {
		p.Server.Close()
		w.must(<-done)
	})
	return p
}

// certificate is a server's of a test, and who trusts it.
func certificate(tb testing.TB) (server, client *tls.Config) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		tb.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool, ServerName: "localhost"}
}

// dial connects, and signs in where there is a key.
func (p *phones) dial(key string) *ldap.Conn {
	p.tb.Helper()
	c, err := ldap.DialURL("ldap://" + p.address)
	p.must(err)
	c.SetTimeout(2 * time.Minute)
	p.tb.Cleanup(func() { c.Close() })
	if key != "" {
		p.must(c.Bind("cn=phone,dc=ringdex", key))
	}
	return c
}

// find lists whom a search finds: "cn: telephoneNumber …".
func find(tb testing.TB, c *ldap.Conn, filter string) string {
	tb.Helper()
	r := ldap.NewSearchRequest("dc=ringdex", ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 50, 5, false, filter,
		[]string{"cn", "sn", "telephoneNumber", "MOBILE", "homePhone"}, nil)
	found, err := c.Search(r)
	if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) {
		tb.Errorf("%s: %v", filter, err)
		return ""
	}
	var all []string
	for _, e := range found.Entries {
		one := e.GetAttributeValue("cn")
		for _, a := range []string{"telephoneNumber", "MOBILE", "homePhone"} {
			for _, v := range e.GetAttributeValues(a) {
				one += " " + strings.ToLower(a[:1]) + ":" + v
			}
		}
		all = append(all, one)
	}
	return strings.Join(all, ", ")
}

const book = `Name;First name;Last name;Company;Phone;Mobile;E-mail
Ada Muster;Ada;Muster;Muster AG;020 123 4567;06 12345678;ada@muster.example
Žofie Größe;Žofie;Größe;Łódź BV;020 765 4321;;
Ben Shared;Ben;Shared;Shared BV;020 555 0000;;
Cem Shared;Cem;Shared;Shared BV;020 555 0000;;
Dirk Two;Dirk;Two;One BV;020 555 1111;;
Eva Two;Eva;Two;Other BV;020 555 1111;;
Hans Berg;Hans;Berg;;+49 30 12345678;;
;;;Only Company BV;020 999 8888;;
`

// What phones ask, in the ways each brand writes it: a caller's number is read as GET /v1/match reads it whatever stands
// around it, one person or nobody; names are found by their beginning and by any part, whatever their letters.
func TestLDAPFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	conn := w.ldap().dial(c.match.key)
	for _, tt := range []struct{ name, filter, want string }{
		{"equality", "(|(telephoneNumber=0201234567)(mobile=0201234567)(ipPhone=0201234567))", "Ada Muster t:0201234567"},
		{"international", "(|(telephoneNumber=+31201234567)(mobile=+31201234567))", "Ada Muster t:+31201234567"},
		{"exit code", "(telephoneNumber=0031201234567)", "Ada Muster t:0031201234567"},
		{"prefix", "(|(telephoneNumber=0612345678*)(mobile=0612345678*)(homePhone=0612345678*))", "Ada Muster m:0612345678"},
		{"suffix", "(|(telephoneNumber=*0612345678)(mobile=*0612345678))", "Ada Muster m:0612345678"},
		{"contains", "(|(telephoneNumber=*0612345678*)(mobile=*0612345678*))", "Ada Muster m:0612345678"},
		{"in another attribute", "(telephoneNumber=0612345678)", "Ada Muster t:0612345678"},
		{"as an address", "(telephoneNumber=sip:+31201234567@10.0.0.1)", "Ada Muster t:0201234567"},
		{"with a name", "(&(telephoneNumber=0201234567)(sn=*))", "Ada Muster t:0201234567"},
		{"with classes", "(&(objectClass=inetOrgPerson)(|(telephoneNumber=0201234567)(mobile=0201234567)))", "Ada Muster t:0201234567"},
		{"shared by a company", "(telephoneNumber=0205550000)", "Shared BV t:0205550000"},
		{"shared by strangers", "(telephoneNumber=0205551111)", ""},
		{"foreign", "(telephoneNumber=00493012345678)", "Hans Berg t:00493012345678"},
		{"unknown", "(telephoneNumber=0201111111)", ""},
		{"last digits only", "(|(telephoneNumber=*1234567)(mobile=*1234567))", ""},
		{"withheld", "(telephoneNumber=anonymous)", ""},
		{"internal", "(telephoneNumber=301*)", ""},
		{"a device of the tenant's", "(telephoneNumber=201)", "Bo of anna t:201"},
		{"beginning of a number", "(|(telephoneNumber=02012*)(mobile=02012*))", "Ada Muster t:0201234567 m:0612345678"},
		{"inside a number is nobody's", "(telephoneNumber=*34567*)", ""},
		{"too long to be a beginning", "(telephoneNumber=020123456*)", ""},
		{"name", "(|(cn=ada*)(sn=ada*))", "Ada Muster t:0201234567 m:0612345678"},
		{"surname in any case", "(|(cn=MUST*)(sn=MUST*))", "Ada Muster t:0201234567 m:0612345678"},
		{"any part", "(cn=*ust*)", "Ada Muster t:0201234567 m:0612345678"},
		{"several parts", "(cn=a*a*st*r)", "Ada Muster t:0201234567 m:0612345678"},
		{"accents", "(|(cn=*grosse*)(o=lodz*))", "Žofie Größe t:0207654321"},
		{"typed with accents", "(sn=größ*)", "Žofie Größe t:0207654321"},
		{"name and number", "(&(|(sn=mus*)(givenName=mus*))(|(telephoneNumber=*)(mobile=*)))", "Ada Muster t:0201234567 m:0612345678"},
		{"company", "(o=only*)", "Only Company BV t:0209998888"},
		{"not", "(&(objectClass=person)(o=*)(!(cn=a*))(!(cn=*e*)))", "Dirk Two t:0205551111, Only Company BV t:0209998888"},
		{"mail", "(mail=ada@muster.example)", "Ada Muster t:0201234567 m:0612345678"},
		{"either", "(|(cn=hans*)(telephoneNumber=0201234567))", "Ada Muster t:0201234567, Hans Berg t:00493012345678"},
		{"undefined", "(colour=blue)", ""},
		{"not undefined", "(!(colour=blue))", ""},
		{"undefined or", "(|(colour=blue)(cn=ada*))", "Ada Muster t:0201234567 m:0612345678"},
		{"everybody", "(objectClass=*)", "Ada Muster t:0201234567 m:0612345678, Ben Shared t:0205550000, Cem Shared t:0205550000, " +
			"Dirk Two t:0205551111, Eva Two t:0205551111, Hans Berg t:00493012345678, Only Company BV t:0209998888, Žofie Größe t:0207654321"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := find(t, conn, tt.filter); got != tt.want {
				t.Errorf("%s finds %q, want %q", tt.filter, got, tt.want)
			}
		})
	}
}

// bookOf is a customer whose contacts are those of a table.
func (w *world) bookOf(name, csv string) *customer {
	w.tb.Helper()
	c := w.customer(name, "")
	w.resync(c, csv)
	return c
}

// resync makes a table the customer's contacts.
func (w *world) resync(c *customer, csv string) {
	w.tb.Helper()
	ctx := w.tb.Context()
	w.must(os.WriteFile(filepath.Join(w.imports, c.name+".csv"), []byte(csv), 0o600))
	in := cache.Ref{Tenant: c.id, Integration: c.integration}
	id, err := w.Jobs.Sync(ctx, in, jobs.Full, jobs.Manual)
	w.must(err)
	run, err := w.Jobs.Wait(ctx, in, id)
	w.must(err)
	if run.State != jobs.Succeeded {
		w.tb.Fatalf("sync of %s: %+v", c.name, run)
	}
}

// A search is cut where it was asked to be, and can be read page by page; a page of another book or another search is
// refused.
func TestLDAPSizesAndPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var csv strings.Builder
	csv.WriteString("Name;Phone\n")
	for i := range 120 {
		fmt.Fprintf(&csv, "Person %03d;020 123 4%03d\n", i, i)
	}
	c := w.bookOf("anna", csv.String())
	conn := w.ldap().dial(c.match.key)
	ask := func(filter string, size int, controls ...ldap.Control) (*ldap.SearchResult, error) {
		return conn.Search(ldap.NewSearchRequest("dc=ringdex", ldap.ScopeSingleLevel, 0, size, 0, false, filter, []string{"cn"}, controls))
	}
	found, err := ask("(cn=person*)", 50)
	if !ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) || len(found.Entries) != 50 {
		t.Errorf("%d entries, %v; want 50 and that it was cut", len(found.Entries), err)
	}
	found, err = ask("(cn=person 00*)", 10)
	if err != nil || len(found.Entries) != 10 {
		t.Errorf("%d entries, %v; want all 10, uncut", len(found.Entries), err)
	}
	all, err := conn.SearchWithPaging(ldap.NewSearchRequest("dc=ringdex", ldap.ScopeWholeSubtree, 0, 0, 0, false, "(cn=person*)", []string{"cn"}, nil), 50)
	w.must(err)
	var names []string
	for _, e := range all.Entries {
		names = append(names, e.GetAttributeValue("cn"))
	}
	if len(names) != 120 || !slices.IsSorted(names) || len(slices.Compact(names)) != 120 {
		t.Errorf("pages hold %d people: %v", len(names), names)
	}
	page := ldap.NewControlPaging(50)
	found, err = ask("(cn=person*)", 0, page)
	w.must(err)
	page.SetCookie(ldap.FindControl(found.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging).Cookie)
	if _, err := ask("(cn=p*)", 0, page); !ldap.IsErrorWithCode(err, ldap.LDAPResultUnwillingToPerform) {
		t.Errorf("a cookie of another search: %v", err)
	}
	w.resync(c, csv.String()+"Person 999;020 123 5999\n")
	if _, err := ask("(cn=person*)", 0, page); !ldap.IsErrorWithCode(err, ldap.LDAPResultUnwillingToPerform) {
		t.Errorf("a cookie of the book before: %v", err)
	}
	if got := find(t, conn, "(cn=person 999)"); got != "Person 999 t:0201235999" {
		t.Errorf("after a synchronisation: %q", got)
	}
}

// Who may look, and what they may do: a key of the tenant with scope match and nobody else; nothing can be written; a
// revoked key ends on open connections too; two tenants do not see each other.
func TestLDAPAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.bookOf("anna", book), w.bookOf("bert", "Name;Phone\nBert Only;020 123 4567\n")
	p := w.ldap()
	conn := p.dial("")
	for _, tt := range []struct {
		name string
		do   func() error
		want uint16
	}{
		{"anonymous", func() error { return conn.UnauthenticatedBind("") }, ldap.LDAPResultInappropriateAuthentication},
		{"no password", func() error { return conn.UnauthenticatedBind("cn=phone,dc=ringdex") }, ldap.LDAPResultUnwillingToPerform},
		{"wrong key", func() error { return conn.Bind("cn=phone,dc=ringdex", "rdx_"+strings.Repeat("a", 32)) }, ldap.LDAPResultInvalidCredentials},
		{"no key at all", func() error { return conn.Bind("cn=phone,dc=ringdex", "secret") }, ldap.LDAPResultInvalidCredentials},
		{"scope calls", func() error { return conn.Bind("cn=phone,dc=ringdex", a.calls.key) }, ldap.LDAPResultInsufficientAccessRights},
		{"search before signing in", func() error { _, err := conn.Search(searchFor("(cn=*)")); return err }, ldap.LDAPResultInsufficientAccessRights},
		{"a name alone signs in", func() error { return conn.Bind("phone", a.match.key) }, ldap.LDAPResultSuccess},
		{"add", func() error { return conn.Add(ldap.NewAddRequest("cn=x,dc=ringdex", nil)) }, ldap.LDAPResultUnwillingToPerform},
		{"modify", func() error {
			r := ldap.NewModifyRequest("cn=x,dc=ringdex", nil)
			r.Replace("cn", []string{"y"})
			return conn.Modify(r)
		}, ldap.LDAPResultUnwillingToPerform},
		{"delete", func() error { return conn.Del(ldap.NewDelRequest("cn=x,dc=ringdex", nil)) }, ldap.LDAPResultUnwillingToPerform},
		{"another base", func() error {
			r := searchFor("(cn=*)")
			r.BaseDN = "dc=elsewhere"
			_, err := conn.Search(r)
			return err
		}, ldap.LDAPResultNoSuchObject},
		{"critical control", func() error {
			r := searchFor("(cn=*)")
			r.Controls = []ldap.Control{ldap.NewControlString("1.2.3.4", true, "")}
			_, err := conn.Search(r)
			return err
		}, ldap.LDAPResultUnavailableCriticalExtension},
		{"other control", func() error {
			r := searchFor("(cn=*)")
			r.Controls = []ldap.Control{ldap.NewControlString("1.2.3.4", false, "")}
			_, err := conn.Search(r)
			return err
		}, ldap.LDAPResultSuccess},
		{"many numbers", func() error {
			var f strings.Builder
			for i := range 9 {
				fmt.Fprintf(&f, "(telephoneNumber=02012345%02d)", i)
			}
			_, err := conn.Search(searchFor("(|" + f.String() + ")"))
			return err
		}, ldap.LDAPResultAdminLimitExceeded},
	} {
		err := tt.do()
		if tt.want == ldap.LDAPResultSuccess && err != nil || tt.want != ldap.LDAPResultSuccess && !ldap.IsErrorWithCode(err, tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, ldap.LDAPResultCodeMap[tt.want])
		}
	}
	if got := find(t, conn, "(telephoneNumber=0201234567)"); got != "Ada Muster t:0201234567" {
		t.Errorf("anna finds %q", got)
	}
	other := p.dial(b.match.key)
	if got := find(t, other, "(|(cn=*)(telephoneNumber=0201234567))"); got != "Bert Only t:0201234567" {
		t.Errorf("bert finds %q", got)
	}
	uid := w.uids(conn)["Ada Muster"]
	for _, compared := range []struct {
		conn            *ldap.Conn
		attribute, with string
		want            string
	}{
		{conn, "cn", "ada muster", "true"},
		{conn, "sn", "x", "false"},
		{conn, "telephoneNumber", "+31201234567", "true"},
		{other, "cn", "ada muster", "no such object"},
	} {
		is, err := compared.conn.Compare("uid="+uid+",dc=ringdex", compared.attribute, compared.with)
		got := fmt.Sprint(is)
		if ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
			got = "no such object"
		}
		if got != compared.want {
			t.Errorf("compare %s: %s, %v, want %s", compared.attribute, got, err, compared.want)
		}
	}
	keys, err := w.Directory.Keys(t.Context(), a.id)
	w.must(err)
	for _, k := range keys {
		w.must(w.Directory.RevokeKey(t.Context(), by, a.id, k.ID))
	}
	if _, err := conn.Search(searchFor("(cn=*)")); !ldap.IsErrorWithCode(err, ldap.LDAPResultInsufficientAccessRights) {
		t.Errorf("after its key was revoked: %v", err)
	}
}

func searchFor(filter string) *ldap.SearchRequest {
	return ldap.NewSearchRequest("dc=ringdex", ldap.ScopeWholeSubtree, 0, 0, 0, false, filter, []string{"cn", "uid"}, nil)
}

func (w *world) uids(conn *ldap.Conn) map[string]string {
	w.tb.Helper()
	found, err := conn.Search(searchFor("(cn=*)"))
	w.must(err)
	uids := map[string]string{}
	for _, e := range found.Entries {
		uids[e.GetAttributeValue("cn")] = e.GetAttributeValue("uid")
	}
	return uids
}

// The server says what it can do, also to whoever has not signed in, and goes on encrypted when asked to.
func TestLDAPDescribesItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	p := w.ldap()
	conn := p.dial("")
	dse, err := conn.Search(ldap.NewSearchRequest("", ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=*)", []string{"+"}, nil))
	w.must(err)
	if got := dse.Entries[0].GetAttributeValue("namingContexts"); got != "dc=ringdex" {
		t.Errorf("naming context %q", got)
	}
	schema, err := conn.Search(ldap.NewSearchRequest(dse.Entries[0].GetAttributeValue("subschemaSubentry"), ldap.ScopeBaseObject, 0, 0, 0, false, "(objectClass=subschema)", []string{"attributeTypes"}, nil))
	w.must(err)
	if got := strings.Join(schema.Entries[0].GetAttributeValues("attributeTypes"), "\n"); !strings.Contains(got, "'telephoneNumber'") {
		t.Errorf("schema %q", got)
	}
	w.must(conn.StartTLS(p.trusts))
	w.must(conn.Bind("cn=phone,dc=ringdex", c.match.key))
	who, err := conn.WhoAmI(nil)
	w.must(err)
	if diff := cmp.Diff("dn:cn=phone,dc=ringdex", who.AuthzID); diff != "" {
		t.Error(diff)
	}
	if got := find(t, conn, "(telephoneNumber=0201234567)"); got != "Ada Muster t:0201234567" {
		t.Errorf("encrypted: %q", got)
	}
}

// A key's rate is one, over HTTP and LDAP together.
func TestLDAPRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.bookOf("anna", book)
	slow := w.key(c.id, tenant.Key{Scopes: tenant.ScopeMatch, Rate: 1})
	conn := w.ldap().dial(slow) // one of five
	for range 2 {
		if got := find(t, conn, "(telephoneNumber=0201234567)"); got == "" {
			t.Error("refused too early")
		}
		if got := w.get(credential{key: slow}, "/v1/name?number=0201234567"); got.status != 200 {
			t.Errorf("HTTP: %d", got.status)
		}
	}
	if _, err := conn.Search(searchFor("(cn=*)")); !ldap.IsErrorWithCode(err, ldap.LDAPResultBusy) {
		t.Errorf("the sixth question: %v", err)
	}
	if got := w.get(credential{key: slow}, "/v1/name?number=0201234567"); got.status != 429 {
		t.Errorf("HTTP: %d", got.status)
	}
}

// BenchmarkLDAP is a look-up over one connection, as phones ask it. The client writes fixed bytes; compare cpu-ns/op where
// the machine is shared.
func BenchmarkLDAP(b *testing.B) {
	w := newWorld(b)
	c := w.bookOf("anna", book)
	p := w.ldap()
	conn, err := net.Dial("tcp", p.address)
	w.must(err)
	defer conn.Close()
	in := make([]byte, 4096)
	ask := func(m []byte) {
		if _, err := conn.Write(m); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Read(in); err != nil {
			b.Fatal(err)
		}
	}
	ask(bindRequest(c.match.key))
	equal := func(name, number string) []byte {
		f := append([]byte{0x04, byte(len(name))}, name...)
		f = append(append(f, 0x04, byte(len(number))), number...)
		return append([]byte{0xa3, byte(len(f))}, f...)
	}
	three := slices.Concat(equal("telephoneNumber", "0201234567"), equal("mobile", "0201234567"), equal("homePhone", "0201234567"))
	for _, bench := range []struct {
		name  string
		asked []byte
	}{
		{"known", searchRequest(equal("telephoneNumber", "+31201234567"), "cn", "o", "mail")},
		{"three-attributes", searchRequest(append([]byte{0xa1, byte(len(three))}, three...), "displayName", "cn", "telephoneNumber", "mobile")},
		{"unknown", searchRequest(equal("telephoneNumber", "+31201234560"), "cn")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			start := cpuTime()
			b.ReportAllocs()
			for b.Loop() {
				ask(bench.asked)
			}
			b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
		})
	}
}
