package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/labstack/echo/v4"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// Limits of softphones' connections.
const (
	mostSoftphones      = 4096 // of all keys
	mostSoftphonesOfKey = 1024
	softphoneMessage    = 8 << 10
	softphonePing       = 30 * time.Second
	softphoneMove       = 10 * time.Second // for a message to be taken, or a ping to be answered
)

// softphones are the connections that are open.
type softphones struct {
	mu      sync.Mutex
	closed  bool
	open    map[*softphoneConn]struct{}
	byKey   map[tenant.KeyID]int
	running sync.WaitGroup
}

type softphoneConn struct{ cancel context.CancelFunc }

// enter notes a connection; leave is nil where there is no room for it.
func (s *softphones) enter(key tenant.KeyID, cancel context.CancelFunc) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.open) >= mostSoftphones || s.byKey[key] >= mostSoftphonesOfKey {
		return nil
	}
	if s.open == nil {
		s.open, s.byKey = map[*softphoneConn]struct{}{}, map[tenant.KeyID]int{}
	}
	c := &softphoneConn{cancel}
	s.open[c] = struct{}{}
	s.byKey[key]++
	s.running.Add(1)
	return func() {
		s.mu.Lock()
		delete(s.open, c)
		if s.byKey[key]--; s.byKey[key] == 0 {
			delete(s.byKey, key)
		}
		s.mu.Unlock()
		s.running.Done()
	}
}

// close ends every connection and waits for it.
func (s *softphones) close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		c.cancel()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// softphoneAsk is a message of a softphone, and what it gets back.
type softphoneAsk struct {
	Message string          `json:"message"`
	Type    string          `json:"type"`
	ID      json.RawMessage `json:"id,omitempty"`
	Data    any             `json:"data"`
}

type softphoneNumber struct {
	Number      string `json:"number"`
	DisplayName string `json:"displayName"`
	URL         string `json:"url,omitempty"`
}

type softphoneError struct {
	Error string `json:"error"`
}

// softphone answers a softphone over one connection: GET /v1/softphone, as WebSocket. Pages may use it from this server's
// own origin only; programs send none.
func (a *API) softphone(c echo.Context, q asked) error {
	r := c.Request()
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return problem(http.StatusUpgradeRequired, "this address speaks WebSocket")
	}
	key, _ := presentedKey(r)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	leave := a.softphones.enter(q.access.Key, cancel)
	if leave == nil {
		return tooMany(time.Minute, "too many softphones are connected")
	}
	defer leave()
	conn, err := websocket.Accept(c.Response(), r, nil)
	if err != nil {
		return nil //nolint:nilerr // the client was told by the library
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(softphoneMessage)
	pinging := make(chan struct{})
	go func() {
		defer close(pinging)
		defer cancel()
		a.ping(ctx, conn)
	}()
	a.converse(ctx, conn, key)
	cancel()
	<-pinging
	_ = conn.Close(websocket.StatusNormalClosure, "")
	return nil
}

// ping ends when the softphone no longer answers.
func (a *API) ping(ctx context.Context, conn *websocket.Conn) {
	tick := time.NewTicker(softphonePing)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		once, cancel := context.WithTimeout(ctx, softphoneMove)
		err := conn.Ping(once)
		cancel()
		if err != nil {
			return
		}
	}
}

// converse answers messages until the softphone or the server has had enough, or the key is not valid any more.
func (a *API) converse(ctx context.Context, conn *websocket.Conn, key string) {
	for {
		kind, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		access, ok := a.Directory.Access(key)
		if !ok || !access.Scopes.Has(tenant.ScopeMatch) {
			_ = conn.Close(websocket.StatusPolicyViolation, "the key is not valid any more")
			return
		}
		var back softphoneAsk
		var data struct {
			Number string `json:"number"`
		}
		ask := struct {
			softphoneAsk
			Data json.RawMessage `json:"data"`
		}{}
		switch {
		case kind != websocket.MessageText || json.Unmarshal(text, &ask) != nil:
			back = failed(ask.softphoneAsk, "a message is a JSON object")
		case !a.spend(access):
			back = failed(ask.softphoneAsk, "this key asks more often than it may")
		case json.Unmarshal(ask.Data, &data) != nil:
			back = failed(ask.softphoneAsk, "data must hold the number as text")
		default:
			back = a.softphoneAnswer(ctx, access, ask.softphoneAsk, data.Number)
		}
		if !say(ctx, conn, back) {
			return
		}
	}
}

func say(ctx context.Context, conn *websocket.Conn, m softphoneAsk) bool {
	text, err := json.Marshal(m)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, softphoneMove)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, text) == nil
}

func failed(m softphoneAsk, why string) softphoneAsk {
	m.Type, m.Data = "error", softphoneError{why}
	return m
}

func (a *API) softphoneAnswer(ctx context.Context, access tenant.Access, m softphoneAsk, number string) softphoneAsk {
	if m.Message != "dnLookup" && m.Message != "launchCrmIntegration" {
		return failed(m, "message must be dnLookup or launchCrmIntegration")
	}
	answer, err := a.askFor(ctx, access, number)
	switch {
	case errors.Is(err, recognition.ErrTooLong):
		return failed(m, "the number is too long")
	case err != nil:
		a.Log.Error("a softphone was not answered", "tenant", access.Tenant, "error", err)
		return failed(m, "something went wrong here; the server's log has the reason")
	}
	data := softphoneNumber{Number: number, DisplayName: answer.Name()}
	if m.Message == "launchCrmIntegration" {
		data.URL = popAddress(answer)
	}
	m.Type, m.Data = "response", data
	return m
}

// popAddress is the page to open for an answer: the first script that pops, else the record's own page.
func popAddress(a *recognition.Answer) string {
	var buttons []recognition.Button
	best := a.Best()
	if best != nil {
		buttons = a.ScriptsOf(best)
	}
	for _, b := range append(buttons, a.Scripts()...) {
		if b.Pop {
			return b.URL
		}
	}
	if best != nil {
		return best.URL().String()
	}
	return ""
}
