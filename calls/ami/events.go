package ami

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/calls/follow"
)

// helpers are the technologies of channels nobody is at (Asterisk's own between others).
var helpers = []string{
	"Local", "Message", "Surrogate", "Announcer", "CBAnn", "CBRec", "Recorder", "AsyncGoto", "Snoop", "Parked", "ConfBridgeRecorder", "Bridge",
}

// follower reads events into a tracker.
type follower struct {
	rules follow.Rules
	*follow.Tracker
	list *listing // while the phone system says which channels there are
}

// listing is an answer to "which channels are there?" that is under way. What happens meanwhile is in it too.
type listing struct {
	there map[string]bool
	gone  map[string]bool
}

// hear reads an event. Names and meanings: the manager events' documentation.
func (f *follower) hear(m message) {
	id := m.get("Uniqueid")
	switch m.get("Event") {
	case "Newchannel":
		f.there(id)
		f.Open(f.channel(m))
	case "CoreShowChannel":
		if f.list == nil || f.list.gone[id] {
			return
		}
		f.there(id)
		f.Open(f.channel(m))
		f.state(id, m)
	case "Newstate":
		f.Dialled(id, m.get("Exten"))
		f.state(id, m)
	case "NewCallerid":
		f.Caller(id, known(m.get("CallerIDNum")), known(m.get("CallerIDName")))
	case "Rename":
		f.rename(id, m.get("Newname"))
	case "DialBegin":
		f.Dialled(id, m.get("Exten"))
		f.Dialled(id, dialString(m.get("DialString")))
		f.Join(m.get("DestUniqueid"), m.get("Linkedid"))
	case "DialState":
		if s := m.get("DialStatus"); s == "RINGING" || s == "PROGRESS" {
			f.Ring(m.get("DestUniqueid"))
		}
	case "BridgeEnter":
		f.Join(id, m.get("Linkedid"))
		f.Talk(id)
	case "QueueCallerJoin":
		f.InQueue(id, m.get("Queue"))
	case "AgentCalled":
		f.InQueue(id, m.get("Queue"))
	case "AgentConnect":
		f.Talk(m.get("DestUniqueid"))
	case "AttendedTransfer":
		if m.get("Result") == "Success" {
			f.Merge(m.get("SecondTransfererLinkedid"), m.get("OrigTransfererLinkedid"))
		}
	case "Hangup":
		if f.list != nil {
			f.list.gone[id] = true
		}
		f.Close(id)
	case "Shutdown":
		f.Keep(nil)
	}
}

func (f *follower) there(id string) {
	if f.list != nil {
		f.list.there[id] = true
	}
}

// begin expects an answer to "which channels are there?".
func (f *follower) begin() { f.list = &listing{there: map[string]bool{}, gone: map[string]bool{}} }

// complete ends what was not in the answer.
func (f *follower) complete() {
	if f.list != nil {
		f.Keep(f.list.there)
		f.list = nil
	}
}

// The states of a channel (AST_STATE_RINGING, AST_STATE_UP).
const (
	stateRinging = "5"
	stateUp      = "6"
)

func (f *follower) state(id string, m message) {
	switch m.get("ChannelState") {
	case stateRinging:
		f.Ring(id)
	case stateUp:
		if m.get("BridgeId") != "" { // only a list of channels says so
			f.Ring(id)
			f.Talk(id)
		}
	}
}

func (f *follower) channel(m message) follow.Channel {
	name := m.get("Channel")
	device, side := f.endpoint(name, m.get("Context"))
	c := follow.Channel{
		ID: m.get("Uniqueid"), Call: m.get("Linkedid"), Device: device, Side: side,
		Number: known(m.get("CallerIDNum")), Name: known(m.get("CallerIDName")),
	}
	if follow.Dialable(m.get("Exten")) {
		c.Dialled = m.get("Exten")
	}
	return c
}

// endpoint reads what a channel leads to from its name, such as PJSIP/201-0000001a.
func (f *follower) endpoint(name, context string) (string, follow.Side) {
	technology, device, found := strings.Cut(name, "/")
	if !found || slices.Contains(helpers, technology) {
		return name, follow.Helper
	}
	if i := strings.LastIndexByte(device, '-'); i > 0 {
		device = device[:i]
	}
	side := f.rules.Side(technology+"/"+device, context)
	if side == follow.Phone {
		device, _, _ = strings.Cut(device, "@")
	}
	return device, side
}

// rename follows a channel that another phone has taken over: a call that was picked up, or redirected.
func (f *follower) rename(id, name string) {
	if strings.HasSuffix(name, "<MASQ>") || strings.HasSuffix(name, "<ZOMBIE>") {
		return
	}
	if device, side := f.endpoint(name, ""); side != follow.Helper {
		f.Become(id, device, side)
	}
}

// known leaves out what the phone system writes for nothing.
func known(text string) string {
	if text == "<unknown>" || text == "<Unknown>" {
		return ""
	}
	return text
}

// dialString is the number in what a channel was told to dial: 0201234567@carrier or carrier/0201234567.
func dialString(text string) string {
	text, _, _ = strings.Cut(text, "@")
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		text = text[i+1:]
	}
	return text
}
