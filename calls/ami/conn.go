package ami

import (
	"bufio"
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls/follow"
)

// Server says where a phone system's manager interface is and how one signs in.
type Server struct {
	Address string // host, with a port unless it is the usual one
	User    string
	Secret  string
	TLS     bool
	RootCAs *x509.CertPool // nil: the system's
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// The usual ports (Asterisk's manager.conf).
const (
	plainPort  = "5038"
	securePort = "5039"
)

// answerWithin is how long the phone system may take to answer, silentFor how long it may say nothing, although it is asked
// whether it is still there, before the connection counts as lost.
const (
	answerWithin = 10 * time.Second
	silentFor    = 90 * time.Second
)

// The longest line and message that is read.
const (
	maxLine  = 64 << 10
	maxLines = 2000
)

// message is a list of headers. Names are compared without regard to letter case.
type message []header

type header struct{ name, value string }

func (m message) get(name string) string {
	for _, h := range m {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

// conn is one connection.
type conn struct {
	net.Conn
	r *bufio.Reader
}

// connect opens a connection and signs in. Errors never hold the secret.
func (s Server) connect(ctx context.Context) (*conn, error) {
	address, host := s.Address, s.Address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	} else if s.TLS {
		address = net.JoinHostPort(host, securePort)
	} else {
		address = net.JoinHostPort(host, plainPort)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*answerWithin)
	defer cancel()
	raw, err := s.Dial(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to the manager interface: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	if s.TLS {
		raw = tls.Client(raw, &tls.Config{ServerName: host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12})
	}
	c := &conn{Conn: raw, r: bufio.NewReaderSize(raw, maxLine)}
	if err := c.greet(s); err != nil {
		raw.Close()
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		return nil, err
	}
	return c, nil
}

func (c *conn) greet(s Server) error {
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	defer func() { _ = c.SetDeadline(time.Time{}) }()
	banner, err := c.line()
	if err != nil {
		return fmt.Errorf("read the greeting: %w", err)
	}
	if !strings.Contains(banner, "Call Manager") {
		return errors.New("this is no manager interface: it does not greet as one")
	}
	return c.login(s)
}

// login signs in by a challenge, so that the secret is not sent; with the secret itself where there is no challenge.
func (c *conn) login(s Server) error {
	answer, err := c.ask(message{{"Action", "Challenge"}, {"AuthType", "MD5"}})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	login := message{{"Action", "Login"}, {"Username", s.User}, {"Events", "off"}}
	if challenge := answer.get("Challenge"); challenge != "" {
		sum := md5.Sum([]byte(challenge + s.Secret)) //nolint:gosec // the protocol's own
		login = append(login, header{"AuthType", "MD5"}, header{"Key", hex.EncodeToString(sum[:])})
	} else {
		login = append(login, header{"Secret", s.Secret})
	}
	answer, err = c.ask(login)
	switch {
	case errors.Is(err, io.EOF), err == nil && !success(answer):
		return follow.ErrRefused
	case err != nil:
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

func success(m message) bool { return strings.EqualFold(m.get("Response"), "Success") }

// ask sends an action and returns its response; events before it are dropped. Deadlines are the caller's.
func (c *conn) ask(action message) (message, error) {
	id := action[0].value + "-1"
	if err := c.send(append(action, header{"ActionID", id})); err != nil {
		return nil, err
	}
	for {
		m, err := c.read()
		if err != nil {
			return nil, err
		}
		if m.get("Response") != "" && m.get("ActionID") == id {
			return m, nil
		}
	}
}

// errHeader means that a value would begin another header.
var errHeader = errors.New("a value has a line end")

// send writes an action.
func (c *conn) send(action message) error {
	var b strings.Builder
	for _, h := range action {
		if strings.ContainsAny(h.name+h.value, "\r\n\x00") {
			return fmt.Errorf("%s: %w", h.name, errHeader)
		}
		b.WriteString(h.name + ": " + h.value + "\r\n")
	}
	b.WriteString("\r\n")
	_ = c.SetWriteDeadline(time.Now().Add(answerWithin))
	_, err := io.WriteString(c, b.String())
	return err
}

// read returns the next message.
func (c *conn) read() (message, error) { return readMessage(c.r) }

func (c *conn) line() (string, error) { return readLine(c.r) }

func readMessage(r *bufio.Reader) (message, error) {
	var m message
	for {
		line, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if line == "" {
			if len(m) > 0 {
				return m, nil
			}
			continue
		}
		if len(m) >= maxLines {
			return nil, errors.New("a message has too many lines")
		}
		name, value, _ := strings.Cut(line, ":")
		m = append(m, header{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errors.New("a line is too long")
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}
