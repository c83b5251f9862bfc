package badgerkv

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// pace slows the writing of all batches of a table down while the table is being read, because on few cores the
// compaction that follows an unbounded load stalls single reads for 0.1 s and more. A first sync at night runs free.
type pace struct {
	read    atomic.Bool // since it was last looked at
	limiter *rate.Limiter

	mu     sync.Mutex
	seen   time.Time // when a read was last noticed
	looked time.Time
}

const (
	quiet = time.Second           // without a read for so long, nobody is disturbed
	look  = 10 * time.Millisecond // between two looks
)

// newPace returns a pace of so many entries a second; a negative one never waits.
func newPace(perSecond int) *pace {
	limit := rate.Limit(perSecond)
	if perSecond < 0 {
		limit = rate.Inf
	}
	return &pace{limiter: rate.NewLimiter(limit, step)}
}

// noticeRead is on the way of every read: it writes shared memory only when that was reset.
func (p *pace) noticeRead() {
	if !p.read.Load() {
		p.read.Store(true)
	}
}

// wait blocks until n more entries, at most step, may be written.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.limiter.Limit() == rate.Inf || !p.disturbs() {
		return ctx.Err()
	}
	return p.limiter.WaitN(ctx, n)
}

// disturbs reports whether the table was read within the last second.
func (p *pace) disturbs() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.Sub(p.looked) >= look {
		p.looked = now
		if p.read.Swap(false) {
			p.seen = now
		}
	}
	return time.Since(p.seen) < quiet
}
