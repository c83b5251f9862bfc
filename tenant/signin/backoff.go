package signin

import (
	"net/netip"
	"sync"
	"time"
)

// How failures become pauses. A network may be an office with many people, so it has more free tries than a pair of
// account and network.
const (
	freeByNetwork = 20
	freeByPair    = 3
	firstPause    = time.Second
	longestPause  = 15 * time.Minute
	forgetAfter   = time.Hour // without a failure
	maxMarks      = 50_000    // about 10 MB
	underAttack   = 50        // failures on one account, from anywhere, after which a pair has one free try only
)

// Backoff slows down who guesses passwords, by network and by account. It is safe for concurrent use.
type Backoff struct {
	now func() time.Time

	mu    sync.Mutex
	marks map[mark]failures
}

// mark is what failures are counted by: a network, an account, or an account as tried from a network.
type mark struct {
	network netip.Prefix
	account string
}

type failures struct {
	count int
	last  time.Time
}

// NewBackoff returns an empty one.
func NewBackoff(now func() time.Time) *Backoff {
	return &Backoff{now: now, marks: map[mark]failures{}}
}

// Wait returns how long a try must wait; 0 means go ahead. It costs the same for accounts that do not exist.
func (b *Backoff) Wait(account string, from netip.Addr) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	network := Network(from)
	free := freeByPair
	if b.get(mark{account: account}).count >= underAttack {
		free = 1
	}
	return max(
		b.pause(mark{network: network}, freeByNetwork),
		b.pause(mark{network: network, account: account}, free),
	)
}

// Fail notes a wrong password.
func (b *Backoff) Fail(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	network := Network(from)
	for _, m := range []mark{{network: network}, {account: account}, {network: network, account: account}} {
		f := b.get(m)
		b.marks[m] = failures{count: f.count + 1, last: b.now()}
	}
	b.shrink()
}

// Succeed forgets the failures of the account from that network. Those of the network stay: else somebody with one account
// could clear them while trying others.
func (b *Backoff) Succeed(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.marks, mark{network: Network(from), account: account})
}

// Network is what counts as one source: an IPv4 address, or an IPv6 /56, as providers hand them out to one customer.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all such share one count
	}
	return p
}

func (b *Backoff) get(m mark) failures {
	f := b.marks[m]
	if b.now().Sub(f.last) > forgetAfter {
		return failures{}
	}
	return f
}

// pause doubles with each failure beyond the free ones.
func (b *Backoff) pause(m mark, free int) time.Duration {
	f := b.get(m)
	if f.count < free {
		return 0
	}
	pause := min(firstPause<<min(f.count-free, 20), longestPause)
	return max(0, f.last.Add(pause).Sub(b.now()))
}

// shrink keeps the memory bounded: what is old goes first, then whatever the map yields, pairs before networks.
func (b *Backoff) shrink() {
	if len(b.marks) <= maxMarks {
		return
	}
	for m := range b.marks {
		if b.get(m).count == 0 || m.account != "" && len(b.marks) > maxMarks*9/10 {
			delete(b.marks, m)
		}
	}
	for m := range b.marks {
		if len(b.marks) <= maxMarks {
			return
		}
		delete(b.marks, m)
	}
}
