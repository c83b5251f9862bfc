package bench

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// anonymous is a process's memory without mapped files, in MiB: what cannot be dropped under pressure. 0 if it is gone.
func anonymous(pid string) float64 {
	raw, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

// peak watches this process's anonymous memory until stopped.
type peak struct {
	most atomic.Int64 // KiB
	stop chan struct{}
	done chan struct{}
}

func watchPeak() *peak {
	p := &peak{stop: make(chan struct{}), done: make(chan struct{})}
	go p.watch()
	return p
}

func (p *peak) watch() {
	defer close(p.done)
	for {
		if now := int64(anonymous("self") * 1024); now > p.most.Load() {
			p.most.Store(now)
		}
		select {
		case <-p.stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// end stops watching and returns the peak in MiB.
func (p *peak) end() float64 {
	close(p.stop)
	<-p.done
	return float64(p.most.Load()) / 1024
}

// onDisk is what a folder takes, in bytes, without the parts of sparse files that were never written.
func onDisk(dir string) int64 {
	var total int64
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // a file that went away meanwhile takes nothing
		}
		total += blocks(path)
		return nil
	})
	return total
}
