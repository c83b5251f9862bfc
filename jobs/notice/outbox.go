package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Way is how something is delivered.
type Way string

// The ways.
const (
	ByMail    Way = "mail"
	ByWebhook Way = "webhook"
)

// Outcome is how an attempt to deliver ended.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered"
	Deferred  Outcome = "deferred" // it is tried again
	GivenUp   Outcome = "given_up"
)

// letter is a mail or webhook on its way. It stays in the store until it is delivered or given up.
type letter struct {
	ID     string    `json:"id"` // the same at every attempt
	Way    Way       `json:"way"`
	Notice string    `json:"notice,omitempty"` // "" is a one-time link
	Queued time.Time `json:"queued"`
	Next   time.Time `json:"next"`
	Until  time.Time `json:"until"` // then it is given up
	Tries  int       `json:"tries,omitempty"`

	To       string `json:"to,omitempty"`
	Language string `json:"language,omitempty"`
	Subject  string `json:"subject,omitempty"`
	Text     string `json:"text,omitempty"`
	HTML     string `json:"html,omitempty"`
	Body     []byte `json:"body,omitempty"` // of a webhook
}

const (
	tryFor   = 24 * time.Hour
	tryFirst = time.Minute
	tryMost  = time.Hour
)

func (d *Desk) letter(way Way) letter {
	now := d.Now().UTC()
	return letter{ID: newLetterID(), Way: way, Queued: now, Next: now, Until: now.Add(tryFor)}
}

// waiting is when a letter is tried next.
type waiting struct {
	account tenant.ID
	next    time.Time
}

// await notes a letter in memory, where the sender looks.
func (d *Desk) await(account tenant.ID, id string, next time.Time) {
	d.mu.Lock()
	d.waiting[id] = waiting{account, next}
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Waiting is how many mails and webhooks are on their way.
func (d *Desk) Waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waiting)
}

// take returns a letter whose time has come and that nobody works on, or when the next one comes.
func (d *Desk) take(now time.Time) (id string, account tenant.ID, next time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for one, w := range d.waiting {
		if d.busy[one] {
			continue
		}
		if !w.next.After(now) && (id == "" || w.next.Before(next)) {
			id, account = one, w.account
		}
		if next.IsZero() || w.next.Before(next) {
			next = w.next
		}
	}
	if id != "" {
		d.busy[id] = true
	}
	return id, account, next
}

// release lets go of a letter; a zero time says that it is not waiting any more.
func (d *Desk) release(id string, account tenant.ID, next time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.busy, id)
	if next.IsZero() {
		delete(d.waiting, id)
		return
	}
	d.waiting[id] = waiting{account, next}
}

func (d *Desk) readLetter(ctx context.Context, account tenant.ID, id string) (l letter, ok bool, err error) {
	err = d.Store.View(ctx, func(r store.Reader) error {
		l, ok, err = get[letter](d, r, account, keyOf(account, kindOutbox, id))
		return err
	})
	if errors.Is(err, tenant.ErrErased) || errors.Is(err, tenant.ErrNotFound) {
		return l, false, nil
	}
	return l, ok, err
}

// postpone plans the next attempt: after a minute, then twice as long each time, an hour at most.
func (d *Desk) postpone(ctx context.Context, account tenant.ID, l letter) (time.Time, error) {
	wait := min(tryFirst<<min(l.Tries, 10), tryMost)
	l.Tries++
	l.Next = d.Now().UTC().Add(wait)
	if l.Next.After(l.Until) {
		return time.Time{}, d.giveUp(ctx, account, l)
	}
	err := d.Store.Update(ctx, func(w store.Writer) error { return d.put(w, account, keyOf(account, kindOutbox, l.ID), l) })
	if err != nil {
		return l.Next, fmt.Errorf("postpone: %w", err)
	}
	d.Count(l.Way, Deferred)
	return l.Next, nil
}

// drop deletes a letter that was delivered.
func (d *Desk) drop(ctx context.Context, account tenant.ID, l letter) error {
	return d.Store.Update(ctx, func(w store.Writer) error { return w.Delete(keyOf(account, kindOutbox, l.ID)) })
}

// giveUp deletes a letter that cannot be delivered and notes it at its notice. That a notice was not delivered one way is told
// the other way.
func (d *Desk) giveUp(ctx context.Context, account tenant.ID, l letter) error {
	d.Count(l.Way, GivenUp)
	d.Log.Warn("given up", "tenant", account, "way", l.Way, "notice", l.Notice, "tries", l.Tries)
	var about Notice
	err := d.Store.Update(ctx, func(w store.Writer) error {
		about = Notice{}
		if err := w.Delete(keyOf(account, kindOutbox, l.ID)); err != nil {
			return err
		}
		key := keyOf(account, kindNotice, l.Notice)
		n, ok, err := get[Notice](d, w, account, key)
		if err != nil || !ok {
			return err
		}
		about = n
		n.Undelivered++
		return d.put(w, account, key, n)
	})
	if err != nil || about.Kind == Undelivered || about.Kind == Test {
		return err
	}
	now := d.Now().UTC()
	n := Notice{ID: d.newID(now), Kind: Undelivered, Name: about.Name, Integration: about.Integration, Since: l.Queued, Reason: string(l.Way), Told: now, Ended: now}
	_, err = d.write(ctx, account, n, "")
	return err
}
