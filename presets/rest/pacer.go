package rest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// maxWait is the longest a request waits for a limit or for a CRM that asked for patience. Where more is asked for, the
// run ends with an error that says when to go on.
const maxWait = 15 * time.Minute

// slots bound the memory of a window with a large count.
const slots = 128

// Pacer keeps limits exactly: in no stretch of time as long as a limit's are there more requests than it allows. It is
// safe for concurrent use and shared by all connections of a process.
type Pacer struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu      sync.Mutex
	windows map[string]*window
	held    map[string]time.Time
	sweep   int // windows at which what is over is dropped
}

var _ presets.Pace = (*Pacer)(nil)

// NewPacer makes a pacer on a clock.
func NewPacer(now func() time.Time, sleep func(context.Context, time.Duration) error) *Pacer {
	return &Pacer{now: now, sleep: sleep, windows: map[string]*window{}, held: map[string]time.Time{}, sweep: 1024}
}

// Wait implements [presets.Pace]; a rate without a count only waits for what [Pacer.Hold] said. Where the next free moment is more than 15 minutes away, as with a daily quota that is
// used up, it does not wait but returns a *presets.Error with RetryAfter.
func (p *Pacer) Wait(ctx context.Context, key string, rate presets.Rate) error {
	for {
		d := p.reserve(key, rate)
		if d <= 0 {
			return ctx.Err()
		}
		if d > maxWait {
			return &presets.Error{
				Op: "wait for the CRM's limit", Text: fmt.Sprintf("%d requests in %s are used up", allowed(rate), rate.Limit.Every),
				Retry: true, RetryAfter: d,
			}
		}
		if err := p.sleep(ctx, d); err != nil {
			return err
		}
	}
}

// Hold implements [presets.Pace].
func (p *Pacer) Hold(key string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.held[key]) {
		p.held[key] = until
	}
}

// reserve counts one request, or says how long to wait before asking again.
func (p *Pacer) reserve(key string, rate presets.Rate) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if until := p.held[key]; now.Before(until) {
		return until.Sub(now)
	}
	delete(p.held, key)
	if rate.Limit.Count == 0 {
		return 0
	}
	name := fmt.Sprintf("%s %d/%s", key, allowed(rate), rate.Limit.Every)
	w := p.windows[name]
	if w == nil {
		p.forget(now)
		w = &window{every: rate.Limit.Every + margin(rate.Limit.Every)}
		p.windows[name] = w
	}
	return w.take(now, allowed(rate))
}

// forget drops what is over, each time there is twice as much as after the last time.
func (p *Pacer) forget(now time.Time) {
	if len(p.windows) < p.sweep {
		return
	}
	maps.DeleteFunc(p.windows, func(_ string, w *window) bool {
		w.expire(now)
		return w.count == 0
	})
	maps.DeleteFunc(p.held, func(_ string, until time.Time) bool { return !now.Before(until) })
	p.sweep = max(1024, 2*len(p.windows))
}

// margin makes up for requests that travel for different times.
func margin(every time.Duration) time.Duration { return min(every/50, 500*time.Millisecond) }

// allowed is a limit without the part left to others.
func allowed(r presets.Rate) int {
	return max(1, r.Limit.Count*(100-int(r.Leave))/100)
}

// window remembers the requests of one stretch of time, in order.
type window struct {
	every  time.Duration
	recent []batch
	count  int
}

// batch is requests that came closely together.
type batch struct {
	first, last time.Time
	n           int
}

// expire drops requests that are longer ago than the stretch.
func (w *window) expire(now time.Time) {
	for len(w.recent) > 0 && !now.Before(w.recent[0].last.Add(w.every)) {
		w.count -= w.recent[0].n
		w.recent = w.recent[1:]
	}
}

// take counts a request if fewer than limit happened within the stretch; otherwise it says how long until one may.
func (w *window) take(now time.Time, limit int) time.Duration {
	w.expire(now)
	if w.count >= limit {
		return w.recent[0].last.Add(w.every).Sub(now)
	}
	w.count++
	if end := len(w.recent) - 1; end >= 0 && limit > slots && now.Sub(w.recent[end].first) < w.every/slots {
		w.recent[end].last = now
		w.recent[end].n++
		return 0
	}
	w.recent = append(w.recent, batch{first: now, last: now, n: 1})
	return 0
}
