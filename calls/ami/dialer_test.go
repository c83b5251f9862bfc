package ami

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net"
	"testing"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/dial"
)

// manager is Asterisk's manager interface, as a real one answered.
type manager struct {
	mood   callstest.Mood
	orders chan string
}

func (m *manager) serve(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "Asterisk Call Manager/5.0.4\r\n")
	r := bufio.NewReader(c)
	for {
		action, err := readMessage(r)
		if err != nil {
			return
		}
		answer := func(text string) {
			fmt.Fprintf(c, "Response: %s\r\nActionID: %s\r\n\r\n", text, action.get("ActionID"))
		}
		switch action.get("Action") {
		case "Challenge":
			answer("Success\r\nChallenge: 141592653")
		case "Login":
			sum := md5.Sum([]byte("141592653" + callstest.Secret))
			if action.get("Key") != hex.EncodeToString(sum[:]) {
				answer("Error\r\nMessage: Authentication failed")
				return
			}
			answer("Success\r\nMessage: Authentication accepted")
		case "Originate":
			m.orders <- fmt.Sprint(action)
			switch m.mood {
			case callstest.Takes: // an event may come before the answer
				fmt.Fprint(c, "Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
				answer("Success\r\nMessage: Originate successfully queued")
			case callstest.Refuses:
				answer("Error\r\nMessage: Extension does not exist.")
			case callstest.Leaves:
				return
			}
		}
	}
}

// TestDialer: the suite of all dialers.
func TestDialer(t *testing.T) {
	device, err := dial.Parse("PJSIP/#(Device number)")
	if err != nil {
		t.Fatal(err)
	}
	callstest.RunDialer(t, func(_ *testing.T, mood callstest.Mood) callstest.PhoneSystem {
		m := &manager{mood: mood, orders: make(chan string, 8)}
		return callstest.PhoneSystem{Orders: m.orders, Dialer: func(secret string) calls.Dialer {
			return &Dialer{Device: device, Context: "from-internal", Server: Server{User: "ringdex", Secret: secret, Dial: func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				go m.serve(theirs)
				return ours, nil
			}}}
		}}
	})
}
