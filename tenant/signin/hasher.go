package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/crypto/argon2"
)

// ErrBusy means that too many passwords are being hashed or wait for it.
var ErrBusy = errors.New("too many sign-ins at once")

// MaxPassword is the longest password accepted, in bytes, so that hashing costs the same for all of them.
const MaxPassword = 1024

// ErrTooLong means a password above [MaxPassword].
var ErrTooLong = errors.New("password is too long")

// Cost is what one hash costs.
type Cost struct {
	Memory uint32 // KiB
	Time   uint32 // passes
	Lanes  uint8
}

// DefaultCost is the second configuration of the OWASP password storage cheat sheet (2026): 19 MiB, 2 passes, 1 lane.
func DefaultCost() Cost { return Cost{Memory: 19 << 10, Time: 2, Lanes: 1} }

// Hasher hashes at most so many passwords at once, so that sign-ins leave processors and memory to the calls.
type Hasher struct {
	cost  Cost
	work  chan struct{} // one element per hash under way
	queue chan struct{} // one element per hash under way or waiting
	dummy string        // of no password; makes an unknown name cost what a known one does
}

const (
	saltLength = 16
	hashLength = 32
	queueEach  = 32 // waiting hashes per worker
)

// NewHasher returns a hasher that uses at most half of the processors.
func NewHasher(cost Cost) *Hasher {
	workers := max(1, runtime.GOMAXPROCS(0)/2)
	h := &Hasher{
		cost:  cost,
		work:  make(chan struct{}, workers),
		queue: make(chan struct{}, workers*(1+queueEach)),
	}
	var nothing phc
	nothing.cost, nothing.salt, nothing.hash = cost, make([]byte, saltLength), make([]byte, hashLength)
	h.dummy = nothing.String()
	return h
}

// Hash returns the PHC string of a password. It waits for its turn; [ErrBusy] if too many wait.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	p := phc{cost: h.cost, salt: make([]byte, saltLength)}
	_, _ = rand.Read(p.salt) // crypto/rand.Read never returns an error
	var err error
	p.hash, err = h.compute(ctx, p, password)
	if err != nil {
		return "", err
	}
	return p.String(), nil
}

// Check tells whether password belongs to the PHC string, and whether that string should be made anew because the cost has
// changed. An empty string stands for somebody unknown: it takes the same time and is never right.
func (h *Hasher) Check(ctx context.Context, stored, password string) (right, outdated bool, err error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	p, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	hash, err := h.compute(ctx, p, password)
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(hash, p.hash) == 1 && known
	return right, right && p.cost != h.cost, nil
}

func (h *Hasher) compute(ctx context.Context, p phc, password string) ([]byte, error) {
	if len(password) > MaxPassword {
		return nil, ErrTooLong
	}
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, ErrBusy
	}
	select {
	case h.work <- struct{}{}:
		defer func() { <-h.work }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn to hash: %w", context.Cause(ctx))
	}
	return argon2.IDKey([]byte(password), p.salt, p.cost.Time, p.cost.Memory, p.cost.Lanes, hashLength), nil
}
