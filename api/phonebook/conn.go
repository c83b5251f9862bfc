package phonebook

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"syscall"
	"time"
)

// conn is one phone's connection. Its questions are answered one after the other, by one goroutine; a question is over
// before the next is read, so Abandon never has anything to end.
type conn struct {
	server *Server
	net    net.Conn
	in     *bufio.Reader
	remote netip.Addr
	known  bool // it has signed in; guarded by server.mu

	key    string // as shown; it is checked again with each question, so that a revoked one ends at once
	dn     string
	secure bool

	out    []byte
	found  []*person
	values []string
	want   []wanted
}

// tooManyFiles tells that there is no room for another connection at the moment.
func tooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{server: s, net: nc, in: bufio.NewReaderSize(nc, 2<<10)}
	_, c.secure = nc.(*tls.Conn)
	if at, err := netip.ParseAddrPort(nc.RemoteAddr().String()); err == nil {
		c.remote = at.Addr().Unmap()
	}
	return c
}

// serve answers until the phone or the server has had enough.
func (c *conn) serve() {
	defer func() {
		if v := recover(); v != nil {
			c.server.d.Log.Error("LDAP connection ended by a panic", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		}
	}()
	for {
		body, err := c.read()
		if err != nil {
			if errors.Is(err, errMessage) {
				c.disconnect(protocolError, "that is no LDAP message, or it is too long")
			}
			return
		}
		m, err := parseMessage(body)
		if err != nil {
			c.disconnect(protocolError, err.Error())
			return
		}
		if !c.handle(&m) || c.flush() != nil {
			return
		}
	}
}

// read waits for a message and returns its body, valid until the next.
func (c *conn) read() ([]byte, error) {
	wait, most := idleTime, memberMessage
	if c.key == "" {
		wait, most = strangerTime, strangerMessage
	}
	size, head, err := c.size(wait)
	if err != nil {
		return nil, err
	}
	if size < 0 || size > most {
		return nil, errMessage
	}
	if size <= c.in.Size() {
		if c.in.Buffered() < size {
			c.until(moveTime)
		}
		b, err := c.in.Peek(size)
		if err != nil {
			return nil, err
		}
		_, err = c.in.Discard(size) // the bytes stay until the next read
		return b[head:], err
	}
	c.until(moveTime)
	b := make([]byte, size)
	for n := 0; n < size; {
		k, err := c.in.Read(b[n:])
		if err != nil {
			return nil, err
		}
		n += k
	}
	return b[head:], nil
}

// size waits for the beginning of a message and returns how long it is.
func (c *conn) size(wait time.Duration) (size, head int, err error) {
	if c.in.Buffered() < 2 {
		c.until(wait)
	}
	for n := 2; n <= 6; n++ {
		b, err := c.in.Peek(n)
		if err != nil {
			return 0, 0, err
		}
		if b[0] != tagSequence {
			return 0, 0, errMessage
		}
		if size, head = elementSize(b); size != 0 {
			return size, head, nil
		}
		c.until(moveTime)
	}
	return 0, 0, errMessage
}

func (c *conn) until(d time.Duration) { _ = c.net.SetReadDeadline(time.Now().Add(d)) }

// flush sends what was answered. A phone that does not take it is let go.
func (c *conn) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	_ = c.net.SetWriteDeadline(time.Now().Add(moveTime))
	_, err := c.net.Write(c.out)
	c.out = c.out[:0]
	if cap(c.out) > 64<<10 {
		c.out = nil
	}
	return err
}

// handle answers one message; false ends the connection.
func (c *conn) handle(m *message) bool {
	what, answer, ok := operation(m.op.tag)
	if !ok {
		c.disconnect(protocolError, "there is no such operation")
		return false
	}
	c.server.asked[what].Inc()
	if answer == 0 {
		return m.op.tag != opUnbind
	}
	if m.critical {
		c.result(m.id, answer, criticalControl, "a control that is critical is not supported")
		return true
	}
	switch m.op.tag {
	case opBind:
		return c.bind(m)
	case opExtended:
		return c.extended(m)
	case opSearch:
		return c.search(m)
	case opCompare:
		return c.compare(m)
	}
	c.result(m.id, answer, unwilling, "this directory is read-only; change contacts where they come from")
	return true
}

// operations are the names operation gives.
var operations = []string{"bind", "unbind", "search", "change", "compare", "abandon", "extended"}

// operation names an operation and the tag of its answer, 0 where it has none.
func operation(tag byte) (name string, answer byte, ok bool) {
	switch tag {
	case opBind:
		return "bind", opBound, true
	case opUnbind:
		return "unbind", 0, true
	case opSearch:
		return "search", opDone, true
	case opModify, opAdd, opRename:
		return "change", tag + 1, true
	case opDelete:
		return "change", 0x6b, true
	case opCompare:
		return "compare", opCompared, true
	case opAbandon:
		return "abandon", 0, true
	case opExtended:
		return "extended", opExtendedBy, true
	}
	return "", 0, false
}

// result appends an answer that is nothing but a result.
func (c *conn) result(id int, tag byte, r result, text string) {
	out, message := open(c.out, tagSequence)
	out = appendInt(out, tagInteger, id)
	out, op := open(out, tag)
	out = appendResult(out, r, text)
	c.out = shut(shut(out, op), message)
}

func appendResult(dst []byte, r result, text string) []byte {
	dst = appendInt(dst, tagEnumerated, int(r))
	dst = appendString(dst, tagOctets, "")
	return appendString(dst, tagOctets, text)
}

// disconnect tells a client that it is let go (RFC 4511, 4.4.1).
func (c *conn) disconnect(r result, text string) {
	c.server.refused.WithLabelValues("message").Inc()
	out, message := open(c.out, tagSequence)
	out = appendInt(out, tagInteger, 0)
	out, op := open(out, opExtendedBy)
	out = appendResult(out, r, text)
	out = appendString(out, 0x8a, "1.3.6.1.4.1.1466.20036")
	c.out = shut(shut(out, op), message)
	_ = c.flush()
}
