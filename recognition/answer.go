package recognition

import (
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
)

// Kind is the kind of a number as the contract names it: phone.Kind's, or one of the four below.
type Kind string

// What a number can be besides a subscriber's.
const (
	Withheld Kind = "withheld"
	Internal Kind = "internal"
	Own      Kind = "own"
	Invalid  Kind = "invalid"
)

// Answer is what is known of a caller. It is for one reader and keeps no store open. Whatever a mouth may not want, such as
// scripts and the notification, is made when it is asked for, so the question must not change while its answer is used.
type Answer struct {
	view      *view
	system    *system
	q         *Question
	now       time.Time
	kind      Kind // set for what is not a subscriber's number
	number    phone.Number
	own       bool
	owner     string
	matches   []Match // all; the first limit of them are told
	ambiguous bool
	damaged   bool
	why       *Explanation
	call      *scripts.Call // what scripts show of the call, once one was asked for
}

// Matches are the contacts, best first, at most as many as were asked for.
func (a *Answer) Matches() []Match { return a.matches[:min(len(a.matches), a.q.limit())] }

// Number is the caller's, zero for one that is withheld, internal or no number.
func (a *Answer) Number() phone.Number { return a.number }

// Subscriber tells whether the caller has a number that is not the tenant's own: somebody who could be a contact.
func (a *Answer) Subscriber() bool { return a.kind == "" && !a.own }

// Damaged tells whether an entry that belongs to the number could not be read, so that somebody may be missing.
func (a *Answer) Damaged() bool { return a.damaged }

// nobody tells that no reading of the number spoke for anybody so far.
func (a *Answer) nobody() bool { return len(a.matches) == 0 && !a.own && !a.ambiguous }

// facts are what is known of the number itself: from the sync if a contact has it in this form, else computed now.
func (a *Answer) facts() facts {
	if a.number.IsZero() {
		return facts{kind: a.kind}
	}
	language := a.view.account.Language
	if len(a.matches) > 0 {
		var text [24]byte
		if stored := a.matches[0].Facts(); stored.E164 == string(a.number.AppendE164(text[:0])) {
			return facts{stored.E164, stored.National, stored.Region, Kind(stored.Kind), stored.Location(language)}
		}
	}
	f := facts{e164: a.number.E164(), national: a.number.National(), region: a.number.Region(), kind: Kind(a.number.Kind())}
	f.location = cache.TextOf(a.number.Location(language))
	switch {
	case a.own:
		f.kind = Own
	case f.kind == Kind(phone.KindUnknown) && f.region == "":
		f.kind = Invalid // a plus and digits that are nobody's number; they were looked up all the same
	}
	return f
}

// facts describe a number.
type facts struct {
	e164, national, region string
	kind                   Kind
	location               cache.Text
}
