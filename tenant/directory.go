package tenant

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/tenant/signin"
)

// Directory is everything about the customers. It is safe for concurrent use; one process has one.
type Directory struct {
	store    store.Store
	keys     *Keyring
	now      func() time.Time
	hasher   *signin.Hasher
	backoff  *signin.Backoff
	operator ID
	auditKey []byte
	schemes  []string

	access    accessTable
	snapshots snapshotCache
	changed   atomic.Pointer[func(ID)] // who wants to know
	usage     sync.Mutex               // one flush at a time
	reload    sync.Mutex               // one reload of keys at a time
}

// Deps is what a directory stands on.
type Deps struct {
	Store  store.Store
	Keys   *Keyring
	Now    func() time.Time // nil: time.Now
	Hasher *signin.Hasher   // nil: one with signin.DefaultCost

	Schemes []string // further URL schemes the operator enabled for scripts, such as msteams
}

// Open reads or founds the directory: it checks the format, makes the operator account in an empty store, loads the hashes
// of all keys, and destroys the keys of what a crash left half removed. Data of a later format is [ErrNewer], untouched.
func Open(ctx context.Context, deps Deps) (*Directory, error) {
	d := &Directory{store: deps.Store, keys: deps.Keys, now: deps.Now, hasher: deps.Hasher, schemes: deps.Schemes}
	if d.now == nil {
		d.now = time.Now
	}
	if d.hasher == nil {
		d.hasher = signin.NewHasher(signin.DefaultCost())
	}
	d.backoff = signin.NewBackoff(d.now)
	if err := d.readFormat(ctx); err != nil {
		return nil, err
	}
	key, err := d.keys.TenantKey(d.operator)
	if err != nil {
		return nil, fmt.Errorf("the key files do not belong to this data: operator's %w", err)
	}
	d.auditKey = derive(key[:], "ringdex audit log", 32)
	if err := d.finishErasures(ctx); err != nil {
		return nil, err
	}
	return d, d.loadAccess(ctx)
}

// Operator returns the id of the operator's account, which every installation has exactly one of.
func (d *Directory) Operator() ID { return d.operator }

func (d *Directory) view(ctx context.Context, fn func(view) error) error {
	return d.store.View(ctx, func(r store.Reader) error { return fn(view{d, r}) })
}

// note is what a change leaves in the audit log. Details are names, never values.
type note struct {
	Action  string // "key.add"
	Object  string // id of what was changed
	Name    string // of the object, for people; sealed
	Details []string
}

// change runs fn in one transaction with the check of the actor's rights before and the audit entry after it, and makes the
// account's next [Directory.Snapshot] a new one. fn may run again.
func (d *Directory) change(ctx context.Context, by Actor, account ID, what Action, fn func(tx) (note, error)) error {
	var revision uint64
	err := d.store.Update(ctx, func(w store.Writer) error {
		t := tx{view{d, w}, w}
		if err := t.authorise(by, account, what); err != nil {
			return err
		}
		n, err := fn(t)
		if err != nil {
			return err
		}
		revision, err = t.log(account, by, n)
		return err
	})
	if err != nil {
		return err
	}
	d.touch(account, revision)
	return nil
}

// touch makes what is kept of an account old, and tells who wants to know.
func (d *Directory) touch(account ID, revision uint64) {
	d.snapshots.touch(account, revision)
	if told := d.changed.Load(); told != nil {
		(*told)(account)
	}
}

// OnChange lets told hear of each account that has changed, from now on; it must return at once. There is one such listener.
func (d *Directory) OnChange(told func(ID)) { d.changed.Store(&told) }

// changeOwn is change for what everybody may do with what is theirs.
func (d *Directory) changeOwn(ctx context.Context, by Actor, account ID, fn func(tx) (note, error)) error {
	return d.update(ctx, account, func(t tx) error {
		n, err := fn(t)
		if err != nil {
			return err
		}
		_, err = t.log(account, by, n)
		return err
	})
}

// update is for what the server does by itself: no rights, no audit entry, but a new revision. fn may run again.
func (d *Directory) update(ctx context.Context, account ID, fn func(tx) error) error {
	var revision uint64
	err := d.store.Update(ctx, func(w store.Writer) error {
		t := tx{view{d, w}, w}
		if _, err := t.liveNode(account); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
		var err error
		revision, err = t.bump(account)
		return err
	})
	if err != nil {
		return err
	}
	d.touch(account, revision)
	return nil
}

// live is what reading functions begin with: the account exists.
func (d *Directory) live(ctx context.Context, account ID, fn func(view) error) error {
	return d.view(ctx, func(v view) error {
		if _, err := v.liveNode(account); err != nil {
			return err
		}
		return fn(v)
	})
}
