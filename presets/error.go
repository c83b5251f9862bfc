package presets

import (
	"strings"
	"time"
)

// Error is a failure of a source, told by what to do about it. Its text never
// holds a secret, a body or a whole phone number.
type Error struct {
	Op           string        // what was being done
	Text         string        // what happened
	Hint         string        // what a person can do, one sentence; may be empty
	Retry        bool          // trying again later may help
	RetryAfter   time.Duration // the CRM's own word for when; 0 where it said none
	ReauthNeeded bool          // someone must sign in again
	Err          error         // cause, for errors.Is; its text is not shown
}

// Error says what was being done and what happened.
func (e *Error) Error() string {
	parts := make([]string, 0, 2)
	for _, s := range []string{e.Op, e.Text} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether trying again later may help.
func (e *Error) Temporary() bool { return e.Retry }
