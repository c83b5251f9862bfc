package presets

import (
	"time"

	"github.com/ringdex/ringdex/wording"
)

// Error is a failure of a source, told by what to do about it. Its text never
// holds a secret, a body or a whole phone number.
type Error struct {
	Op           wording.Text  // what was being done
	Text         wording.Text  // what happened
	Hint         wording.Text  // what a person can do, one sentence; may be empty
	Retry        bool          // trying again later may help
	RetryAfter   time.Duration // the CRM's own word for when; 0 where it said none
	ReauthNeeded bool          // someone must sign in again
	Err          error         // cause, for errors.Is; its text is not shown
}

// Error says what was being done and what happened.
func (e *Error) Error() string { return e.Wording().String() }

// Wording is the same for people of every language.
func (e *Error) Wording() wording.Text {
	switch {
	case e.Op.IsZero():
		return e.Text
	case e.Text.IsZero():
		return e.Op
	}
	return wording.New("presets.doing", "{Op}: {Text}", "Op", e.Op, "Text", e.Text)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether trying again later may help.
func (e *Error) Temporary() bool { return e.Retry }
