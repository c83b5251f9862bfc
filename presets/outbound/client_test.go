package outbound

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// client makes a client that may reach the test server.
func client(t *testing.T, c Client) *http.Client {
	t.Helper()
	g := New(Options{Allow: []Rule{rule(t, "127.0.0.1")}})
	h := g.HTTPClient("t_a", c)
	t.Cleanup(h.CloseIdleConnections)
	return h
}

func server(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func read(t *testing.T, c *http.Client, address string) ([]byte, error) {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// Promise: an ordinary answer arrives whole, plain and compressed.
func TestBody(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a few contacts ", 5000)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/plain" {
			_, _ = io.WriteString(w, text)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
	})
	for _, path := range []string{"/plain", "/zipped"} {
		got, err := read(t, client(t, Client{}), s.URL+path)
		if err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
}

// Promise D7: a body over the limit is an error, exactly at the limit it is not.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(make([]byte, 1000)) })
	for limit, want := range map[int64]error{999: ErrTooLarge, 1000: nil, 1001: nil} {
		got, err := read(t, client(t, Client{Limits: Limits{Body: limit}}), s.URL)
		if !errors.Is(err, want) || (want == nil && len(got) != 1000) || int64(len(got)) > limit {
			t.Errorf("limit %d: %d bytes, %v", limit, len(got), err)
		}
	}
}

// Promise D8: a small compressed answer cannot become a large one in memory.
func TestDecompressionBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	zeros := make([]byte, 1<<20)
	for range 12 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	before := heap()
	resp, err := client(t, Client{Limits: Limits{Body: 4 << 20}}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	if !errors.Is(err, ErrTooLarge) || n != 4<<20 {
		t.Errorf("%d bytes, %v; want 4 MiB and ErrTooLarge", n, err)
	}
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("heap grew by %d MiB", grown>>20)
	}
}

// Promise: a compressed stream cut short is an error, never an end.
func TestTruncatedGzip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(strings.Repeat("contact", 100)))
	_ = z.Close()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(b.Bytes()[:b.Len()-9])
	})
	if _, err := read(t, client(t, Client{}), s.URL); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want unexpected EOF", err)
	}
}

// Promise: an encoding nobody asked for is refused, not passed on as if it were text.
func TestUnknownEncoding(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "x")
	})
	if _, err := read(t, client(t, Client{}), s.URL); err == nil {
		t.Error("accepted")
	}
}

// Promise D7: each way of being slow ends within its own limit.
func TestSlowServers(t *testing.T) {
	t.Parallel()
	wait := func(r *http.Request, d time.Duration) {
		select {
		case <-r.Context().Done():
		case <-time.After(d):
		}
	}
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/headers":
			wait(r, 5*time.Second)
		case "/pause":
			_, _ = io.WriteString(w, "some")
			w.(http.Flusher).Flush()
			wait(r, 5*time.Second)
		case "/drip":
			for range 500 {
				_, _ = io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				wait(r, 10*time.Millisecond)
			}
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case "/flood":
			for i := range 2000 {
				w.Header().Set("X-"+strings.Repeat("a", 60)+time.Duration(i).String(), strings.Repeat("b", 60))
			}
		}
	})
	short := Limits{Header: 500 * time.Millisecond, IdleRead: time.Second, Total: 2 * time.Second, Body: 1 << 20} // far apart, for a busy machine
	for path, fits := range map[string]func(error) bool{
		"/headers": func(err error) bool { return strings.Contains(err.Error(), "timeout awaiting response headers") },
		"/pause":   func(err error) bool { return errors.Is(err, ErrIdle) },
		"/drip":    func(err error) bool { return errors.Is(err, context.DeadlineExceeded) },
		"/endless": func(err error) bool { return errors.Is(err, ErrTooLarge) },
		"/flood":   func(err error) bool { return strings.Contains(err.Error(), "header") },
	} {
		if _, err := read(t, client(t, Client{Limits: short}), s.URL+path); err == nil || !fits(err) {
			t.Errorf("%s gave %v", path, err)
		}
	}
}

// Promise D9: a certificate nobody vouches for is refused; a customer's own authority can vouch.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	var unknown x509.UnknownAuthorityError
	if _, err := read(t, client(t, Client{}), s.URL); !errors.As(err, &unknown) {
		t.Errorf("self-signed gave %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	if _, err := read(t, client(t, Client{RootCAs: pool}), s.URL); err != nil {
		t.Errorf("own authority gave %v", err)
	}
}

// Promise D6: proxy variables lead nowhere.
func TestProxyVariables(t *testing.T) {
	proxied := false
	proxy := server(t, func(http.ResponseWriter, *http.Request) { proxied = true })
	s := server(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "direct") })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	got, err := read(t, client(t, Client{}), s.URL)
	if err != nil || string(got) != "direct" || proxied {
		t.Errorf("got %q, %v, proxied %v", got, err, proxied)
	}
	if tr := client(t, Client{}).Transport.(*transport); tr.base.Proxy != nil {
		t.Error("the transport has a proxy function")
	}
}

// Promise D3: redirects are off; where they are on they stay few, keep to https, and take no key to another host.
func TestRedirects(t *testing.T) {
	t.Parallel()
	var got http.Header
	other := server(t, func(w http.ResponseWriter, r *http.Request) { got = r.Header.Clone() })
	var here *httptest.Server
	here = server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/other":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/keep-body":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusFound)
		case "/same":
			http.Redirect(w, r, here.URL+"/end", http.StatusFound)
		case "/end":
			got = r.Header.Clone()
		}
	})
	do := func(c *http.Client, method, path string) (*http.Response, error) {
		var body io.Reader
		if method == http.MethodPost {
			body = strings.NewReader("q=1")
		}
		req, err := http.NewRequestWithContext(t.Context(), method, here.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer secret")
		req.Header.Set("X-Api-Key", "secret")
		resp, err := c.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return resp, err
	}
	if resp, err := do(client(t, Client{}), "GET", "/other"); err != nil || resp.StatusCode != http.StatusFound {
		t.Errorf("redirects off: %v, %v", resp, err)
	}
	follow := client(t, Client{Redirects: 10})
	if _, err := do(follow, "GET", "/other"); err != nil || got.Get("Authorization") != "" || got.Get("X-Api-Key") != "" {
		t.Errorf("another host saw %v, %v", got, err)
	}
	if _, err := do(follow, "GET", "/same"); err != nil || got.Get("X-Api-Key") != "secret" {
		t.Errorf("same host saw %v, %v", got, err)
	}
	for path, want := range map[string]error{"/loop": ErrRedirect, "/file": ErrRedirect, "/metadata": ErrAddress} {
		if _, err := do(follow, "GET", path); !errors.Is(err, want) {
			t.Errorf("%s gave %v, want %v", path, err, want)
		}
	}
	if _, err := do(follow, "POST", "/keep-body"); !errors.Is(err, ErrRedirect) {
		t.Errorf("body to another host gave %v", err)
	}
	if err := redirects(3)(&http.Request{URL: address(t, "http://a.example/")}, []*http.Request{{URL: address(t, "https://a.example/")}}); !errors.Is(err, ErrRedirect) {
		t.Errorf("https to http gave %v", err)
	}
}

// Promise D7: a caller who gives up is told so, and nothing stays behind.
func TestCancel(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if resp, err := client(t, Client{}).Do(req); !errors.Is(err, context.Canceled) {
		_ = resp.Body.Close()
		t.Errorf("got %v", err)
	}
}

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
