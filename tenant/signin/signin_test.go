package signin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var cheap = Cost{Memory: 64, Time: 1, Lanes: 1}

// TestHash: a password is right with its own hash only, and two hashes of one password differ.
func TestHash(t *testing.T) {
	h := NewHasher(cheap)
	a, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	b, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if a == b || strings.Contains(a, "correct") || !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hashes %s, %s", a, b)
	}
	for name, c := range map[string]struct {
		stored, password string
		want             bool
	}{
		"right": {a, "correct horse", true}, "other salt": {b, "correct horse", true}, "wrong": {a, "wrong horse", false},
		"empty": {a, "", false}, "unknown person": {"", "correct horse", false}, "unknown, empty": {"", "", false},
	} {
		right, outdated, err := h.Check(t.Context(), c.stored, c.password)
		if right != c.want || outdated || err != nil {
			t.Errorf("%s: %v, %v, %v", name, right, outdated, err)
		}
	}
}

// TestOutdated: a right password with another cost says that its hash should be made anew; a wrong one does not.
func TestOutdated(t *testing.T) {
	stored, err := NewHasher(cheap).Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	h := NewHasher(Cost{Memory: 128, Time: 1, Lanes: 1})
	if right, outdated, err := h.Check(t.Context(), stored, "correct horse"); !right || !outdated || err != nil {
		t.Errorf("right: %v, %v, %v", right, outdated, err)
	}
	if right, outdated, err := h.Check(t.Context(), stored, "wrong"); right || outdated || err != nil {
		t.Errorf("wrong: %v, %v, %v", right, outdated, err)
	}
}

// TestUnknownCostsTheSame: checking somebody unknown computes a hash of the same cost (B6).
func TestUnknownCostsTheSame(t *testing.T) {
	p, err := parsePHC(NewHasher(cheap).dummy)
	if err != nil || p.cost != cheap || len(p.salt) != saltLength {
		t.Errorf("dummy: %+v, %v", p.cost, err)
	}
}

