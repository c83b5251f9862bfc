package calls

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/ringdex/ringdex/tenant"
)

// View says whose live calls are meant: a person's, a queue's, or with neither everybody's.
type View struct {
	Tenant tenant.ID
	Person tenant.PersonID
	Queue  string
}

// List is a complete list of live calls at one moment, oldest first. Nobody changes it.
type List struct {
	Version uint64 // another one whenever the list is
	Calls   []Call

	once sync.Once
	json []byte
}

// JSON is the list as it goes to a browser: {"version":…,"calls":[…]}. It is made once for all who ask.
func (l *List) JSON() []byte {
	l.once.Do(func() {
		raw, err := json.Marshal(struct {
			Version uint64 `json:"version"`
			Calls   []Call `json:"calls"`
		}{l.Version, l.Calls})
		if err != nil {
			raw = []byte(`{"version":0,"calls":[]}`)
		}
		l.json = raw
	})
	return l.json
}

// feed is what watchers of one view share.
type feed struct {
	view     View
	list     *List // nil: to be made
	version  uint64
	watchers map[*Watcher]struct{}
}

// Watcher sees a view. It has no goroutine and holds no list: a reader that is slow misses lists in between and never the
// newest. Its methods may be used by one goroutine at a time.
type Watcher struct {
	room    *room
	feed    *feed
	changed chan struct{}
}

// Watch subscribes to a view until Close. A person's devices, numbers and queues may change meanwhile.
func (d *Desk) Watch(v View) *Watcher {
	v.Queue = queueKey(v.Queue)
	r := d.room(v.Tenant)
	w := &Watcher{room: r, changed: make(chan struct{}, 1)}
	r.mu.Lock()
	defer r.mu.Unlock()
	w.feed = r.feeds[v]
	if w.feed == nil {
		w.feed = &feed{view: v, watchers: map[*Watcher]struct{}{}, version: r.version}
		r.feeds[v] = w.feed
	}
	if r.shut {
		close(w.changed)
		return w
	}
	w.feed.watchers[w] = struct{}{}
	d.watchers.Add(1)
	return w
}

// Changed receives when the list may be another one. It is closed when the desk is.
func (w *Watcher) Changed() <-chan struct{} { return w.changed }

// List is the present one; all watchers of the view get the same.
func (w *Watcher) List() *List {
	w.room.mu.Lock()
	defer w.room.mu.Unlock()
	return w.room.listOf(w.feed)
}

// Close ends the subscription. A second Close does nothing.
func (w *Watcher) Close() {
	w.room.mu.Lock()
	defer w.room.mu.Unlock()
	if _, ok := w.feed.watchers[w]; !ok {
		return
	}
	delete(w.feed.watchers, w)
	w.room.desk.watchers.Add(-1)
	if len(w.feed.watchers) == 0 && w.room.feeds[w.feed.view] == w.feed {
		delete(w.room.feeds, w.feed.view)
	}
}

// Live is the present list of a view.
func (d *Desk) Live(v View) *List {
	v.Queue = queueKey(v.Queue)
	r := d.room(v.Tenant)
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.feeds[v]; f != nil {
		return r.listOf(f)
	}
	return &List{Version: r.version, Calls: r.visible(v)}
}

// listOf returns a feed's list, made again if it has changed. The caller holds the lock.
func (r *room) listOf(f *feed) *List {
	if f.list == nil {
		f.list = &List{Version: f.version, Calls: r.visible(f.view)}
	}
	return f.list
}

// visible are a view's live calls. The caller holds the lock.
func (r *room) visible(v View) []Call {
	out := []Call{}
	for c := range r.live {
		if call, ok := c.as(v); ok {
			r.routes.display(&call, v)
			out = append(out, call)
		}
	}
	slices.SortFunc(out, func(a, b Call) int { return strings.Compare(b.ID, a.ID) })
	return out
}

// as is the call as a view shows it.
func (c *live) as(v View) (Call, bool) {
	if !c.call.State.live() || v.Queue != "" && queueKey(c.call.Queue) != v.Queue {
		return Call{}, false
	}
	call := c.snapshot()
	if v.Person == "" {
		return call, true
	}
	l := c.legOf(v.Person)
	if l == nil {
		return Call{}, false
	}
	call.State, call.Device = l.State, l.Device
	if l.known != nil {
		call.Known = *l.known
	}
	if c.choice != nil {
		call.Chosen = c.choice.of(v.Person)
	}
	return call, true
}

// legOf is the live leg of a person's, an answered one first.
func (c *live) legOf(p tenant.PersonID) *leg {
	var found *leg
	for _, l := range c.legs {
		if l.State.live() && slices.ContainsFunc(l.Agents, func(a Agent) bool { return a.ID == p }) &&
			(found == nil || l.State == StateAnswered) {
			found = l
		}
	}
	return found
}

// audience is who sees a call, before or after a change.
type audience map[View]struct{}

func (r *room) audienceOf(c *live, into audience) {
	t := r.tenant
	into[View{Tenant: t}] = struct{}{}
	if c.call.Queue != "" {
		into[View{Tenant: t, Queue: queueKey(c.call.Queue)}] = struct{}{}
	}
	for _, l := range c.legs {
		for _, a := range l.Agents {
			into[View{Tenant: t, Person: a.ID}] = struct{}{}
		}
	}
}

// tell wakes everybody who watches one of the views. The caller holds the lock.
func (r *room) tell(who audience) {
	r.version++
	for v := range who {
		f := r.feeds[v]
		if f == nil {
			continue
		}
		f.list, f.version = nil, r.version
		for w := range f.watchers {
			select {
			case w.changed <- struct{}{}:
			default:
			}
		}
	}
}

// shutFeeds ends every subscription. The caller holds the lock.
func (r *room) shutFeeds() {
	r.shut = true
	for _, f := range r.feeds {
		for w := range f.watchers {
			close(w.changed)
			delete(f.watchers, w)
			r.desk.watchers.Add(-1)
		}
	}
	clear(r.feeds)
}
