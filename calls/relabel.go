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
			if _, err := d.relabel(ctx, t); err != nil && ctx.Err() == nil {
				d.d.Log.Warn("unknown calls not looked up again", "tenant", t, "error", err)
			}
		}
	}
}

// relabel looks the tenant's unknown calls of the last days up again and returns how many are known now. Links that the CRM
// has made unnecessary are removed.
func (d *Desk) relabel(ctx context.Context, t tenant.ID) (int, error) {
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
	again := relabel{room: r, routes: routes, held: map[string]*live{}, known: map[string]*Known{}}
	r.mu.Lock()
	for _, c := range r.calls {
		again.held[c.id] = c
	}
	r.mu.Unlock()
	var writes []*write
	for _, id := range ids {
		if ctx.Err() != nil {
			return len(writes), ctx.Err()
		}
		w, known, err := again.call(ctx, id)
		if err != nil {
			return len(writes), err
		}
		if known {
			writes = append(writes, w)
		}
	}
	for _, w := range writes {
		if err := w.wait(ctx); err != nil {
			return len(writes), err
		}
	}
	return len(writes), nil
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

// relabel is one pass over the unknown calls of a tenant.
type relabel struct {
	room   *room
	routes *routes
	held   map[string]*live  // by id, those in memory
	known  map[string]*Known // by system, numbers and direction
}

// call looks one call up again. It tells whether somebody is known now.
func (p *relabel) call(ctx context.Context, id string) (*write, bool, error) {
	r := p.room
	c := p.held[id]
	if c == nil {
		err := r.desk.d.Store.View(ctx, func(s store.Reader) error {
			rec, err := r.desk.getRecord(s, r.tenant, id)
			if err == nil && rec != nil {
				c = r.revive(id, rec)
			}
			return err
		})
		if errors.Is(err, tenant.ErrDamaged) {
			return nil, false, nil
		}
		if err != nil || c == nil {
			return nil, false, err
		}
	}
	r.mu.Lock()
	question := c.question(r.tenant)
	r.mu.Unlock()
	known, err := p.ask(ctx, question)
	if err != nil || len(known.Matches) == 0 {
		return nil, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.use(p.routes)
	c.show(*known, r.desk.d.Now().UTC())
	if c.call.State.live() {
		who := audience{}
		r.audienceOf(c, who)
		r.tell(who)
	}
	return r.write(c), true, nil
}

// ask looks a number up once, however many calls have it.
func (p *relabel) ask(ctx context.Context, question *Event) (*Known, error) {
	number := callKey(question.System, question.Caller.Number+"\x00"+question.DDI.Number+"\x00"+string(question.Direction))
	if known := p.known[number]; known != nil {
		return known, nil
	}
	known, _, err := p.room.desk.recognise(ctx, p.routes, &told{Event: question})
	if err != nil {
		return nil, err
	}
	p.known[number] = &known
	return &known, nil
}
