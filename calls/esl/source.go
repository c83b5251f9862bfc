package esl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/follow"
)

// Source hears of the calls of one phone system.
type Source struct {
	Server Server
	Rules  follow.Rules
	Log    *slog.Logger                // nil is silent
	Told   func(error)                 // hears of each connection: nil when it stands, else why it was lost
	Live   func(calls map[string]bool) // hears which calls there are whenever the phone system was asked
	Now    func() time.Time            // nil is time.Now
}

// Run implements [calls.Source].
func (s *Source) Run(ctx context.Context, take func(context.Context, calls.Event) error) error {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Told == nil {
		s.Told = func(error) {}
	}
	f := &follower{rules: s.Rules, Tracker: follow.New(s.Now)}
	follow.Again(ctx, func(ctx context.Context) error { return s.connected(ctx, f, take) }, s.Told)
	return ctx.Err()
}

// listCommand asks which channels there are.
const listCommand = "api show channels as json"

// connected serves one connection until it is lost.
func (s *Source) connected(ctx context.Context, f *follower, take func(context.Context, calls.Event) error) error {
	c, err := s.Server.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	messages, failed := make(chan message, 1024), make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer func() { // the reader ends with the connection, and we wait for it
		cancel()
		c.Close()
		for range messages {
		}
	}()
	go func() {
		defer close(messages)
		failed <- c.deliver(ctx, messages)
	}()
	f.begin()
	for _, command := range []string{"event json " + wanted, listCommand} {
		if err := c.send(command); err != nil {
			return fmt.Errorf("ask for events: %w", err)
		}
	}
	s.Told(nil)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case m, ok := <-messages:
			if !ok {
				return fmt.Errorf("read events: %w", <-failed)
			}
			if err := s.hear(f, m); err != nil {
				return err
			}
			if err := follow.HandOn(ctx, f.Tracker, take, s.Log); err != nil {
				return err
			}
		}
	}
}

// hear reads a message: an event, the list we asked for, or a farewell.
func (s *Source) hear(f *follower, m message) error {
	if h, ok := m.event(); ok {
		f.hear(h)
		return nil
	}
	switch m.headers["Content-Type"] {
	case "api/response":
		if err := f.complete(m.body); err != nil {
			return fmt.Errorf("read which channels there are: %w", err)
		}
		if s.Live != nil {
			s.Live(f.Tracker.Live())
		}
	case "command/reply":
		if text := m.headers["Reply-Text"]; strings.HasPrefix(text, "-ERR") {
			return errors.New("the phone system refuses to tell of events")
		}
	case "text/disconnect-notice":
		return errors.New("the phone system ends the connection")
	}
	return nil
}

// deliver reads messages until the connection is lost.
func (c *conn) deliver(ctx context.Context, to chan<- message) error {
	for {
		_ = c.SetReadDeadline(time.Now().Add(silentFor))
		m, err := c.read()
		if err != nil {
			return err
		}
		select {
		case to <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Check tells whether address and sign-in are right. Its errors are for the admin's eyes.
func Check(ctx context.Context, s Server) error {
	c, err := s.connect(ctx)
	if errors.Is(err, follow.ErrRefused) {
		return &calls.DialError{Text: "the phone system refuses the sign-in", Hint: "compare the password and the access list in event_socket.conf.xml"}
	}
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	m, err := c.ask(listCommand)
	if err != nil {
		return fmt.Errorf("ask which channels there are: %w", err)
	}
	if f := (&follower{Tracker: follow.New(nil), born: map[string]bool{}}); f.complete(m.body) != nil {
		return &calls.DialError{Text: "the phone system does not say which channels there are", Hint: "let the user run the command show"}
	}
	return nil
}
