package phonebook

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// bind signs in: any name, with the key as password. Whoever fails is not signed in any more (RFC 4511, 4.2.1).
func (c *conn) bind(m *message) bool {
	r, text := c.signIn(m)
	if r != success {
		c.key = ""
		c.server.known(c, false)
	}
	c.result(m.id, opBound, r, text)
	return true
}

func (c *conn) signIn(m *message) (result, string) {
	version, b, ok := takeInt(m.op.body, tagInteger)
	name, b, also := take(b, tagOctets)
	method, _, third := cut(b)
	switch {
	case !ok || !also || !third || version < 2 || version > 3:
		return protocolError, "a bind of version 3 was expected"
	case method.tag != 0x80:
		return authMethod, "only a simple bind is supported: a name, and the key as password"
	case len(method.body) == 0 && len(name) == 0:
		return inappropriate, "sign in as cn=NAME," + suffix + " with the key as password"
	case len(method.body) == 0:
		return unwilling, "the password is missing: it is the key"
	}
	access, ok := c.server.d.Access(string(method.body))
	if !ok {
		c.server.refused.WithLabelValues("wrong key").Inc()
		select {
		case <-time.After(c.server.backOff.failed(c.remote)):
		case <-c.server.ctx.Done():
		}
		return wrongCredentials, ""
	}
	if !access.Scopes.Has(tenant.ScopeMatch) {
		return noRights, "this key lacks the scope match"
	}
	if !c.server.d.Spend(access) {
		return busy, "this key asks more often than it may"
	}
	c.key, c.dn = string(method.body), string(name)
	c.server.backOff.forget(c.remote)
	c.server.known(c, true)
	return success, ""
}

// enter returns what the key is good for now, and takes one question from it.
func (c *conn) enter() (tenant.Access, result, string) {
	if c.key == "" {
		return tenant.Access{}, noRights, "sign in first, with the key as password"
	}
	a, ok := c.server.d.Access(c.key)
	if !ok || !a.Scopes.Has(tenant.ScopeMatch) {
		return a, noRights, "the key is not valid any more"
	}
	if !c.server.d.Spend(a) {
		c.server.refused.WithLabelValues("rate").Inc()
		return a, busy, "this key asks more often than it may"
	}
	return a, success, ""
}

// Extended operations.
const (
	extendedStartTLS = "1.3.6.1.4.1.1466.20037"
	extendedWhoAmI   = "1.3.6.1.4.1.4203.1.11.3"
)

func (c *conn) extended(m *message) bool {
	oid, _, ok := take(m.op.body, 0x80)
	switch {
	case ok && string(oid) == extendedStartTLS:
		return c.startTLS(m)
	case ok && string(oid) == extendedWhoAmI:
		who := ""
		if c.key != "" {
			who = "dn:" + c.dn
		}
		out, message := open(c.out, tagSequence)
		out = appendInt(out, tagInteger, m.id)
		out, op := open(out, opExtendedBy)
		out = appendString(appendResult(out, success, ""), 0x8b, who)
		c.out = shut(shut(out, op), message)
		return true
	}
	c.result(m.id, opExtendedBy, protocolError, "this extended operation is not supported")
	return true
}

// startTLS goes on encrypted. What the client sent behind its question in the clear is not believed: it is dropped with
// the connection.
func (c *conn) startTLS(m *message) bool {
	switch {
	case c.secure:
		c.result(m.id, opExtendedBy, operationsError, "the connection is encrypted already")
		return true
	case c.server.d.TLS == nil:
		c.result(m.id, opExtendedBy, unavailable, "this server has no certificate (--tls-cert, --tls-key)")
		return true
	case c.in.Buffered() > 0:
		c.disconnect(protocolError, "nothing may follow StartTLS before its answer")
		return false
	}
	c.result(m.id, opExtendedBy, success, "")
	if c.flush() != nil {
		return false
	}
	over := tls.Server(c.net, c.server.d.TLS)
	shake, cancel := context.WithTimeout(c.server.ctx, moveTime)
	defer cancel()
	_ = c.net.SetDeadline(time.Time{})
	if err := over.HandshakeContext(shake); err != nil {
		return false
	}
	c.server.mu.Lock()
	c.net = over
	c.server.mu.Unlock()
	c.secure, c.key = true, ""
	c.in.Reset(over)
	c.server.known(c, false)
	return true
}
