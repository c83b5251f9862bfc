package ami

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/follow"
)

// replayed reads a recorded stream as a source reads it. Each greeting begins another connection.
func replayed(t *testing.T, stream string) []calls.Event {
	t.Helper()
	f := &follower{rules: follow.Rules{Contexts: []string{"from-trunk*"}}, Tracker: follow.New(nil)}
	s := &Source{Feed: follow.Feed{Live: func(map[string]bool) {}}}
	var out []calls.Event
	for part := range strings.SplitSeq(stream, "Asterisk Call Manager/") {
		_, part, _ = strings.Cut(part, "\n")
		f.begin()
		r := bufio.NewReaderSize(strings.NewReader(part), maxLine)
		for {
			m, err := readMessage(r)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			s.hear(&conn{Conn: nowhere{}}, f, m)
			out = append(out, f.Events()...)
		}
	}
	return out
}

// nowhere is a connection that takes everything.
type nowhere struct{ net.Conn }

func (nowhere) Write(b []byte) (int, error)      { return len(b), nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }

// TestRecordings: the conformance suite, over streams recorded from a real Asterisk 16.
func TestRecordings(t *testing.T) { callstest.Run(t, replayed) }
