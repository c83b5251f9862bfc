package esl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/follow"
	"github.com/ringdex/ringdex/wording"
)

// Source hears of the calls of one phone system.
type Source struct {
	Server Server
	follow.Feed
}

// Run implements [calls.Source].
func (s *Source) Run(ctx context.Context, take func(context.Context, calls.Event) error) error {
	return s.Follow(ctx, func(ctx context.Context, t *follow.Tracker) error {
		return s.serve(ctx, &follower{rules: s.Rules, Tracker: t}, take)
	})
}

// listCommand asks which channels there are.
const listCommand = "api show channels as json"

// serve serves one connection until it is lost.
func (s *Source) serve(ctx context.Context, f *follower, take func(context.Context, calls.Event) error) error {
	c, err := s.Server.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	f.begin()
	for _, command := range []string{"event json " + wanted, listCommand} {
		if err := c.send(command); err != nil {
			return fmt.Errorf("ask for events: %w", err)
		}
	}
	s.Told(nil)
	return follow.Link[message]{
		Conn: c, Read: c.read, Silent: silentFor,
		Hear: func(m message) error { return s.hear(f, m) },
	}.Serve(ctx, f.Tracker, take, s.Log)
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
		s.Live(f.Tracker.Live())
	case "command/reply":
		if text := m.headers["Reply-Text"]; strings.HasPrefix(text, "-ERR") {
			return errors.New("the phone system refuses to tell of events")
		}
	case "text/disconnect-notice":
		return errors.New("the phone system ends the connection")
	}
	return nil
}

// Check tells whether address and sign-in are right. Its errors are for the admin's eyes.
func Check(ctx context.Context, s Server) error {
	c, err := s.connect(ctx)
	if errors.Is(err, follow.ErrRefused) {
		return &calls.DialError{Text: wording.New("calls.refuses_sign_in", "the phone system refuses the sign-in"), Hint: wording.New("calls.compare_password_access_list_event", "compare the password and the access list in event_socket.conf.xml")}
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
		return &calls.DialError{Text: wording.New("calls.phone_system_does_not_say", "the phone system does not say which channels there are"), Hint: wording.New("calls.let_user_run_command_show", "let the user run the command show")}
	}
	return nil
}
