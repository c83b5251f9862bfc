package badgerkv

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"github.com/ringdex/ringdex/store"
)

// bulk is a store.Table on Badger in managed mode, where the caller gives the timestamps: reading takes no part in
// Badger's own clock, which costs one read in a hundred 30 µs.
type bulk struct {
	db        *badger.DB
	disk      disk
	gate      *gate
	pace      *pace
	checks    sync.WaitGroup // verifyLater
	piece     int            // bytes of a batch's transaction, below Badger's limit of 15 % of a memory table
	forgotten atomic.Uint64  // store.Version

	mu     sync.Mutex
	next   store.Version          // the newest version given out
	latest store.Version          // the newest committed one
	open   map[store.Version]bool // by batches
}

// OpenTable opens the table in a folder, or an empty one where there is none. Errors are those of Open.
func OpenTable(dir string, o Options) (store.Table, error) {
	opt := o.badger(dir, o.memTable(tableMemTable)).WithDetectConflicts(false)
	var later map[uint64]badger.TableManifest
	if o.VerifyLater {
		opt = opt.WithChecksumVerificationMode(options.NoVerification)
		later, _ = listed(dir, opt) // what is wrong with the list, opening tells
	}
	db, err := tableKind().open(dir, opt, badger.OpenManaged)
	if err != nil {
		return nil, err
	}
	t := &bulk{
		db: db, disk: disk{dir: dir, minFree: o.MinFree}, gate: newGate(), pace: newPace(o.pace()),
		piece: int(opt.MemTableSize / 10), open: map[store.Version]bool{},
	}
	if err := t.recall(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	t.checks.Go(func() { t.verifyLater(later, o.log()) })
	return t, nil
}

// recall reads from the table's own keys where it was.
func (t *bulk) recall() error {
	var forgotten store.Version
	for key, v := range map[string]*store.Version{pieceKey: &t.next, latestKey: &t.latest, forgottenKey: &forgotten} {
		ts, err := t.newest(key, math.MaxUint64)
		if err != nil {
			return fmt.Errorf("recall versions of %s: %w", t.disk.dir, err)
		}
		*v, _ = split(ts)
	}
	t.forgotten.Store(uint64(forgotten))
	if forgotten > 0 {
		t.db.SetDiscardTs(readStamp(forgotten))
	}
	return nil
}

// newest is the highest timestamp up to a limit at which a key was written, 0 if never.
func (t *bulk) newest(key string, limit uint64) (uint64, error) {
	txn := t.db.NewTransactionAt(limit, false)
	defer txn.Discard()
	item, err := txn.Get([]byte(key))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, translate(err)
	}
	return item.Version(), nil
}

func (t *bulk) Get(key []byte, at store.Version, fn func(value []byte) error) error {
	if err := t.begin(at); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	defer t.gate.leave()
	if len(key) == 0 {
		return store.ErrNotFound
	}
	txn := t.db.NewTransactionAt(readStamp(at), false)
	defer txn.Discard()
	item, err := careful(txn, key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return store.ErrNotFound // an unknown caller is the usual case: no new error
	}
	if err != nil {
		return fmt.Errorf("get: %w", translate(err))
	}
	return item.Value(fn)
}

// careful turns a panic of Badger on a garbled block into an error.
func careful(txn *badger.Txn, key []byte) (item *badger.Item, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v: %s", store.ErrDamaged, p, tableKind().rescue)
		}
	}()
	return txn.Get(key)
}

// begin lets a reader in.
func (t *bulk) begin(at store.Version) error {
	if uint64(at) < t.forgotten.Load() {
		return store.ErrForgotten
	}
	t.pace.noticeRead()
	return t.gate.enter()
}

func (t *bulk) Scan(prefix []byte, at store.Version) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		if err := t.begin(at); err != nil {
			yield(store.Item{}, fmt.Errorf("scan: %w", err))
			return
		}
		defer t.gate.leave()
		txn := t.db.NewTransactionAt(readStamp(at), false)
		defer txn.Discard()
		walk(txn, prefix, yield)
	}
}

// walk yields what is below a prefix, without copies.
func walk(txn *badger.Txn, prefix []byte, yield func(store.Item, error) bool) {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	more := true
	for it.Seek(prefix); more && it.ValidForPrefix(prefix); it.Next() {
		item := it.Item()
		if hidden(item.Key()) {
			continue
		}
		err := item.Value(func(value []byte) error {
			more = yield(store.Item{Key: item.Key(), Value: value}, nil)
			return nil
		})
		if err != nil {
			yield(store.Item{}, fmt.Errorf("scan: %w", translate(err)))
			return
		}
	}
}

// Forget writes the version down before it tells Badger, so that what compaction has dropped is never asked for after a
// reopen either.
func (t *bulk) Forget(before store.Version) error {
	if err := t.gate.enter(); err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	defer t.gate.leave()
	t.mu.Lock()
	defer t.mu.Unlock()
	before = min(before, t.next)
	if uint64(before) <= t.forgotten.Load() {
		return nil
	}
	if err := t.note(forgottenKey, stamp(before, 0)); err != nil {
		return fmt.Errorf("forget below %d: %w", before, err)
	}
	t.forgotten.Store(uint64(before))
	t.db.SetDiscardTs(readStamp(before))
	return nil
}

// note writes one of the table's own keys at a timestamp.
func (t *bulk) note(key string, ts uint64) error {
	if err := t.disk.writable(); err != nil {
		return err
	}
	txn := t.db.NewTransactionAt(ts, true)
	defer txn.Discard()
	if err := txn.Set([]byte(key), nil); err != nil {
		return translate(err)
	}
	return translate(txn.CommitAt(ts, nil))
}

func (t *bulk) Latest() store.Version {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest
}

func (t *bulk) Close() error {
	if !t.gate.shut() {
		return nil
	}
	t.checks.Wait()
	if err := t.db.Close(); err != nil {
		return fmt.Errorf("close %s: %w", t.disk.dir, err)
	}
	return nil
}
