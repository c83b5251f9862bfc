package sql

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
)

// errAnswer says that a server sent more for one page than is taken.
var errAnswer = errors.New("the server sent too much for one page")

// meter counts what servers send, and remembers why a connection could not be made: some drivers keep the text of an
// error only.
type meter struct {
	bytes  atomic.Int64 // since the page began
	total  atomic.Int64 // since it was last asked for
	failed atomic.Pointer[error]
}

// begin begins a page.
func (m *meter) begin() {
	m.bytes.Store(0)
	m.failed.Store(nil)
}

// dialled is why the last connection could not be made, nil if it could.
func (m *meter) dialled() error {
	if err := m.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// around makes a dialer whose connections are counted.
func (m *meter) around(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			m.failed.Store(&err)
			return nil, err
		}
		return &metered{c, m}, nil
	}
}

type metered struct {
	net.Conn
	m *meter
}

func (c *metered) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.m.total.Add(int64(n))
	if c.m.bytes.Add(int64(n)) > maxAnswer {
		c.m.failed.Store(new(error))
		*c.m.failed.Load() = errAnswer
		return 0, errAnswer
	}
	return n, err
}
