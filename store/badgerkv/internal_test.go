package badgerkv

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringdex/ringdex/store"
)

// TestWatermark guards how much is kept free by default, on small disks and large ones.
func TestWatermark(t *testing.T) {
	tests := []struct{ minFree, size, want int64 }{
		{0, 1 << 30, 256 << 20},
		{0, 10 << 30, 512 << 20},
		{0, 1 << 40, 1 << 30},
		{5 << 20, 1 << 40, 5 << 20},
	}
	for _, tt := range tests {
		if got := (disk{minFree: tt.minFree}).want(tt.size); got != tt.want {
			t.Errorf("%d MiB of %d GiB are kept free, want %d", got>>20, tt.size>>30, tt.want>>20)
		}
	}
}

// TestPaceFree guards that a load without readers is not slowed down, nor one with a negative pace.
func TestPaceFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		unread, free := newPace(1000), newPace(-1)
		free.noticeRead()
		for range 100 {
			if err := errors.Join(unread.wait(t.Context(), step), free.wait(t.Context(), step)); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestPaceWhileRead guards the rate while readers are active, and that it is free again a second after the last one.
func TestPaceWhileRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1000)
		start := time.Now()
		for range 51 { // the first step is the burst
			p.noticeRead()
			if err := p.wait(t.Context(), step); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 9900*time.Millisecond || took > 10100*time.Millisecond {
			t.Errorf("10,000 entries took %v, want 10s", took)
		}
		time.Sleep(quiet + look)
		start = time.Now()
		for range 50 {
			_ = p.wait(t.Context(), step)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v a second after the last read", took)
		}
	})
}

// TestPaceCancelled guards that a paced batch ends at once when its context does.
func TestPaceCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := newPace(1)
	p.noticeRead()
	if err := p.wait(ctx, step); !errors.Is(err, context.Canceled) {
		t.Errorf("wait = %v", err)
	}
}

// TestGate guards that closing waits for those inside, lets nobody in and does not deadlock with who goes in twice.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		if err := g.enter(); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		first := make(chan bool, 2)
		for range 2 {
			wg.Go(func() { first <- g.shut() })
		}
		synctest.Wait()
		if len(first) != 0 {
			t.Error("shut while somebody was inside")
		}
		if err := g.enter(); !errors.Is(err, store.ErrClosed) {
			t.Errorf("enter = %v", err)
		}
		g.leave()
		wg.Wait()
		if a, b := <-first, <-first; a == b {
			t.Errorf("shut = %v and %v, want one of them to be the first", a, b)
		}
		if g.shut() || !g.closed() {
			t.Error("not shut")
		}
	})
}

// TestLoggerKeepsKeysOut guards that Badger's messages reach the log without keys and values.
func TestLoggerKeepsKeysOut(t *testing.T) {
	var out bytes.Buffer
	l := logger{log: slog.New(slog.NewTextHandler(&out, nil)), dir: "data"}
	l.Infof("DropPrefix called for %s", "tenant-secret")
	l.Debugf("key %x", []byte("secret"))
	l.Warningf("key %s of %x at level %d: %v", "tenant-secret", []byte("secret"), 3, errors.New("no room"))
	l.Errorf("flush: %v", errors.New("disk gone"))
	text := out.String()
	if strings.Contains(text, "secret") || strings.Contains(text, "736563726574") {
		t.Errorf("a key is in the log: %s", text)
	}
	for _, want := range []string{"value=3", "no room", "disk gone", "level=WARN", "level=ERROR", "dir=data"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q: %s", want, text)
		}
	}
	if lines := strings.Count(text, "\n"); lines != 2 {
		t.Errorf("%d lines, want 2", lines)
	}
}

// TestStampOrder guards that a reader of a version is above all its pieces and below the next version's.
func TestStampOrder(t *testing.T) {
	if !(stamp(7, 1) < stamp(7, 2) && stamp(7, lastPiece-1) < readStamp(7) && readStamp(7) < stamp(8, 0)) {
		t.Error("pieces of versions overlap")
	}
	if v, piece := split(stamp(7, 9)); v != 7 || piece != 9 {
		t.Errorf("split = %d, %d", v, piece)
	}
	if readStamp(^store.Version(0)) != readStamp(maxVersion) {
		t.Error("a version above all wraps around")
	}
}

// TestOpenable guards that a folder on a full disk is refused with a sentence, where Badger would end the process: what
// counts is what its logs take on the disk, not how long they are.
func TestOpenable(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "00001.mem"), bytes.Repeat([]byte{1}, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	hole, err := os.Create(filepath.Join(dir, "00002.mem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(hole.Truncate(1<<30), hole.Close()); err != nil {
		t.Fatal(err)
	}
	for free, want := range map[int64]error{0: store.ErrReadOnly, spareToOpen: store.ErrReadOnly, spareToOpen + 4<<20: nil} {
		err := openable(dir, free)
		if !errors.Is(err, want) || err != nil && !strings.Contains(err.Error(), "ballast") {
			t.Errorf("%d bytes free: %v, want %v", free, err, want)
		}
	}
}
