package tenant

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// An API key as a text: what it is, and 160 random bits. The first characters identify it in lists.
const (
	keyMark    = "rdx_"
	keyRandom  = 20
	keyLength  = len(keyMark) + keyRandom*8/5
	prefixShow = len(keyMark) + 4
)

type keyHash [sha256.Size]byte

func newKeyText() string {
	var random [keyRandom]byte
	_, _ = rand.Read(random[:]) // crypto/rand.Read never returns an error
	return keyMark + idText.EncodeToString(random[:])
}

// hashKey is plain SHA-256: the text is random, so there is nothing to guess that a slow hash would protect.
func hashKey(text string) keyHash { return sha256.Sum256([]byte(text)) }

// accessTable maps the hashes of all usable keys. Reading takes no lock: each part is replaced whole when it changes.
type accessTable struct {
	parts [256]atomic.Pointer[map[keyHash]*usable]

	mu      sync.Mutex // held by changes
	tenants map[ID][]keyHash
}

// usable is a key in memory, with what is counted there.
type usable struct {
	Access
	used   atomic.Int64 // Unix seconds, 0 = not since the start
	stored atomic.Int64 // what the store knows
}

// Access returns what a presented key is good for. It is a look-up by hash: nothing in its time depends on how much of a key was
// right. It takes no lock and allocates nothing. Revoked keys and keys of suspended or removed tenants are unknown as soon as
// the call that made them so has returned.
func (d *Directory) Access(presented string) (Access, bool) {
	if len(presented) != keyLength {
		return Access{}, false
	}
	var text [keyLength]byte // the conversion to a slice would allocate
	copy(text[:], presented)
	hash := keyHash(sha256.Sum256(text[:]))
	part := d.access.parts[hash[0]].Load()
	if part == nil {
		return Access{}, false
	}
	key, ok := (*part)[hash]
	if !ok {
		return Access{}, false
	}
	if now := d.now().Unix(); key.used.Load() != now {
		key.used.Store(now)
	}
	return key.Access, true
}

// replace makes keys all the usable ones of a tenant.
func (a *accessTable) replace(t ID, keys map[keyHash]*usable) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tenants == nil {
		a.tenants = map[ID][]keyHash{}
	}
	gone := a.tenants[t]
	delete(a.tenants, t)
	for _, hash := range gone {
		if _, stays := keys[hash]; !stays {
			a.set(hash, nil)
		}
	}
	for hash, key := range keys {
		a.set(hash, key)
		a.tenants[t] = append(a.tenants[t], hash)
	}
}

// set replaces the part of a hash by one with that key, or without it if key is nil.
func (a *accessTable) set(hash keyHash, key *usable) {
	part := &a.parts[hash[0]]
	next := map[keyHash]*usable{}
	if old := part.Load(); old != nil {
		next = maps.Clone(*old)
		if was := (*old)[hash]; was != nil && key != nil {
			key.used.Store(max(key.used.Load(), was.used.Load()))
			key.stored.Store(max(key.stored.Load(), was.stored.Load()))
		}
	}
	if key == nil {
		delete(next, hash)
	} else {
		next[hash] = key
	}
	part.Store(&next)
}

// find returns the key of a hash without counting it as used.
func (a *accessTable) find(hash keyHash) *usable {
	if part := a.parts[hash[0]].Load(); part != nil {
		return (*part)[hash]
	}
	return nil
}

// loadAccess reads the keys of every account.
func (d *Directory) loadAccess(ctx context.Context) error {
	return d.view(ctx, func(v view) error {
		nodes, err := v.nodes()
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if n.Kind != KindTenant {
				continue
			}
			keys, err := v.usableKeys(n)
			if err != nil {
				return err
			}
			d.access.replace(n.ID, keys)
		}
		return nil
	})
}

// reloadAccess reads the keys of one account again. It is called after each change that may concern them, one at a time, so that
// the last to read is the last to write. If they cannot be read, none of them works: one of them may have been revoked.
func (d *Directory) reloadAccess(ctx context.Context, t ID) error {
	d.reload.Lock()
	defer d.reload.Unlock()
	err := d.readAccess(ctx, t)
	if err != nil {
		d.access.replace(t, nil)
	}
	return err
}

func (d *Directory) readAccess(ctx context.Context, t ID) error {
	// Whoever revokes must not be undone by a request that was cancelled meanwhile.
	return d.view(context.WithoutCancel(ctx), func(v view) error {
		n, err := v.node(t)
		if err != nil {
			return err
		}
		keys, err := v.usableKeys(n)
		if err != nil {
			return err
		}
		d.access.replace(t, keys)
		return nil
	})
}

func (v view) usableKeys(n node) (map[keyHash]*usable, error) {
	if n.Suspended || !n.Removed.IsZero() {
		return nil, nil
	}
	records, err := list[keyRecordOf](v, n.ID, placeKey)
	if err != nil {
		return nil, err
	}
	keys := make(map[keyHash]*usable, len(records))
	for _, r := range records {
		if len(r.Hash) != sha256.Size {
			return nil, ErrDamaged
		}
		keys[keyHash(r.Hash)] = &usable{Access: r.Key.access()}
	}
	return keys, nil
}

func (k Key) access() Access {
	return Access{Key: k.ID, Tenant: k.Tenant, System: k.System, Person: k.Person, Scopes: k.Scopes, Rate: k.Rate, URLKey: k.URLKey}
}

// usageStep is how exactly the store knows when a key was last used. Memory knows it to the second.
const usageStep = 15 * time.Minute

// FlushUsage stores when keys were last used, where the store is behind by more than a quarter of an hour. The caller runs it
// every minute and before it ends.
func (d *Directory) FlushUsage(ctx context.Context) error {
	d.usage.Lock()
	defer d.usage.Unlock()
	for t, keys := range d.access.behind(usageStep) {
		err := d.store.Update(ctx, d.writeUsage(t, keys))
		if err != nil {
			return err
		}
		for _, key := range keys {
			key.stored.Store(key.used.Load())
		}
	}
	return nil
}
