package scripts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ringdex/ringdex/phone"
)

// Party is one end of a call: a number, the name the phone system gave with it, or both.
type Party struct {
	// Number is the full number; zero for an internal or a withheld one.
	Number phone.Number
	// Short is rendered as it is where Number is zero: an internal number such
	// as 201. It stays empty for a withheld caller.
	Short string
	// Name is what the phone system calls the party; often empty.
	Name string
}

// Call holds the values of the call properties, typed. The zero value is a call
// nothing is known about: every property is empty.
type Call struct {
	Caller Party
	Device Party
	DDI    Party

	Start  time.Time
	Answer time.Time
	End    time.Time
	// Location is the tenant's time zone, in which times are written; nil
	// leaves each time in its own.
	Location *time.Location
	// Talk is the length of the conversation; with 0 it is End minus Answer.
	Talk time.Duration

	Direction  string // "inbound", "outbound" or "internal"
	ID         string // the phone system's own id
	Queue      string
	AgentName  string
	AgentEmail string
	// Extra holds whatever else the phone system sent, for `#(Extra NAME)`.
	Extra map[string]string
}

// seconds is `#(Duration)`: whole seconds of conversation, 0 for a call that
// ended without an answer, empty while the end is not known.
func (c *Call) seconds() string {
	talk := c.Talk
	switch {
	case talk > 0:
	case c.End.IsZero():
		return ""
	case !c.Answer.IsZero() && c.End.After(c.Answer):
		talk = c.End.Sub(c.Answer)
	}
	return strconv.FormatInt(int64(talk/time.Second), 10)
}

// extra looks a name up as it is written, then in any letter case; of several
// such the first in order, so that every rendering gives the same.
func (c *Call) extra(name string) string {
	if value, ok := c.Extra[name]; ok {
		return value
	}
	first := ""
	for key := range c.Extra {
		if strings.EqualFold(key, name) && (first == "" || key < first) {
			first = key
		}
	}
	return c.Extra[first]
}

// Set gives the call property called name (read as tolerantly as in a template)
// a value written as text: numbers are read by number, or if it is nil as E.164,
// and kept as short ones where they are none; times are RFC 3339 or
// `2006-01-02 15:04` in the call's location; durations are seconds or `1m3s`. An
// unknown name is an error with the nearest known one.
func (c *Call) Set(name, value string, number func(raw string) phone.Number) error {
	p, extra, ok := findProperty(name)
	if !ok {
		return unknownProperty(name)
	}
	switch {
	case p.party != nil:
		p.party(c).read(value, number)
	case p.moment != nil:
		return c.setTime(p, value)
	case p.text != nil:
		*p.text(c) = value
	case p.id == idExtra:
		if c.Extra == nil {
			c.Extra = map[string]string{}
		}
		c.Extra[extra] = value
	default:
		return c.setTalk(value)
	}
	return nil
}

func (p *Party) read(raw string, number func(string) phone.Number) {
	if number == nil {
		number = readE164
	}
	p.Number, p.Short = number(raw), ""
	if p.Number.IsZero() {
		p.Short = strings.TrimSpace(raw)
	}
}

func readE164(raw string) phone.Number {
	n, err := phone.ParseE164(raw)
	if err != nil {
		return phone.Number{}
	}
	return n
}

func (c *Call) setTime(p *property, value string) error {
	if value == "" {
		*p.moment(c) = time.Time{}
		return nil
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		*p.moment(c) = t
		return nil
	}
	loc := c.Location
	if loc == nil {
		loc = time.UTC
	}
	t, err := time.ParseInLocation(localTime, value, loc)
	if err != nil {
		return fmt.Errorf("call property %s is neither RFC 3339 nor like %s", p.Name, localTime)
	}
	*p.moment(c) = t
	return nil
}

func (c *Call) setTalk(value string) error {
	if value == "" {
		c.Talk = 0
		return nil
	}
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		c.Talk = time.Duration(seconds) * time.Second
		return nil
	}
	talk, err := time.ParseDuration(value)
	if err != nil || talk < 0 {
		return fmt.Errorf("call property Duration is neither seconds nor like 1m3s")
	}
	c.Talk = talk
	return nil
}
