package badgerkv

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/ringdex/ringdex/store"
)

// gate lets users in until it is shut, and shutting waits for those inside. Badger unmaps its files when it closes, so a
// reader still in it would take the process down. Going in twice does not deadlock, as it would with a RWMutex.
type gate struct {
	inside atomic.Int64 // users, and closing once it is shut
	once   sync.Once
	empty  chan struct{}
}

const closing = math.MinInt64 / 2

func newGate() *gate { return &gate{empty: make(chan struct{})} }

func (g *gate) enter() error {
	if g.inside.Add(1) < 0 {
		g.leave()
		return store.ErrClosed
	}
	return nil
}

func (g *gate) leave() {
	if g.inside.Add(-1) == closing {
		g.once.Do(func() { close(g.empty) })
	}
}

func (g *gate) closed() bool { return g.inside.Load() < 0 }

// shut reports whether this call was the first, after everybody has left.
func (g *gate) shut() bool {
	for {
		n := g.inside.Load()
		if n < 0 {
			<-g.empty
			return false
		}
		if g.inside.CompareAndSwap(n, n+closing) {
			if n == 0 {
				g.once.Do(func() { close(g.empty) })
			}
			<-g.empty
			return true
		}
	}
}
