package ami

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

// wanted are the classes of events we ask for (manager.conf, read=).
const wanted = "call,agent,system"

// connected serves one connection until it is lost.
func (s *Source) connected(ctx context.Context, f *follower, take func(context.Context, calls.Event) error) error {
	c, err := s.Server.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	messages, failed := make(chan message, 4096), make(chan error, 1)
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
	for _, action := range []message{
		{{"Action", "Events"}, {"EventMask", wanted}},
		{{"Action", "CoreShowChannels"}, {"ActionID", listID}},
	} {
		if err := c.send(action); err != nil {
			return fmt.Errorf("ask for events: %w", err)
		}
	}
	s.Told(nil)
	return s.listen(ctx, c, f, take, messages, failed)
}

// listID marks the answer to "which channels are there?".
const listID = "channels"

func (s *Source) listen(
	ctx context.Context, c *conn, f *follower, take func(context.Context, calls.Event) error, messages <-chan message, failed <-chan error,
) error {
	ping := time.NewTicker(quietFor)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ping.C:
			if err := c.send(message{{"Action", "Ping"}}); err != nil {
				return fmt.Errorf("ask whether it is there: %w", err)
			}
		case m, ok := <-messages:
			if !ok {
				return fmt.Errorf("read events: %w", <-failed)
			}
			s.hear(c, f, m)
			if err := follow.HandOn(ctx, f.Tracker, take, s.Log); err != nil {
				return err
			}
		}
	}
}

// hear reads a message: an event, or an answer to one of our questions.
func (s *Source) hear(c *conn, f *follower, m message) {
	switch {
	case m.get("Event") == "FullyBooted" && f.list == nil: // it has started again behind the same connection
		f.begin()
		_ = c.send(message{{"Action", "CoreShowChannels"}, {"ActionID", listID}})
	case m.get("Event") == "CoreShowChannelsComplete":
		f.complete()
		s.live(f)
	case m.get("Response") == "Error" && m.get("ActionID") == listID:
		s.Log.Warn("the phone system does not say which channels there are: give its user write=reporting")
		f.complete()
	default:
		f.hear(m)
	}
}

func (s *Source) live(f *follower) {
	if s.Live != nil {
		s.Live(f.Tracker.Live())
	}
}

// deliver reads messages until the connection is lost.
func (c *conn) deliver(ctx context.Context, to chan<- message) error {
	for {
		_ = c.SetReadDeadline(time.Now().Add(3 * quietFor))
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

// Check tells whether address, sign-in and rights are right. Its errors are for the admin's eyes.
func Check(ctx context.Context, s Server) error {
	c, err := s.connect(ctx)
	if errors.Is(err, follow.ErrRefused) {
		return &calls.DialError{Text: "the phone system refuses the sign-in", Hint: "compare user and secret with manager.conf, and permit this server's address there"}
	}
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(answerWithin))
	answer, err := c.ask(message{{"Action", "CoreShowChannels"}})
	if err != nil {
		return fmt.Errorf("ask which channels there are: %w", err)
	}
	if !success(answer) {
		return &calls.DialError{Text: "the user may not ask which channels there are", Hint: "in manager.conf, give it read = call,agent,system and write = reporting,originate"}
	}
	return nil
}
