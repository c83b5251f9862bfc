package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person.
type Message struct {
	ID       string // letters and digits, the same at every attempt: receivers drop what they have already
	To       string // an address alone
	Subject  string
	Text     string
	HTML     string
	Language string // of the texts: "en", "nl"
	Date     time.Time
}

// Error says why a message was not taken. Permanent means that another attempt would end the same.
type Error struct {
	Permanent bool
	Code      int // of the server's answer; 0 if it never got that far
	err       error
}

func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("the mail server refused the message with %d", e.Code) // its own words may name people
	}
	return "hand a message to the mail server: " + e.err.Error()
}

func (e *Error) Unwrap() error { return e.err }

// within bounds one attempt, and each answer of the server.
const within, answerWithin = time.Minute, 30 * time.Second

// Send hands over one message. nil means that the server has taken it. Other errors are of type *[Error].
func (s *Server) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	msg, err := s.compose(m)
	if err != nil {
		return &Error{Permanent: true, err: err}
	}
	link := &line{address: net.JoinHostPort(s.host, strconv.Itoa(s.port)), security: s.security, config: s.tls()}
	defer link.close()
	stop := context.AfterFunc(ctx, link.close) // the library does not look at the context once it is connected
	defer stop()
	client, err := s.client(link)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		// An answer to a sign-in is about this server's settings, which somebody may mend: the message can wait.
		return &Error{err: plain(err)}
	}
	err = client.Send(msg)
	if msg.IsDelivered() { // what went wrong afterwards does not take it back
		_ = client.Close()
		return nil
	}
	var answer *gomail.SendError
	if errors.As(err, &answer) && answer.ErrorCode() >= 400 {
		return &Error{Permanent: answer.ErrorCode() >= 500, Code: answer.ErrorCode(), err: err}
	}
	return &Error{err: plain(err)}
}

// plain keeps of an error what says why, without what a server said.
func plain(err error) error {
	var network net.Error
	var unknown *tls.CertificateVerificationError
	switch {
	case errors.As(err, &unknown):
		return errors.New("its certificate is not trusted")
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed):
		return errors.New("it did not answer in time")
	case strings.Contains(err.Error(), "STARTTLS"):
		return errors.New("it does not offer STARTTLS, and nothing is sent without; smtps:// may be right, or tls=off")
	case strings.HasPrefix(err.Error(), "SMTP AUTH failed"), strings.Contains(err.Error(), "AUTH"):
		return errors.New("it refused the sign-in; user and password are those of --smtp-url")
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return errors.New("it cannot be reached")
	}
	return errors.New("the connection ended in the middle")
}

func (s *Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

// mechanisms of sign-in, the best first. That the last two show the password to whoever reads the connection is no matter: Parse has
// seen to it that nobody does.
var mechanisms = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}

func (s *Server) client(l *line) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(answerWithin), gomail.WithTLSConfig(s.tls()), gomail.WithDialContextFunc(l.dial),
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	switch s.security {
	case implicit:
		options = append(options, gomail.WithSSL())
	case startTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case clear:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.user != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(mechanisms...), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return gomail.NewClient(s.host, options...)
}

// compose writes the message. Its texts are data: a control character in a subject becomes a blank, and in an address refuses it.
func (s *Server) compose(m Message) (*gomail.Msg, error) {
	to, err := address(m.To)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	msg.EnvelopeFromMailAddress(s.from)
	msg.ToMailAddress(to)
	msg.Subject(strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}
