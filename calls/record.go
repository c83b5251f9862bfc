package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant"
)

// record is a call as it is kept. Matches of an integration are sealed with that integration's key: without it they cannot
// be read any more.
type record struct {
	Call    Call      `json:"call"`
	Seen    []string  `json:"seen"`
	Over    bool      `json:"over,omitempty"`
	Touched time.Time `json:"touched"`
	Parts   []part    `json:"parts,omitempty"`
	Unknown bool      `json:"unknown,omitempty"` // listed among those to be relabelled
}

// part is what an integration knew.
type part struct {
	Integration tenant.IntegrationID `json:"integration"`
	Place       int                  `json:"place"` // among the matches
	Sealed      []byte               `json:"sealed"`
}

// keptMatches is how many matches of a call are kept.
const keptMatches = 10

// ErrNoCall means that there is no call of that id, any more or at all.
var ErrNoCall = errors.New("no such call")

// write hands in what the call has become; nil where the tenant keeps no history. The caller holds the room's lock.
func (r *room) write(c *live) *write {
	account := &r.routes.snapshot.Account
	if account.CallHistory() == 0 {
		c.pending = nil
		return nil
	}
	w := &write{}
	if err := r.fill(w, c, account); err != nil {
		w.done, w.err = make(chan struct{}), err
		close(w.done)
		c.pending = w
		return w
	}
	r.desk.commits.add(w)
	c.pending = w
	return w
}

// fill puts everything that is kept of a call into a write.
func (r *room) fill(w *write, c *live, account *tenant.Account) error {
	over := !c.call.State.live()
	rec, err := r.recordOf(c)
	if err != nil {
		return err
	}
	anonymous := account.CallsWithoutAgents && over
	if anonymous {
		rec.Call = withoutAgents(rec.Call)
		rec.Seen = seenWithoutDevices(rec.Seen)
	}
	// Until a write of the call is durable, each one brings all that leads to it.
	settled := c.stored && (c.pending == nil || c.pending.durable())
	if !settled {
		hash, err := r.desk.hashed(r.tenant, "look-up", callKey(c.call.System, c.call.CallID))
		if err != nil {
			return err
		}
		w.put(key(r.tenant, "id", hash), []byte(c.id))
		c.indexed, c.stored = map[string]bool{}, true
	}
	c.unsettled = !settled
	if err := rec.put(w, r.desk, r.tenant, c.id); err != nil {
		return err
	}
	r.index(w, c, over, anonymous)
	return nil
}

// index keeps the lists that lead to the call.
func (r *room) index(w *write, c *live, over, anonymous bool) {
	r.list(w, c, "open", &c.open, !over)
	r.list(w, c, "unknown", &c.unknown, c.known.Unknown())
	for _, l := range c.legs {
		for _, a := range l.Agents {
			if at := string(a.ID); !c.indexed[at] && !anonymous {
				w.put(key(r.tenant, "agent", at, c.id), present)
				c.indexed[at] = true
			}
		}
	}
	if anonymous {
		for at := range c.indexed {
			w.del(key(r.tenant, "agent", at, c.id))
		}
		c.indexed = map[string]bool{}
	}
}

// list puts a call on a list or takes it off.
func (r *room) list(w *write, c *live, name string, on *bool, want bool) {
	if *on == want && !c.unsettled {
		return
	}
	if *on = want; want {
		w.put(key(r.tenant, name, c.id), present)
	} else {
		w.del(key(r.tenant, name, c.id))
	}
}

// present is the value of a key that only has to be there.
var present = []byte{1}

// recordOf is the call as it is kept: who it was, without buttons, which are made for the moment.
func (r *room) recordOf(c *live) (*record, error) {
	rec := &record{Call: c.snapshot(), Seen: slices.Sorted(maps.Keys(c.seen)), Over: c.over, Touched: c.touched}
	rec.Call.ID, rec.Call.Chosen = "", nil
	if err := rec.split(r.desk, r.tenant, c.id); err != nil {
		return nil, err
	}
	return rec, nil
}

// split moves what integrations know out of the call and under their own keys.
func (rec *record) split(d *Desk, t tenant.ID, id string) error {
	k := &rec.Call.Known
	all := k.Matches[:min(len(k.Matches), keptMatches)]
	k.Matches, k.Scripts, rec.Parts = []Match{}, []Button{}, nil
	for i, m := range all {
		m.Scripts, m.Fields = []Button{}, nil
		if m.Integration.ID == "" {
			k.Matches = append(k.Matches, m)
			continue
		}
		raw, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("keep a match: %w", err)
		}
		master, err := d.d.Keys.IntegrationKey(t, m.Integration.ID)
		if errors.Is(err, tenant.ErrErased) {
			continue
		}
		if err != nil {
			return fmt.Errorf("keep a match: %w", err)
		}
		sealed := tenant.Seal(derived(master, "ringdex calls "+monthOf(id)), raw, key(t, "call", id))
		rec.Parts = append(rec.Parts, part{m.Integration.ID, i, sealed})
	}
	return nil
}

// join puts back what integrations knew, as far as their keys are still there.
func (rec *record) join(d *Desk, t tenant.ID, id string) {
	for _, p := range rec.Parts {
		raw, err := d.openPart(t, id, p)
		var m Match
		if err != nil || json.Unmarshal(raw, &m) != nil {
			continue
		}
		m.Fields = map[string]string{}
		k := &rec.Call.Known
		k.Matches = slices.Insert(k.Matches, min(p.Place, len(k.Matches)), m)
	}
}

