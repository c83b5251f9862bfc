package recognition

import (
	"errors"
	"time"

	"github.com/ringdex/ringdex/cache"
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
	Told                     *Told     // what is known beyond that; nil is an inbound call that rings
}

// Told is what else a phone system told of a call.
type Told struct {
	Direction             string
	Queue                 string
	AgentName, AgentEmail string
	Answer, End           time.Time
	Extra                 map[string]string
}

// The number of matches answered, and the most that can be asked for.
const (
	defaultLimit = 10
	maxLimit     = cache.MaxContacts
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
	if q.Region != "" && q.Region != form.Region {
		form.Region, form.AreaCode = q.Region, "" // the area is a place of the phone system's region
	}
	return form
}

// properties gives the scripts their call properties.
func (a *Answer) properties() *scripts.Call {
	q := a.q
	c := &scripts.Call{
		Caller: scripts.Party{Number: a.number, Name: q.CallerName},
		Device: a.party(q.DeviceNumber, q.DeviceName, a.view.showsDevice),
		DDI:    a.party(q.DDINumber, q.DDIName, a.view.showsDDI),
		Start:  q.Start, Location: a.view.location, Direction: "inbound", ID: q.CallID,
	}
	if c.Start.IsZero() {
		c.Start = a.now
	}
	if t := q.Told; t != nil {
		c.Direction, c.Queue, c.AgentName, c.AgentEmail = t.Direction, t.Queue, t.AgentName, t.AgentEmail
		c.Answer, c.End, c.Extra = t.Answer, t.End, t.Extra
	}
	return c
}

// party reads a device or DDI number if a script shows it: a full one is a number, a short one stays as it is.
func (a *Answer) party(raw, name string, shown bool) scripts.Party {
	p := scripts.Party{Name: name}
	if raw == "" || !shown {
		return p
	}
	if reading, err := phone.Caller(raw, a.q.form(a.system)); err == nil && reading.Kind == phone.CallerNumber {
		if n := reading.Candidates()[0].Number; !n.IsShort() {
			p.Number = n
			return p
		}
	}
	p.Short = raw
	return p
}
