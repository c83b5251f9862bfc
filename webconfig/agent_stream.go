package webconfig

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// The rhythm of a stream: a heartbeat tells the page that the line is there and keeps proxies from cutting it, a life that ends
// makes browsers come back with a session that is still good, and a browser that does not read is let go.
const (
	streamBeat  = 15 * time.Second
	streamLife  = 30 * time.Minute
	streamWrite = 5 * time.Second
	streamCheck = 4 * time.Second // how long a stream outlives its session at most
)

// agentEvents sends the agent's live calls whenever they change (server-sent events, HTML Standard section 9.2).
func (w *Web) agentEvents(q *request) error { return w.events(q, q.agentView(), w.sessionOf(q)) }

// events sends a view's live calls as long as a session is good.
func (w *Web) events(q *request, view calls.View, session streamSession) error {
	rw := q.Response()
	leave := w.streams.enter(view.Tenant, q.person.ID, cmp.Or(w.MostStreams, mostStreams))
	if leave == nil {
		rw.Header().Set("Retry-After", "30")
		return q.String(http.StatusTooManyRequests, q.T("agent.line_full"))
	}
	taken := false // by who leaves later
	defer func() {
		if !taken {
			leave()
		}
	}()
	h := rw.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	own := q.Request().ProtoAtLeast(1, 1) && !q.Request().ProtoAtLeast(2, 0)
	if own {
		h.Set("Connection", "close") // no proxy sends another request after it
	}
	rw.WriteHeader(http.StatusOK)
	if q.Request().Method == http.MethodHead {
		return nil
	}
	control := http.NewResponseController(rw)
	if control.Flush() != nil {
		return nil // the browser is gone; nobody is there to tell
	}
	s := &stream{w: w, q: q.kept(), view: view, session: session}
	if own {
		if conn, _, err := control.Hijack(); err == nil {
			taken = true
			w.working.Go(func() {
				defer leave()
				s.over(conn)
			})
			return nil
		}
	}
	s.gone = q.ctx().Done()
	s.write = func(text []byte) error {
		if err := control.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
			return err
		}
		if _, err := rw.Write(text); err != nil {
			return err
		}
		return control.Flush()
	}
	s.run()
	return nil
}

// stream is one browser that listens.
type stream struct {
	w       *Web
	q       *request
	view    calls.View
	session streamSession
	watch   *calls.Watcher
	gone    <-chan struct{}    // closed when the browser is
	write   func([]byte) error // a whole message
}

// kept is the request as it may be used when the answer to it is over: without its context.
func (q *request) kept() *request {
	k := *q
	k.Context = nil
	return &k
}

// over streams over a connection taken from the server, whose buffers and deep stack are free for others then: thousands of
// browsers listen for hours and are told something now and then.
func (s *stream) over(conn net.Conn) {
	gone := make(chan struct{})
	go func() { // a browser says no more until it goes
		defer close(gone)
		_, _ = conn.Read(make([]byte, 1))
	}()
	s.gone = gone
	var failed error
	s.write = func(text []byte) error {
		_ = conn.SetWriteDeadline(time.Now().Add(streamWrite))
		_, failed = conn.Write(fmt.Appendf(nil, "%x\r\n%s\r\n", len(text), text))
		return failed
	}
	s.run()
	if failed == nil {
		_ = s.write(nil) // an empty chunk ends the answer
	}
	conn.Close()
	<-gone
}

// run tells what changes until the browser goes, its session ends or its life does.
func (s *stream) run() {
	s.watch = s.w.Calls.Watch(s.view)
	defer s.watch.Close()
	check := time.NewTicker(streamCheck)
	defer check.Stop()
	began := time.Now()
	if s.write(fmt.Appendf(nil, "retry: %d\n\n", 500+rand.N(2000))) != nil || !aside(s.tell) { // not all at once after a restart
		return
	}
	told := began
	for {
		select {
		case <-s.gone:
			return
		case now := <-check.C:
			if now.Sub(began) > streamLife || !aside(s.may) {
				return
			}
			if now.Sub(told) < streamBeat-streamCheck {
				continue
			}
			if s.write([]byte("event: beat\ndata:\n\n")) != nil {
				return
			}
			told = now
		case _, open := <-s.watch.Changed():
			if !open || !aside(s.tell) {
				return
			}
			told = time.Now()
		}
	}
}

// aside does something on a stack of its own, which goes when it is done: that of a stream stays small. A panic is a no.
func aside(do func() bool) bool {
	done := make(chan bool, 1)
	go func() {
		ok := false
		defer func() { done <- ok }()
		ok = do()
	}()
	return <-done
}

// may tells whether the session is still good for this stream.
func (s *stream) may() (ok bool) {
	defer s.caught()
	ctx, cancel := context.WithTimeout(context.Background(), streamWrite)
	defer cancel()
	good, err := s.session.good(ctx)
	if err != nil {
		s.w.Log.Error("session of a stream", "tenant", s.view.Tenant, "error", err)
	}
	return good
}

// tell sends the present list, if the session is still good.
func (s *stream) tell() bool {
	defer s.caught()
	if !s.may() {
		return false
	}
	text, err := s.w.liveMessage(s.q, s.watch.List(), s.view)
	if err != nil {
		s.w.Log.Error("live calls", "tenant", s.view.Tenant, "error", err)
		return false
	}
	return s.write(text) == nil
}

// caught keeps a mistake in a page from ending the program.
func (s *stream) caught() {
	if v := recover(); v != nil {
		s.w.Log.Error("live calls", "tenant", s.view.Tenant, "error", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
	}
}
