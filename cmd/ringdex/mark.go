package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ringdex/ringdex/store"
)

// markFile tells, beside the settings, how far they had come: which opening of them, and a count within it. Below markPrefix
// the settings hold the same, one key for each opening. The store replays its logs up to the first damage and takes a cut
// list of its tables for the whole: it then opens as it was earlier, or with a hole, and a key that was revoked since
// would be good again. The keys are written before the file, so they are behind it only if acknowledged settings are gone,
// and each opening's key lies in the table that holds what was set then, so that a missing one tells of a missing table.
const (
	markFile   = "control.mark"
	markPrefix = "mark/"
	markEvery  = time.Minute
	marksKept  = 100 // besides the first
)

// mark keeps both.
type mark struct {
	control store.Store
	path    string
	now     place
	stop    context.CancelFunc
	done    chan struct{}
}

// place is how far settings have come.
type place struct{ opening, count uint64 }

func (p place) text() []byte { return fmt.Appendf(nil, "%d %d\n", p.opening, p.count) }

func (p place) before(o place) bool {
	return p.opening < o.opening || p.opening == o.opening && p.count < o.count
}

// openMark refuses settings that are older than they were, and counts on until it is closed.
func openMark(ctx context.Context, control store.Store, dir string) (*mark, error) {
	m := &mark{control: control, path: filepath.Join(dir, markFile), done: make(chan struct{})}
	if err := m.check(ctx); err != nil {
		return nil, err
	}
	if err := m.begin(ctx); err != nil && !errors.Is(err, store.ErrReadOnly) {
		return nil, err
	}
	ctx, m.stop = context.WithCancel(context.WithoutCancel(ctx))
	go m.run(ctx)
	return m, nil
}

func (m *mark) check(ctx context.Context) error {
	text, err := os.ReadFile(m.path)
	known := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the mark: %w", err)
	}
	var beside place
	_, _ = fmt.Sscan(string(text), &beside.opening, &beside.count) // a power cut may have left the file without content
	hole := false
	err = m.control.View(ctx, func(r store.Reader) (err error) {
		m.now, hole, err = readMarks(r)
		return err
	})
	if err == nil && known && (hole || m.now.before(beside)) {
		err = fmt.Errorf("%w: some of the newest settings are missing: restore the newest backup into an empty folder, or remove %s to go on with what is left",
			store.ErrDamaged, m.path)
	}
	return err
}

// readMarks returns the newest place, and whether one of those that are kept is missing.
func readMarks(r store.Reader) (newest place, hole bool, err error) {
	var openings []uint64
	for pair, err := range r.Scan([]byte(markPrefix), nil) {
		if err != nil {
			return newest, false, err
		}
		if _, err := fmt.Sscan(string(pair.Value), &newest.opening, &newest.count); err != nil {
			return newest, false, fmt.Errorf("%w: a mark is no mark", store.ErrDamaged)
		}
		openings = append(openings, newest.opening)
	}
	for i, n := range openings {
		hole = hole || i == 0 && n != 1 || i > 1 && n != openings[i-1]+1
	}
	return newest, hole || uint64(len(openings)) < min(newest.opening, marksKept+1), nil
}

func markKey(opening uint64) []byte { return fmt.Appendf(nil, "%s%016x", markPrefix, opening) }

// begin is the first step of an opening. It clears what is not kept any more.
func (m *mark) begin(ctx context.Context) error {
	m.now = place{opening: m.now.opening + 1}
	return m.step(ctx)
}

// step counts on: within first, beside when that is durable.
func (m *mark) step(ctx context.Context) error {
	next := place{m.now.opening, m.now.count + 1}
	err := m.control.Update(ctx, func(w store.Writer) error {
		if old := next.opening - min(next.opening, marksKept); old > 1 {
			if err := w.Delete(markKey(old)); err != nil {
				return err
			}
		}
		return w.Put(markKey(next.opening), next.text())
	})
	if err != nil {
		return fmt.Errorf("count the mark: %w", err)
	}
	m.now = next
	return m.write(next)
}

// write replaces the file whole. The folder is not synced: an older number beside is no reason to refuse.
func (m *mark) write(now place) error {
	f, err := os.OpenFile(m.path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the mark: %w", err)
	}
	_, err = f.Write(now.text())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), m.path)
	}
	if err != nil {
		return fmt.Errorf("write the mark: %w", err)
	}
	return nil
}

// run counts once a minute, so that what is lost of the last log is noticed too. A disk that is full does not matter here.
func (m *mark) run(ctx context.Context) {
	defer close(m.done)
	tick := time.NewTicker(markEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = m.step(ctx)
		}
	}
}

// close counts a last time, so that everything until now is covered.
func (m *mark) close() {
	m.stop()
	<-m.done
	_ = m.step(context.Background())
}
