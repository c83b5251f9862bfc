package store

import "errors"

// Errors an engine returns, wrapped in what was being done. Decide by [errors.Is].
var (
	// ErrNotFound means that the key has no value, or none at that version.
	ErrNotFound = errors.New("not found")
	// ErrConflict means that an Update met other writers on each of its tries. Nothing of it was written.
	ErrConflict = errors.New("too many conflicting writes")
	// ErrReadOnly means that the disk is nearly full: reads go on, writes are refused before the disk is.
	ErrReadOnly = errors.New("storage is read-only")
	// ErrNewer means that a newer release wrote the data. The folder was not touched.
	ErrNewer = errors.New("data was written by a newer release")
	// ErrInUse means that another process holds the folder, or another batch the version.
	ErrInUse = errors.New("in use")
	// ErrDamaged means that the data on disk fails its own checks, or is not what was expected there.
	ErrDamaged = errors.New("stored data is damaged")
	// ErrUnsuitable means that the folder is on a file system that cannot hold a store (NFS, SMB).
	ErrUnsuitable = errors.New("file system is unsuitable")
	// ErrKey means an empty key, one longer than MaxKey, or one that starts with Reserved.
	ErrKey = errors.New("invalid key")
	// ErrTooBig means a value above MaxValue, or an Update above MaxUpdate.
	ErrTooBig = errors.New("too big")
	// ErrForgotten means that the version asked for is below one given to Forget.
	ErrForgotten = errors.New("version was forgotten")
	// ErrClosed means that the store, table or batch was closed, committed or discarded.
	ErrClosed = errors.New("closed")
)
