package tenant

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/wording"
)

// keyRecordOf is an API key as stored: with its hash, without its text.
type keyRecordOf struct {
	Key  Key    `json:"key"`
	Hash []byte `json:"hash"`
}

// keyUse is when a key was last used, kept apart so that noting it does not touch the key.
type keyUse struct {
	Last time.Time `json:"last"`
}

// AddKey makes an API key of a phone system (of the default one if k.System is ""). The text is returned here and nowhere
// else. Name, Tenant, System, Scopes, Rate (0 = not limited) and URLKey are the caller's to set; a key of scope pop always is a
// URL key.
func (d *Directory) AddKey(ctx context.Context, by Actor, k Key) (Key, string, error) {
	k.Person = ""
	k, text, hash, err := d.newKey(ctx, k)
	if err != nil {
		return Key{}, "", err
	}
	err = d.change(ctx, by, k.Tenant, ManageKeys, func(tx tx) (note, error) { return tx.addKey(k, hash) })
	if err != nil {
		return Key{}, "", err
	}
	return k, text, d.reloadAccess(ctx, k.Tenant)
}

// newKey makes a key that is not stored yet.
func (d *Directory) newKey(ctx context.Context, k Key) (Key, string, keyHash, error) {
	k.URLKey = k.URLKey || k.Scopes.Has(ScopePop)
	if err := k.checkNew(); err != nil {
		return Key{}, "", keyHash{}, err
	}
	text := newKeyText()
	k.ID, k.Prefix, k.Created, k.LastUsed = newKeyID(), text[:prefixShow], d.now().UTC(), time.Time{}
	if k.System == "" {
		s, err := d.FindSystem(ctx, k.Tenant, DefaultSystem)
		if err != nil {
			return Key{}, "", keyHash{}, err
		}
		k.System = s.ID
	}
	return k, text, hashKey(text), nil
}

func (t tx) addKey(k Key, hash keyHash) (note, error) {
	if _, err := t.system(k.Tenant, k.System); err != nil {
		return note{}, err
	}
	n := note{Action: "key.add", Object: string(k.ID), Name: k.Name, Details: k.Scopes.List()}
	return n, t.put(k.Tenant, place(k.Tenant, placeKey, string(k.ID)), keyRecordOf{Key: k, Hash: hash[:]})
}

func (k Key) checkNew() error {
	switch {
	case k.Scopes == 0:
		return wording.Errorf(ErrInvalid, "tenant.key_needs_scope", "a key needs a scope")
	case k.URLKey && k.Scopes != ScopeMatch && k.Scopes != ScopeCalls && k.Scopes != ScopePop:
		return wording.Errorf(ErrInvalid, "tenant.url_key_has_exactly_one", "a URL key has exactly one scope: match, calls or pop")
	case k.Rate < 0 || math.IsNaN(k.Rate) || math.IsInf(k.Rate, 0):
		return wording.Errorf(ErrInvalid, "tenant.rate_must_0_not_limited", "the rate must be 0 (not limited) or more requests per second")
	case len(k.Name) > 100:
		return wording.Errorf(ErrInvalid, "tenant.name_key_has_most_100", "the name of a key has at most 100 bytes")
	}
	return nil
}

// RevokeKey ends a key: when it returns, [Directory.Access] does not know it.
func (d *Directory) RevokeKey(ctx context.Context, by Actor, t ID, id KeyID) error {
	if err := id.check(); err != nil {
		return err
	}
	err := d.change(ctx, by, t, ManageKeys, func(tx tx) (note, error) {
		r, err := get[keyRecordOf](tx.view, t, place(t, placeKey, string(id)))
		if err != nil {
			return note{}, fmt.Errorf("key %s: %w", id, err)
		}
		return tx.dropKey(r.Key)
	})
	if err != nil {
		return err
	}
	return d.reloadAccess(ctx, t)
}

func (t tx) dropKey(k Key) (note, error) {
	n := note{Action: "key.revoke", Object: string(k.ID), Name: k.Name}
	return n, t.remove(place(k.Tenant, placeKey, string(k.ID)), place(k.Tenant, placeUsed, string(k.ID)))
}

// Keys returns the keys of a tenant, with when they were last used.
func (d *Directory) Keys(ctx context.Context, t ID) ([]Key, error) {
	var out []Key
	err := d.live(ctx, t, func(v view) error {
		records, err := list[keyRecordOf](v, t, placeKey)
		if err != nil {
			return err
		}
		out = make([]Key, 0, len(records))
		for _, r := range records {
			k := r.Key
			if use, err := get[keyUse](v, t, place(t, placeUsed, string(k.ID))); err == nil {
				k.LastUsed = use.Last
			}
			if u := d.access.find(keyHash(r.Hash)); u != nil && u.used.Load() > max(0, k.LastUsed.Unix()) {
				k.LastUsed = time.Unix(u.used.Load(), 0).UTC()
			}
			out = append(out, k)
		}
		return nil
	})
	return out, err
}

// behind returns the keys whose last use the store does not know nearly enough, by tenant.
func (a *accessTable) behind(step time.Duration) map[ID][]*usable {
	out := map[ID][]*usable{}
	for i := range a.parts {
		part := a.parts[i].Load()
		if part == nil {
			continue
		}
		for _, u := range *part {
			if u.used.Load()-u.stored.Load() >= int64(step.Seconds()) {
				out[u.Tenant] = append(out[u.Tenant], u)
			}
		}
	}
	return out
}

// writeUsage is the transaction that stores when the tenant's keys were last used. A key revoked meanwhile is left out.
func (d *Directory) writeUsage(t ID, keys []*usable) func(store.Writer) error {
	return func(w store.Writer) error {
		tx := tx{view{d, w}, w}
		if _, err := tx.liveNode(t); err != nil {
			return nil //nolint:nilerr // an erased tenant has no use
		}
		for _, u := range keys {
			if _, err := w.Get([]byte(place(t, placeKey, string(u.Key)))); err != nil {
				continue
			}
			use := keyUse{Last: time.Unix(u.used.Load(), 0).UTC()}
			if err := tx.put(t, place(t, placeUsed, string(u.Key)), use); err != nil {
				return err
			}
		}
		return nil
	}
}
