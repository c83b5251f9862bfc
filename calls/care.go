package calls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

const (
	sweepEvery = 10 * time.Second
	purgeEvery = time.Hour
	// keptAfter is for how long a call that is over stays in memory, for events that come late.
	keptAfter = 5 * time.Minute
)

// Start brings back the calls that were live when the last process ended, and begins housekeeping, until ctx is over or the
// desk is closed.
func (d *Desk) Start(ctx context.Context) error {
	if err := d.revive(ctx); err != nil {
		return err
	}
	ctx, d.stop = context.WithCancel(ctx)
	d.done.Go(func() { d.care(ctx) })
	d.done.Go(func() { d.relabelling(ctx) })
	return nil
}

func (d *Desk) care(ctx context.Context) {
	sweep, purge := time.NewTicker(sweepEvery), time.NewTicker(time.Minute) // the first time soon
	defer sweep.Stop()
	defer purge.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			d.Sweep(ctx)
		case <-purge.C:
			purge.Reset(purgeEvery)
			if _, err := d.Purge(ctx); err != nil && ctx.Err() == nil {
				d.d.Log.Warn("old calls not erased", "error", err)
			}
		}
	}
}

// Sweep ends calls the phone system has forgotten to end, and forgets those that are over. It is called by housekeeping.
func (d *Desk) Sweep(ctx context.Context) {
	now := d.d.Now().UTC()
	d.rooms.Range(func(_, v any) bool {
		r := v.(*room)
		if r.rest() {
			return ctx.Err() == nil
		}
		routes, err := r.routesNow(ctx)
		if err != nil {
			return ctx.Err() == nil // a tenant that was removed
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.use(routes)
		for c := range r.live {
			if c.expire(now) {
				who := audience{}
				r.audienceOf(c, who)
				r.note(c)
				r.tell(who)
				r.write(c)
			}
		}
		r.forget(now, keptAfter)
		return ctx.Err() == nil
	})
}

// rest lets go of what a room without calls does not need, and tells whether it is one.
func (r *room) rest() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls) > 0 {
		return false
	}
	r.routes = nil
	return true
}

// forget drops calls from memory that have been over for a while. The caller holds the lock.
func (r *room) forget(now time.Time, after time.Duration) {
	for key, c := range r.calls {
		over := !c.call.State.live() && now.Sub(c.touched) >= after
		if over && (c.pending == nil || c.pending.durable()) {
			delete(r.calls, key)
		}
	}
}

// revive reads the calls that go on.
func (d *Desk) revive(ctx context.Context) error {
	tenants, err := d.tenants(ctx)
	if err != nil {
		return err
	}
	for _, account := range tenants {
		if err := d.room(account.ID).revival(ctx); err != nil {
			return fmt.Errorf("bring back calls of %s: %w", account.ID, err)
		}
	}
	return nil
}

func (d *Desk) tenants(ctx context.Context) ([]tenant.Account, error) {
	all, err := d.d.Directory.Accounts(ctx, tenant.Server("calls"))
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	var out []tenant.Account
	for _, a := range all {
		if a.Kind == tenant.KindTenant {
			out = append(out, a)
		}
	}
	return out, nil
}

func (r *room) revival(ctx context.Context) error {
	prefix := key(r.tenant, "open")
	type kept struct {
		id  string
		rec *record
	}
	var found []kept
	err := r.desk.d.Store.View(ctx, func(s store.Reader) error {
		for pair, err := range s.Scan(prefix, nil) {
			if err != nil {
				return err
			}
			id := string(pair.Key[len(prefix):])
			rec, err := r.desk.getRecord(s, r.tenant, id)
			if err != nil && !errors.Is(err, tenant.ErrDamaged) {
				return err
			}
			if rec != nil {
				found = append(found, kept{id, rec})
			}
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return err
	}
	routes, err := r.routesNow(ctx)
	if err != nil {
		return err
	}
	for _, k := range found {
		c := r.revive(k.id, k.rec)
		known, _, err := r.desk.recognise(ctx, routes, &told{Event: c.question(r.tenant)}) // buttons are not kept
		if err == nil && known.Number.E164 == c.known.Number.E164 {
			c.known = known
		}
		r.bringBack(c, routes)
	}
	return nil
}

// bringBack puts a call that goes on among the others, unless an event has done so already.
func (r *room) bringBack(c *live, routes *routes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := callKey(c.call.System, c.call.CallID)
	if r.calls[at] != nil {
		return
	}
	r.use(routes)
	r.keep(at, c)
	r.note(c)
	who := audience{}
	r.audienceOf(c, who)
	r.tell(who)
}

// question is the event that asks who is on the other side of a call.
func (c *live) question(t tenant.ID) *Event {
	return &Event{
		Tenant: t, System: c.call.System, CallID: c.call.CallID, Kind: KindRinging, Direction: c.call.Direction,
		Caller: c.call.Caller, DDI: c.call.DDI, Queue: c.call.Queue, Start: c.call.Start, Answer: c.call.Answer, Extra: c.call.Extra,
	}
}

// Purge erases the calls that are older than their tenant keeps them, and returns how many those were.
func (d *Desk) Purge(ctx context.Context) (int, error) {
	tenants, err := d.tenants(ctx)
	if err != nil {
		return 0, err
	}
	all := 0
	for _, a := range tenants {
		n, err := d.purge(ctx, a.ID, d.d.Now().Add(-a.CallHistory()))
		if all += n; err != nil {
			return all, err
		}
	}
	return all, nil
}

// purgeBatch is how many calls one transaction erases.
const purgeBatch = 500

func (d *Desk) purge(ctx context.Context, t tenant.ID, before time.Time) (int, error) {
	prefix := key(t, "call")
	from := append(prefix[:len(prefix):len(prefix)], idOf(before.UnixNano())...)
	n := 0
	for {
		w := &write{}
		calls := 0
		err := d.d.Store.View(ctx, func(r store.Reader) error {
			for pair, err := range r.Scan(prefix, from) {
				if err != nil {
					return err
				}
				if calls == purgeBatch {
					return nil
				}
				calls++
				d.eraseCall(w, t, string(pair.Key[len(prefix):]), pair.Value)
			}
			return nil
		})
		if err == nil && calls > 0 {
			d.commits.add(w)
			err = w.wait(ctx)
		}
		if err != nil {
			return n, fmt.Errorf("erase old calls of %s: %w", t, err)
		}
		if n += calls; calls < purgeBatch {
			return n, nil
		}
	}
}

// eraseCall deletes a call with everything that leads to it.
func (d *Desk) eraseCall(w *write, t tenant.ID, id string, sealed []byte) {
	w.del(key(t, "call", id))
	w.del(key(t, "open", id))
	w.del(key(t, "unknown", id))
	rec, err := d.readRecord(t, id, sealed)
	if err != nil {
		return // it leads nowhere any more
	}
	if hash, err := d.hashed(t, "look-up", callKey(rec.Call.System, rec.Call.CallID)); err == nil {
		w.del(key(t, "id", hash))
	}
	for _, l := range rec.Call.Legs {
		for _, a := range l.Agents {
			w.del(key(t, "agent", string(a.ID), id))
		}
	}
}
