package exchange

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ringdex/ringdex/calls"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/store/memkv"
	"github.com/ringdex/ringdex/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk keeps what it is told.
type desk struct {
	mu     sync.Mutex
	events chan calls.Event
	live   []calls.Call
}

func (d *desk) Take(_ context.Context, e calls.Event) (calls.Taken, error) {
	d.events <- e
	return calls.Taken{}, nil
}

func (d *desk) Live(calls.View) *calls.List {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &calls.List{Calls: d.live}
}

// manager is a phone system that lets everybody in, has no channels, and tells of one call.
type manager struct {
	net.Listener
	conns sync.WaitGroup
	asked chan string
}

func newManager(t *testing.T) *manager {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &manager{Listener: l, asked: make(chan string, 100)}
	m.conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m.conns.Go(func() { m.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); m.conns.Wait() })
	return m
}

func (m *manager) serve(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "Asterisk Call Manager/5.0.4\r\n")
	r, action := bufio.NewReader(c), map[string]string{}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if line = strings.TrimSpace(line); line != "" {
			name, value, _ := strings.Cut(line, ": ")
			action[name] = value
			continue
		}
		answer := "Response: Success\r\nActionID: " + action["ActionID"] + "\r\n"
		switch action["Action"] {
		case "Challenge":
			answer += "Challenge: 123\r\n"
		case "CoreShowChannels":
			answer += "\r\nEvent: CoreShowChannelsComplete\r\n\r\n" +
				"Event: Newchannel\r\nChannel: PJSIP/carrier-1\r\nUniqueid: 1700000000.1\r\nLinkedid: 1700000000.1\r\nContext: from-trunk\r\nExten: 31205550001\r\nCallerIDNum: 31612345678\r\n\r\n" +
				"Event: Newchannel\r\nChannel: PJSIP/201-2\r\nUniqueid: 1700000000.2\r\nLinkedid: 1700000000.1\r\nContext: from-internal\r\n\r\n" +
				"Event: Newstate\r\nUniqueid: 1700000000.2\r\nChannelState: 5\r\n"
		}
		m.asked <- action["Action"] + " " + action["Channel"] + " " + action["Exten"]
		fmt.Fprint(c, answer+"\r\n")
		action = map[string]string{}
	}
}

// TestLines: a phone system that is set up is listened to at once, the calls it no longer knows are ended, a number can be dialled
// through it with a line in the audit log, a private address needs the operator's rule, and what is set up no more, or stopped,
// leaves nothing behind.
func TestLines(t *testing.T) {
	ctx := t.Context()
	pbx := newManager(t)
	keys, err := tenant.OpenKeyring(t.TempDir()+"/keys", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	kv := memkv.New()
	defer kv.Close()
	d, err := tenant.Open(ctx, tenant.Deps{Store: kv, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	admin := tenant.Command("test")
	account, err := d.AddTenant(ctx, admin, "", map[string]string{"name": "Acme BV", "region": "NL"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.AddSystem(ctx, admin, account.ID, map[string]string{
		"name": "pbx", "events": "ami", "dial": "ami", "pbx-address": pbx.Addr().String(), "pbx-user": "u", "pbx-secret": "s",
	})
	if err != nil {
		t.Fatal(err)
	}
	gone := calls.Call{System: s.ID, CallID: "1699999999.7", Direction: calls.Inbound}
	other := calls.Call{System: s.ID, CallID: "from-a-webhook"}
	k := &desk{events: make(chan calls.Event, 100), live: []calls.Call{gone, other}}

	refused := New(Deps{Directory: d, Guard: outbound.New(outbound.Options{}), Desk: func() Desk { return k }})
	if c, err := refused.Check(ctx, account.ID, s.ID); err != nil || c.Events.OK || c.Events.Text.String() != outbound.ErrAddress.Error() {
		t.Errorf("without a rule: %+v, %v", c.Events, err)
	}
	last := Checked{}
	for range checksAMinute {
		last, _ = refused.Check(ctx, account.ID, s.ID)
	}
	if last.Events.OK || !strings.Contains(last.Events.Text.String(), "too often") || last.Events.Hint.Text.IsZero() {
		t.Errorf("tried again and again: %+v", last.Events)
	}
	l := New(Deps{
		Directory: d, Desk: func() Desk { return k },
		Guard: outbound.New(outbound.Options{Allow: []outbound.Rule{{Range: netip.MustParsePrefix("127.0.0.0/8")}}}),
	})
	if err := l.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer l.Stop()
	if e := <-k.events; e.Kind != calls.KindEnded || e.CallID != gone.CallID || e.Tenant != account.ID || e.System != s.ID {
		t.Errorf("a call that is gone: %+v", e)
	}
	if e := <-k.events; e.Kind != calls.KindRinging || e.Device.Number != "201" || e.Caller.Number != "31612345678" || e.DDI.Number != "31205550001" {
		t.Errorf("a call: %+v", e)
	}
	if st := l.Status(account.ID, s.ID); st.State != StateConnected {
		t.Errorf("%+v", st)
	}
	if c, err := l.Check(ctx, account.ID, s.ID); err != nil || !c.Events.OK || !c.Dial.OK {
		t.Errorf("%+v, %v", c, err)
	}
	dialer, err := l.Dialer(ctx, account.ID, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := dialer.Dial(ctx, calls.Order{Tenant: account.ID, System: s.ID, Agent: "u_1", Device: "201", Digits: "202"}); err != nil {
		t.Fatal(err)
	}
	for asked := range pbx.asked {
		if asked == "Originate PJSIP/201 202" {
			break
		}
	}
	if _, err := d.SetSystem(ctx, admin, account.ID, s.ID, map[string]string{"events": ""}); err != nil {
		t.Fatal(err)
	}
	for l.Status(account.ID, s.ID).State != StateOff {
		time.Sleep(time.Millisecond) // it is ended by another goroutine
	}
}