// openPart is what an integration knew, as JSON.
func (d *Desk) openPart(t tenant.ID, id string, p part) ([]byte, error) {
	master, err := d.d.Keys.IntegrationKey(t, p.Integration)
	if err != nil {
		return nil, err
	}
	return tenant.Unseal(derived(master, "ringdex calls "+monthOf(id)), p.Sealed, key(t, "call", id))
}

func (rec *record) put(w *write, d *Desk, t tenant.ID, id string) error {
	raw, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("keep a call: %w", err)
	}
	at := key(t, "call", id)
	sealed, err := d.sealed(t, monthOf(id), at, raw)
	if err != nil {
		return fmt.Errorf("keep a call: %w", err)
	}
	w.put(at, sealed)
	return nil
}

// readRecord opens a kept call.
func (d *Desk) readRecord(t tenant.ID, id string, sealed []byte) (*record, error) {
	raw, err := d.openRecord(t, id, sealed)
	if err != nil {
		return nil, err
	}
	return recordIn(id, raw)
}

// openRecord is a kept call as JSON.
func (d *Desk) openRecord(t tenant.ID, id string, sealed []byte) ([]byte, error) {
	raw, err := d.opened(t, monthOf(id), key(t, "call", id), sealed)
	if err != nil {
		return nil, fmt.Errorf("open a call: %w", err)
	}
	return raw, nil
}

func recordIn(id string, raw []byte) (*record, error) {
	rec := &record{}
	if err := json.Unmarshal(raw, rec); err != nil {
		return nil, fmt.Errorf("open a call: %w", err)
	}
	rec.Call.ID = publicID(id)
	return rec, nil
}

// getRecord reads a kept call, nil if there is none.
func (d *Desk) getRecord(r store.Reader, t tenant.ID, id string) (*record, error) {
	sealed, err := r.Get(key(t, "call", id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return d.readRecord(t, id, sealed)
}

// load brings a call back that is not in memory. The caller holds the room's lock.
func (r *room) load(ctx context.Context, callKey string) (*live, error) {
	if r.routes != nil && r.routes.snapshot.Account.CallHistory() == 0 {
		return nil, nil
	}
	hash, err := r.desk.hashed(r.tenant, "look-up", callKey)
	if err != nil {
		return nil, err
	}
	var c *live
	err = r.desk.d.Store.View(ctx, func(s store.Reader) error {
		id, err := s.Get(key(r.tenant, "id", hash))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		rec, err := r.desk.getRecord(s, r.tenant, string(id))
		if err == nil && rec != nil {
			c = r.revive(string(id), rec)
		}
		return err
	})
	if errors.Is(err, tenant.ErrDamaged) {
		return nil, nil // it is counted by verify; the event begins a new call
	}
	if err != nil {
		return nil, fmt.Errorf("look for a call: %w", err)
	}
	return c, nil
}

// revive makes a kept call one in memory again.
func (r *room) revive(id string, rec *record) *live {
	rec.join(r.desk, r.tenant, id)
	c := &live{
		id: id, call: rec.Call, seen: map[string]bool{}, over: rec.Over, known: rec.Call.Known, touched: rec.Touched,
		indexed: map[string]bool{}, stored: true, open: rec.Call.State.live(), unknown: rec.Unknown || rec.Call.Known.Unknown(),
	}
	for _, one := range rec.Seen {
		c.seen[one] = true
	}
	for _, l := range rec.Call.Legs {
		c.legs = append(c.legs, &leg{Leg: l, key: deviceKey(l.Device)})
		for _, a := range l.Agents {
			c.indexed[string(a.ID)] = true
		}
	}
	c.call.Legs, c.call.Known, c.call.ID = nil, Known{}, ""
	return c
}

// again is what a repeated event waits for: the call as it is may not be durable yet, or have failed to be.
func (c *live) again(r *room) *write {
	if c.pending != nil && c.pending.failed() {
		return r.write(c)
	}
	return c.pending
}

// withoutAgents leaves out whose call it was.
func withoutAgents(c Call) Call {
	c.Agent = ""
	legs := make([]Leg, len(c.Legs))
	for i, l := range c.Legs {
		legs[i] = Leg{State: l.State, Start: l.Start, Answer: l.Answer, End: l.End}
	}
	c.Legs, c.Device, c.Extra = legs, Party{}, nil
	if c.Direction != Inbound { // the caller is one of the tenant's own
		c.Caller = Party{}
	}
	if c.Direction == Internal {
		c.DDI, c.Known = Party{}, Known{Matches: []Match{}, Scripts: []Button{}}
	}
	return c
}

// seenWithoutDevices keeps which kinds of events there were.
func seenWithoutDevices(seen []string) []string {
	out := make([]string, 0, 4)
	for _, one := range seen {
		for _, k := range []Kind{KindRinging, KindAnswered, KindEnded, KindMissed} {
			if len(one) > len(k) && Kind(one[:len(k)]) == k && !slices.Contains(out, string(k)+" ") {
				out = append(out, string(k)+" ")
			}
		}
	}
	return out
}
