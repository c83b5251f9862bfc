package outbound

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Promise D2: a name that answers once with a public and once with an internal address never reaches the internal one.
func TestRebinding(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())

	names := &fakeNames{}
	// The public address is a documentation one the guard refuses as well, so that the test sends nothing anywhere.
	g := New(Options{Resolver: &net.Resolver{PreferGo: true, Dial: names.dial}})
	client := g.HTTPClient("t_a", Client{})
	defer client.CloseIdleConnections()
	for range 200 {
		resp, err := client.Get("http://rebind.example:" + port + "/")
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, ErrAddress) {
			t.Fatalf("get gave %v, want ErrAddress", err)
		}
	}
	if hits.Load() != 0 || names.asked.Load() < 200 {
		t.Errorf("%d internal hits after %d look-ups", hits.Load(), names.asked.Load())
	}
}

// Promise: the fake name server of the test above is really used, so its zero hits mean something.
func TestRebindingControl(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer inside.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	names := &fakeNames{always: true}
	g := New(Options{Allow: []Rule{rule(t, "127.0.0.1")}, Resolver: &net.Resolver{PreferGo: true, Dial: names.dial}})
	client := g.HTTPClient("t_a", Client{})
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://rebind.example:" + port + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if hits.Load() != 1 {
		t.Errorf("%d hits, want 1", hits.Load())
	}
}

// fakeNames is a DNS server whose A answers alternate between a public-looking address and 127.0.0.1, with TTL 0.
type fakeNames struct {
	asked  atomic.Int64
	always bool // always 127.0.0.1
}

func (f *fakeNames) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go f.serve(theirs)
	return ours, nil
}

// serve answers one question; a pipe is a stream for the resolver, so messages carry a length.
func (f *fakeNames) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	buf := make([]byte, 2048)
	for {
		n, err := c.Read(buf[:2])
		if err != nil || n != 2 {
			return
		}
		if n, err = c.Read(buf); err != nil {
			return
		}
		out, err := f.answer(buf[:n])
		if err != nil {
			return
		}
		if _, err := c.Write(append([]byte{byte(len(out) >> 8), byte(len(out))}, out...)); err != nil {
			return
		}
	}
}

func (f *fakeNames) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	if q.Type == dnsmessage.TypeA {
		a := [4]byte{192, 0, 2, 1}
		if f.asked.Add(1)%2 == 0 || f.always {
			a = [4]byte{127, 0, 0, 1}
		}
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: a},
		}}
	}
	return m.Pack()
}
