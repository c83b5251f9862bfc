package api

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
)

// What is no LDAP is refused and let go, whoever holds a connection or does not take an answer holds up nobody, and closing
// the server ends them all.
func TestLDAPHostileClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var csv strings.Builder
	csv.WriteString("Name;Company;Phone\n")
	for i := range 900 {
		csv.WriteString("Person " + strings.Repeat("x", 150) + ";" + strings.Repeat("y", 150) + ";020 123 4" + string([]byte{'0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)}) + "\n")
	}
	c := w.bookOf("anna", csv.String())
	p := w.ldap()
	raw := func() net.Conn {
		conn, err := net.Dial("tcp", p.address)
		w.must(err)
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	for name, sent := range map[string][]byte{
		"HTTP":               []byte("GET / HTTP/1.1\r\n\r\n"),
		"without an end":     {0x30, 0x80, 0x02, 0x01, 0x01},
		"four gibibytes":     {0x30, 0x84, 0xff, 0xff, 0xff, 0xff},
		"too long":           {0x30, 0x83, 0x01, 0x00, 0x00},
		"nothing in it":      {0x30, 0x00},
		"no such operation":  {0x30, 0x05, 0x02, 0x01, 0x01, 0x7e, 0x00},
		"a deep filter":      deepSearch(),
		"a tag of two bytes": {0x30, 0x05, 0x02, 0x01, 0x01, 0x7f, 0x00},
	} {
		conn := raw()
		_, err := conn.Write(sent)
		w.must(err)
		_ = conn.(*net.TCPConn).CloseWrite()
		back, _ := io.ReadAll(conn) // the server closes
		if !bytes.Contains(back, []byte("1.3.6.1.4.1.1466.20036")) && name != "a deep filter" {
			t.Errorf("%s is answered % x", name, back)
		}
	}
	for range 20 { // that say nothing, or only the beginning
		_, err := raw().Write([]byte{0x30})
		w.must(err)
	}
	greedy, err := ldap.DialURL("ldap://" + p.address)
	w.must(err)
	t.Cleanup(func() { greedy.Close() })
	deaf := raw()
	_, err = deaf.Write(bindRequest(c.match.key))
	w.must(err)
	for range 50 { // questions whose answers nobody takes
		if _, err := deaf.Write(everybodyRequest()); err != nil {
			break
		}
	}
	conn := p.dial(c.match.key)
	for range 20 {
		if got := find(t, conn, "(telephoneNumber=0201234001)"); got == "" {
			t.Error("somebody else is held up")
		}
	}
	for range 3 {
		if err := conn.Bind("cn=phone,dc=ringdex", "rdx_"+strings.Repeat("a", 32)); !ldap.IsErrorWithCode(err, ldap.LDAPResultInvalidCredentials) {
			t.Error(err)
		}
	}
	if _, err := conn.Search(searchFor("(cn=*)")); !ldap.IsErrorWithCode(err, ldap.LDAPResultInsufficientAccessRights) {
		t.Errorf("after a bind that failed: %v", err)
	}
	p.Server.Close() // returns although connections are open; TestMain sees what is left
}

// deepSearch is a search with a filter of many levels.
func deepSearch() []byte {
	f := []byte{0x87, 0x02, 'c', 'n'}
	for range 50 {
		f = append([]byte{0xa2, byte(len(f))}, f...)
	}
	return searchRequest(f)
}

func everybodyRequest() []byte { return searchRequest([]byte{0x87, 0x02, 'c', 'n'}) }

// searchRequest is a search for everybody with a filter, written by hand.
func searchRequest(filter []byte, names ...string) []byte {
	op := append([]byte{0x04, 10}, "dc=ringdex"...)
	op = append(op, 0x0a, 1, 2, 0x0a, 1, 0, 0x02, 1, 0, 0x02, 1, 0, 0x01, 1, 0)
	var list []byte
	for _, name := range names {
		list = append(append(list, 0x04, byte(len(name))), name...)
	}
	op = append(append(append(op, filter...), 0x30, byte(len(list))), list...)
	m := append([]byte{0x02, 1, 1, 0x63, 0x81, byte(len(op))}, op...)
	return append([]byte{0x30, 0x81, byte(len(m))}, m...)
}

func bindRequest(key string) []byte {
	op := append([]byte{0x02, 1, 3, 0x04, 0x01, 'x', 0x80, byte(len(key))}, key...)
	m := append([]byte{0x02, 1, 1, 0x60, byte(len(op))}, op...)
	return append([]byte{0x30, byte(len(m))}, m...)
}