// TestForgedHash: a stored text that is no hash, or asks for a machine's whole memory, is refused before it is computed.
func TestForgedHash(t *testing.T) {
	h := NewHasher(cheap)
	for _, stored := range []string{
		"x", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA", "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$" + strings.Repeat("A", 43), "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$" + strings.Repeat("A", 43),
		"$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$" + strings.Repeat("A", 43), "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
	} {
		if right, _, err := h.Check(t.Context(), stored, "x"); right || err == nil {
			t.Errorf("%s: %v, %v", stored, right, err)
		}
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("x", MaxPassword+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("long password: %v", err)
	}
}

// TestBusy: only so many are hashed at once, so many more wait, the rest are refused; who waits can give up (B7).
func TestBusy(t *testing.T) {
	h := NewHasher(cheap)
	for range cap(h.work) {
		h.work <- struct{}{} // somebody hashes
		h.queue <- struct{}{}
	}
	var waiting sync.WaitGroup
	ctx, giveUp := context.WithCancelCause(t.Context())
	var left atomic.Int32
	for range cap(h.queue) - cap(h.work) {
		waiting.Go(func() {
			if _, err := h.Hash(ctx, "x"); errors.Is(err, errGone) {
				left.Add(1)
			}
		})
	}
	for len(h.queue) < cap(h.queue) {
		time.Sleep(time.Millisecond)
	}
	if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("beyond the queue: %v", err)
	}
	giveUp(errGone)
	waiting.Wait()
	if int(left.Load()) != cap(h.queue)-cap(h.work) {
		t.Errorf("%d gave up", left.Load())
	}
	for range cap(h.work) {
		<-h.work
		<-h.queue
	}
	if _, err := h.Hash(t.Context(), "x"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

var errGone = errors.New("gone")

type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func newBackoff() (*Backoff, *clock) {
	c := &clock{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	return NewBackoff(c.now), c
}

var attacker, elsewhere = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.7")

// TestPausesGrow: after the free tries each failure doubles the pause, up to the longest.
func TestPausesGrow(t *testing.T) {
	b, c := newBackoff()
	var pauses []time.Duration
	for range 14 {
		wait := b.Try("ada", attacker)
		pauses = append(pauses, wait)
		if wait > 0 {
			c.Time = c.Add(wait)
			if b.Try("ada", attacker) != 0 {
				t.Fatal("still refused after the pause")
			}
		}
	}
	want := "[0s 0s 0s 1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 15m0s]"
	if got := fmt.Sprint(pauses); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestNeverLocked: however long an account is guessed at from many networks, somebody from a network of their own is let try (B6).
func TestNeverLocked(t *testing.T) {
	b, _ := newBackoff()
	for n := range 10_000 {
		b.Try("ada", netip.AddrFrom4([4]byte{203, 0, byte(n >> 8), byte(n)}))
	}
	if wait := b.Try("ada", elsewhere); wait != 0 {
		t.Errorf("the victim waits %v", wait)
	}
	if wait := b.Try("ada", elsewhere); wait == 0 {
		t.Error("under attack a network has one free try only")
	}
}

// TestOneNetwork: many accounts from one network count together; an IPv6 customer has one network (B6).
func TestOneNetwork(t *testing.T) {
	b, _ := newBackoff()
	tried := 0
	for n := range 200 {
		address := netip.MustParseAddr(fmt.Sprintf("2001:db8:1:%x::%x", n%256, n+1))
		if b.Try(fmt.Sprint("person", n), address) == 0 {
			tried++
		}
	}
	if tried != freeByNetwork {
		t.Errorf("%d tries from one network", tried)
	}
	if b.Try("ada", netip.MustParseAddr("2001:db8:2::1")) != 0 {
		t.Error("the neighbour network waits too")
	}
	if Network(netip.MustParseAddr("::ffff:192.0.2.1")) != Network(attacker) {
		t.Error("a mapped address is another network")
	}
}

// TestSuccessAndUndo: the right password forgets the pair and takes its own try back; a try that was not checked counts for nothing.
func TestSuccessAndUndo(t *testing.T) {
	b, _ := newBackoff()
	for range 50 {
		if b.Try("ada", attacker) != 0 {
			t.Fatal("a try that was taken back counts")
		}
		b.Undo("ada", attacker)
		if b.Try("ada", attacker) != 0 {
			t.Fatal("a success counts as a failure")
		}
		b.Succeed("ada", attacker)
	}
	if len(b.marks) != 0 {
		t.Errorf("%d marks are left", len(b.marks))
	}
	for range freeByNetwork - 1 {
		b.Try("eve", attacker)
		b.marks[mark{network: Network(attacker), account: "eve"}] = failures{}
	}
	b.Try("ada", attacker)
	b.Succeed("ada", attacker)
	b.Try("eve2", attacker)
	if b.Try("eve3", attacker) == 0 {
		t.Error("an own account cleared the network's failures")
	}
}

// TestForgotten: an hour without a failure and all is as before.
func TestForgotten(t *testing.T) {
	b, c := newBackoff()
	for range 100 {
		if wait := b.Try("ada", attacker); wait > 0 && c.Unix()%7 == 0 {
			c.Time = c.Add(wait)
		}
	}
	c.Time = c.Add(forgetAfter + longestPause)
	for range freeByPair {
		if wait := b.Try("ada", attacker); wait != 0 {
			t.Errorf("waits %v", wait)
		}
	}
}

// TestBounded: neither many accounts nor long names fill the memory.
func TestBounded(t *testing.T) {
	b, _ := newBackoff()
	long := strings.Repeat("x", 1<<20)
	for n := range maxMarks {
		b.Try(fmt.Sprint(n, long), netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}))
		if n > 300 {
			long = "" // the long ones were to be cut, not to be slow
		}
	}
	if len(b.marks) > maxMarks {
		t.Errorf("%d marks", len(b.marks))
	}
	for m := range b.marks {
		if len(m.account) > maxAccount {
			t.Fatalf("a name of %d bytes is kept", len(m.account))
		}
	}
}

// BenchmarkHash is what one sign-in costs.
func BenchmarkHash(b *testing.B) {
	h := NewHasher(DefaultCost())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "correct horse battery staple"); err != nil {
			b.Fatal(err)
		}
	}
}
