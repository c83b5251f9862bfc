package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/tenant"
)

// noop is an echo handler that does nothing: what the targets of a match are told in.
func noop() http.Handler {
	e := echo.New()
	e.GET("/v1/match", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	return e
}

// BenchmarkMatchHTTP answers GET /v1/match over a loopback connection, beside a handler that does nothing. The client only
// writes fixed bytes and looks for the length of the answer, so that most of the time is the server's. Compare cpu-ns/op
// where the machine is shared: requests per second of a match over those of the no-op are the inverse of its ratio.
func BenchmarkMatchHTTP(b *testing.B) {
	w, a := benchWorld(b)
	for _, bench := range []struct {
		name    string
		handler http.Handler
		number  string
	}{
		{"noop", noop(), "%2B31201234567"},
		{"e164", w.handler, "%2B31201234567"},
		{"national", w.handler, "0201234567"},
		{"unknown", w.handler, "%2B31201234560"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c := dial(b, bench.handler)
			request := fmt.Appendf(nil, "GET /v1/match?number=%s HTTP/1.1\r\nHost: ringdex.example\r\nAuthorization: Bearer %s\r\n\r\n", bench.number, a.match.key)
			c.ask(b, request)
			start := cpuTime()
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				c.ask(b, request)
			}
			b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
		})
	}
}

// benchWorld has one contact and no scripts.
func benchWorld(b *testing.B) (*world, *customer) {
	w := newWorld(b)
	a := w.customer("anna", "")
	w.must(w.Directory.RemoveScript(b.Context(), by, a.id, a.script))
	_, err := w.Directory.SetIntegration(b.Context(), by, a.id, a.integration, func(i *tenant.Integration) error {
		i.Scripts = nil
		return nil
	})
	w.must(err)
	return w, a
}

// client is one keep-alive connection.
type client struct {
	net.Conn
	in *bufio.Reader
}

func dial(b *testing.B, h http.Handler) *client {
	b.Helper()
	s := httptest.NewServer(h)
	b.Cleanup(s.Close)
	var d net.Dialer
	conn, err := d.DialContext(context.Background(), "tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return &client{conn, bufio.NewReader(conn)}
}

func (c *client) ask(b *testing.B, request []byte) {
	if _, err := c.Write(request); err != nil {
		b.Fatal(err)
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil || first && string(line) != "HTTP/1.1 200 OK\r\n" {
			b.Fatalf("%v: %q", err, line)
		}
		if len(line) == 2 {
			break
		}
		if rest, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(rest))
		}
	}
	if _, err := io.CopyN(io.Discard, c.in, int64(length)); err != nil {
		b.Fatal(err)
	}
}

// cpuTime is what the process has used of the processors, in nanoseconds.
func cpuTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkMatchHandler is the same without a network: where the time of our own code goes.
func BenchmarkMatchHandler(b *testing.B) {
	w, a := benchWorld(b)
	for _, bench := range []struct {
		name    string
		handler http.Handler
		ask     string
	}{
		{"noop", noop(), "/v1/match?number=%2B31201234567"},
		{"e164", w.handler, "/v1/match?number=%2B31201234567"},
		{"national", w.handler, "/v1/match?number=0201234567"},
		{"name", w.handler, "/v1/name?number=%2B31201234567"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			req := httptest.NewRequest(http.MethodGet, bench.ask, nil)
			req.Header.Set("Authorization", "Bearer "+a.match.key)
			out := &discard{header: http.Header{}}
			start := cpuTime()
			b.ReportAllocs()
			for b.Loop() {
				clear(out.header)
				bench.handler.ServeHTTP(out, req)
			}
			b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
		})
	}
}

// discard is a response nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
