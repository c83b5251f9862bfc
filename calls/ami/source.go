package ami

import (
	"context"
	"errors"
	"fmt"
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

// wanted are the classes of events we ask for (manager.conf, read=).
const wanted = "call,agent,system"

// listID marks the answer to "which channels are there?".
const listID = "channels"

// serve serves one connection until it is lost.
func (s *Source) serve(ctx context.Context, f *follower, take func(context.Context, calls.Event) error) error {
	c, err := s.Server.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
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
	return follow.Link[message]{
		Conn: c, Read: c.read, Silent: silentFor,
		Hear: func(m message) error { s.hear(c, f, m); return nil },
		Ping: func() error { return c.send(message{{"Action", "Ping"}}) },
	}.Serve(ctx, f.Tracker, take, s.Log)
}

// hear reads a message: an event, or an answer to one of our questions.
func (s *Source) hear(c *conn, f *follower, m message) {
	switch {
	case m.get("Event") == "FullyBooted" && f.list == nil: // it has started again behind the same connection
		f.begin()
		_ = c.send(message{{"Action", "CoreShowChannels"}, {"ActionID", listID}})
	case m.get("Event") == "CoreShowChannelsComplete":
		f.complete()
		s.Live(f.Tracker.Live())
	case m.get("Response") == "Error" && m.get("ActionID") == listID:
		s.Log.Warn("the phone system does not say which channels there are: give its user write=reporting")
		f.complete()
	default:
		f.hear(m)
	}
}

// Check tells whether address, sign-in and rights are right. Its errors are for the admin's eyes.
func Check(ctx context.Context, s Server) error {
	c, err := s.connect(ctx)
	if errors.Is(err, follow.ErrRefused) {
		return &calls.DialError{Text: wording.New("calls.refuses_sign_in", "the phone system refuses the sign-in"), Hint: wording.New("calls.compare_user_secret_manager_conf", "compare user and secret with manager.conf, and permit this server's address there")}
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
		return &calls.DialError{Text: wording.New("calls.user_may_not_ask_which", "the user may not ask which channels there are"), Hint: wording.New("calls.manager_conf_give_read_call", "in manager.conf, give it read = call,agent,system and write = reporting,originate")}
	}
	return nil
}
