package esl

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/dial"
)

// socket is FreeSWITCH's event socket, after the documentation of mod_event_socket.
type socket struct {
	mood   callstest.Mood
	orders chan string
}

func (s *socket) serve(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "Content-Type: auth/request\n\n")
	reply := func(text string) { fmt.Fprintf(c, "Content-Type: command/reply\nReply-Text: %s\n\n", text) }
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		command := lines.Text()
		switch {
		case command == "":
		case command == "auth "+callstest.Secret, command == "userauth ringdex@default:"+callstest.Secret:
			reply("+OK accepted")
		case strings.HasPrefix(command, "auth "), strings.HasPrefix(command, "userauth "):
			reply("-ERR invalid")
			fmt.Fprint(c, "Content-Type: text/disconnect-notice\nContent-Length: 8\n\nGoodbye.")
			return
		default:
			s.orders <- command
			switch s.mood {
			case callstest.Takes: // an event may come before the answer, the job's result comes after it
				fmt.Fprint(c, "Content-Length: 24\nContent-Type: text/event-plain\n\nEvent-Name: HEARTBEAT\n\n\n")
				reply("+OK Job-UUID: 7f4de4bc-17d7-11dd-b7a0-db4edd065621\nJob-UUID: 7f4de4bc-17d7-11dd-b7a0-db4edd065621")
				fmt.Fprint(c, "Content-Length: 62\nContent-Type: text/event-plain\n\nEvent-Name: BACKGROUND_JOB\nContent-Length: 16\n\n-ERR NO_ANSWER\n\n\n")
			case callstest.Refuses:
				reply("-ERR permission denied")
			case callstest.Leaves:
				return
			}
		}
	}
}

// dialled starts a dialer whose connections lead to the socket.
func dialled(t *testing.T, m callstest.Mood, user string) callstest.PhoneSystem {
	device, err := dial.Parse("user/#(Device number)")
	if err != nil {
		t.Fatal(err)
	}
	s := &socket{mood: m, orders: make(chan string, 8)}
	return callstest.PhoneSystem{Orders: s.orders, Dialer: func(secret string) calls.Dialer {
		return &Dialer{Device: device, Context: "default", Server: Server{Address: "pbx.example.com", User: user, Secret: secret, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			if address != "pbx.example.com:8021" {
				t.Errorf("dials %s", address)
			}
			ours, theirs := net.Pipe()
			go s.serve(theirs)
			return ours, nil
		}}}
	}}
}

// TestDialer: the suite of all dialers, signed in by the socket's password and as a user.
func TestDialer(t *testing.T) {
	for _, user := range []string{"", "ringdex@default"} {
		callstest.RunDialer(t, func(t *testing.T, m callstest.Mood) callstest.PhoneSystem { return dialled(t, m, user) })
	}
}

// TestOriginate: the agent's phone is called as the agent's own call, in the background, and then the number in the dialplan.
func TestOriginate(t *testing.T) {
	p := dialled(t, callstest.Takes, "")
	o := callstest.Ordered()
	o.Name = "Ada O'Neil"
	if err := p.Dialer(callstest.Secret).Dial(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	want := "bgapi originate {origination_caller_id_name='Ada ONeil',origination_caller_id_number=201,ignore_early_media=true,originate_timeout=30}" +
		"user/201 00201234567 XML default"
	if got := <-p.Orders; got != want {
		t.Errorf("%s\n%s", got, want)
	}
}
