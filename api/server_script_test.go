package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/recognition/ring"
	"github.com/ringdex/ringdex/tenant"
)

// Promise: a script the server acts on is checked when it is saved, is no button, and is acted on when a phone rings: with device
// and call id, once, and by no mere look-up.
func TestServerScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.customer("anna", "")
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	rule, err := outbound.ParseRule("127.0.0.1")
	w.must(err)
	guard := outbound.New(outbound.Options{Allow: []outbound.Rule{rule}})
	d := w.Deps
	ended := make(chan ring.Outcome, 10)
	d.Ring = ring.New(ring.Deps{
		Client: func(id tenant.ID) *http.Client { return guard.HTTPClient(string(id), outbound.Client{}) },
		Count:  func(o ring.Outcome) { ended <- o },
	})
	defer d.Ring.Close()
	w.use(d)
	add := func(body string) answered {
		return w.do(request{method: http.MethodPost, path: "/v1/scripts", as: a.admin, body: body})
	}
	for name, c := range map[string]struct{ body, want string }{
		"typo":   {`{"name":"x","url":"https://x.example","server":{"method":"post","json":"{\"a\":\"#(Caler number)\"}"}}`, `"option":"server.json"`},
		"JSON":   {`{"name":"x","url":"https://x.example","server":{"method":"post","json":"{"}}`, `not JSON`},
		"secret": {`{"name":"x","url":"https://x.example","server":{"headers":{"X-Key":"$(option.token)"}}}`, `server.headers.X-Key`},
		"header": {`{"name":"x","url":"https://x.example","server":{"headers":{"Host":"y"}}}`, `may not set`},
		"mail":   {`{"name":"x","url":"mailto:a@example.com","server":{}}`, `https and http`},
		"method": {`{"name":"x","url":"https://x.example","server":{"method":"put"}}`, `get or post`},
		"body":   {`{"name":"x","url":"https://x.example","server":{"form":"a=1"}}`, `no post`},
		"pop":    {`{"name":"x","url":"https://x.example","pop":true,"server":{}}`, `opens nothing`},
	} {
		if got := add(c.body); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := add(`{"name":"Tell","url":"` + server.URL + `/?n=#(Caller number|e164)","server":{"method":"post","form":"n=#(Caller number)"}}`); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for _, query := range []string{"", "&ring=1", "&ring=1&call_id=c1", "&ring=1&device_number=201", "&call_id=c1&device_number=201"} {
		if got := w.get(a.match, "/v1/match?number=0201234567"+query); strings.Contains(got.body, server.URL) || got.status != http.StatusOK {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
	for range 3 {
		w.get(a.match, "/v1/match?number=0201234567&ring=1&call_id=c1&device_number=201")
	}
	w.get(a.match, "/v1/match?number=0201234567&ring=1&call_id=c2&device_name=Desk")
	for _, event := range []string{
		`{"call_id":"c1","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"202"}}`, // it was asked about already
		`{"call_id":"c3","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"201"}}`,
		`{"call_id":"c3","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"201"}}`,
		`{"call_id":"c3","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"202"}}`,
		`{"call_id":"c4","event":"ended","caller":{"number":"0201234567"},"device":{"number":"201"}}`,
		`{"call_id":"c4","event":"ringing","caller":{"number":"0201234567"},"device":{"number":"201"}}`, // too late
	} {
		if got := w.do(request{method: http.MethodPost, path: "/v1/calls", as: a.calls, body: event}); got.status != http.StatusAccepted {
			t.Errorf("%s: %d %s", event, got.status, got.body)
		}
	}
	for range 3 {
		if o := <-ended; o != ring.Done {
			t.Errorf("outcome %s", o)
		}
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}
