package badgerkv_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ringdex/ringdex/store"
	"github.com/ringdex/ringdex/store/badgerkv"
)

// The kill tests run this test binary again as a child, which writes and prints what was acknowledged.
const (
	childWork = "RINGDEX_KILL_CHILD" // what the child does: pairs or pages
	childDir  = "RINGDEX_KILL_DIR"
	killCount = "RINGDEX_KILL_ROUNDS"
)

// rounds is how often to kill, one share of what is asked for; without a failure the true rate is below 3 in that many,
// with 95 % confidence.
func rounds(t *testing.T, share int) int {
	n, err := strconv.Atoi(os.Getenv(killCount))
	if err != nil {
		n = 50
	}
	if testing.Short() {
		n = min(n, 10)
	}
	n = max(n/share, 1)
	t.Logf("%d rounds; 0 failures bound the rate below %.2g", n, 3/float64(n))
	return n
}

func child(work, dir string) int {
	err := errors.New("unknown work " + work)
	switch work {
	case "pairs":
		err = writePairs(dir)
	case "pages":
		err = writePages(dir)
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// writePairs counts up in two keys of one transaction, and adds a key with each.
func writePairs(dir string) error {
	s, err := badgerkv.Open(dir, small())
	if err != nil {
		return err
	}
	for {
		var n uint64
		err := s.Update(context.Background(), func(w store.Writer) error {
			n = counter(w, "left") + 1
			return errors.Join(setCounter(w, "left", n), setCounter(w, "right", n), setCounter(w, fmt.Sprintf("n/%08d", n), n))
		})
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func counter(r store.Reader, key string) uint64 {
	value, err := r.Get([]byte(key))
	if err != nil {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

func setCounter(w store.Writer, key string, n uint64) error {
	return w.Put([]byte(key), binary.BigEndian.AppendUint64(nil, n))
}

// pageSize is how many entries one page of a suspended run has.
const pageSize = 300

// writePages goes on with a run at its version, or begins it, page after page; each page also writes one key again.
func writePages(dir string) error {
	tb, err := badgerkv.OpenTable(dir, small())
	if err != nil {
		return err
	}
	b, err := tb.WriteAt(context.Background(), runVersion)
	if errors.Is(err, store.ErrNotFound) {
		b, err = tb.Write(context.Background())
	}
	if err != nil {
		return err
	}
	for n := savedPage(tb) + 1; ; n++ {
		value := binary.BigEndian.AppendUint64(make([]byte, 0, 100), n)
		for i := range pageSize {
			key := fmt.Sprintf("k/%06d/%03d", n, i)
			if err := errors.Join(b.Put([]byte(key), value[:100]), b.Put([]byte("again"), value)); err != nil {
				return err
			}
		}
		if err := b.Flush(); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

const runVersion = store.Version(1)

// savedPage is the newest page the key that is written again shows; 0 if there is none.
func savedPage(tb store.Table) (n uint64) {
	_ = tb.Get([]byte("again"), runVersion, func(value []byte) error { n = binary.BigEndian.Uint64(value); return nil })
	return n
}

// killed runs a child for a while, kills it and returns the last number it had acknowledged, 0 if it had none.
func killed(t *testing.T, work, dir string, after time.Duration) uint64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childWork+"="+work, childDir+"="+dir)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	acks, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	last := lastNumber(acks)
	_ = cmd.Wait() // killed
	if complaints.Len() > 0 {
		t.Fatalf("child: %s", complaints.String())
	}
	return last
}

// lastNumber reads whole lines; the kill may cut the last one.
func lastNumber(r io.Reader) (last uint64) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return last
		}
		if n, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64); err == nil {
			last = n
		}
	}
}

// delay varies the moment of the kill from round to round, also within the opening.
func delay(round int) time.Duration { return time.Duration(10+37*round%190) * time.Millisecond }

// TestKillStore guards that no acknowledged transaction is lost or torn by kill -9.
func TestKillStore(t *testing.T) {
	dir := t.TempDir()
	total := uint64(0)
	for round := range rounds(t, 1) {
		acked := killed(t, "pairs", dir, delay(round))
		total = max(total, acked)
		s := openStore(t, dir)
		checkPairs(t, s, total)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d acknowledged transactions", total)
	if total == 0 {
		t.Error("no child ever acknowledged anything: nothing was tested")
	}
}

// checkPairs fails if an acknowledged transaction is missing or one is there in part.
func checkPairs(t *testing.T, s store.Store, acked uint64) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		left, right := counter(r, "left"), counter(r, "right")
		if left != right {
			t.Errorf("torn: left %d, right %d", left, right)
		}
		if left < acked {
			t.Errorf("lost: %d acknowledged, %d there", acked, left)
		}
		keys := uint64(0)
		for pair, err := range r.Scan([]byte("n/"), nil) {
			if err != nil {
				return err
			}
			if keys++; binary.BigEndian.Uint64(pair.Value) != keys {
				t.Errorf("key %d of the sequence is %d", keys, binary.BigEndian.Uint64(pair.Value))
			}
		}
		if keys != left {
			t.Errorf("torn: %d keys for %d transactions", keys, left)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestKillTable guards that saved pages of a run survive kill -9, and that the run goes on at its version.
func TestKillTable(t *testing.T) {
	dir := t.TempDir()
	total := uint64(0)
	for round := range rounds(t, 2) {
		acked := killed(t, "pages", dir, delay(round))
		total = max(total, acked)
		tb := openTable(t, dir)
		checkPages(t, tb, total)
		if err := tb.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d acknowledged pages of %d entries", total, pageSize)
	if total == 0 {
		t.Error("no child ever acknowledged anything: nothing was tested")
	}
}

func checkPages(t *testing.T, tb store.Table, acked uint64) {
	t.Helper()
	if n := savedPage(tb); n < acked {
		t.Errorf("lost: %d pages acknowledged, the key written again shows %d", acked, n)
	}
	entries := uint64(0)
	for item, err := range tb.Scan([]byte("k/"), runVersion) {
		if err != nil {
			t.Error(err)
			return
		}
		if want := fmt.Sprintf("k/%06d/%03d", entries/pageSize+1, entries%pageSize); entries < acked*pageSize && string(item.Key) != want {
			t.Errorf("entry %d is %s, want %s", entries, item.Key, want)
			return
		}
		entries++
	}
	if entries < acked*pageSize {
		t.Errorf("lost: %d entries acknowledged, %d there", acked*pageSize, entries)
	}
}
