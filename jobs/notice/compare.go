package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

func placeOf(account tenant.ID, n Notice) place {
	return place{cache.Ref{Tenant: account, Integration: n.Integration}, n.Kind}
}

// Compare holds what is so against what was told: what is new or has gone a step further is told, and what is over is told to
// be. present says which integrations are looked after at all: what is left of others ends without a word. It reads the store
// only for what changed.
func (d *Desk) Compare(ctx context.Context, now []Condition, present func(cache.Ref) bool) {
	if err := d.load(ctx); err != nil {
		d.Log.Warn("notices cannot be read", "error", err)
		return
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	so := map[place]bool{}
	for _, c := range now {
		p := place{c.In, c.Kind}
		so[p] = true
		old, known := d.told[p]
		switch {
		case known && old.Since.Equal(c.Since) && (c.Step <= old.Step || !old.Acknowledged.IsZero()):
			continue
		case known && !old.Since.Equal(c.Since):
			d.done(ctx, p, d.end(ctx, p, old, quietly)) // another occasion has taken its place
			old = Notice{}
		}
		d.done(ctx, p, d.tell(ctx, c, old))
	}
	for p, old := range d.told {
		if so[p] || p.in.Integration == "" {
			continue
		}
		how := quietly
		if present(p.in) {
			how = aloud
		}
		d.done(ctx, p, d.end(ctx, p, old, how))
	}
	d.checkDisk(ctx)
}

// done reports what could not be written; the next comparison tries again.
func (d *Desk) done(ctx context.Context, p place, err error) {
	if err != nil && ctx.Err() == nil {
		d.Log.Warn("notice not written", "tenant", p.in.Tenant, "integration", p.in.Integration, "kind", p.kind, "error", err)
	}
}

// tell writes a new occasion, or the next step of one, together with its mails.
func (d *Desk) tell(ctx context.Context, c Condition, old Notice) error {
	i, err := d.Directory.Integration(ctx, c.In.Tenant, c.In.Integration)
	if err != nil {
		return gone(err)
	}
	n := old
	if n.ID == "" {
		n = Notice{ID: d.newID(d.Now()), Kind: c.Kind, Integration: i.ID, Since: c.Since.UTC()}
	}
	if n, err = d.fresh(ctx, c.In.Tenant, n); err != nil {
		return gone(err)
	}
	if !n.Acknowledged.IsZero() {
		d.told[placeOf(c.In.Tenant, n)] = n
		return nil
	}
	n.Name, n.Reason, n.Words, n.Step, n.Told = i.Name, c.Text.String(), c.Text, c.Step, d.Now().UTC()
	n, err = d.write(ctx, c.In.Tenant, n, "")
	if err == nil {
		d.told[placeOf(c.In.Tenant, n)] = n
		d.Log.Info("notice", "tenant", c.In.Tenant, "integration", c.In.Integration, "kind", c.Kind, "step", c.Step, "mails", n.Recipients)
	}
	return err
}

// fresh is a notice as it is stored: deliveries and people change it meanwhile.
func (d *Desk) fresh(ctx context.Context, account tenant.ID, n Notice) (Notice, error) {
	err := d.Store.View(ctx, func(r store.Reader) error {
		stored, ok, err := get[Notice](d, r, account, keyOf(account, kindNotice, n.ID))
		if ok {
			n = stored
		}
		return err
	})
	return n, err
}

// ending says whether an end is told.
type ending bool

const (
	quietly ending = false
	aloud   ending = true
)

// end notes that an occasion is over.
func (d *Desk) end(ctx context.Context, p place, n Notice, how ending) error {
	n, err := d.fresh(ctx, p.in.Tenant, n)
	if n.Ended = d.Now().UTC(); err == nil {
		if how == aloud && n.Recipients > 0 {
			_, err = d.write(ctx, p.in.Tenant, n, stateEnded)
		} else {
			_, _, err = d.keep(ctx, p.in.Tenant, n, nil)
		}
	}
	if err = gone(err); err == nil {
		delete(d.told, p)
	}
	return err
}

// gone forgives that tenant or integration were removed meanwhile.
func gone(err error) error {
	if errors.Is(err, tenant.ErrNotFound) || errors.Is(err, tenant.ErrErased) {
		return nil
	}
	return err
}

// write keeps a notice and puts its mails and webhook into the outbox, in one transaction.
func (d *Desk) write(ctx context.Context, account tenant.ID, n Notice, state string) (Notice, error) {
	letters, err := d.compose(ctx, account, n, state)
	if err != nil {
		return n, err
	}
	if state == "" {
		n.Recipients = len(letters)
	}
	n, _, err = d.keep(ctx, account, n, letters)
	return n, err
}

// sentTo notes whom a notice went to.
func (n *Notice) sentTo(letters []letter) {
	n.MailedTo, n.Webhook = nil, false
	for _, l := range letters {
		if l.Way == ByMail {
			n.MailedTo = append(n.MailedTo, l.To)
		} else {
			n.Webhook = true
		}
	}
}

// keep stores a notice, if it is one, with the letters that are still allowed today, wakes the sender, and returns how many those are.
func (d *Desk) keep(ctx context.Context, account tenant.ID, n Notice, letters []letter) (Notice, int, error) {
	var queued []letter
	err := d.Store.Update(ctx, func(w store.Writer) error {
		var limited bool
		var err error
		if queued, limited, err = d.admit(w, account, letters); err != nil {
			return err
		}
		n.Limited = n.Limited || limited
		for _, l := range queued {
			if err := d.put(w, account, keyOf(account, kindOutbox, l.ID), l); err != nil {
				return err
			}
		}
		if n.ID == "" {
			return nil
		}
		if len(letters) > 0 && (n.Ended.IsZero() || n.Ended.Equal(n.Told)) { // that it is over is told to the same
			n.sentTo(queued)
		}
		if err := d.put(w, account, keyOf(account, kindNotice, n.ID), n); err != nil {
			return err
		}
		return d.prune(w, account)
	})
	if err != nil {
		return n, 0, fmt.Errorf("write notice: %w", err)
	}
	for _, l := range queued {
		d.await(account, l.ID, l.Next)
	}
	return n, len(queued), nil
}

// How many mails an account's people get a day (UTC).
const (
	noticesADay = 50
	linksADay   = 500
)

// mailed counts an account's mails of a day.
type mailed struct {
	Day            string
	Notices, Links int
}

// admit counts letters against the day's limit, and leaves out those above it. Webhooks are for machines and not counted.
func (d *Desk) admit(w store.Writer, account tenant.ID, letters []letter) (fit []letter, limited bool, err error) {
	if len(letters) == 0 {
		return nil, false, nil
	}
	key := keyOf(account, kindMails, "")
	m, _, err := get[mailed](d, w, account, key)
	if err != nil {
		return nil, false, err
	}
	if today := d.Now().UTC().Format(time.DateOnly); m.Day != today {
		m = mailed{Day: today}
	}
	for _, l := range letters {
		count, most := &m.Notices, noticesADay
		if l.Notice == "" {
			count, most = &m.Links, linksADay
		}
		if l.Way == ByMail && *count >= most {
			limited = true
			continue
		}
		if l.Way == ByMail {
			*count++
		}
		fit = append(fit, l)
	}
	return fit, limited, d.put(w, account, key, m)
}
