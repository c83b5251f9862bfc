package jobs

import (
	"sync/atomic"
	"time"

	"github.com/ringdex/ringdex/cache"
)

// Progress is how far a run is.
type Progress struct {
	Run     RunID     `json:"run"`
	Mode    Mode      `json:"mode"`
	Stream  string    `json:"stream"` // being read
	Pages   int       `json:"pages"`
	Records int       `json:"records"`
	Started time.Time `json:"started"`
}

// progress counts while the run's goroutine works and others look.
type progress struct {
	stream  atomic.Pointer[string]
	pages   atomic.Int64
	records atomic.Int64
	full    atomic.Bool
	moment  atomic.Int64 // when something came last, in Unix nanoseconds
}

func (p *progress) page(stream string, records int) {
	p.stream.Store(&stream)
	p.pages.Add(1)
	p.records.Add(int64(records))
}

func (p *progress) moved(now time.Time) { p.moment.Store(now.UnixNano()) }

func (p *progress) last() time.Time { return time.Unix(0, p.moment.Load()) }

// Progress returns how far the run of an integration is in this process; false if there is none.
func (s *Scheduler) Progress(in cache.Ref) (Progress, bool) {
	a := s.running(in)
	if a == nil {
		return Progress{}, false
	}
	begun := a.start()
	if begun.ID == "" {
		return Progress{}, false
	}
	p := Progress{
		Run: begun.ID, Mode: begun.Mode, Started: begun.Started,
		Pages: int(a.count.pages.Load()), Records: int(a.count.records.Load()),
	}
	if a.count.full.Load() {
		p.Mode = Full
	}
	if stream := a.count.stream.Load(); stream != nil {
		p.Stream = *stream
	}
	return p, true
}
