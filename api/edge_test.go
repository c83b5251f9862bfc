package api

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// B16, B17: no answer, success or error, may be cached, sniffed, or read by another site's page.
func TestHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	var all []request
	for _, r := range w.routes() {
		req := w.fill(r, a)
		req.header = http.Header{"Origin": {"https://evil.example"}}
		all = append(all, req)
		if r.method == http.MethodGet {
			req.as = a.admin
			all = append(all, req)
		}
	}
	all = append(all, request{method: http.MethodGet, path: "/nowhere"}, request{method: http.MethodPost, path: "/v1/match"})
	for _, req := range all {
		got := w.do(req)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": "",
		} {
			if value := got.header.Get(name); value != want {
				t.Errorf("%s %s (%d): %s is %q, want %q", req.method, req.path, got.status, name, value, want)
			}
		}
	}
}

// A doubled slash counts as one; whoever may GET may HEAD; a name with a slash or a comma in it is found.
func TestPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	_, err := w.Directory.SetIntegration(t.Context(), by, a.id, a.integration, func(i *tenant.Integration) error {
		i.Name = "Sales, Leiden/Delft + 100%"
		return nil
	})
	w.must(err)
	for path, want := range map[string]int{
		"//v1/name?number=0201234567": 200, "/v1//match?number=0201234567": 200, "//v1///integrations": 200, "/v1/name/?number=0201234567": 200,
		"/v1/integrations/Sales%2C%20Leiden%2FDelft%20+%20100%25": 200, "/v1/integrations/Sales,%20Leiden": 404,
	} {
		if got := w.get(a.admin, path); got.status != want {
			t.Errorf("%s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
	for _, path := range []string{"/livez", "/v1/match?number=0201234567", "/v1/integrations"} {
		if got := w.do(request{method: http.MethodHead, path: path, as: a.admin}); got.status != 200 {
			t.Errorf("HEAD %s: %d", path, got.status)
		}
	}
}

// B10: what a foreign page makes a browser send changes nothing, whatever it calls itself.
func TestForeignPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}, "Content-Type": {"text/plain"}},
	} {
		got := w.do(request{method: http.MethodPost, path: "/v1/scripts", body: `{"name":"x","url":"https://x.example/"}`, as: a.boss, header: header})
		if got.status != http.StatusForbidden {
			t.Errorf("%v: %d %s", header, got.status, got.body)
		}
		got.problem(t)
	}
	got := w.do(request{
		method: http.MethodGet, path: "/v1/scripts?_method=DELETE", as: a.boss, header: http.Header{"X-Http-Method-Override": {"POST"}},
	})
	if got.status != 200 {
		t.Errorf("a method in disguise: %d", got.status)
	}
}

// B15: what a client says of its address counts only from a proxy the operator trusts. Wrong passwords from ever new
// forged addresses are those of one network.
func TestForwardedForIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		trusted string
		want    string
	}{{"direct", "", "192.0.2.1"}, {"another proxy", "198.51.100.0/24", "192.0.2.1"}, {"the proxy", "192.0.2.0/24", "203.0.113.9"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.customer("anna", "")
			d := w.Deps
			if tt.trusted != "" {
				_, network, err := net.ParseCIDR(tt.trusted)
				w.must(err)
				d.TrustedProxies = []*net.IPNet{network}
			}
			w.use(d)
			w.do(request{method: http.MethodPost, path: "/v1/scripts", body: `{"name":"x","url":"https://x.example/"}`, as: a.admin, header: http.Header{
				"X-Forwarded-For": {"203.0.113.9"}, "X-Real-Ip": {"203.0.113.8"}, "Forwarded": {"for=203.0.113.7"},
			}})
			entries := w.audit(a.id)
			if last := entries[len(entries)-1]; last.Action != "script.add" || last.Address != tt.want {
				t.Errorf("%s by %s, want script.add by %s", last.Action, last.Address, tt.want)
			}
		})
	}
}

// H5: bodies are limited, and so are time and headers of the server around.
func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	got := w.do(request{method: http.MethodPost, path: "/v1/scripts", body: `{"name":"` + strings.Repeat("x", adminBody) + `"}`, as: a.admin})
	if got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of more than %d bytes: %d %s", adminBody, got.status, got.body)
	}
	s := NewServer(w.handler, slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes != 16<<10 {
		t.Errorf("server without limits: %+v", s)
	}
	if e := w.router(w.fromNetwork); e.Debug {
		t.Error("the framework's debug mode is on")
	}
}
