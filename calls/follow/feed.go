package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// Feed is what a source of events needs beside its protocol: what is outside, and who wants to know what.
type Feed struct {
	Rules Rules
	Log   *slog.Logger                // nil is silent
	Told  func(error)                 // hears of each connection: nil when it stands, else why it was lost
	Live  func(calls map[string]bool) // hears which calls there are whenever the phone system was asked
	Now   func() time.Time            // nil is time.Now
}

// Follow makes a tracker and lets serve connect, again and again, until ctx is over. serve returns when the connection is lost.
func (f *Feed) Follow(ctx context.Context, serve func(context.Context, *Tracker) error) error {
	if f.Log == nil {
		f.Log = slog.New(slog.DiscardHandler)
	}
	if f.Told == nil {
		f.Told = func(error) {}
	}
	if f.Live == nil {
		f.Live = func(map[string]bool) {}
	}
	t := New(f.Now)
	Again(ctx, func(ctx context.Context) error { return serve(ctx, t) }, f.Told)
	return ctx.Err()
}

// Link is a connection over which a phone system tells of its channels in messages M.
type Link[M any] struct {
	Conn   net.Conn
	Read   func() (M, error) // the next message
	Hear   func(M) error     // what it tells a tracker; an error ends the connection
	Silent time.Duration     // after which the connection counts as lost
	Ping   func() error      // makes the phone system say something; nil where it does by itself
}

// waiting is how many messages may wait to be heard.
const waiting = 4096

// Serve reads messages and hands on what the tracker makes of them, until the connection is lost or ctx is over.
func (l Link[M]) Serve(ctx context.Context, t *Tracker, take func(context.Context, calls.Event) error, log *slog.Logger) error {
	messages, failed := make(chan M, waiting), make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer func() { // the reader ends with the connection, and we wait for it
		cancel()
		l.Conn.Close()
		for range messages {
		}
	}()
	go func() {
		defer close(messages)
		failed <- l.deliver(ctx, messages)
	}()
	ping := time.NewTicker(l.Silent / 3)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ping.C:
			if l.Ping == nil {
				continue
			}
			if err := l.Ping(); err != nil {
				return fmt.Errorf("ask whether it is there: %w", err)
			}
		case m, ok := <-messages:
			if !ok {
				return fmt.Errorf("read events: %w", <-failed)
			}
			if err := l.Hear(m); err != nil {
				return err
			}
			if err := handOn(ctx, t, take, log); err != nil {
				return err
			}
		}
	}
}

// deliver reads messages until the connection is lost.
func (l Link[M]) deliver(ctx context.Context, to chan<- M) error {
	for {
		_ = l.Conn.SetReadDeadline(time.Now().Add(l.Silent))
		m, err := l.Read()
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

// handOn gives what a tracker has to say to take. An event that is refused is dropped: the next ones may be good.
func handOn(ctx context.Context, t *Tracker, take func(context.Context, calls.Event) error, log *slog.Logger) error {
	for _, e := range t.Events() {
		switch err := take(ctx, e); {
		case errors.Is(err, calls.ErrEvent):
			log.Warn("an event of the phone system was refused", "call", e.CallID, "error", err)
		case err != nil:
			return fmt.Errorf("hand on an event: %w", err)
		}
	}
	return nil
}
