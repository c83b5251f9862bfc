package recognition

import (
	"errors"
	"time"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
	"github.com/ringdex/ringdex/tenant"
)

// Question is what a phone system asks.
type Question struct {
	Tenant tenant.ID
	System tenant.SystemID // "" is the tenant's default
	Number string          // as the phone system wrote it
	Region string          // instead of the phone system's region; "" keeps it
	Limit  int             // most matches wanted; 0 is 10, at most 25

	// What the phone system told of the call, for the call properties of scripts.
	CallerName               string
	DeviceName, DeviceNumber string
	DDIName, DDINumber       string
	CallID                   string
	Start                    time.Time // zero is now
}

// The number of matches answered, and the most that can be asked for.
const (
	defaultLimit = 10
	maxLimit     = cacheListed
)

// ErrTooLong means that the text is longer than any phone system's number (rule 12).
var ErrTooLong = errors.New("number is too long")

func (q *Question) limit() int {
	switch {
	case q.Limit <= 0:
		return defaultLimit
	case q.Limit > maxLimit:
		return maxLimit
	}
	return q.Limit
}

// form is how the question's number is written.
func (q *Question) form(s *system) phone.SystemForm {
	form := s.form
	if q.Region != "" {
		form.Region = q.Region
	}
	return form
}

// call gives the scripts their call properties. Numbers are read only if a script shows them.
func (v *view) call(q *Question, form phone.SystemForm, caller phone.Number, now time.Time) *scripts.Call {
	c := &scripts.Call{
		Caller: scripts.Party{Number: caller, Name: q.CallerName},
		Device: party(q.DeviceNumber, q.DeviceName, form),
		DDI:    party(q.DDINumber, q.DDIName, form),
		Start:  q.Start, Location: v.location, Direction: "inbound", ID: q.CallID,
	}
	if c.Start.IsZero() {
		c.Start = now
	}
	return c
}

// party reads a device or DDI number: a full one is a number, a short one stays as it is.
func party(raw, name string, form phone.SystemForm) scripts.Party {
	p := scripts.Party{Name: name}
	if raw == "" {
		return p
	}
	if reading, err := phone.Caller(raw, form); err == nil && reading.Kind == phone.CallerNumber {
		if c := preferred(&reading); !c.IsZero() && !c.IsShort() {
			p.Number = c
			return p
		}
	}
	p.Short = raw
	return p
}
