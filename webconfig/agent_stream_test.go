package webconfig

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/tenant"
)

// taken is an answer whose connection the handler may take.
type taken struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (r taken) Hijack() (net.Conn, *bufio.ReadWriter, error) { return r.conn, nil, nil }

// line is a stream as a browser holds it.
type line struct {
	net.Conn
	*bufio.Reader
}

// next is what the stream says next, "" at its end.
func (l line) next() string {
	for {
		text, err := l.ReadString('\n')
		if err != nil {
			return ""
		}
		for _, begin := range []string{"data: {", "event: ", "retry: "} {
			if strings.HasPrefix(text, begin) {
				return strings.TrimSpace(text)
			}
		}
	}
}

// listen signs an agent in and opens the stream. No network is used, so that time is the test's.
func (w *world) listen(t *testing.T, email string) line {
	t.Helper()
	l, got := w.asks(t, email)
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "text/event-stream" || got.Header().Get("Connection") != "close" {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	return l
}

// asks signs somebody in and asks for the stream.
func (w *world) asks(t *testing.T, email string) (line, taken) {
	t.Helper()
	form := url.Values{"email": {email}, "password": {password}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	signed := httptest.NewRecorder()
	w.ServeHTTP(signed, r)
	ctx, over := context.WithCancel(t.Context())
	r = httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/agent/events", http.NoBody)
	for _, c := range signed.Result().Cookies() {
		r.AddCookie(c)
	}
	ours, theirs := net.Pipe()
	got := taken{httptest.NewRecorder(), theirs}
	w.ServeHTTP(got, r)
	over() // as the server does when the handler is back
	return line{ours, bufio.NewReader(ours)}, got
}

// TestStream: a stream says what there is, beats at least each 15 s, and leaves nothing behind when its half hour is over, when the
// browser goes or does not read, when the server stops, and within 5 s of its session's end, after which it tells of no call.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.server.Close()
		for _, tc := range []struct {
			name   string
			end    func(c customer, l line)
			within time.Duration
		}{
			{"old", func(customer, line) {}, streamLife + streamCheck},
			{"gone", func(_ customer, l line) { l.Close() }, 0},
			{"ended", func(c customer, _ line) { w.must(w.kept.end(t.Context(), c.agent.ID, "")) }, streamCheck},
			{"removed", func(c customer, _ line) { w.must(w.Directory.RemovePerson(t.Context(), command, c.id, c.agent.ID)) }, streamCheck},
			{"changed", func(c customer, _ line) {
				w.must(w.Directory.SetPassword(t.Context(), command, c.id, c.agent.ID, tenant.NewSecret(password+password)))
			}, streamCheck},
			{"suspended", func(c customer, _ line) {
				_, err := w.Directory.SetAccount(t.Context(), command, c.id, map[string]string{"suspended": "true"})
				w.must(err)
			}, streamCheck},
			{"deaf", func(c customer, l line) { w.rings(c, "2"); time.Sleep(streamWrite + 1) }, streamWrite + 1},
			{"stopped", func(customer, line) { w.Calls.EndWatches() }, 0},
		} {
			c := w.customer(tc.name, "")
			w.must(w.device(c, "201"))
			l := w.listen(t, "agent@"+tc.name+".example")
			if got := l.next(); !strings.HasPrefix(got, "retry: ") {
				t.Errorf("%s: begins with %s", tc.name, got)
			}
			if got := l.next(); !strings.Contains(got, `"calls":[]`) {
				t.Errorf("%s: tells %s", tc.name, got)
			}
			w.rings(c, "1")
			if got := l.next(); !strings.Contains(got, "Unknown caller") {
				t.Errorf("%s: tells %s", tc.name, got)
			}
			last := time.Now()
			for range 2 {
				if got := l.next(); got != "event: beat" || time.Since(last) > streamBeat {
					t.Errorf("%s: %s after %v", tc.name, got, time.Since(last))
				}
				last = time.Now()
			}
			before := last
			tc.end(c, l)
			if tc.within == streamCheck {
				w.rings(c, "2")
			}
			for got := l.next(); got != ""; got = l.next() {
				if got != "event: beat" || time.Since(last) > streamBeat {
					t.Errorf("%s: %s after %v", tc.name, got, time.Since(last))
				}
				last = time.Now()
			}
			synctest.Wait()
			if took, left := time.Since(before), w.Calls.Stats().Watchers; took > tc.within || left != 0 {
				t.Errorf("%s: %d watchers are left after %v", tc.name, left, took)
			}
			l.Close()
		}
	})
}

// TestTooManyStreams: one person, and one tenant, can open so many streams and no more, which takes nothing from others; whoever asks
// is told why, and room is free again as soon as a stream is over.
func TestTooManyStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(d *Deps) { d.MostStreams = Streams{OfPerson: 2, InTenant: 3} })
		w.server.Close()
		w.customer("acme", "")
		w.customer("other", "")
		first := w.listen(t, "agent@acme.example")
		for _, email := range []string{"agent@acme.example", "admin@acme.example"} {
			defer w.listen(t, email).Close()
		}
		for _, email := range []string{"agent@acme.example", "admin@acme.example"} {
			if _, got := w.asks(t, email); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), "too many lists") {
				t.Errorf("%s: %d %s", email, got.Code, got.Body)
			}
		}
		defer w.listen(t, "agent@other.example").Close()
		first.Close()
		synctest.Wait()
		w.listen(t, "agent@acme.example").Close()
		synctest.Wait()
		if n := len(w.streams.inTenant) + len(w.streams.ofPerson); n != 5 {
			t.Errorf("%d are counted", n)
		}
	})
}

// TestStreamHTTP2: over a connection that cannot be taken, many requests share it, a stream tells the same.
func TestStreamHTTP2(t *testing.T) {
	w := newWorld(t)
	c := w.customer("acme", "")
	w.must(w.device(c, "201"))
	server := httptest.NewUnstartedServer(w.Web)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/agent/events", http.NoBody)
	w.must(err)
	at, err := url.Parse(w.server.URL)
	w.must(err)
	for _, cookie := range w.signedInAs("agent@acme.example").Jar.Cookies(at) {
		r.AddCookie(cookie)
	}
	got, err := server.Client().Do(r)
	w.must(err)
	defer got.Body.Close()
	l := line{nil, bufio.NewReader(got.Body)}
	if got.ProtoMajor != 2 || !strings.HasPrefix(l.next(), "retry: ") || !strings.Contains(l.next(), `"calls":[]`) {
		t.Fatalf("%s %d", got.Proto, got.StatusCode)
	}
	w.rings(c, "1")
	if said := l.next(); !strings.Contains(said, "Unknown caller") {
		t.Errorf("tells %s", said)
	}
	w.Calls.EndWatches()
	if said := l.next(); said != "" {
		t.Errorf("the server stops, and it tells %s", said)
	}
}

// device gives the customer's agent a phone.
func (w *world) device(c customer, number string) error {
	_, err := w.Directory.SetPerson(w.t.Context(), command, c.id, c.agent.ID, func(p *tenant.Person) error {
		p.Devices = []tenant.Device{{Number: number}}
		return nil
	})
	return err
}

// rings lets a call of an unknown number begin at the agent's phone.
func (w *world) rings(c customer, id string) {
	w.t.Helper()
	_, err := w.Calls.Take(w.t.Context(), calls.Event{
		Tenant: c.id, CallID: id, Kind: calls.KindRinging, Caller: calls.Party{Number: "+31201230999"}, Device: calls.Party{Number: "201"},
	})
	w.must(err)
}
