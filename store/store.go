package store

import (
	"context"
	"iter"
)

// Store keeps control data: small transactions over ordered keys. It is safe for concurrent use.
type Store interface {
	// View runs fn on one unchanging picture of the store and returns its error.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn and writes what it put and deleted in one piece; nil means that all of it is durable.
	//
	// fn may run again, when somebody else changed a key it had read: it must not have effects besides its Writer. It
	// conflicts on keys read by Get and on those a Scan has listed, not on keys others add to a scanned range. Where that
	// matters, read and write one key that stands for the range. After bounded tries with growing pauses the error wraps
	// ErrConflict. An error of fn is returned as it is and nothing is written.
	Update(ctx context.Context, fn func(Writer) error) error
	// Close ends the store; what is still running gets ErrClosed. A second Close does nothing.
	Close() error
}

// Reader reads within one View or Update, and is of no use after it.
type Reader interface {
	// Get returns a copy of the value, or an error that wraps ErrNotFound.
	Get(key []byte) ([]byte, error)
	// Scan lists the keys that start with prefix in ascending byte order, beginning at from (nil: at the first). Pairs are
	// copies. Within an Update it lists that Update's own writes too; what is written to the range while the scan is
	// under way may or may not show up in it. Scans may be nested. A from below the prefix means the prefix; one above
	// all of its keys lists nothing. The last element carries the error, if there is one.
	Scan(prefix, from []byte) iter.Seq2[Pair, error]
}

// Writer also writes, within one Update. Key and value are copied: the caller may reuse them.
type Writer interface {
	Reader
	// Put sets a value. It refuses what CheckPair refuses, and with ErrTooBig what takes the Update above MaxUpdate.
	Put(key, value []byte) error
	// Delete removes a key; that it was not there is not an error.
	Delete(key []byte) error
}

// Pair is a key and its value, both the receiver's to keep.
type Pair struct{ Key, Value []byte }
