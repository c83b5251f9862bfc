package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/jobs"
	"github.com/ringdex/ringdex/presets/push"
	"github.com/ringdex/ringdex/setup"
)

// pushed adds an integration of a customer whose contacts are sent, and returns the path of its runs.
func (w *world) pushed(c *customer) string {
	w.tb.Helper()
	i, err := w.Setup.Add(w.tb.Context(), by, c.id, setup.Draft{Name: "Sent", Preset: "csv", Options: map[string]string{"pushed": "yes"}})
	w.must(err)
	return "/v1/integrations/" + string(i.ID) + "/runs"
}

func lines(as credential, path string, body ...string) request {
	return request{method: http.MethodPost, path: path, as: as, body: strings.Join(body, "\n"), header: http.Header{"Content-Type": {push.MediaType}}}
}

// Promise: contacts from behind a firewall answer as soon as the request does, and every way in which a body can be of no use
// is told with its line and leaves what answered.
func TestPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	path := w.pushed(a)
	ada := `{"id":"1","name":"Ada Sent","phones":[{"number":"020 765 4321","label":"mobile"}]}`
	got := w.do(lines(a.admin, path, ada, `{"end":true,"records":1}`))
	var run jobs.Run
	if err := json.Unmarshal([]byte(got.body), &run); err != nil || got.status != http.StatusOK || run.State != jobs.Succeeded || run.Counts.Added != 1 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	known := func() string { return w.get(a.match, "/v1/match?number=0207654321").names(t) }
	if known() != "Ada Sent" {
		t.Errorf("known: %s", known())
	}
	if state := w.get(a.admin, strings.Replace(path, "/runs", "/watermark", 1)); !strings.Contains(state.body, `"mode":"changes"`) {
		t.Errorf("%d %s", state.status, state.body)
	}
	bert := strings.Replace(ada, "Ada", "Bert", 1)
	for name, c := range map[string]struct {
		body   []string
		status int
		line   int
	}{
		"cut":           {[]string{bert}, http.StatusBadRequest, 2},
		"broken":        {[]string{bert, `{"id":`, `{"end":true,"records":2}`}, http.StatusBadRequest, 2},
		"miscounted":    {[]string{bert, `{"end":true,"records":2}`}, http.StatusBadRequest, 2},
		"empty":         {nil, http.StatusBadRequest, 1},
		"other changes": {[]string{`{"run":{"mode":"changes","since":{"contact":"x"}}}`, bert, `{"end":true,"records":1}`}, http.StatusConflict, 0},
	} {
		got := w.do(lines(a.admin, path, c.body...))
		if p := got.problem(t); got.status != c.status || p.Line != c.line {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	req := lines(a.admin, path, bert, `{"end":true,"records":1}`)
	req.header = http.Header{"Content-Type": {"application/json"}}
	if got := w.do(req); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("as JSON: %d %s", got.status, got.body)
	}
	if known() != "Ada Sent" {
		t.Errorf("known: %s", known())
	}
	if got := w.do(request{method: http.MethodPost, path: strings.Replace(path, "/runs", "/sync", 1), as: a.admin, body: `{}`}); got.status != http.StatusConflict || !strings.Contains(got.body, "ringdex push") {
		t.Errorf("sync: %d %s", got.status, got.body)
	}
}

// Promise: a client that dies in the middle of a body leaves what answered, and the lease to the next.
func TestPushConnectionCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	path := w.pushed(a)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	w.must(err)
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n",
		path, a.admin.key, push.MediaType, 12, `{"id":"1"}`+"\n\n")
	w.must(err)
	begun := func() (state jobs.State) {
		var runs []jobs.Run
		w.must(json.Unmarshal([]byte(w.get(a.admin, path).body), &runs))
		if len(runs) > 0 {
			state = runs[0].State
		}
		return state
	}
	for begun() != jobs.Running {
		w.must(t.Context().Err())
	}
	if got := w.do(lines(a.admin, path, `{"end":true,"records":0}`)); got.status != http.StatusConflict {
		t.Errorf("a second one: %d %s", got.status, got.body)
	}
	w.must(conn.Close())
	for begun() == jobs.Running {
		w.must(t.Context().Err())
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(`{"end":true,"records":0}`))
	w.must(err)
	req.Header = http.Header{"Content-Type": {push.MediaType}, "Authorization": {"Bearer " + a.admin.key}}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Errorf("the next: %d %s", resp.StatusCode, body)
	}
	http.DefaultClient.CloseIdleConnections()
}
