package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options are what a server asks of its clients.
type Options struct {
	StartTLS bool   // offered; the certificate is for 127.0.0.1 and example.com
	TLS      bool   // from the first byte on
	User     string // with Password: a sign-in is needed
	Password string
}

// Server is an SMTP server on this machine.
type Server struct {
	Addr  string         // 127.0.0.1:PORT
	Roots *x509.CertPool // that trust its certificate

	t       testing.TB
	options Options
	tls     *tls.Config

	mu sync.Mutex
	// guarded by mu:
	smtp   *smtp.Server
	port   net.Listener
	done   chan struct{}
	mails  []Mail
	refuse func(to string) error
}

// Start starts a server that ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	cert := httptest.NewTLSServer(nil)
	cert.Close()
	s := &Server{t: t, options: o, Addr: "127.0.0.1:0", Roots: x509.NewCertPool(), tls: &tls.Config{Certificates: cert.TLS.Certificates, MinVersion: tls.VersionTLS12}}
	s.Roots.AddCert(cert.Certificate())
	s.Resume()
	t.Cleanup(s.Pause)
	return s
}

// Resume makes the server answer (again), at the same address.
func (s *Server) Resume() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	if s.options.TLS {
		l = tls.NewListener(l, s.tls)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, conn: c}, nil }))
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.example.com", true, log.New(io.Discard, "", 0)
	if s.options.StartTLS {
		server.TLSConfig = s.tls
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.smtp, s.port, s.done = server, l, done
}

// Pause closes the server's port and every connection.
func (s *Server) Pause() {
	s.mu.Lock()
	server, port, done := s.smtp, s.port, s.done
	s.smtp = nil
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
		_ = port.Close() // the server may not have known of it yet
		<-done
	}
}

// Refuse lets fn decide about each recipient; an error of [Answer] is what the server answers.
func (s *Server) Refuse(fn func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = fn
}

// Answer is an error of a server: 450 is temporary, 550 permanent.
func Answer(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "refused by the test"}
}

// Mails are what the server has taken so far, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// session is one connection.
type session struct {
	s    *Server
	conn *smtp.Conn
	user string
	mail Mail
}

func (c *session) AuthMechanisms() []string {
	if c.s.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != c.s.options.User || password != c.s.options.Password {
			return smtp.ErrAuthFailed
		}
		c.user = user
		return nil
	}), nil
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.s.options.User != "" && c.user == "" {
		return smtp.ErrAuthRequired
	}
	_, secure := c.conn.TLSConnectionState()
	c.mail = Mail{From: from, Secure: secure, User: c.user}
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.s.mu.Lock()
	refuse := c.s.refuse
	c.s.mu.Unlock()
	if refuse != nil {
		if err := refuse(to); err != nil {
			return err
		}
	}
	c.mail.To = append(c.mail.To, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := parse(raw, c.mail)
	if err != nil {
		return errors.Join(err, Answer(554))
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.mails = append(c.s.mails, m)
	return nil
}

func (c *session) Reset() { c.mail = Mail{} }

func (c *session) Logout() error { return nil }
