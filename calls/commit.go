package calls

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ringdex/ringdex/store"
)

// committer writes what events leave in few transactions: each is synced to the disk, and while one is, the next ones
// gather. Writes are carried out in the order in which they were handed in.
type committer struct {
	store store.Store

	mu      sync.Mutex
	waiting []*write
	wake    chan struct{}
	shut    bool
	done    chan struct{}

	commits, written atomic.Uint64
}

// write is what one event leaves. A nil one is nothing to wait for.
type write struct {
	puts    []store.Pair
	deletes [][]byte
	done    chan struct{}
	err     error
}

// wait returns when the write is durable.
func (w *write) wait(ctx context.Context) error {
	if w == nil {
		return nil
	}
	select {
	case <-w.done:
		if w.err != nil {
			return fmt.Errorf("keep a call: %w", w.err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failed tells whether the write has ended without being durable.
func (w *write) failed() bool {
	select {
	case <-w.done:
		return w.err != nil
	default:
		return false
	}
}

// durable tells whether the write has ended well.
func (w *write) durable() bool {
	select {
	case <-w.done:
		return w.err == nil
	default:
		return false
	}
}

func (w *write) put(key, value []byte) { w.puts = append(w.puts, store.Pair{Key: key, Value: value}) }
func (w *write) del(key []byte)        { w.deletes = append(w.deletes, key) }

func (w *write) size() int {
	n := 0
	for _, p := range w.puts {
		n += len(p.Key) + len(p.Value) + store.PairCost
	}
	for _, k := range w.deletes {
		n += len(k) + store.PairCost
	}
	return n
}

func newCommitter(s store.Store) *committer {
	c := &committer{store: s, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go c.run()
	return c
}

// add hands a write in.
func (c *committer) add(w *write) {
	w.done = make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut {
		w.err = store.ErrClosed
		close(w.done)
		return
	}
	c.waiting = append(c.waiting, w)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// flush returns when everything handed in before is written.
func (c *committer) flush(ctx context.Context) error {
	w := &write{}
	c.add(w)
	return w.wait(ctx)
}

// close writes what waits and refuses more.
func (c *committer) close() {
	c.mu.Lock()
	c.shut = true
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
	<-c.done
}

func (c *committer) run() {
	defer close(c.done)
	for range c.wake {
		for {
			batch, shut := c.next()
			if len(batch) == 0 {
				if shut {
					return
				}
				break
			}
			c.commit(batch)
		}
	}
}

// batchSize keeps a transaction well below what a store takes.
const batchSize = store.MaxUpdate / 2

// next takes what waits, as much as fits one transaction.
func (c *committer) next() (batch []*write, shut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size, n := 0, 0
	for n < len(c.waiting) {
		if size += c.waiting[n].size(); n > 0 && size > batchSize {
			break
		}
		n++
	}
	batch = c.waiting[:n:n]
	if c.waiting = c.waiting[n:]; len(c.waiting) == 0 {
		c.waiting = nil
	}
	return batch, c.shut
}

func (c *committer) commit(batch []*write) {
	err := c.store.Update(context.Background(), func(w store.Writer) error {
		for _, one := range batch {
			for _, p := range one.puts {
				if err := w.Put(p.Key, p.Value); err != nil {
					return err
				}
			}
			for _, key := range one.deletes {
				if err := w.Delete(key); err != nil {
					return err
				}
			}
		}
		return nil
	})
	c.commits.Add(1)
	for _, one := range batch {
		if err == nil {
			c.written.Add(1)
		}
		one.err = err
		close(one.done)
	}
}
