package main

import (
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/jobs"
)

// radicale is a real CardDAV server with a user ada.
type radicale struct {
	t       *testing.T
	address string
	authority
	client *http.Client // that knows the authority
}

const (
	radicalePassword = "radicale secret"
	radicaleBook     = "/ada/customers/"
)

// newRadicale starts one and puts people into a book of ada's, beside one that is not wanted.
func newRadicale(t *testing.T, people []person) *radicale {
	t.Helper()
	server := program(t, "radicale", "radicale")
	dir := t.TempDir()
	users, config := filepath.Join(dir, "users"), filepath.Join(dir, "config")
	s := &radicale{t: t, address: freeAddress(t), authority: newAuthority(t, dir, "localhost")}
	s.trust()
	for file, text := range map[string]string{
		users: "ada:" + radicalePassword + "\n",
		config: "[server]\nhosts = " + s.address + "\nssl = True\ncertificate = " + s.cert + "\nkey = " + s.key + "\n[auth]\ntype = htpasswd\nhtpasswd_filename = " + users + "\nhtpasswd_encryption = plain\ndelay = 0\n" +
			"[rights]\ntype = owner_only\n[storage]\nfilesystem_folder = " + filepath.Join(dir, "collections") + "\n[logging]\nlevel = warning\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said lines
	cmd := exec.Command(server, "--config", config)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if !comes(func() bool {
		resp, err := s.client.Get(s.url() + "/.web/")
		if err == nil {
			resp.Body.Close()
		}
		return err == nil
	}) {
		t.Fatalf("radicale is not there\n%s", &said)
	}
	var cards strings.Builder
	for _, p := range people {
		cards.WriteString(vcardOf(p))
	}
	s.do(http.MethodPut, radicaleBook, "text/vcard", cards.String())
	s.do("PROPPATCH", radicaleBook, "application/xml", `<propertyupdate xmlns="DAV:"><set><prop><displayname>Customers</displayname></prop></set></propertyupdate>`)
	s.do(http.MethodPut, "/ada/private/", "text/vcard", vcardOf(person{index: 9000, first: "Not", last: "Wanted", numbers: []messy{{"06 87 65 99 99", "+31687659999"}}}))
	return s
}

func (s *radicale) trust() {
	s.t.Helper()
	text, err := os.ReadFile(s.ca)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(text) {
		s.t.Fatal("no authority", err)
	}
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: tlsFor("localhost", pool)}}
	s.t.Cleanup(s.client.CloseIdleConnections)
}

func (s *radicale) url() string { return "https://localhost:" + portOf(s.address) }

func (s *radicale) do(method, path, kind, body string) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.SetBasicAuth("ada", radicalePassword)
	resp, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %s %.300s", method, path, resp.Status, text)
	}
	return string(text)
}

// card is the address of a person's card in the book; the server names cards as it likes.
func (s *radicale) card(p person) string {
	s.t.Helper()
	found := s.do("REPORT", radicaleBook, "application/xml", `<C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/></D:prop><C:filter><C:prop-filter name="UID"><C:text-match>`+uidOf(p)+`</C:text-match></C:prop-filter></C:filter></C:addressbook-query>`)
	_, rest, _ := strings.Cut(found, "href>")
	href, _, ok := strings.Cut(rest, "</")
	if !ok {
		s.t.Fatalf("no card of %s: %s", uidOf(p), found)
	}
	return href
}

func uidOf(p person) string { return fmt.Sprintf("person-%d-", p.index) }

// vcardOf writes a card of version 3 or 4, with a picture now and then.
func vcardOf(p person) string {
	var b strings.Builder
	version := 3 + p.index%2
	fmt.Fprintf(&b, "BEGIN:VCARD\r\nVERSION:%d.0\r\nUID:%s\r\nFN:%s\r\nN:%s;%s;;;\r\nORG:%s\r\nEMAIL:%s\r\n", version, uidOf(p), p.name(), p.last, p.first, p.company, p.email())
	types := []string{"CELL", "WORK,VOICE", "HOME"}
	for i, n := range p.numbers {
		fmt.Fprintf(&b, "TEL;TYPE=%s:%s\r\n", types[i], n.raw)
	}
	if p.index%10 == 0 {
		b.WriteString("PHOTO;ENCODING=b;TYPE=JPEG:" + strings.Repeat("QUJD", 5_000) + "\r\n")
	}
	b.WriteString("END:VCARD\r\n")
	return b.String()
}

