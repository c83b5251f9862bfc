package ami_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/calls/ami"
	"github.com/ringdex/ringdex/calls/callstest"
	"github.com/ringdex/ringdex/calls/dial"
	"github.com/ringdex/ringdex/calls/follow"
)

// play is one scenario at real phones.
type play struct {
	t *testing.T
	*asterisk
	heard *heard
}

func (p play) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p play) call(from, number string) *callstest.Conversation {
	p.t.Helper()
	c, err := p.phones[from].Call(number)
	p.must(err)
	return c
}

// reached waits until a phone is called.
func (p play) reached(number string) *callstest.Conversation {
	p.t.Helper()
	select {
	case c := <-p.phones[number].Calls:
		return c
	case <-time.After(time.Minute):
		messages, _ := os.ReadFile(filepath.Join(p.config, "messages"))
		p.t.Fatalf("%s is not called: %s", number, messages)
		return nil
	}
}

func (p play) rings(number string) *callstest.Conversation {
	p.t.Helper()
	c := p.reached(number)
	p.heard.await(p.t, calls.KindRinging, number)
	return c
}

func (p play) answers(number string) *callstest.Conversation {
	p.t.Helper()
	c := p.rings(number)
	c.Answer()
	p.heard.await(p.t, calls.KindAnswered, number)
	return c
}

// over waits for the end of the call as a whole.
func (p play) over() { p.t.Helper(); p.heard.await(p.t, calls.KindEnded, "") }

var plays = map[string]func(p play){
	"answered": func(p play) {
		caller := p.call("trunk", "31205550001")
		p.answers("201")
		p.must(caller.Wait("answered"))
		p.must(caller.HangUp())
		p.over()
	},
	"missed": func(p play) {
		caller := p.call("trunk", "31205550001")
		p.rings("201")
		p.must(caller.HangUp())
		p.over()
	},
	"ring-group": func(p play) {
		caller := p.call("trunk", "31205550002")
		p.rings("201")
		p.rings("203")
		p.answers("202")
		p.must(caller.Wait("answered"))
		p.heard.await(p.t, calls.KindEnded, "201")
		p.heard.await(p.t, calls.KindEnded, "203")
		p.must(caller.HangUp())
		p.over()
	},
	"queue": func(p play) {
		caller := p.call("trunk", "31205550003")
		p.rings("202")
		taken := p.answers("201")
		p.must(caller.Wait("answered"))
		p.heard.await(p.t, calls.KindEnded, "202")
		p.must(taken.HangUp())
		p.must(caller.HangUp())
		p.over()
	},
	"queue-left": func(p play) {
		caller := p.call("trunk", "31205550004")
		p.must(caller.Wait("ringing"))
		p.must(caller.HangUp())
		p.heard.await(p.t, calls.KindMissed, "")
	},
	"blind-transfer": func(p play) {
		caller := p.call("trunk", "31205550001")
		first := p.answers("201")
		p.must(caller.Wait("answered"))
		p.must(first.HandOn("203"))
		p.answers("203")
		p.heard.await(p.t, calls.KindEnded, "201")
		p.must(caller.HangUp())
		p.over()
	},
	"attended-transfer": func(p play) {
		caller := p.call("trunk", "31205550001")
		first := p.answers("201")
		p.must(caller.Wait("answered"))
		asking := p.call("201", "202")
		p.answers("202")
		p.must(asking.Wait("answered"))
		p.must(first.HandOver(asking))
		p.heard.await(p.t, calls.KindEnded, "") // the consultation
		p.heard.await(p.t, calls.KindEnded, "201")
		p.heard.events = nil
		p.must(caller.HangUp())
		p.over()
	},
	"outbound": func(p play) {
		agent := p.call("201", "00201234567")
		line := p.reached("trunk")
		p.heard.await(p.t, calls.KindRinging, "201")
		line.Answer()
		p.must(agent.Wait("answered"))
		p.heard.await(p.t, calls.KindAnswered, "201")
		p.must(agent.HangUp())
		p.over()
	},
	"internal": func(p play) {
		agent := p.call("201", "202")
		p.answers("202")
		p.must(agent.Wait("answered"))
		p.must(agent.HangUp())
		p.over()
	},
	"restart": func(p play) {
		p.call("trunk", "31205550001")
		p.answers("201")
		p.stop()
		p.start(p.t)
		p.over()
	},
}

// TestRealAsterisk: calls between real phones over a real Asterisk are told as the conformance suite says. With -record, the
// streams are kept for replaying.
func TestRealAsterisk(t *testing.T) {
	for _, s := range callstest.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			a := newAsterisk(t)
			var stream bytes.Buffer
			server := a.server()
			dial := server.Dial
			server.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := dial(ctx, network, address)
				return tap{c, &stream}, err
			}
			h := &heard{more: make(chan struct{}, 1)}
			var all []calls.Event
			connected := make(chan struct{}, 10)
			source := &ami.Source{Server: server, Feed: follow.Feed{Rules: rules, Live: func(map[string]bool) { connected <- struct{}{} }}}
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() {
				_ = source.Run(ctx, func(ctx context.Context, e calls.Event) error {
					all = append(all, e)
					return h.take(ctx, e)
				})
			})
			<-connected
			plays[s.Name](play{t, a, h})
			cancel()
			running.Wait()
			s.Compare(t, all)
			if *record && !t.Failed() {
				if err := os.WriteFile(filepath.Join("testdata", s.Name+".txt"), stream.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestRealClickToCall: the agent's phone rings, and when it is taken the number is called; it is told as the agent's own call.
func TestRealClickToCall(t *testing.T) {
	a := newAsterisk(t)
	h := &heard{more: make(chan struct{}, 1)}
	connected := make(chan struct{}, 10)
	source := &ami.Source{Server: a.server(), Feed: follow.Feed{Rules: rules, Live: func(map[string]bool) { connected <- struct{}{} }}}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = source.Run(ctx, h.take) })
	<-connected
	device, err := dial.Parse("PJSIP/#(Device number)")
	if err != nil {
		t.Fatal(err)
	}
	d := &ami.Dialer{Server: a.server(), Device: device, Context: "from-internal"}
	for range 100 { // until its dialplan is loaded
		if err = d.Dial(t.Context(), calls.Order{Device: "201", Name: "Ada", Digits: "00201234567"}); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := play{t, a, h}
	agent := p.reached("201")
	agent.Answer()
	p.reached("trunk").Answer()
	h.await(t, calls.KindAnswered, "201")
	p.must(agent.HangUp())
	p.over()
	cancel()
	running.Wait()
	if e := h.events[0]; e.Direction != calls.Outbound || e.DDI.Number != "00201234567" || e.Caller.Number != "201" {
		t.Errorf("%+v", e)
	}
}
