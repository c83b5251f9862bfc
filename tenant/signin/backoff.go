package signin

import (
	"net/netip"
	"strings"
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

// Try begins a try: it returns how long to wait, or 0 for going ahead. One that goes ahead counts as failed until Succeed or Undo
// is told otherwise, so that many at once do not slip through. It is the same for accounts that do not exist.
func (b *Backoff) Try(account string, from netip.Addr) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	network, whole, pair := marksOf(account, from)
	free := freeByPair
	if b.get(whole).count >= underAttack {
		free = 1
	}
	if wait := max(b.pause(network, freeByNetwork), b.pause(pair, free)); wait > 0 {
		return wait
	}
	for _, m := range []mark{network, whole, pair} {
		b.marks[m] = failures{count: b.get(m).count + 1, last: b.now()}
	}
	b.shrink()
	return 0
}

// Succeed ends a try with the right password: the failures of the account from that network are forgotten. Those of the network
// stay, else somebody with one account could clear them while trying others.
func (b *Backoff) Succeed(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	network, whole, pair := marksOf(account, from)
	b.takeBack(network)
	b.takeBack(whole)
	delete(b.marks, pair)
}

// Undo ends a try that was not one, because the password could not be checked.
func (b *Backoff) Undo(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	network, whole, pair := marksOf(account, from)
	for _, m := range []mark{network, whole, pair} {
		b.takeBack(m)
	}
}

func (b *Backoff) takeBack(m mark) {
	f, ok := b.marks[m]
	if !ok {
		return
	}
	if f.count--; f.count <= 0 {
		delete(b.marks, m)
		return
	}
	b.marks[m] = f
}

// maxAccount is the longest name kept; an e-mail address has at most 254 bytes (RFC 5321 4.5.3.1.3).
const maxAccount = 254

func marksOf(account string, from netip.Addr) (network, whole, pair mark) {
	account = strings.Clone(account[:min(len(account), maxAccount)])
	n := Network(from)
	return mark{network: n}, mark{account: account}, mark{network: n, account: account}
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
