package esl

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/ringdex/ringdex/calls/follow"
)

// wanted are the events we ask for. What follows CUSTOM is one of a module.
const wanted = "CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_BRIDGE CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY " +
	"CALL_UPDATE HEARTBEAT SHUTDOWN CUSTOM callcenter::info"

// follower reads events into a tracker.
type follower struct {
	rules follow.Rules
	*follow.Tracker
	// born and gone are the channels of which events came while the phone system lists which there are.
	born, gone map[string]bool
}

// hear reads an event. Names and meanings: FreeSWITCH's list of events and of channel headers.
func (f *follower) hear(h headers) {
	id := h["Unique-ID"]
	switch h["Event-Name"] {
	case "CHANNEL_CREATE":
		if f.born != nil {
			f.born[id] = true
		}
		f.Open(f.channel(h))
	case "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA":
		f.Open(f.channel(h))
		f.Ring(id)
	case "CHANNEL_BRIDGE":
		f.Open(f.channel(h))
		f.Together(cmp.Or(h["Bridge-A-Unique-ID"], id), cmp.Or(h["Bridge-B-Unique-ID"], h["Other-Leg-Unique-ID"]))
	case "CALL_UPDATE":
		if b := h["Bridged-To"]; b != "" {
			f.Together(id, b)
		}
	case "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY":
		if f.gone != nil {
			f.gone[id] = true
		}
		f.Close(id)
	case "CUSTOM":
		f.queue(h)
	case "SHUTDOWN":
		f.Keep(nil)
	}
}

// queue reads what the call centre tells: a caller waits, or is offered to an agent.
func (f *follower) queue(h headers) {
	if h["Event-Subclass"] != "callcenter::info" {
		return
	}
	switch h["CC-Action"] {
	case "member-queue-start", "member-queue-resume", "agent-offering":
		queue, _, _ := strings.Cut(h["CC-Queue"], "@")
		f.InQueue(h["CC-Member-Session-UUID"], queue)
	}
}

func (f *follower) channel(h headers) follow.Channel {
	id := h["Unique-ID"]
	c := follow.Channel{
		ID: id, Call: f.callOf(id, h), Number: h["Caller-Caller-ID-Number"], Name: h["Caller-Caller-ID-Name"],
	}
	inbound := h["Call-Direction"] == "inbound"
	context := ""
	if inbound { // a leg the phone system makes has the context of the leg it is made for
		context = h["Caller-Context"]
	}
	c.Device, c.Side = f.endpoint(h["Channel-Name"], context)
	if h["variable_sip_gateway_name"] != "" {
		c.Side = follow.Outside
	}
	if user, _, found := strings.Cut(h["Channel-Presence-ID"], "@"); found && c.Side == follow.Phone && user != "" {
		c.Device = user // a browser's address is a random one
	}
	if dialled := h["Caller-Destination-Number"]; inbound && follow.Dialable(dialled) {
		c.Dialled = dialled
	}
	if c.Name == c.Number {
		c.Name = "" // that is how it says that there is none
	}
	return c
}

// callOf is the call of a leg: that of the caller whom a queue offers, of the leg it was made for, or its own.
func (f *follower) callOf(id string, h headers) string {
	if have := f.CallOf(id); have != "" {
		return have
	}
	other := ""
	if h["Other-Type"] == "originator" {
		other = h["Other-Leg-Unique-ID"]
	}
	for _, leg := range []string{h["variable_cc_member_session_uuid"], other, h["variable_originator"], h["Channel-Call-UUID"]} {
		if have := f.CallOf(leg); have != "" {
			return have
		}
	}
	return cmp.Or(h["variable_cc_member_session_uuid"], other, h["Channel-Call-UUID"], id)
}

// endpoint reads what a channel leads to from its name, such as sofia/internal/201@pbx.example.com.
func (f *follower) endpoint(name, context string) (string, follow.Side) {
	technology, _, _ := strings.Cut(name, "/")
	switch technology {
	case "loopback", "null", "":
		return name, follow.Helper
	}
	device := name[strings.LastIndexByte(name, '/')+1:]
	device = strings.TrimPrefix(strings.TrimPrefix(device, "sips:"), "sip:")
	device, _, _ = strings.Cut(device, "@")
	device, _, _ = strings.Cut(device, ";")
	return device, f.rules.Side(name, context)
}

// begin expects a list of the channels there are.
func (f *follower) begin() { f.born, f.gone = map[string]bool{}, map[string]bool{} }

// complete reads the list and ends what is not in it.
func (f *follower) complete(body []byte) error {
	var list struct {
		Rows []struct {
			UUID      string `json:"uuid"`
			CallUUID  string `json:"call_uuid"`
			Direction string `json:"direction"`
			Name      string `json:"name"`
			State     string `json:"callstate"`
			CIDNum    string `json:"cid_num"`
			CIDName   string `json:"cid_name"`
			Dest      string `json:"dest"`
			First     string `json:"initial_dest"`
			Context   string `json:"context"`
			Presence  string `json:"presence_id"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return err
	}
	there := f.born
	for _, row := range list.Rows {
		if f.gone[row.UUID] {
			continue
		}
		there[row.UUID] = true
		f.Open(f.channel(headers{
			"Unique-ID": row.UUID, "Channel-Call-UUID": row.CallUUID, "Call-Direction": row.Direction, "Channel-Name": row.Name,
			"Caller-Caller-ID-Number": row.CIDNum, "Caller-Caller-ID-Name": row.CIDName, "Caller-Context": row.Context,
			"Caller-Destination-Number": cmp.Or(row.First, row.Dest), "Channel-Presence-ID": row.Presence,
		}))
	}
	for _, row := range list.Rows {
		switch {
		case f.gone[row.UUID]:
		case row.State == "RINGING" || row.State == "EARLY":
			f.Ring(row.UUID)
		case row.State == "ACTIVE" || row.State == "HELD" || row.State == "UNHELD":
			f.Talk(row.UUID)
		}
	}
	f.Keep(there)
	f.born, f.gone = nil, nil
	return nil
}
