package main

import (
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestScriptsAlone guards that integrations of scripts alone answer at once without anything to synchronise, and that a webhook
// is told of each ringing call once, through the outbound guard, with its token.
func TestScriptsAlone(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []string
	hook := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		told = append(told, r.Method+" "+r.Header.Get("Authorization")+" "+string(body))
	}))
	t.Cleanup(hook.Close)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hook.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(hook.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, "--allow-outbound", "127.0.0.1/32:"+port)
	h.env = append(h.env, "SSL_CERT_FILE="+trusted)
	h.settle()
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "web-search")
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "znuny", "--set", "address=https://help.example/znuny/")
	if bad := h.try("integration", "add", "--tenant", e2eTenant, "--preset", "open-url", "--set", "address=https://crm.example/?q=#(Caler number)"); bad.code != exitFailed || !strings.Contains(bad.err, "Caller number") {
		t.Errorf("a typo: %+v", bad)
	}
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "open-url", "--set", "address=https://crm.example/?q=#(Caller number|digits)")
	h.run("integration", "add", "--tenant", e2eTenant, "--preset", "webhook", "--set", "address="+hook.URL+"/in?x=1", "--set", "token=canary-token")
	if sync := h.try("integration", "sync", "Webhook", "--tenant", e2eTenant); sync.code != exitFailed || !strings.Contains(sync.err, "nothing to synchronise") {
		t.Errorf("sync: %+v", sync)
	}
	h.serve()
	ask := func(more string) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, "http://"+h.address+"/v1/match?number="+url.QueryEscape("+31207654321")+more, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+h.key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s %s %v", resp.Status, body, err)
		}
		return string(body)
	}
	answer := ask("")
	for _, want := range []string{
		"https://duckduckgo.com/?q=%22%2B31207654321%22%20OR%20%220207654321%22", "https://crm.example/?q=31207654321",
		"https://help.example/znuny/index.pl?Action=AgentTicketPhoneCTI;CallerID=0207654321",
	} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %s in %s", want, answer)
		}
	}
	if strings.Contains(answer, hook.URL) {
		t.Errorf("agents are told of the webhook: %s", answer)
	}
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(told) }
	ask("&ring=1&call_id=c1") // of no device
	ask("&ring=1&device_number=201")
	ask("&ring=1&device_number=201&call_id=c1&caller_name=Ada")
	ask("&ring=1&device_number=202&call_id=c1")
	h.wait("the webhook to be told", func() bool { return count() == 1 })
	ask("&ring=1&device_number=201&call_id=c2")
	h.wait("the webhook to be told of the second call", func() bool { return count() == 2 })
	if want := `POST Bearer canary-token {"event": "ringing", "call_id": "c1", "direction": "inbound",`; !strings.HasPrefix(told[0], want) ||
		!strings.Contains(told[0], `"caller": {"number": "+31207654321", "name": "Ada"}, "device": {"number": "201", "name": ""}`) {
		t.Errorf("told: %s", told[0])
	}
	if logs := h.logs.String() + h.told.String(); strings.Contains(logs, "canary") || strings.Contains(logs, "7654321") {
		t.Errorf("the log tells too much: %s", logs)
	}
	h.stop()
}