// TestDirectoryCardDAV guards that an address book of 1,200 people on a real CardDAV server is found from the server's
// address and read whole; that a change and a deletion are found by the next run, which reads nothing else; and that every
// number finds its person and nobody else.
func TestDirectoryCardDAV(t *testing.T) {
	t.Parallel()
	people := makePeople(1200)
	s := newRadicale(t, people)
	h := newHouse(t, "--allow-outbound", "127.0.0.1/32:"+portOf(s.address))
	h.settle()
	h.key = h.run("key", "add", "--tenant", e2eTenant, "--scope", "match,admin", "--rate", "none").last()
	ca, err := os.ReadFile(s.ca)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, set ...string) {
		t.Helper()
		args := []string{"integration", "add", "--tenant", e2eTenant, "--preset", "carddav", "--name", name, "--set", "username=ada", "--set", "certificate=" + string(ca)}
		for _, one := range set {
			args = append(args, "--set", one)
		}
		h.run(args...)
	}
	add("Contacts", "url="+s.url(), "password="+radicalePassword, "books=Customers")
	h.serve()

	check := h.run("integration", "check", "Contacts", "--tenant", e2eTenant)
	for _, want := range []string{"Customers has 1200 cards and tells what changed", "1 further address book"} {
		if !strings.Contains(check.out, want) {
			t.Errorf("the check says nothing of %q:\n%s", want, check.out)
		}
	}
	full := h.sync("Contacts", true)
	if full.State != jobs.Succeeded || full.Counts.Read != len(people) {
		t.Fatalf("full run: %+v", full)
	}
	h.findsEverybody(people)
	h.findsNobody([]messy{{"06 87 65 99 99", "+31687659999"}})

	changed, gone := &people[17], people[600]
	old := changed.numbers[0]
	at := s.card(*changed)
	changed.numbers[0] = messy{"+31 (0)6 - 8765 4321", "+31687654321"}
	s.do(http.MethodPut, at, "text/vcard", vcardOf(*changed))
	s.do(http.MethodDelete, s.card(gone), "", "")
	late := person{index: 5001, first: "Late", last: "Comer", company: "Firma", numbers: []messy{{"06 8765 0000", "+31687650000"}}}
	s.do(http.MethodPut, radicaleBook+"late%20comer.vcf", "text/vcard", vcardOf(late))
	run := h.sync("Contacts", false)
	if run.State != jobs.Succeeded || run.Mode != jobs.Changes || run.Counts.Read != 3 {
		t.Fatalf("run of changes: %+v", run)
	}
	people = append(append([]person{late}, people[:600]...), people[601:]...)
	h.findsEverybody(people)
	h.findsNobody(append(gone.numbers, old))

	for _, c := range []struct {
		name, want string
		set        []string
	}{
		{"Wrong password", "does not take user and password", []string{"url=" + s.url(), "password=wrong"}},
		{"Other book", "there is no book", []string{"url=" + s.url(), "password=" + radicalePassword, "books=Suppliers"}},
		{"Public authorities only", "authority", []string{"url=" + s.url(), "password=" + radicalePassword, "certificate="}},
		{"Web page", "", []string{"url=" + s.url() + "/.web/", "password=wrong"}},
	} {
		add(c.name, c.set...)
		got := h.try("integration", "check", c.name, "--tenant", e2eTenant)
		if got.code == exitDone || !strings.Contains(got.out+got.err, c.want) || strings.Contains(got.out+got.err, radicalePassword) {
			t.Errorf("%s: exit %d, want %q:\n%s%s", c.name, got.code, c.want, got.out, got.err)
		}
	}
	add("One book", "url="+s.url()+radicaleBook, "password="+radicalePassword)
	if got := h.run("integration", "check", "One book", "--tenant", e2eTenant); !strings.Contains(got.out, "1200 cards") {
		t.Error(got.out)
	}
}
