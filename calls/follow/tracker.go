package follow

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/calls"
)

// Channel is one end of a call as the phone system tells of it.
type Channel struct {
	ID     string // no other channel ever has it
	Call   string // what holds the channels of one call together; "" is the channel by itself
	Device string // which phone or line it leads to
	Side   Side

	Number  string // of who is at it
	Name    string
	Dialled string // by it
}

// Tracker follows the channels of one phone system.
type Tracker struct {
	now      func() time.Time
	last     time.Time
	calls    map[string]*call
	channels map[string]*channel
	merged   map[string]string // calls that have become part of others
	out      []calls.Event
}

// channel is a channel and what has happened to it.
type channel struct {
	Channel
	call          *call
	order         int
	ringing       bool
	talking       bool
	since, talked time.Time
}

// call is what holds channels together.
type call struct {
	id        string
	origin    *channel
	direction calls.Direction
	caller    calls.Party
	ddi       calls.Party
	queue     string
	start     time.Time
	channels  map[string]*channel
	opened    int
	told      map[string]calls.Kind // what was said last of each device
	devices   []string              // in the order in which they were first told of
}

// New returns a tracker that knows of no channel. nil is time.Now.
func New(now func() time.Time) *Tracker {
	if now == nil {
		now = time.Now
	}
	return &Tracker{now: now, calls: map[string]*call{}, channels: map[string]*channel{}, merged: map[string]string{}}
}

// Events returns what has happened since it was last asked.
func (t *Tracker) Events() []calls.Event {
	out := t.out
	t.out = nil
	return out
}

// Live returns the ids of the calls that go on.
func (t *Tracker) Live() map[string]bool {
	live := make(map[string]bool, len(t.calls))
	for id := range t.calls {
		live[id] = true
	}
	return live
}

// at is a moment later than every one before: what happens later must not look as if it had happened at once.
func (t *Tracker) at() time.Time {
	now := t.now().UTC()
	if !now.After(t.last) {
		now = t.last.Add(time.Microsecond)
	}
	t.last = now
	return now
}

// Open tells of a channel that has come to be; of one that is known, only what was not known of it.
func (t *Tracker) Open(c Channel) {
	if c.ID == "" {
		return
	}
	if have := t.channels[c.ID]; have != nil {
		have.learn(c)
		t.Join(c.ID, c.Call)
		t.review(have.call)
		return
	}
	if c.Call == "" {
		c.Call = c.ID
	}
	k := t.call(c.Call)
	k.opened++
	ch := &channel{Channel: c, call: k, order: k.opened, since: t.at()}
	t.channels[c.ID], k.channels[c.ID] = ch, ch
	t.review(k)
}

func (t *Tracker) call(id string) *call {
	for t.merged[id] != "" {
		id = t.merged[id]
	}
	k := t.calls[id]
	if k == nil {
		k = &call{id: id, channels: map[string]*channel{}, told: map[string]calls.Kind{}, start: t.at()}
		t.calls[id] = k
	}
	return k
}

func (c *channel) learn(more Channel) {
	c.Number, c.Name = cmp.Or(c.Number, more.Number), cmp.Or(c.Name, more.Name)
	c.Dialled = cmp.Or(c.Dialled, more.Dialled)
}

// Caller tells who is at a channel, where the phone system finds it out later.
func (t *Tracker) Caller(id, number, name string) {
	c := t.channels[id]
	if c == nil || len(c.call.told) > 0 {
		return
	}
	c.Number, c.Name = cmp.Or(number, c.Number), cmp.Or(name, c.Name)
}

// Dialled tells what was dialled at a channel, if nothing is known yet.
func (t *Tracker) Dialled(id, number string) {
	if c := t.channels[id]; c != nil && c.Dialled == "" && Dialable(number) {
		c.Dialled = number
		t.review(c.call)
	}
}

// Ring tells that the phone at a channel rings.
func (t *Tracker) Ring(id string) {
	if c := t.channels[id]; c != nil && !c.ringing {
		c.ringing = true
		t.review(c.call)
	}
}

// Talk tells that a channel is connected with another.
func (t *Tracker) Talk(id string) {
	if c := t.channels[id]; c != nil && !c.talking {
		c.talking, c.talked = true, t.at()
		t.review(c.call)
	}
}

// Together tells that two channels are connected with each other. If they are of two calls, the channel of the later one has
// been handed over to the earlier one.
func (t *Tracker) Together(a, b string) {
	x, y := t.channels[a], t.channels[b]
	if x != nil && y != nil && x.call != y.call {
		if y.call.start.Before(x.call.start) {
			x, y = y, x
		}
		t.Join(y.ID, x.call.id)
	}
	t.Talk(a)
	t.Talk(b)
}

// CallOf is the call that a channel belongs to; "" if the channel is not known.
func (t *Tracker) CallOf(id string) string {
	if c := t.channels[id]; c != nil {
		return c.call.id
	}
	return ""
}

// Become tells that another phone is at a channel now.
func (t *Tracker) Become(id, device string, side Side) {
	if c := t.channels[id]; c != nil && c.Device != device {
		c.Device, c.Side = device, side
		t.review(c.call)
	}
}

// InQueue tells that the call of a channel waits in a queue.
func (t *Tracker) InQueue(id, queue string) {
	if c := t.channels[id]; c != nil && queue != "" {
		c.call.queue = queue
	}
}

// Close tells that a channel is gone.
func (t *Tracker) Close(id string) {
	c := t.channels[id]
	if c == nil {
		return
	}
	delete(t.channels, id)
	delete(c.call.channels, id)
	t.review(c.call)
}

// Join tells that a channel belongs to a call now.
func (t *Tracker) Join(id, into string) {
	c := t.channels[id]
	if c == nil || into == "" {
		return
	}
	from, to := c.call, t.call(into)
	if from == to {
		return
	}
	to.opened++
	delete(from.channels, id)
	to.channels[id], c.call, c.order = c, to, to.opened
	t.review(to)
	t.review(from)
}

// Merge tells that a call has become part of another: it was handed over after a consultation.
func (t *Tracker) Merge(from, into string) {
	if from == "" || into == "" || t.calls[from] == nil || t.call(from) == t.call(into) {
		return
	}
	k, to := t.call(from), t.call(into)
	for _, c := range k.inOrder() {
		to.opened++
		delete(k.channels, c.ID)
		to.channels[c.ID], c.call, c.order = c, to, to.opened
	}
	t.review(to)
	t.review(k)
	t.merged[k.id] = to.id
}

// Keep ends every channel that is not among these: the phone system was asked which there are.
func (t *Tracker) Keep(there map[string]bool) {
	for _, id := range slices.Sorted(maps.Keys(t.channels)) {
		if !there[id] {
			t.Close(id)
		}
	}
}

func (k *call) inOrder() []*channel {
	return slices.SortedFunc(maps.Values(k.channels), func(a, b *channel) int { return cmp.Compare(a.order, b.order) })
}
