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

// EraseTenant forgets everything of a tenant, live and kept, and returns how many records were deleted.
func (d *Desk) EraseTenant(ctx context.Context, t tenant.ID) (int, error) {
	if r, ok := d.rooms.LoadAndDelete(t); ok {
		room := r.(*room)
		room.mu.Lock()
		room.shutFeeds()
		clear(room.calls)
		clear(room.live)
		room.mu.Unlock()
	}
	return d.deleteAll(ctx, append([]byte(t), '/'))
}

// deleteAll deletes every key below a prefix.
func (d *Desk) deleteAll(ctx context.Context, prefix []byte) (int, error) {
	if err := d.commits.flush(ctx); err != nil {
		return 0, err
	}
	n := 0
	for {
		w := &write{}
		err := d.d.Store.View(ctx, func(r store.Reader) error {
			for pair, err := range r.Scan(prefix, nil) {
				if err != nil {
					return err
				}
				if len(w.deletes) == 4*purgeBatch {
					return nil
				}
				w.del(pair.Key)
			}
			return nil
		})
		if err == nil && len(w.deletes) > 0 {
			d.commits.add(w)
			err = w.wait(ctx)
		}
		if err != nil {
			return n, fmt.Errorf("erase calls: %w", err)
		}
		if n += len(w.deletes); len(w.deletes) < 4*purgeBatch {
			return n, nil
		}
	}
}

// EraseIntegration takes what an integration knew out of every call, live and kept, and returns how many calls had it.
func (d *Desk) EraseIntegration(ctx context.Context, t tenant.ID, i tenant.IntegrationID) (int, error) {
	from := func(m Match) bool { return m.Integration.ID == i }
	return d.rewrite(ctx, t, func(c *live) bool {
		changed := strip(&c.known, from)
		for _, l := range c.legs {
			if l.known != nil {
				known := *l.known
				if strip(&known, from) {
					l.known, changed = &known, true
				}
			}
		}
		return changed
	}, func(rec *record) bool {
		had := len(rec.Parts)
		rec.Parts = slices.DeleteFunc(rec.Parts, func(p part) bool { return p.Integration == i })
		return len(rec.Parts) != had
	}, func(c *choice) bool {
		had := len(c.Agents)
		for who, r := range c.Agents {
			if r.Integration == i {
				delete(c.Agents, who)
			}
		}
		return len(c.Agents) != had || c.Last.Integration == i
	})
}

// strip leaves out some matches. Lists others may hold are not touched.
func strip(k *Known, gone func(Match) bool) bool {
	kept := slices.DeleteFunc(slices.Clone(k.Matches), gone)
	if len(kept) == len(k.Matches) {
		return false
	}
	if kept == nil {
		kept = []Match{}
	}
	k.Matches, k.Scripts = kept, []Button{}
	return true
}

// ErasePerson takes a person out of every call, live and kept, and returns how many calls named them.
func (d *Desk) ErasePerson(ctx context.Context, t tenant.ID, p tenant.PersonID) (int, error) {
	n, err := d.rewrite(ctx, t, func(c *live) bool {
		changed := false
		for _, l := range c.legs {
			if legs, ok := withoutPerson([]Leg{l.Leg}, p); ok {
				l.Leg, changed = legs[0], true
			}
		}
		if changed {
			c.call.Agent = ""
		}
		delete(c.indexed, string(p))
		return changed
	}, func(rec *record) bool {
		legs, changed := withoutPerson(rec.Call.Legs, p)
		if changed {
			rec.Call.Legs, rec.Call.Agent = legs, ""
		}
		return changed
	}, func(c *choice) bool {
		_, had := c.Agents[p]
		delete(c.Agents, p)
		return had
	})
	if err != nil {
		return n, err
	}
	_, err = d.deleteAll(ctx, key(t, "agent", string(p), ""))
	return n, err
}

// withoutPerson leaves a person out of legs, with the names of the devices that were theirs.
func withoutPerson(legs []Leg, p tenant.PersonID) ([]Leg, bool) {
	out, changed := slices.Clone(legs), false
	for i := range out {
		kept := slices.DeleteFunc(slices.Clone(out[i].Agents), func(a Agent) bool { return a.ID == p })
		if len(kept) != len(out[i].Agents) {
			out[i].Agents, changed = kept, true
			out[i].Device.Name = ""
		}
	}
	return out, changed
}

// rewrite edits every call of a tenant: those in memory, then those kept, then what was chosen. Nothing new is written of the
// tenant meanwhile.
func (d *Desk) rewrite(
	ctx context.Context, t tenant.ID, live func(*live) bool, kept func(*record) bool, chosen func(*choice) bool,
) (int, error) {
	r := d.room(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	who := audience{}
	for _, c := range r.calls {
		r.audienceOf(c, who)
		live(c)
		c.choice = nil
	}
	r.tell(who)
	if err := d.commits.flush(ctx); err != nil {
		return 0, err
	}
	n, err := d.rewriteRecords(ctx, t, kept)
	if err != nil {
		return n, err
	}
	return n, d.rewriteChoices(ctx, t, chosen)
}

func (d *Desk) rewriteRecords(ctx context.Context, t tenant.ID, edit func(*record) bool) (n int, err error) {
	prefix := key(t, "call")
	var from []byte
	for {
		w, looked := &write{}, 0
		err := d.d.Store.View(ctx, func(r store.Reader) error {
			for pair, err := range r.Scan(prefix, from) {
				if err != nil {
					return err
				}
				if looked == purgeBatch || w.size() > batchSize {
					from = pair.Key
					return nil
				}
				looked++
				id := string(pair.Key[len(prefix):])
				rec, err := d.readRecord(t, id, pair.Value)
				if err != nil || !edit(rec) {
					continue // what cannot be opened shows nobody
				}
				n++
				rec.Call.ID = ""
				if err := rec.put(w, d, t, id); err != nil {
					return err
				}
			}
			from = nil
			return nil
		})
		if err == nil && len(w.puts) > 0 {
			d.commits.add(w)
			err = w.wait(ctx)
		}
		if errors.Is(err, tenant.ErrErased) {
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("take out of calls: %w", err)
		}
		if from == nil {
			return n, nil
		}
	}
}

func (d *Desk) rewriteChoices(ctx context.Context, t tenant.ID, edit func(*choice) bool) error {
	prefix := key(t, "choice")
	w := &write{}
	err := d.d.Store.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan(prefix, nil) {
			if err != nil {
				return err
			}
			raw, err := d.opened(t, choicePeriod, pair.Key, pair.Value)
			var c choice
			if err != nil || json.Unmarshal(raw, &c) != nil || !edit(&c) {
				continue
			}
			w.del(pair.Key) // what is left of it is not worth keeping
			if len(w.deletes) == 4*purgeBatch {
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
		return fmt.Errorf("forget choices: %w", err)
	}
	if len(w.deletes) == 4*purgeBatch {
		return d.rewriteChoices(ctx, t, edit)
	}
	return nil
}

// Verify opens every kept call of a tenant and returns how many there are, and how many do not open.
func (d *Desk) Verify(ctx context.Context, t tenant.ID) (calls, broken int, err error) {
	prefix := key(t, "call")
	err = d.d.Store.View(ctx, func(r store.Reader) error {
		for pair, err := range r.Scan(prefix, nil) {
			if err != nil {
				return err
			}
			calls++
			if _, err := d.readRecord(t, string(pair.Key[len(prefix):]), pair.Value); err != nil {
				broken++
			}
		}
		return nil
	})
	return calls, broken, err
}
