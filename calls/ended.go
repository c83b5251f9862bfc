package calls

import (
	"slices"
	"time"
)

// hangUp ends a device's part, or without a device the call.
func (c *live) hangUp(t *told) {
	if !t.Answer.IsZero() && t.Kind == KindEnded && (c.call.Answer.IsZero() || c.guessed()) {
		c.call.Answer = t.Answer
	}
	if t.deviceKey() == "" {
		c.over = true
		if t.at().After(c.call.End) {
			c.call.End = t.at()
		}
		for _, l := range c.legs {
			c.finish(l, t.at())
		}
		return
	}
	l := c.add(t, StateRinging)
	if !t.Answer.IsZero() && t.Kind == KindEnded && (l.Answer.IsZero() || l.guessed) {
		l.Answer, l.guessed = t.Answer, false
	}
	c.finish(l, t.at())
}

// guessed tells whether the call's answer is by our clock, of the only device that has answered.
func (c *live) guessed() bool {
	n, guess := 0, false
	for _, l := range c.legs {
		if !l.Answer.IsZero() {
			n++
			guess = l.guessed
		}
	}
	return n == 1 && guess
}

// finish ends one device's part.
func (c *live) finish(l *leg, at time.Time) {
	if l.End.IsZero() || l.State.live() {
		l.End = at
	}
	switch {
	case !l.Answer.IsZero():
		l.State = StateEnded
	case l.State != StateElsewhere:
		l.State = StateMissed
	}
}

// closed tells that no device rings or talks.
func (c *live) closed() bool {
	return !slices.ContainsFunc(c.legs, func(l *leg) bool { return l.State.live() })
}

// settle brings the call's own state in line with its devices'.
func (c *live) settle(at time.Time) {
	state := StateMissed
	for _, l := range c.legs {
		switch {
		case l.State == StateAnswered:
			state = StateAnswered
		case l.State == StateRinging && state != StateAnswered:
			state = StateRinging
		}
	}
	if state.live() && !c.over {
		c.call.State, c.call.End = state, time.Time{}
		return
	}
	if c.call.End.IsZero() {
		c.call.End = at
	}
	for _, l := range c.legs {
		if l.End.After(c.call.End) {
			c.call.End = l.End
		}
	}
	c.call.State = StateMissed
	if !c.call.Answer.IsZero() || c.call.Direction == Outbound {
		c.call.State = StateEnded
	}
	if c.call.Answer.IsZero() {
		return
	}
	for _, l := range c.legs { // nobody missed a call that was answered
		if l.State == StateMissed {
			l.State = StateElsewhere
		}
	}
}

// How long a call lives that the phone system says no more about.
const (
	ringsAtMost = 3 * time.Minute
	talksAtMost = 12 * time.Hour
)

// expire ends what the phone system has forgotten to end. It tells whether it did.
func (c *live) expire(now time.Time) bool {
	changed := false
	idle := now.Sub(c.touched)
	for _, l := range c.legs {
		if l.State == StateRinging && idle > ringsAtMost || l.State == StateAnswered && idle > talksAtMost {
			c.finish(l, c.touched)
			changed = true
		}
	}
	if changed {
		c.settle(c.touched)
	}
	return changed
}

// lose ends a call that nobody ends.
func (c *live) lose() {
	for _, l := range c.legs {
		if l.State.live() {
			c.finish(l, c.touched)
		}
	}
	c.settle(c.touched)
}
