package cache

import "errors"

// Errors, wrapped in what was being done. Decide by [errors.Is].
var (
	// ErrUnavailable means that an entry failed its seal or cannot be read: the answer is unknown, which is not the same
	// as nobody. A full run with Rebuild writes everything anew.
	ErrUnavailable = errors.New("entry is unavailable")
	// ErrFenced means that somebody with a later lease works on the integration; this run must stop and cannot publish.
	ErrFenced = errors.New("the lease was lost to another run")
	// ErrSuperseded means that the published generation is no longer the one a run or a held generation was built on.
	ErrSuperseded = errors.New("the generation it was built on is no longer published")
	// ErrErased means that the integration was erased.
	ErrErased = errors.New("integration is erased")
	// ErrNothing means that there is nothing held, or no previous generation, to act on.
	ErrNothing = errors.New("there is no such generation")
	// ErrID means that the type or id of a record is longer than MaxID, so that it cannot be stored.
	ErrID = errors.New("record id is too long")
	// ErrEnded means that the run was published, held, suspended or discarded before.
	ErrEnded = errors.New("run has ended")
)
