package phonebook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ringdex/ringdex/recognition"
	"github.com/ringdex/ringdex/tenant"
)

// Limits of the LDAP server.
const (
	mostConnections = 4096
	mostStrangers   = 1024 // connections that have not signed in
	mostOfOne       = 512  // from one address; an office of phones comes from one
	strangerTime    = 15 * time.Second
	idleTime        = 10 * time.Minute
	moveTime        = 10 * time.Second // for a message to arrive or to be taken
	searchTime      = 5 * time.Second  // phones give up after that
	strangerMessage = 4 << 10
	memberMessage   = 32 << 10
	mostEntries     = 1000 // of an answer without pages
)

// ServerDeps is what the LDAP server stands on.
type ServerDeps struct {
	// Access says what a key is good for.
	Access func(presented string) (tenant.Access, bool)
	// Spend takes one question from what a key may ask; it is the same account as HTTP's.
	Spend func(a tenant.Access) (ok bool)
	// Ask looks a number up for a key, and counts it.
	Ask        func(ctx context.Context, a tenant.Access, number string) (*recognition.Answer, error)
	Recognizer *recognition.Recognizer
	Books      *Books
	TLS        *tls.Config // for StartTLS; nil: it is not offered
	Metrics    *prometheus.Registry
	Log        *slog.Logger
	Now        func() time.Time
}

// Server is a read-only LDAP server.
type Server struct {
	d       ServerDeps
	backOff backOff
	ctx     context.Context // of every connection
	stop    context.CancelFunc

	asked   map[string]prometheus.Counter // by operation
	refused *prometheus.CounterVec

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	strangers int
	from      map[netip.Addr]int
	running   sync.WaitGroup
}

// NewServer returns a server that listens nowhere yet.
func NewServer(d ServerDeps) *Server {
	s := &Server{
		d: d, listeners: map[net.Listener]struct{}{}, conns: map[*conn]struct{}{}, from: map[netip.Addr]int{},
		backOff: backOff{now: d.Now},
		asked:   map[string]prometheus.Counter{},
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ringdex_ldap_refused_total", Help: "LDAP connections and operations refused, by why."}, []string{"why"}),
	}
	asked := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ringdex_ldap_operations_total", Help: "LDAP operations, by what was asked."}, []string{"operation"})
	for _, name := range operations {
		s.asked[name] = asked.WithLabelValues(name)
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	if d.Metrics != nil {
		d.Metrics.MustRegister(asked, s.refused, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "ringdex_ldap_connections", Help: "LDAP connections that are open.",
		}, func() float64 { s.mu.Lock(); defer s.mu.Unlock(); return float64(len(s.conns)) }))
	}
	return s
}

// Serve takes connections until the server is closed, and returns nil then. The listener is closed in any case.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return l.Close()
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	for {
		c, err := l.Accept()
		if err != nil {
			if s.isClosed() {
				return nil
			}
			var temporary net.Error
			if errors.As(err, &temporary) && temporary.Timeout() || tooManyFiles(err) {
				s.d.Log.Warn("an LDAP connection could not be taken", "error", err)
				select {
				case <-time.After(100 * time.Millisecond):
				case <-s.ctx.Done():
				}
				continue
			}
			return fmt.Errorf("serve LDAP on %s: %w", l.Addr(), errors.Join(err, l.Close()))
		}
		s.take(c)
	}
}

// take begins to serve a connection, or refuses it.
func (s *Server) take(nc net.Conn) {
	c := newConn(s, nc)
	s.mu.Lock()
	why := ""
	switch {
	case s.closed:
		why = "closing"
	case len(s.conns) >= mostConnections || s.strangers >= mostStrangers:
		why = "too many connections"
	case s.from[c.remote] >= mostOfOne:
		why = "too many connections from one address"
	}
	if why != "" {
		s.mu.Unlock()
		s.refused.WithLabelValues(why).Inc()
		_ = nc.Close()
		return
	}
	s.conns[c] = struct{}{}
	s.strangers++
	s.from[c.remote]++
	s.running.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		defer s.gone(c)
		c.serve()
	}()
}

// known notes that a connection has signed in, or no longer is.
func (s *Server) known(c *conn, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.known == is {
		return
	}
	c.known = is
	if is {
		s.strangers--
	} else {
		s.strangers++
	}
}

func (s *Server) gone(c *conn) {
	_ = c.net.Close()
	s.known(c, true)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.from[c.remote]--; s.from[c.remote] == 0 {
		delete(s.from, c.remote)
	}
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Close ends every connection and returns when nothing of the server runs any more. Phones search again by themselves, so
// nothing is waited for.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.stop()
	for l := range s.listeners {
		_ = l.Close()
	}
	for c := range s.conns {
		_ = c.net.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// backOff makes whoever shows wrong keys wait, longer each time, by address.
type backOff struct {
	now func() time.Time
	mu  sync.Mutex
	bad map[netip.Addr]failures
}

type failures struct {
	count int
	last  time.Time
}

// Limits of the back-off.
const (
	mostFailing = 4096
	forgetAfter = 5 * time.Minute
	longestWait = 4 * time.Second
)

// failed counts a wrong key and says how long its answer has to wait.
func (b *backOff) failed(from netip.Addr) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.bad == nil || len(b.bad) >= mostFailing {
		b.bad = map[netip.Addr]failures{}
	}
	f := b.bad[from]
	if now.Sub(f.last) > forgetAfter {
		f.count = 0
	}
	f.count, f.last = min(f.count+1, 16), now
	b.bad[from] = f
	if f.count <= 2 {
		return 0 // a mistake in typing
	}
	return min(longestWait, 125*time.Millisecond<<(f.count-2))
}

func (b *backOff) forget(from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.bad, from)
}
