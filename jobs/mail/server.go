package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
)

// Server is where messages are handed over, and how.
type Server struct {
	host           string
	port           int
	user, password string
	from           *mail.Address
	security       security
	roots          *x509.CertPool // nil: the system's
}

// security is how the connection is protected.
type security uint8

const (
	startTLS security = iota // asked for on a plain connection; without it nothing is sent
	implicit                 // from the first byte on
	clear                    // none: a server on this machine, or the operator says so
)

// ErrURL means that --smtp-url cannot be used; the text says why, without the password.
var ErrURL = errors.New("the address of the mail server cannot be used")

// Parse reads --smtp-url: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps:// for TLS from the first byte on. With smtp,
// STARTTLS is required, unless the host is this machine or ?tls=off says otherwise; a password never goes to another machine
// without TLS. Reserved characters of user and password are percent-encoded.
func Parse(text string) (*Server, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: it is not a URL; write smtp://USER:PASSWORD@HOST:587?from=ADDRESS and percent-encode what is special in the password", ErrURL)
	}
	s := &Server{host: u.Hostname(), user: u.User.Username()}
	s.password, _ = u.User.Password()
	if s.host == "" {
		return nil, fmt.Errorf("%w: it names no host", ErrURL)
	}
	if err := s.protect(u); err != nil {
		return nil, err
	}
	if s.port, err = portOf(u, s.security); err != nil {
		return nil, err
	}
	for name := range u.Query() {
		if name != "from" && name != "tls" {
			return nil, fmt.Errorf("%w: there is no parameter %q; there are from and tls", ErrURL, name)
		}
	}
	from := u.Query().Get("from")
	if from == "" {
		from = s.user
	}
	if s.from, err = address(from); err != nil {
		return nil, fmt.Errorf("%w: add ?from=ADDRESS, the sender of the mails", ErrURL)
	}
	return s, nil
}

// protect decides how the connection is protected.
func (s *Server) protect(u *url.URL) error {
	wish := u.Query().Get("tls")
	if wish != "" && wish != "off" && wish != "required" {
		return fmt.Errorf("%w: tls is off or required", ErrURL)
	}
	switch {
	case u.Scheme == "smtps" && wish == "off":
		return fmt.Errorf("%w: smtps is TLS; write smtp for a server without", ErrURL)
	case u.Scheme == "smtps":
		s.security = implicit
	case u.Scheme != "smtp":
		return fmt.Errorf("%w: it begins with smtp:// or smtps://", ErrURL)
	case wish == "off", wish == "" && loopback(s.host):
		s.security = clear
	}
	if s.security == clear && s.user != "" && !loopback(s.host) {
		return fmt.Errorf("%w: without TLS the password could be read on its way; leave out tls=off or the password", ErrURL)
	}
	return nil
}

func portOf(u *url.URL, s security) (int, error) {
	if u.Port() == "" {
		return map[security]int{startTLS: 587, implicit: 465, clear: 25}[s], nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("%w: ports go from 1 to 65535", ErrURL)
	}
	return port, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// address reads one address, with or without a name. What holds a control character or several addresses is refused.
func address(text string) (*mail.Address, error) {
	if strings.ContainsFunc(text, control) || len(text) > 320 {
		return nil, errors.New("not an e-mail address")
	}
	a, err := mail.ParseAddress(text)
	if err != nil || !strings.Contains(a.Address, "@") {
		return nil, errors.New("not an e-mail address")
	}
	return a, nil
}

func control(r rune) bool {
	return r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// domain is the part of the sender behind the @, which message ids end in.
func (s *Server) domain() string {
	return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
}
