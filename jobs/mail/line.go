package mail

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// line is the one connection of an attempt. The library leaves it open when a sign-in fails, so that closing it is ours.
type line struct {
	address  string
	security security
	config   *tls.Config

	mu   sync.Mutex
	conn net.Conn
}

// dial connects to the address of the line; the library's own text of it has no brackets around an IPv6 address.
func (l *line) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	d := &net.Dialer{Timeout: answerWithin}
	var conn net.Conn
	var err error
	if l.security == implicit {
		conn, err = (&tls.Dialer{NetDialer: d, Config: l.config}).DialContext(ctx, network, l.address)
	} else {
		conn, err = d.DialContext(ctx, network, l.address)
	}
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	return conn, nil
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
	}
}
