package rest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// maxWait is the longest a request waits for a limit or for a CRM that asked for patience. Where more is asked for, the
// run ends with an error that says when to go on.
const maxWait = 15 * time.Minute

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

// Wait implements [presets.Pace]: a request counts in all its limits at one moment. A rate without a count only waits for
// what [Pacer.Hold] said. Where the next free moment is more than 15 minutes away, as with a daily quota that is used up,
// it does not wait but returns a *presets.Error with RetryAfter.
func (p *Pacer) Wait(ctx context.Context, shares ...presets.Share) error {
	for {
		d, by := p.reserve(shares)
		if d <= 0 {
			return ctx.Err()
		}
		if d > maxWait {
			return &presets.Error{
				Op: wording.New("rest.wait_crm_limit", "wait for the CRM's limit"), Text: wording.New("rest.what_may_used_value_valueb", "what may be used of {Value} in {ValueB} is used up", "Value", by.Limit.Count, "ValueB", by.Limit.Every),
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

// reserve counts one request in all its limits, or says how long to wait before asking again, and which limit says so.
func (p *Pacer) reserve(shares []presets.Share) (longest time.Duration, by presets.Rate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	windows := make([]*window, len(shares))
	for i, s := range shares {
		d := p.heldFor(s.Key, now)
		if s.Rate.Limit.Count > 0 {
			windows[i] = p.window(s, now)
			d = max(d, windows[i].wait(now, cost(s.Rate), allowed(s.Rate)))
		}
		if d > longest {
			longest, by = d, s.Rate
		}
	}
	if longest > 0 {
		return longest, by
	}
	for i, w := range windows {
		if w != nil {
			w.take(now, cost(shares[i].Rate), allowed(shares[i].Rate))
		}
	}
	return 0, by
}

func (p *Pacer) heldFor(key string, now time.Time) time.Duration {
	until, ok := p.held[key]
	if ok && !now.Before(until) {
		delete(p.held, key)
	}
	return max(until.Sub(now), 0)
}

func (p *Pacer) window(s presets.Share, now time.Time) *window {
	name := fmt.Sprintf("%s %d/%s", s.Key, allowed(s.Rate), s.Rate.Limit.Every)
	w := p.windows[name]
	if w == nil {
		p.forget(now)
		w = &window{every: s.Rate.Limit.Every + margin(s.Rate.Limit.Every)}
		p.windows[name] = w
	}
	return w
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
