package calls

import (
	"context"
	"fmt"
	"sync"

	"github.com/ringdex/ringdex/tenant"
)

// room is what the desk holds of one tenant.
type room struct {
	desk   *Desk
	tenant tenant.ID

	mu      sync.Mutex
	calls   map[string]*live // by callKey, the live ones and those that have just ended
	live    map[*live]struct{}
	feeds   map[View]*feed
	version uint64
	shut    bool
	routes  *routes
}

func (d *Desk) room(t tenant.ID) *room {
	if r, ok := d.rooms.Load(t); ok {
		return r.(*room)
	}
	r, _ := d.rooms.LoadOrStore(t, &room{
		desk: d, tenant: t, calls: map[string]*live{}, live: map[*live]struct{}{}, feeds: map[View]*feed{}, shut: d.deaf.Load(),
	})
	return r.(*room)
}

// routesNow says who sees what, by the tenant's present settings.
func (r *room) routesNow(ctx context.Context) (*routes, error) {
	s, err := r.desk.d.Directory.Snapshot(ctx, r.tenant)
	if err != nil {
		return nil, fmt.Errorf("read tenant: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.routes == nil || r.routes.snapshot.Revision != s.Revision {
		r.routes = routesOf(s)
	}
	return r.routes, nil
}

// use makes routes the room's where it has none: it lets go of them when nothing happens. The caller holds the lock.
func (r *room) use(routes *routes) {
	if r.routes == nil {
		r.routes = routes
	}
}

// complete adds to an event what earlier ones of the call have said, so that it is recognised the same.
func (r *room) complete(ctx context.Context, e Event, routes *routes) (Event, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.CallID == "" {
		r.adopt(&e)
	}
	c, err := r.find(ctx, &e)
	if err != nil {
		return e, err
	}
	if c != nil {
		if c.call.Caller.Number != "" { // the first to say it is right: a call that is handed on comes from a colleague
			e.Caller = c.call.Caller
		}
		if c.call.DDI.Number != "" {
			e.DDI = c.call.DDI
		}
		if e.Queue == "" {
			e.Queue = c.call.Queue
		}
		if e.Start.IsZero() && e.Kind != KindRinging {
			e.Start = c.call.Start
		}
		e.Direction = c.call.Direction
	}
	if e.Direction == "" {
		e.Direction = routes.direction(&e)
	}
	if e.deviceKey() == "" && (e.Kind == KindRinging || e.Kind == KindAnswered) {
		e.Device = routes.device(&e)
	}
	return e, nil
}

// adopt gives an event without a call id the one of the device's newest live call, or a new one. Desk phones know no ids.
func (r *room) adopt(e *Event) {
	key := e.deviceKey()
	var newest *live
	for c := range r.live {
		if l := c.leg(key); l != nil && l.State.live() && (newest == nil || c.id < newest.id) &&
			(e.Caller.Number == "" || e.Caller.Number == c.call.Caller.Number) {
			newest = c
		}
	}
	if newest != nil && !(e.Kind == KindRinging && newest.call.State == StateAnswered) {
		e.CallID = newest.call.CallID
		return
	}
	e.CallID = fmt.Sprintf("~%s~%016x", key, r.desk.d.Now().UnixNano())
}

// find returns the call an event belongs to, nil if it is a new one. The caller holds the lock.
func (r *room) find(ctx context.Context, e *Event) (*live, error) {
	key := callKey(e.System, e.CallID)
	c := r.calls[key]
	if c == nil {
		var err error
		if c, err = r.load(ctx, key); err != nil {
			return nil, err
		}
		if c != nil && !r.other(c, e) {
			r.keep(key, c)
		}
	}
	if c != nil && r.other(c, e) {
		return nil, nil
	}
	return c, nil
}

// other tells whether an event means another call than the one of that id we know of.
func (r *room) other(c *live, e *Event) bool {
	return !c.call.State.live() && r.desk.d.Now().Sub(c.touched) > sameAfter && !e.Start.Equal(c.call.Start)
}

func callKey(s tenant.SystemID, id string) string { return string(s) + "\x00" + id }

// take applies the event and tells who watches.
func (r *room) take(ctx context.Context, t *told, choice *choice) (Taken, *write, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.use(t.routes)
	c, err := r.find(ctx, t.Event)
	if err != nil {
		return Taken{}, nil, err
	}
	fresh := c == nil
	if fresh {
		c = r.open(t)
	}
	who := audience{}
	r.audienceOf(c, who)
	if !c.apply(t) {
		return Taken{Repeat: true}, c.again(r), nil
	}
	if choice != nil {
		c.choice = choice
	}
	r.audienceOf(c, who)
	r.note(c)
	r.tell(who)
	return Taken{Rings: t.Kind == KindRinging && c.call.State.live()}, r.write(c), nil
}

// open begins a call. The caller holds the lock.
func (r *room) open(t *told) *live {
	c := &live{
		id: r.desk.newID(), seen: map[string]bool{}, indexed: map[string]bool{},
		call: Call{CallID: t.CallID, System: t.System, Direction: t.Direction},
	}
	r.keep(callKey(t.System, t.CallID), c)
	return c
}

// note keeps count of what is live. The caller holds the lock.
func (r *room) note(c *live) {
	if c.call.State.live() {
		r.live[c] = struct{}{}
	} else {
		delete(r.live, c)
	}
}

// keep holds a call in memory. The caller holds the lock.
func (r *room) keep(key string, c *live) {
	if len(r.calls) >= keptAtMost {
		r.forget(r.desk.d.Now().UTC(), 0)
	}
	if len(r.live) >= keptAtMost {
		r.endOldest()
	}
	r.calls[key] = c
}

// endOldest ends the live call of which nothing was heard for longest. The caller holds the lock.
func (r *room) endOldest() {
	var oldest *live
	for c := range r.live {
		if oldest == nil || c.touched.Before(oldest.touched) {
			oldest = c
		}
	}
	oldest.lose()
	who := audience{}
	r.audienceOf(oldest, who)
	r.note(oldest)
	r.tell(who)
	r.write(oldest)
}
