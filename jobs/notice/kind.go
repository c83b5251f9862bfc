package notice

import (
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/wording"
)

// Kind is what a notice is about. Each has its texts.
type Kind string

// The kinds. All but the last three are states of an integration, which end.
const (
	Reauth      Kind = "reauth"      // somebody has to sign in at the CRM
	Stopped     Kind = "stopped"     // the data is older than its limit: it answers no more
	Stale       Kind = "stale"       // no synchronisation for two days
	Failing     Kind = "failing"     // runs have failed for hours
	Held        Kind = "held"        // a generation waits for a person
	Expiring    Kind = "expiring"    // a secret ends soon, or has ended
	ReadOnly    Kind = "read_only"   // of the server: the disk is full
	Undelivered Kind = "undelivered" // a mail or webhook was given up
	Test        Kind = "test"        // somebody tries whether notices arrive
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{Reauth, Stopped, Stale, Failing, Held, Expiring, ReadOnly, Undelivered, Test}
}

// Condition is a state of an integration that its people should know of.
type Condition struct {
	In    cache.Ref
	Kind  Kind
	Since time.Time    // since when it is so; another one is another occasion. Of Expiring: when the secret ends
	Step  int          // how far it has come: each is told once, from 0 on
	Text  wording.Text // for a person: why, and what helps
}

type place struct {
	in   cache.Ref
	kind Kind
}
