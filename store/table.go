package store

import (
	"context"
	"iter"
)

// Version numbers what batches write. Zero is the empty table before all of them.
type Version uint64

// Table keeps bulk data with versions: a reader at version v sees, of each key, what was last written at or below v.
//
// Every batch has a version of its own and each key range has one writer at a time, so versions of different ranges mix
// freely: a reader of a range passes the version that was published for that range and never meets what its next batch
// is writing, because that batch's version is higher. It is safe for concurrent use.
type Table interface {
	// Get calls fn with the value of key at a version; the value is valid only inside fn. ErrNotFound if there is none,
	// ErrForgotten if the version is below what Forget was told.
	Get(key []byte, at Version, fn func(value []byte) error) error
	// Scan lists the keys that start with prefix, at a version, in ascending byte order. Items are valid only during
	// their step. The last element carries the error, if there is one.
	Scan(prefix []byte, at Version) iter.Seq2[Item, error]
	// Write begins a batch at a new version, higher than any before, also after a reopen. Cancelling ctx ends the batch.
	// Its writes are slowed down while readers are active, so that they hardly feel it.
	Write(ctx context.Context) (Batch, error)
	// WriteAt goes on with the batch of an earlier Write at that version: a run that was suspended, or its undoing. Only one
	// batch of a version may be open. What it writes wins over what was written at the version before.
	WriteAt(ctx context.Context, at Version) (Batch, error)
	// Forget tells that no version below before will be asked for again, so that its values may be dropped; before itself
	// stays readable. It is remembered over a reopen; a lower value than the last does nothing.
	Forget(before Version) error
	// Latest is the newest committed version, the "now" of a table in which every range is published at once.
	Latest() Version
	// Size is what the table takes on disk, in bytes.
	Size() int64
	// Close ends the table. Batches that are still open lose what was not flushed. A second Close does nothing.
	Close() error
}

// Item is a key and its value, valid only during one step of a Scan.
type Item struct{ Key, Value []byte }

// Batch writes at one version. It is for one goroutine. Key and value are copied: the caller may reuse them.
//
// The same key may be written any number of times, also after a flush or in another WriteAt: the last write wins.
type Batch interface {
	// Put sets a value at the version. It refuses what CheckPair refuses.
	Put(key, value []byte) error
	// Delete removes a key as of the version.
	Delete(key []byte) error
	// Get and Scan are the table's at the batch's version: they see what was flushed. The batch is not slowed down on their
	// account, as it is for other readers. They may run beside the one goroutine that writes.
	Get(key []byte, fn func(value []byte) error) error
	Scan(prefix []byte) iter.Seq2[Item, error]
	// Flush makes everything put so far durable and visible at the version. A run that may be resumed calls it with each
	// page it saves, then notes the page and the version. What is put after the last flush may or may not be there
	// when the process dies.
	Flush() error
	// Commit flushes, ends the batch and makes its version Latest if it is the newest. To whom it is published is the
	// caller's business.
	Commit() (Version, error)
	// Version is what the batch writes at.
	Version() Version
	// Discard ends the batch without committing it. What was put may remain at the version: whoever abandons it for good
	// undoes it from a list of keys, by WriteAt or in the next batch, before that one is published. After a Commit it
	// does nothing, so that it can be deferred.
	Discard() error
}
