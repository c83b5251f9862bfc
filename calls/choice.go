package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// choice is which contact of a number that several have was meant.
type choice struct {
	Agents map[tenant.PersonID]Record `json:"agents,omitempty"`
	Last   Record                     `json:"last"` // by anybody
}

func (c *choice) last() *Record { return &c.Last }

// of is an agent's own choice, else the newest of anybody.
func (c *choice) of(p tenant.PersonID) *Record {
	if own, ok := c.Agents[p]; ok {
		return &own
	}
	return &c.Last
}

// choosers bounds how many agents' choices are kept of one number.
const choosers = 100

// choiceFor reads what was chosen the last time, where there is something to choose. Without it the call is shown all the same.
func (d *Desk) choiceFor(ctx context.Context, t tenant.ID, k *Known) *choice {
	if len(k.Matches) < 2 || k.Number.E164 == "" {
		return nil
	}
	var c *choice
	err := d.d.Store.View(ctx, func(r store.Reader) error {
		var err error
		c, _, err = d.readChoice(r, t, k.Number.E164)
		return err
	})
	if err != nil {
		d.d.Log.Warn("choice of a contact not read", "tenant", t, "error", err)
		return nil
	}
	if c != nil && !slices.ContainsFunc(k.Matches, func(m Match) bool { return recordOf(&m) == c.Last }) {
		own := false
		for _, r := range c.Agents {
			own = own || slices.ContainsFunc(k.Matches, func(m Match) bool { return recordOf(&m) == r })
		}
		if !own {
			return nil // none of those it could have been is there any more
		}
	}
	return c
}

func recordOf(m *Match) Record {
	return Record{Integration: m.Integration.ID, Type: m.Record.Type, ID: m.Record.ID}
}

const choicePeriod = "choices"

// readChoice returns what was chosen for a number, nil if nothing, and where it lies.
func (d *Desk) readChoice(r store.Reader, t tenant.ID, number string) (*choice, []byte, error) {
	hash, err := d.hashed(t, "choice", number)
	if err != nil {
		return nil, nil, err
	}
	at := key(t, "choice", hash)
	sealed, err := r.Get(at)
	if errors.Is(err, store.ErrNotFound) {
		return nil, at, nil
	}
	if err != nil {
		return nil, at, err
	}
	raw, err := d.opened(t, choicePeriod, at, sealed)
	if err != nil {
		return nil, at, err
	}
	c := &choice{}
	return c, at, json.Unmarshal(raw, c)
}

// Choose remembers which of several contacts was meant, for the number of a call and everybody who gets it again; an
// agent's own choice comes first for that agent. It returns ErrNoCall if there is no such call, or no such contact in it.
func (d *Desk) Choose(ctx context.Context, t tenant.ID, agent tenant.PersonID, id string, meant Record) error {
	call, err := d.Call(ctx, t, id)
	if err != nil {
		return err
	}
	if call.Known.Number.E164 == "" || !slices.ContainsFunc(call.Known.Matches, func(m Match) bool { return recordOf(&m) == meant }) {
		return fmt.Errorf("choose a contact: %w", ErrNoCall)
	}
	var made *choice
	err = d.d.Store.Update(ctx, func(w store.Writer) error {
		c, at, err := d.readChoice(w, t, call.Known.Number.E164)
		if err != nil && !errors.Is(err, tenant.ErrDamaged) {
			return err
		}
		if c == nil {
			c = &choice{}
		}
		if c.Agents == nil {
			c.Agents = map[tenant.PersonID]Record{}
		}
		if agent != "" && (len(c.Agents) < choosers || c.Agents[agent] != Record{}) {
			c.Agents[agent] = meant
		}
		c.Last = meant
		raw, err := json.Marshal(c)
		if err != nil {
			return err
		}
		sealed, err := d.sealed(t, choicePeriod, at, raw)
		if err != nil {
			return err
		}
		made = c
		return w.Put(at, sealed)
	})
	if err != nil {
		return fmt.Errorf("choose a contact: %w", err)
	}
	r := d.room(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.live {
		if c.known.Number.E164 == call.Known.Number.E164 {
			c.choice = made
			who := audience{}
			r.audienceOf(c, who)
			r.tell(who)
		}
	}
	return nil
}
