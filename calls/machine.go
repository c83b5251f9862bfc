package calls

import (
	"slices"
	"time"
)

// live is a call the desk holds in memory. Its room's lock guards it.
type live struct {
	id      string // hexadecimal, newer ones sort first
	call    Call   // Legs is made anew from legs whenever it is shown
	legs    []*leg
	seen    map[string]bool // events that were applied
	over    bool            // the call as a whole has ended: nothing opens it again
	known   Known
	choice  *choice
	touched time.Time // by our clock
	indexed map[string]bool
	pending *write // the newest write that may not be durable yet
	stored  bool   // the id leads to the record
	open    bool   // the store counts it among those that go on
	unknown bool   // the store counts it among those to be relabelled

	unsettled bool // no write of it is durable yet
}

// leg is one device's part.
type leg struct {
	Leg
	key     string
	known   *Known // scripts know the device
	guessed bool   // Answer is by our clock
}

func (c *live) leg(key string) *leg {
	for _, l := range c.legs {
		if l.key == key {
			return l
		}
	}
	return nil
}

func eventKey(e *Event) string { return string(e.Kind) + " " + e.deviceKey() }

// told is an event with what the desk found out about it.
type told struct {
	*Event
	agents []Agent
	routes *routes
	known  Known
	now    time.Time
}

// at is when it happened: by the phone system if it says so, else now.
func (t *told) at() time.Time {
	switch {
	case t.Kind == KindAnswered && !t.Answer.IsZero():
		return t.Answer
	case t.Kind != KindAnswered && t.Kind != KindRinging && !t.End.IsZero():
		return t.End
	case t.Kind == KindRinging && !t.Start.IsZero():
		return t.Start
	}
	return t.now
}

// apply changes the call by an event. It tells whether anything is new: the same event again changes nothing.
func (c *live) apply(t *told) bool {
	key := eventKey(t.Event)
	if c.seen[key] && !c.anew(t) {
		return false
	}
	c.seen[key] = true
	c.touched = t.now
	c.learn(t)
	switch t.Kind {
	case KindRinging:
		c.ring(t)
	case KindAnswered:
		c.answer(t)
	default:
		c.hangUp(t)
	}
	c.settle(t.at())
	return true
}

// anew tells that a device has its part in the call once more, and makes room for it: a queue lets a phone ring again, or a
// call is handed back. The phone system says so by a time after the end of the first part.
func (c *live) anew(t *told) bool {
	l := c.leg(t.deviceKey())
	if l == nil || t.deviceKey() == "" || c.over || l.State.live() || l.End.IsZero() {
		return false
	}
	switch {
	case t.Kind == KindRinging && t.Start.After(l.End):
		l.State, l.Start = StateRinging, t.Start
	case t.Kind == KindAnswered && t.Answer.After(l.End):
	default:
		return false
	}
	l.Answer, l.End = time.Time{}, time.Time{}
	for _, kind := range []Kind{KindAnswered, KindEnded, KindMissed} {
		delete(c.seen, string(kind)+" "+l.key)
	}
	return true
}

// learn fills in what earlier events did not say.
func (c *live) learn(t *told) {
	fill := func(have *string, more string) {
		if *have == "" {
			*have = more
		}
	}
	fill(&c.call.Caller.Number, t.Caller.Number)
	fill(&c.call.Caller.Name, t.Caller.Name)
	fill(&c.call.DDI.Number, t.DDI.Number)
	fill(&c.call.DDI.Name, t.DDI.Name)
	fill(&c.call.Queue, t.Queue)
	if c.call.Start.IsZero() || !t.Start.IsZero() && t.Start.Before(c.call.Start) {
		c.call.Start = t.Start
		if t.Start.IsZero() {
			c.call.Start = t.now
		}
	}
	if len(t.Extra) > 0 {
		merged := make(map[string]string, len(c.call.Extra)+len(t.Extra))
		for name, value := range c.call.Extra { // whoever holds the old one keeps it
			merged[name] = value
		}
		for name, value := range t.Extra {
			if len(merged) < maxExtra || merged[name] != "" {
				merged[name] = value
			}
		}
		c.call.Extra = merged
	}
	if t.known.Number.Raw != "" || len(c.known.Matches) == 0 && c.known.Number.Raw == "" {
		c.known = t.known
	}
}

