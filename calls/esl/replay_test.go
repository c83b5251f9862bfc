package esl

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/follow"
)

// replayed reads a recorded stream as a source reads it. Each greeting begins another connection.
func replayed(t *testing.T, stream string) []calls.Event {
	t.Helper()
	f := &follower{rules: follow.Rules{Contexts: []string{"public"}, Lines: []string{"sofia/external/*"}}, Tracker: follow.New(nil)}
	s := &Source{Feed: follow.Feed{Live: func(map[string]bool) {}}}
	var out []calls.Event
	r := bufio.NewReaderSize(strings.NewReader(stream), maxLine)
	for {
		m, err := readMessage(r)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch m.headers["Content-Type"] {
		case "auth/request":
			f.begin()
		case "text/disconnect-notice":
			if s.hear(f, m) == nil {
				t.Error("a farewell is not heard")
			}
			continue
		}
		if err := s.hear(f, m); err != nil {
			t.Fatal(err)
		}
		out = append(out, f.Events()...)
	}
}

// TestRecordings: the conformance suite, over streams written by hand after FreeSWITCH's documentation, in both forms an
// event can have.
func TestRecordings(t *testing.T) { callstest.Run(t, replayed) }
