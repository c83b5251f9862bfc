package api

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/tenant"
)

// burstSeconds is how many seconds of a key's rate may be spent at once: 200/s gives the contract's burst of 1,000.
const burstSeconds = 5

// limiter holds one key to its rate by the generic cell rate algorithm: one atomic word, so that a look-up takes no lock.
type limiter struct {
	next atomic.Int64 // theoretical arrival time of the next request, Unix nanoseconds
}

// allow reports whether a request at now fits, and otherwise how long to wait. A rate of 0 is no limit.
func (l *limiter) allow(now time.Time, perSecond float64) (time.Duration, bool) {
	if perSecond <= 0 {
		return 0, true
	}
	interval := int64(float64(time.Second) / perSecond)
	burst := max(burstSeconds*int64(time.Second), interval) // a slow key may ask once
	at := now.UnixNano()
	for {
		next := l.next.Load()
		arrival := max(next, at)
		if wait := arrival + interval - at - burst; wait > 0 {
			return time.Duration(wait), false
		}
		if l.next.CompareAndSwap(next, arrival+interval) {
			return 0, true
		}
	}
}

// usage is what is remembered of one key while the process lives.
type usage struct {
	limiter
	distinct distinct
	day      day
}

// meters finds the usage of a key without a lock once it was seen.
type meters struct {
	byKey sync.Map // tenant.KeyID → *usage
}

func (m *meters) of(id tenant.KeyID) *usage {
	if u, ok := m.byKey.Load(id); ok {
		return u.(*usage)
	}
	u, _ := m.byKey.LoadOrStore(id, new(usage))
	return u.(*usage)
}

// day counts the requests of the last 24 hours, by the hour.
type day struct {
	hours [25]hourCount // the one being counted, and the 24 before it
}

type hourCount struct{ hour, count atomic.Int64 }

// add counts a request. Two that begin an hour at once may count as one: it is a figure for people.
func (d *day) add(now time.Time) {
	hour := now.Unix() / 3600
	slot := &d.hours[hour%int64(len(d.hours))]
	if was := slot.hour.Load(); was != hour && slot.hour.CompareAndSwap(was, hour) {
		slot.count.Store(0)
	}
	slot.count.Add(1)
}

func (d *day) sum(now time.Time) (n int64) {
	hour := now.Unix() / 3600
	for i := range d.hours {
		if hour-d.hours[i].hour.Load() < int64(len(d.hours)) {
			n += d.hours[i].count.Load()
		}
	}
	return n
}

// Requests is how many requests of a key came within the last day, as far as this process knows.
func (a *API) Requests(key tenant.KeyID) int64 {
	u, ok := a.meters.byKey.Load(key)
	if !ok {
		return 0
	}
	return u.(*usage).day.sum(a.Now())
}
