package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/store"
)

var (
	// ErrRunning means that the integration is being synchronised already.
	ErrRunning = errors.New("a run is under way")
	// ErrLeaseLost means that another run took over; whoever gets it may publish and write nothing more.
	ErrLeaseLost = errors.New("lease lost")
)

const (
	leaseLife = time.Minute
	heartbeat = 15 * time.Second
)

// lease is the right to run one integration. The fence grows with each holder, so that writes of an earlier one, which
// slept through its expiry, are told apart and refused.
type lease struct {
	Owner   string    `json:"owner,omitempty"` // "" is free
	Fence   uint64    `json:"fence"`
	Run     RunID     `json:"run,omitempty"`
	Expires time.Time `json:"expires"`
}

// leases hands out leases of one store to one process.
type leases struct {
	store store.Store
	owner string
	alone bool // no other process can hold one
	now   func() time.Time
}

// take gives the lease of an integration to run, or an error that wraps ErrRunning. The lease before is returned too: a
// run it still names was interrupted.
func (ls leases) take(ctx context.Context, in cache.Ref, run RunID) (taken, before lease, err error) {
	err = ls.store.Update(ctx, func(w store.Writer) error {
		old, _, err := get[lease](w, leaseKey(in))
		if err != nil {
			return err
		}
		now := ls.now()
		if ls.held(old, now) {
			return fmt.Errorf("take lease of %s: %w: %s", in.Integration, ErrRunning, old.Run)
		}
		before = old
		taken = lease{Owner: ls.owner, Fence: old.Fence + 1, Run: run, Expires: now.Add(leaseLife)}
		return put(w, leaseKey(in), taken)
	})
	return taken, before, err
}

// held tells whether somebody who may still be at work has a lease.
func (ls leases) held(l lease, now time.Time) bool {
	return l.Owner != "" && now.Before(l.Expires) && (!ls.alone || l.Owner == ls.owner)
}

// update runs fn in one transaction with the proof that the lease is still held.
func (ls leases) update(ctx context.Context, in cache.Ref, held lease, fn func(store.Writer) error) error {
	return ls.store.Update(ctx, func(w store.Writer) error {
		now, _, err := get[lease](w, leaseKey(in))
		if err != nil {
			return err
		}
		if now.Fence != held.Fence || now.Owner != held.Owner {
			return fmt.Errorf("%s of %s: %w", held.Run, in.Integration, ErrLeaseLost)
		}
		return fn(w)
	})
}

// renew moves the lease's end ahead.
func (ls leases) renew(ctx context.Context, in cache.Ref, held lease) error {
	return ls.update(ctx, in, held, func(w store.Writer) error {
		held.Expires = ls.now().Add(leaseLife)
		return put(w, leaseKey(in), held)
	})
}

// release frees the lease within a transaction of update; the fence stays.
func release(w store.Writer, in cache.Ref, held lease) error {
	return put(w, leaseKey(in), lease{Fence: held.Fence})
}
