package esl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls/follow"
)

// Server says where a phone system's event socket is and how one signs in.
type Server struct {
	Address string // host, with a port unless it is the usual one
	User    string // "" is the socket's own password; else user@domain
	Secret  string
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// usualPort is the one of event_socket.conf.xml.
const usualPort = "8021"

const (
	answerWithin = 10 * time.Second
	silentFor    = 75 * time.Second // a heartbeat comes every 20 s
	maxLine      = 64 << 10
	maxLines     = 2000
	maxBody      = 16 << 20 // a list of many thousand channels
)

// headers of a message or an event. Their names are compared as they are: FreeSWITCH writes each in one way.
type headers map[string]string

// message is what the socket sends: headers, and what Content-Length says follows them.
type message struct {
	headers
	body []byte
}

type conn struct {
	net.Conn
	r *bufio.Reader
}

// connect opens a connection and signs in. Errors never hold the password.
func (s Server) connect(ctx context.Context) (*conn, error) {
	address := s.Address
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(address, usualPort)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*answerWithin)
	defer cancel()
	raw, err := s.Dial(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to the event socket: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	defer stop()
	c := &conn{Conn: raw, r: bufio.NewReaderSize(raw, maxLine)}
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	if err := c.login(s); err != nil {
		raw.Close()
		return nil, err
	}
	_ = c.SetDeadline(time.Time{})
	return c, nil
}

func (c *conn) login(s Server) error {
	m, err := c.read()
	if err != nil {
		return fmt.Errorf("read the greeting: %w", err)
	}
	switch m.headers["Content-Type"] {
	case "auth/request":
	case "text/rude-rejection":
		return fmt.Errorf("this server's address is not on the socket's access list: %w", follow.ErrRefused)
	default:
		return errors.New("this is no event socket: it does not greet as one")
	}
	command := "auth " + s.Secret
	if s.User != "" {
		command = "userauth " + s.User + ":" + s.Secret
	}
	m, err = c.ask(command)
	switch {
	case errors.Is(err, io.EOF), err == nil && !strings.HasPrefix(m.headers["Reply-Text"], "+OK"):
		return follow.ErrRefused
	case err != nil:
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

// ask sends a command and returns the reply to it; events before it are dropped. Deadlines are the caller's.
func (c *conn) ask(command string) (message, error) {
	if err := c.send(command); err != nil {
		return message{}, err
	}
	for {
		m, err := c.read()
		if err != nil {
			return message{}, err
		}
		if t := m.headers["Content-Type"]; t == "command/reply" || t == "api/response" {
			return m, nil
		}
	}
}

// errCommand means that a value would begin another command.
var errCommand = errors.New("a value has a line end")

func (c *conn) send(command string) error {
	if strings.ContainsAny(command, "\r\n\x00") {
		return errCommand
	}
	_ = c.SetWriteDeadline(time.Now().Add(answerWithin))
	_, err := io.WriteString(c, command+"\n\n")
	return err
}

func (c *conn) read() (message, error) { return readMessage(c.r) }

func readMessage(r *bufio.Reader) (message, error) {
	h, err := readHeaders(r)
	if err != nil {
		return message{}, err
	}
	m := message{headers: h}
	if text := h["Content-Length"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxBody {
			return m, fmt.Errorf("a message of %q bytes is not read", text)
		}
		m.body = make([]byte, n)
		if _, err := io.ReadFull(r, m.body); err != nil {
			return m, err
		}
	}
	return m, nil
}

func readHeaders(r *bufio.Reader) (headers, error) {
	h := headers{}
	for range maxLines {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, errors.New("a line is too long")
		}
		if err != nil {
			return nil, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			if len(h) > 0 {
				return h, nil
			}
			continue
		}
		name, value, _ := strings.Cut(text, ":")
		h[name] = strings.TrimSpace(value)
	}
	return nil, errors.New("a message has too many lines")
}

// event reads the event in a message, in either of the forms it can have; false is a message that holds none.
func (m message) event() (headers, bool) {
	switch m.headers["Content-Type"] {
	case "text/event-json":
		var values map[string]any
		if json.Unmarshal(m.body, &values) != nil {
			return nil, false
		}
		h := make(headers, len(values))
		for name, value := range values {
			if text, ok := value.(string); ok {
				h[name] = text
			}
		}
		return h, true
	case "text/event-plain":
		h, err := readHeaders(bufio.NewReaderSize(bytes.NewReader(m.body), maxLine))
		if err != nil {
			return nil, false
		}
		for name, value := range h {
			if text, err := url.PathUnescape(value); err == nil {
				h[name] = text
			}
		}
		return h, true
	}
	return nil, false
}
