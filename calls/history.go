package calls

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// Filter says which calls are wanted. The zero value is all of them.
type Filter struct {
	Person    tenant.PersonID // whose
	From, To  time.Time       // when they began: from, and before
	Direction Direction
	State     State
	Queue     string
	Unknown   bool   // only those whose other side has a number that nobody knows
	Number    string // digits within the other side's number, or a part of a name or company
	Before    string // the id of a call: those that came before it, for the next page
	Limit     int    // 0 is 100, at most 1,000
	Look      int    // how many calls are looked at before the page ends with what there is; 0 is 50,000
}

// lookAtMost bounds how many calls one question looks at.
const lookAtMost = 50_000

// Page is a part of a history. Next is empty on the last one, else what Filter.Before takes.
type Page struct {
	Calls []Call `json:"calls"`
	Next  string `json:"next,omitempty"`
}

// History returns calls, newest first, as they were known when they came or when a later sync brought the contact.
func (d *Desk) History(ctx context.Context, t tenant.ID, f Filter) (Page, error) {
	page := Page{Calls: []Call{}}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	f.Limit = min(f.Limit, 1000)
	if f.Look <= 0 {
		f.Look = lookAtMost
	}
	wanted := needleOf(f.Number)
	prefix := key(t, "call")
	if f.Person != "" {
		prefix = key(t, "agent", string(f.Person), "")
	}
	from, err := f.from(prefix)
	if err != nil {
		return page, err
	}
	err = d.d.Store.View(ctx, func(r store.Reader) error {
		looked, last := 0, ""
		for pair, err := range r.Scan(prefix, from) {
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			id := string(pair.Key[len(prefix):])
			if began, err := timeOf(id); err != nil || !f.From.IsZero() && began.Before(f.From.Add(-talksAtMost)) {
				return nil
			}
			if looked++; looked > f.Look || len(page.Calls) == f.Limit {
				page.Next = publicID(last)
				return nil
			}
			last = id
			sealed := pair.Value
			if f.Person != "" {
				if sealed, err = r.Get(key(t, "call", id)); errors.Is(err, store.ErrNotFound) {
					continue
				} else if err != nil {
					return err
				}
			}
			raw, err := d.openRecord(t, id, sealed)
			if errors.Is(err, tenant.ErrDamaged) {
				continue
			}
			if err != nil {
				return err
			}
			if !wanted.mayHold(d, t, id, raw) {
				continue
			}
			rec, err := recordIn(id, raw)
			if err != nil {
				return err
			}
			rec.join(d, t, id)
			if f.wants(&rec.Call, &wanted) {
				page.Calls = append(page.Calls, rec.Call)
			}
		}
		return nil
	})
	if err != nil {
		return page, fmt.Errorf("read calls: %w", err)
	}
	return page, nil
}

// from is the key a scan begins at.
func (f *Filter) from(prefix []byte) ([]byte, error) {
	at := ""
	if !f.To.IsZero() {
		at = idOf(f.To.UnixNano())
	}
	if f.Before != "" {
		id, err := privateID(f.Before)
		if err != nil {
			return nil, err
		}
		at = max(at, id+"\x00")
	}
	if at == "" {
		return nil, nil
	}
	return append(prefix[:len(prefix):len(prefix)], at...), nil
}

func privateID(id string) (string, error) {
	text := strings.TrimPrefix(id, "c_")
	if _, err := timeOf(text); err != nil {
		return "", err
	}
	return text, nil
}

func (f *Filter) wants(c *Call, n *needle) bool {
	switch {
	case f.Direction != "" && c.Direction != f.Direction,
		f.State != "" && c.State != f.State,
		f.Unknown && !c.Known.Unknown(),
		f.Queue != "" && queueKey(c.Queue) != queueKey(f.Queue),
		!f.From.IsZero() && c.Start.Before(f.From),
		!f.To.IsZero() && !c.Start.Before(f.To):
		return false
	}
	return n.text == "" || n.in(c)
}

// Call returns one call, live or from the history; ErrNoCall if there is none.
func (d *Desk) Call(ctx context.Context, t tenant.ID, id string) (Call, error) {
	private, err := privateID(id)
	if err != nil {
		return Call{}, err
	}
	r := d.room(t)
	r.mu.Lock()
	for c := range r.live {
		if c.id == private {
			defer r.mu.Unlock()
			return c.snapshot(), nil
		}
	}
	r.mu.Unlock()
	var rec *record
	err = d.d.Store.View(ctx, func(s store.Reader) error {
		var err error
		rec, err = d.getRecord(s, t, private)
		return err
	})
	if err != nil {
		return Call{}, fmt.Errorf("read a call: %w", err)
	}
	if rec == nil {
		return Call{}, ErrNoCall
	}
	rec.join(d, t, private)
	return rec.Call, nil
}
