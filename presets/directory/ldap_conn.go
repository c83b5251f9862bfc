package directory

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// metered is a connection that gives no more bytes than one answer may have.
type metered struct {
	net.Conn
	left, total atomic.Int64
	large       atomic.Bool
}

// Read implements [net.Conn].
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.total.Add(int64(n))
	if m.left.Add(int64(-n)) < 0 {
		m.large.Store(true)
		return 0, errLarge
	}
	return n, err
}

// conn is a signed-in connection to an LDAP server. It is used by one run and closed behind it: a place in a list of
// pages is known to its connection only.
type conn struct {
	set      *settings
	wire     *metered
	ldap     *ldap.Conn
	root     rootDSE
	requests int
	stop     func() bool // ends the watch over the run's context
}

// connect dials, encrypts, signs in, and asks what server it is.
func (s *ldapSource) connect(ctx context.Context) (*conn, error) {
	c := &conn{set: &s.set}
	if err := c.open(ctx, s.conn.Dial); err != nil {
		return nil, broke(ctx, wording.New("directory.connect_directory", "connect to the directory"), err)
	}
	c.ldap.SetTimeout(askTimeout)
	c.stop = context.AfterFunc(ctx, func() { _ = c.wire.Close() })
	err := c.bind(ctx)
	if err == nil {
		err = c.readRoot(ctx)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) close() {
	c.stop()
	_ = c.ldap.Close()
	_ = c.wire.Close()
}

// open dials and encrypts. The request for StartTLS is sent here and not by the library, which forgets why a handshake
// failed and puts no bound on its time.
func (c *conn) open(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error)) error {
	ctx, cancel := context.WithTimeout(ctx, bindTimeout)
	defer cancel()
	raw, err := dial(ctx, "tcp", c.set.address())
	if err != nil {
		return err
	}
	c.wire = &metered{Conn: raw}
	c.grant()
	var secured net.Conn = c.wire
	if c.set.security != "plain" {
		if secured, err = c.encrypt(ctx); err != nil {
			_ = raw.Close()
			return err
		}
	}
	c.ldap = ldap.NewConn(secured, c.set.security != "plain")
	c.ldap.Start()
	return nil
}

func (c *conn) encrypt(ctx context.Context) (net.Conn, error) {
	end, _ := ctx.Deadline()
	if err := c.wire.SetDeadline(end); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.wire.Close() })
	defer stop()
	if c.set.security == "starttls" {
		if err := c.startTLS(); err != nil {
			return nil, err
		}
	}
	t := tls.Client(c.wire, &tls.Config{ServerName: c.set.name(), RootCAs: c.set.roots, MinVersion: tls.VersionTLS12})
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return t, c.wire.SetDeadline(time.Time{})
}

// startTLS asks for encryption (RFC 4511 section 4.14.1). Nothing is read beyond the answer, so nothing that came in
// clear counts as said inside TLS.
func (c *conn) startTLS() error {
	p := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, 1, ""))
	ask := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationExtendedRequest, nil, "")
	ask.AppendChild(ber.NewString(ber.ClassContext, ber.TypePrimitive, 0, "1.3.6.1.4.1.1466.20037", ""))
	p.AppendChild(ask)
	if _, err := c.wire.Write(p.Bytes()); err != nil {
		return err
	}
	answer, err := ber.ReadPacket(c.wire)
	if err != nil {
		return err
	}
	if err := ldap.GetLDAPError(answer); err != nil {
		return &presets.Error{
			Op: wording.New("directory.encrypt_connection", "encrypt the connection"), Text: wording.New("directory.server_does_not_offer_starttls", "the server does not offer StartTLS"), Err: err,
			Hint: wording.New("directory.use_ldaps_have_tls_set", "use ldaps, or have TLS set up on the server; plain is for networks in which nobody listens"),
		}
	}
	return nil
}

// bind signs in; without a user the server is asked as anybody.
func (c *conn) bind(ctx context.Context) error {
	c.grant()
	var err error
	if c.set.user == "" {
		err = c.ldap.UnauthenticatedBind("")
	} else {
		err = c.ldap.Bind(c.set.user, c.set.password)
	}
	return c.failed(ctx, wording.New("directory.sign_in_directory", "sign in to the directory"), err)
}

// grant lets one more answer in.
func (c *conn) grant() {
	c.requests++
	c.wire.left.Store(maxAnswer)
}

// search sends one request and collects its answer; entries of other servers are not followed.
func (c *conn) search(ctx context.Context, op wording.Text, r *ldap.SearchRequest) (*ldap.SearchResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, broke(ctx, op, err)
	}
	c.grant()
	res, err := c.ldap.Search(r)
	if err != nil {
		return res, c.failed(ctx, op, err)
	}
	return res, nil
}

// failed words an error of a request.
func (c *conn) failed(ctx context.Context, op wording.Text, err error) error {
	var said *ldap.Error
	switch {
	case err == nil:
		return nil
	case c.wire.large.Load():
		return &presets.Error{Op: op, Text: wording.New("directory.answer_larger_than_mib_mib", "an answer is larger than {MiB} MiB", "MiB", maxAnswer>>20), Hint: wording.New("directory.ask_fewer_attributes_part_directory", "ask for fewer attributes, or a part of the directory only"), Err: errLarge}
	case errors.As(err, &said) && said.ResultCode < ldap.ErrorNetwork:
		return worded(op, said)
	case errors.As(err, &said) && said.Err != nil:
		return broke(ctx, op, said.Err)
	}
	return broke(ctx, op, err)
}
