package follow

import (
	"cmp"
	"slices"

	"github.com/ringdex/ringdex/calls"
)

// review says what is new of a call after one of its channels has changed.
func (t *Tracker) review(k *call) {
	channels := k.inOrder()
	k.settle(channels)
	state := map[string]calls.Kind{}
	var order []string
	for _, c := range channels {
		kind := k.kindOf(c, channels)
		if kind == "" {
			continue
		}
		if !slices.Contains(order, c.Device) {
			order = append(order, c.Device)
		}
		if state[c.Device] != calls.KindAnswered {
			state[c.Device] = kind
		}
	}
	for _, device := range order {
		had := k.told[device]
		if state[device] == had || had == calls.KindAnswered {
			continue // it rings at one of its channels while it talks at another
		}
		t.tell(k, state[device], device)
	}
	for _, device := range slices.Clone(k.devices) {
		if had := k.told[device]; had != calls.KindEnded && !k.at(device) {
			t.tell(k, calls.KindEnded, device)
		}
	}
	if len(channels) == 0 {
		t.over(k)
	}
}

// at tells whether a device still has a channel in the call.
func (k *call) at(device string) bool {
	for _, c := range k.channels {
		if c.Device == device {
			return true
		}
	}
	return false
}

// settle finds out whose call it is and where it goes, once.
func (k *call) settle(channels []*channel) {
	if k.origin == nil {
		for _, c := range channels {
			if c.Side != Helper {
				k.origin = c
				break
			}
		}
	}
	o := k.origin
	if o == nil {
		return
	}
	if k.ddi.Number == "" {
		k.ddi.Number = o.Dialled
	}
	if k.direction != "" {
		return
	}
	if o.Side == Outside {
		k.direction = calls.Inbound
	} else {
		for _, c := range channels {
			switch {
			case c == o || c.Side == Helper:
			case c.Side == Outside:
				k.direction = calls.Outbound
			case k.direction == "" && c.Device != o.Device:
				k.direction = calls.Internal
			}
		}
	}
}

// kindOf is what there is to say of the phone at a channel; "" is nothing.
func (k *call) kindOf(c *channel, channels []*channel) calls.Kind {
	switch {
	case c.Side != Phone || k.direction == "":
		return ""
	case c != k.origin:
		if c.talking {
			return calls.KindAnswered
		}
		if c.ringing {
			return calls.KindRinging
		}
		return ""
	case k.direction == calls.Internal:
		return "" // who calls a colleague knows it
	case c.talking:
		return calls.KindAnswered
	case slices.ContainsFunc(channels, func(o *channel) bool {
		// A call started by a click is told when it is known whom it is to.
		return o != c && o.Side == Outside && (k.ddi.Number != "" || o.ringing || o.talking)
	}):
		return calls.KindRinging
	}
	return ""
}

// tell emits an event of a device.
func (t *Tracker) tell(k *call, kind calls.Kind, device string) {
	first := len(k.told) == 0
	if _, known := k.told[device]; !known {
		k.devices = append(k.devices, device)
	}
	k.told[device] = kind
	t.emit(k, kind, device, first)
}

// emit says what happened. A phone that rings later than others did so then, not when the call began: a call that had ended
// for all phones goes on with it.
func (t *Tracker) emit(k *call, kind calls.Kind, device string, first bool) {
	at := t.at()
	e := calls.Event{
		CallID: k.id, Kind: kind, Direction: k.direction, Caller: k.who(), Device: calls.Party{Number: device},
		DDI: k.ddi, Queue: k.queue, Start: k.start,
	}
	switch {
	case kind == calls.KindAnswered:
		e.Answer = at
	case kind != calls.KindRinging:
		e.End = at
	case !first:
		e.Start = at
	}
	t.out = append(t.out, e)
}

// who calls.
func (k *call) who() calls.Party {
	o := k.origin
	if o == nil {
		return k.caller
	}
	if k.caller.Number == "" {
		k.caller = calls.Party{Number: o.Number, Name: o.Name}
		if o.Side == Phone {
			k.caller.Number = cmp.Or(o.Device, o.Number)
		}
	}
	return k.caller
}

// over ends a call that has no channels left.
func (t *Tracker) over(k *call) {
	delete(t.calls, k.id)
	switch {
	case len(k.told) > 0:
		t.emit(k, calls.KindEnded, "", false)
	case k.direction == calls.Inbound && k.queue != "":
		t.emit(k, calls.KindMissed, "", false) // hung up before a phone rang
	}
	for from, into := range t.merged {
		if into == k.id {
			delete(t.merged, from)
		}
	}
}
