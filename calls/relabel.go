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
	// relabelDays is how old a call may be whose contact a sync brings later.
	relabelDays = 14 * 24 * time.Hour
	// relabelAtMost bounds how many unknown calls of a tenant are asked again after a sync.
	relabelAtMost = 20_000
)

// Synced tells the desk that a tenant has new contacts: its unknown calls may be known now. It does not wait.
func (d *Desk) Synced(t tenant.ID) {
	if d.shut.Load() {
		return
	}
	select {
	case d.synced <- t:
	default: // so many wait that the next sync will do
	}
}

func (d *Desk) relabelling(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-d.synced:
			if _, err := d.Relabel(ctx, t); err != nil && ctx.Err() == nil {
				d.d.Log.Warn("unknown calls not looked up again", "tenant", t, "error", err)
			}
		}
	}
}

// Relabel looks the tenant's unknown calls of the last days up again and returns how many are known now. Links that the CRM
// has made unnecessary are removed.
func (d *Desk) Relabel(ctx context.Context, t tenant.ID) (int, error) {
	r := d.room(t)
	routes, err := r.routesNow(ctx)
	if errors.Is(err, tenant.ErrNotFound) || errors.Is(err, tenant.ErrErased) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := d.pruneLinks(ctx, routes); err != nil {
		return 0, err
	}
	ids, err := d.unknown(ctx, t)
	if err != nil {
		return 0, err
	}
	n := 0
	seen := map[string]*Known{} // by system and number as sent
	for _, id := range ids {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		known, err := r.relabel(ctx, routes, id, seen)
		if err != nil {
			return n, err
		}
		if known {
			n++
		}
	}
	return n, nil
}

// show makes what is known now the match of the call.
func (c *live) show(known Known, now time.Time) {
	c.known, c.call.Relabelled = known, now
	for _, l := range c.legs {
		l.known = nil
	}
}

// pruneLinks removes links of numbers that a CRM carries.
func (d *Desk) pruneLinks(ctx context.Context, routes *routes) error {
	if len(routes.snapshot.Links) == 0 {
		return nil
	}
	t := routes.snapshot.Account.ID
	_, err := d.d.Directory.PruneLinks(ctx, t, func(l tenant.Link) bool {
		a, err := d.ask(ctx, routes, &told{Event: &Event{Tenant: t, Direction: Inbound}}, Party{Number: l.Number})
		if err != nil || len(a.Matches()) == 0 {
			return false
		}
		first := &a.Matches()[0]
		return !first.Linked() && first.Name() != ""
	})
	return err
}

// unknown lists the calls to be asked again, and takes those off the list that are too old.
func (d *Desk) unknown(ctx context.Context, t tenant.ID) ([]string, error) {
	prefix := key(t, "unknown")
	oldest := idOf(d.d.Now().Add(-relabelDays).UnixNano())
	var ids []string
	w := &write{}
	err := d.d.Store.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan(prefix, nil) {
			if err != nil {
				return err
			}
			id := string(pair.Key[len(prefix):])
			if id <= oldest && len(ids) < relabelAtMost {
				ids = append(ids, id)
			} else if w.del(pair.Key); len(w.deletes) == 4*purgeBatch {
				return nil
			}
		}
		return nil
	})
	if err == nil && len(w.deletes) > 0 {
		d.commits.add(w)
		err = w.wait(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("list unknown calls: %w", err)
	}
	return ids, nil
}

// relabel looks one call up again.
func (r *room) relabel(ctx context.Context, routes *routes, id string, seen map[string]*Known) (bool, error) {
	r.mu.Lock()
	var c *live
	for _, one := range r.calls {
		if one.id == id {
			c = one
		}
	}
	r.mu.Unlock()
	if c == nil {
		err := r.desk.d.Store.View(ctx, func(s store.Reader) error {
			rec, err := r.desk.getRecord(s, r.tenant, id)
			if err == nil && rec != nil {
				c = r.revive(id, rec)
			}
			return err
		})
		if errors.Is(err, tenant.ErrDamaged) {
			return false, nil
		}
		if err != nil || c == nil {
			return false, err
		}
	}
	r.mu.Lock()
	question := c.question(r.tenant)
	r.mu.Unlock()
	number := callKey(question.System, question.Caller.Number+"\x00"+question.DDI.Number+string(question.Direction))
	known := seen[number]
	if known == nil {
		k, _, err := r.desk.recognise(ctx, routes, &told{Event: question})
		if err != nil {
			return false, err
		}
		known = &k
		seen[number] = known
	}
	if len(known.Matches) == 0 {
		return false, nil
	}
	r.mu.Lock()
	c.show(*known, r.desk.d.Now().UTC())
	if c.call.State.live() {
		who := audience{}
		r.audienceOf(c, who)
		r.tell(who)
	}
	w := r.write(c)
	r.mu.Unlock()
	return true, w.wait(ctx)
}
