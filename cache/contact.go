package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/ringdex/ringdex/phone"
)

// Limits of a record: the bytes of its type and of its id, beyond which it is refused, and the issues that are kept of it.
const (
	MaxID     = 512
	MaxIssues = 50
)

// Contact is one record of a CRM as a match will show it. Only what a notification, a script or an identifier uses belongs
// in it. One that takes more than 32 KiB is kept without its fields and URL, and its name and company are cut, so that a
// number of many contacts still fits one entry.
type Contact struct {
	Type    string // the preset's object: "contact", "lead"; with ID it says which record this is
	ID      string // the CRM's own
	Order   int    // of the object in the preset; lower comes first among the contacts of one number
	Name    string
	Company string
	URL     string // of the record in the CRM
	Fields  []Field
	Changed time.Time // in the CRM, zero if it does not say; to the millisecond
	Issues  []Issue   // what was wrong with its numbers, kept with the contact for the data-quality report; at most MaxIssues
}

// Field is a datum copied from the CRM.
type Field struct{ Name, Value string }

// Issue is a raw number that could not be indexed, or should be looked at, and why.
type Issue struct {
	Reason string // of a closed list that jobs owns, such as "unparsable"
	Raw    string // as it stands in the CRM
}

// LabelledNumber is a number of a contact.
type LabelledNumber struct {
	Number    phone.Number // as stored; it is folded for comparison in here
	Label     string       // what the CRM calls it: "mobile"
	Extension string       // behind the number; "" if it is the contact's own line
	Stem      bool         // a company's number without the last digits: says nothing about a person
	Head      bool         // written with -0: the company's switchboard, and evidence of a block
	block     bool
}

// Digest stands for what a contact looked like in the CRM.
type Digest [16]byte

// DigestOf returns the digest of texts, in which their borders count: ("a", "bc") is not ("ab", "c").
func DigestOf(parts ...string) Digest {
	buf := make([]byte, 0, 512)
	for _, p := range parts {
		buf = binary.AppendUvarint(buf, uint64(len(p)))
		buf = append(buf, p...)
	}
	sum := sha256.Sum256(buf)
	return Digest(sum[:])
}

// under returns the digest of a contact under a mapping; it differs when either does.
func (d Digest) under(mapping Digest) Digest {
	for i := range d {
		d[i] ^= mapping[i]
	}
	return d
}
