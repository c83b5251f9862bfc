package badgerkv

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/ringdex/ringdex/store"
)

// tries and longestPause bound an Update that keeps meeting other writers: about half a second in all.
const (
	tries        = 50
	longestPause = 20 * time.Millisecond
)

// control is a store.Store on plain Badger.
type control struct {
	db   *badger.DB
	disk disk
	gate *gate
}

// Open opens the store in a folder, or an empty one where there is none. Errors wrap store.ErrInUse, store.ErrNewer,
// store.ErrDamaged or store.ErrUnsuitable and say what to do next.
func Open(dir string, o Options) (store.Store, error) {
	opt := o.badger(dir, o.memTable(storeMemTable)).WithDetectConflicts(true)
	db, err := storeKind().open(dir, opt, badger.Open)
	if err != nil {
		return nil, err
	}
	return &control{db: db, disk: disk{dir: dir, minFree: o.MinFree}, gate: newGate()}, nil
}

func (c *control) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := c.enter(ctx); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer c.gate.leave()
	txn := c.db.NewTransaction(false)
	defer txn.Discard()
	return fn(reader{txn: txn})
}

func (c *control) Update(ctx context.Context, fn func(store.Writer) error) error {
	if err := c.disk.writable(); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	for try := range tries {
		err := c.try(ctx, fn)
		if !errors.Is(err, errAgain) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return fmt.Errorf("update: %w", err)
		}
	}
	return fmt.Errorf("update: %d tries: %w", tries, store.ErrConflict)
}

// errAgain is how one try says that it met another writer. It is not store.ErrConflict, because fn may return that.
var errAgain = errors.New("try again")

// try runs fn once and commits.
func (c *control) try(ctx context.Context, fn func(store.Writer) error) error {
	if err := c.enter(ctx); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	defer c.gate.leave()
	txn := c.db.NewTransaction(true)
	defer txn.Discard()
	if err := fn(&writer{reader: reader{txn: txn, paged: true}}); err != nil {
		return err
	}
	err := txn.Commit()
	if errors.Is(err, badger.ErrConflict) {
		return errAgain
	}
	if err != nil {
		return fmt.Errorf("update: commit: %w", translate(err))
	}
	return nil
}

func (c *control) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.gate.enter()
}

// pause waits a random time up to a bound that doubles with each try.
func pause(ctx context.Context, try int) error {
	bound := min(time.Millisecond<<min(try, 10), longestPause)
	timer := time.NewTimer(rand.N(bound))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *control) Close() error {
	if !c.gate.shut() {
		return nil
	}
	if err := c.db.Close(); err != nil {
		return fmt.Errorf("close %s: %w", c.disk.dir, err)
	}
	return nil
}
