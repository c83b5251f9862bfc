package store

import (
	"fmt"
	"strings"
)

// Limits every engine keeps, so that what one accepts no other refuses. An Update must fit one message of a replicated log.
const (
	MaxKey    = 4 << 10 // bytes of a key
	MaxValue  = 1<<20 - 1<<13
	MaxUpdate = 1 << 20 // bytes of all keys and values of one Update, and PairCost for each
	PairCost  = 64      // what one written key counts besides its bytes

	// Reserved starts the keys an engine keeps for itself. They are refused by Put and Delete and never listed.
	Reserved = "!store!"
	// reservedByBadger is refused by one engine, therefore by all of them.
	reservedByBadger = "!badger!"
)

// CheckKey returns an error that wraps [ErrKey] if no engine may write that key. The error does not show the key.
func CheckKey(key []byte) error {
	k := string(key)
	switch {
	case k == "":
		return fmt.Errorf("%w: empty", ErrKey)
	case len(k) > MaxKey:
		return fmt.Errorf("%w: %d bytes, at most %d", ErrKey, len(k), MaxKey)
	case strings.HasPrefix(k, Reserved), strings.HasPrefix(k, reservedByBadger):
		return fmt.Errorf("%w: reserved prefix", ErrKey)
	}
	return nil
}

// CheckPair is [CheckKey] and the limit of the value, whose error wraps [ErrTooBig].
func CheckPair(key, value []byte) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if len(value) > MaxValue {
		return fmt.Errorf("value of %d bytes, at most %d: %w", len(value), MaxValue, ErrTooBig)
	}
	return nil
}
