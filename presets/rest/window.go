package rest

import (
	"time"

	"github.com/ringdex/ringdex/presets"
)

// slots bound the memory of a window with a large count.
const slots = 128

// margin makes up for requests that travel for different times.
func margin(every time.Duration) time.Duration { return min(every/50, 500*time.Millisecond) }

// allowed is a limit without the part left to others.
func allowed(r presets.Rate) int {
	return max(1, r.Limit.Count*(100-int(r.Leave))/100)
}

// cost is what one request takes of a limit; one that takes more than there is goes alone.
func cost(r presets.Rate) int { return min(max(1, r.Cost), allowed(r)) }

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

// wait says how long until n more fit a limit.
func (w *window) wait(now time.Time, n, limit int) time.Duration {
	w.expire(now)
	for i, over := 0, w.count+n-limit; over > 0; i++ {
		if over -= w.recent[i].n; over <= 0 {
			return w.recent[i].last.Add(w.every).Sub(now)
		}
	}
	return 0
}

// take counts n.
func (w *window) take(now time.Time, n, limit int) {
	w.count += n
	if end := len(w.recent) - 1; end >= 0 && limit > slots && now.Sub(w.recent[end].first) < w.every/slots {
		w.recent[end].last = now
		w.recent[end].n += n
		return
	}
	w.recent = append(w.recent, batch{first: now, last: now, n: n})
}
