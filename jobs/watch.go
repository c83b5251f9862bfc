package jobs

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/ringdex/ringdex/cache"
)

// watchEvery is how often the files on this machine are looked at. One that has changed is read when it was the same twice.
const watchEvery = time.Minute

// stamp is what tells that a file may be another one, without reading it.
type stamp struct {
	size     int64
	modified time.Time
}

// watched is what is known of a file that is watched.
type watched struct {
	done stamp // as it was when it was read, or met
	seen stamp // as it was at the last look
}

// watch begins a run for each file that has changed and stayed as it is since the last look. It is called by one goroutine
// at a time.
func (s *Scheduler) watch(ctx context.Context) {
	if s.d.Watched == nil {
		return
	}
	known := s.watches
	s.watches = map[cache.Ref]watched{}
	for _, slot := range s.table.slots() {
		if ctx.Err() != nil || !slot.watched {
			continue
		}
		w, met := known[slot.in]
		info, err := s.d.Watched(ctx, slot.in.Tenant, slot.in.Integration)
		if err != nil || info == nil {
			s.watches[slot.in] = w // the next run tells what is wrong with it
			continue
		}
		now := stampOf(info)
		if !met && !now.modified.After(slot.due.Synced) {
			w.done = now
		}
		if now != w.done && now == w.seen && s.reread(ctx, slot.in) {
			w.done = now
		}
		w.seen = now
		s.watches[slot.in] = w
	}
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime()} }

// reread begins the run of a file that has changed. If that cannot be just now, it is tried at the next look.
func (s *Scheduler) reread(ctx context.Context, in cache.Ref) bool {
	_, err := s.begin(ctx, in, order{mode: Auto, why: Watched})
	switch {
	case err == nil:
		return true
	case errors.Is(err, ErrRunning), errors.Is(err, ErrBusy), errors.Is(err, ErrStopped), ctx.Err() != nil:
		return false
	}
	s.d.Log.Warn("changed file not read", "tenant", in.Tenant, "integration", in.Integration, "error", err)
	return true
}
