package setup

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/ringdex/ringdex/presets"
)

// Pace holds requests to the limits of CRMs; connections that share a limit share a key. It keeps limits of one process:
// where several serve one app, each needs its share.
type Pace struct {
	mu   sync.Mutex
	held map[string]time.Time
	all  map[paceKey]*rate.Limiter
}

type paceKey struct {
	key  string
	rate presets.Rate
}

// NewPace returns a Pace in which nobody has asked yet.
func NewPace() *Pace {
	return &Pace{held: map[string]time.Time{}, all: map[paceKey]*rate.Limiter{}}
}

var _ presets.Pace = (*Pace)(nil)

// longWindow is from where on a limit is a budget rather than a speed: 100,000 a day may be used in an hour.
const longWindow = time.Hour

// Wait returns when one more request fits.
func (p *Pace) Wait(ctx context.Context, key string, r presets.Rate) error {
	limiter, until := p.limiter(key, r)
	if wait := time.Until(until); wait > 0 {
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return limiter.Wait(ctx)
}

// Hold lets nobody with this key through before until.
func (p *Pace) Hold(key string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.held[key]) {
		p.held[key] = until
	}
}

func (p *Pace) limiter(key string, r presets.Rate) (*rate.Limiter, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := paceKey{key, r}
	l, ok := p.all[k]
	if !ok {
		l = newLimiter(r)
		p.all[k] = l
	}
	return l, p.held[key]
}

// newLimiter spaces requests evenly within short windows, so that no window of that length ever holds more. Of a long one half
// may be used at once and the other half comes back evenly, which keeps every window of that length at its limit too.
func newLimiter(r presets.Rate) *rate.Limiter {
	ours := float64(r.Limit.Count) * float64(100-r.Leave) / 100
	burst := 1
	if r.Limit.Every >= longWindow {
		ours /= 2
		burst = max(1, int(ours))
	}
	return rate.NewLimiter(rate.Limit(ours/r.Limit.Every.Seconds()), burst)
}