// add returns the leg of the event's device, made if need be.
func (c *live) add(t *told, state State) *leg {
	l := c.leg(t.deviceKey())
	if l == nil {
		l = &leg{Leg: Leg{Device: t.Device, State: state}, key: t.deviceKey()}
		c.legs = append(c.legs, l)
	}
	if len(t.agents) > 0 {
		l.Agents = t.agents
	}
	if l.Device.Name == "" {
		l.Device.Name = t.Device.Name
	}
	if t.known.Number.Raw != "" || l.known == nil {
		known := t.known
		l.known = &known
	}
	return l
}

// ring opens the call for one more device. A call that was answered and is over does not ring again, unless the phone
// system says that this began after its end: it was handed on.
func (c *live) ring(t *told) {
	fresh := c.leg(t.deviceKey()) == nil
	l := c.add(t, StateRinging)
	if l.Start.IsZero() {
		l.Start = t.at()
	}
	if !fresh {
		return // it was answered or has ended before we heard that it rings
	}
	late := c.closed() && !c.call.Answer.IsZero() && (t.Start.IsZero() || !t.Start.After(c.call.End))
	if c.over || late {
		l.State, l.End = StateElsewhere, c.call.End
		if c.call.Answer.IsZero() {
			l.State = StateMissed
		}
	}
}

// answer gives the call to one device; it closes for all others.
func (c *live) answer(t *told) {
	l := c.leg(t.deviceKey())
	if l == nil && t.deviceKey() == "" {
		l = c.only()
	}
	if l == nil {
		l = c.add(t, StateAnswered)
	} else {
		c.renew(l, t)
	}
	at, hung := t.at(), c.over || c.hung(l)
	if hung && !l.End.IsZero() && at.After(l.End) {
		at = l.End // it was told late
	}
	l.Answer, l.guessed = at, t.Answer.IsZero()
	if c.call.Answer.IsZero() || at.Before(c.call.Answer) {
		c.call.Answer = at
	}
	if len(l.Agents) > 0 && (c.call.Agent == "" || !c.newer(l)) {
		c.call.Agent = l.Agents[0].Name
	}
	ended := hung || c.newer(l)
	for _, o := range c.legs {
		switch {
		case o == l:
		case o.State == StateRinging, o.State == StateMissed:
			o.State = StateElsewhere
			if o.End.IsZero() {
				o.End = at
			}
		case o.State == StateAnswered && !ended:
			o.State, o.End = StateEnded, at // handed on
		}
	}
	if !ended {
		l.State, l.End = StateAnswered, time.Time{}
		return
	}
	if l.State = StateEnded; l.End.IsZero() {
		l.End = at
	}
}

// hung tells whether the phone system said that this device's part has ended.
func (c *live) hung(l *leg) bool {
	return c.seen[string(KindEnded)+" "+l.key] || c.seen[string(KindMissed)+" "+l.key]
}

// renew keeps what a later event knows better.
func (c *live) renew(l *leg, t *told) {
	if len(t.agents) > 0 && (len(l.Agents) == 0 || t.deviceKey() != "") {
		l.Agents = t.agents
	}
	if t.known.Number.Raw != "" {
		known := t.known
		l.known = &known
	}
}

// newer tells whether another device has answered later and still talks.
func (c *live) newer(l *leg) bool {
	return slices.ContainsFunc(c.legs, func(o *leg) bool {
		return o != l && o.State == StateAnswered && o.Answer.After(l.Answer)
	})
}

// only is the one leg that goes on, if there is just one.
func (c *live) only() *leg {
	var found *leg
	for _, l := range c.legs {
		if l.State.live() {
			if found != nil {
				return nil
			}
			found = l
		}
	}
	return found
}

// snapshot is the call as everybody may see it.
func (c *live) snapshot() Call {
	out := c.call
	out.ID, out.Known = publicID(c.id), c.known
	out.Legs = make([]Leg, len(c.legs))
	for i, l := range c.legs {
		out.Legs[i] = l.Leg
	}
	if c.choice != nil {
		out.Chosen = c.choice.last()
	}
	return out
}

func publicID(id string) string { return "c_" + id }
