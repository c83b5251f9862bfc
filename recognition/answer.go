package recognition

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
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

// Answer is what is known of a caller. It is for one reader and keeps no store open.
type Answer struct {
	Scripts []Button // stand-alone and no-match scripts

	view      *view
	raw       string
	kind      Kind // set for what is not a subscriber's number
	number    phone.Number
	own       bool
	owner     string
	matches   []Match
	cut       bool
	ambiguous bool
	why       *Explanation
}

// Matches are the contacts, best first.
func (a *Answer) Matches() []Match { return a.matches }

// Number is the caller's, zero for one that is withheld, internal or no number.
func (a *Answer) Number() phone.Number { return a.number }

// none tells whether nobody is known.
func (a *Answer) none() bool { return len(a.matches) == 0 }

// external tells whether the caller could be a contact at all.
func (a *Answer) external() bool { return a.kind == "" && !a.own }

// facts are what is known of the number itself: from the sync if a contact has it in this form, else computed now.
func (a *Answer) facts() numberFacts {
	f := numberFacts{kind: a.kind}
	if a.kind != "" || a.number.IsZero() {
		if f.kind == "" {
			f.kind = Invalid
		}
		return f
	}
	f.e164 = a.number.E164()
	if len(a.matches) > 0 {
		if stored := a.matches[0].Facts(); stored.E164 == f.e164 {
			f.national, f.region, f.kind = stored.National, stored.Region, Kind(stored.Kind)
			f.location = stored.Location(a.view.account.Language)
			return f
		}
	}
	f.national, f.region, f.kind = a.number.National(), a.number.Region(), Kind(a.number.Kind())
	f.location = cache.TextOf(a.number.Location(a.view.account.Language))
	if a.own {
		f.kind = Own
	}
	return f
}

type numberFacts struct {
	e164, national, region string
	kind                   Kind
	location               cache.Text
}

// AppendJSON appends the body of GET /v1/match.
func (a *Answer) AppendJSON(dst []byte) []byte {
	dst = a.appendNumber(append(dst, `{"number":`...))
	dst = append(dst, `,"matches":[`...)
	for i := range a.matches {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = a.matches[i].appendJSON(dst)
	}
	dst = append(dst, `],"scripts":`...)
	dst = appendButtons(dst, a.Scripts)
	if a.why != nil {
		if raw, err := json.Marshal(a.why); err == nil {
			dst = append(append(dst, `,"explain":`...), raw...)
		}
	}
	return append(dst, "}\n"...)
}

func (a *Answer) appendNumber(dst []byte) []byte {
	f := a.facts()
	dst = appendString(append(dst, `{"raw":`...), a.raw)
	dst = appendPlain(append(dst, `,"e164":`...), f.e164)
	dst = appendPlain(append(dst, `,"national":`...), f.national)
	dst = appendPlain(append(dst, `,"region":`...), f.region)
	dst = appendPlain(append(dst, `,"kind":`...), string(f.kind))
	dst = f.location.AppendJSON(append(dst, `,"location":`...))
	if a.owner != "" {
		dst = appendString(append(dst, `,"name":`...), a.owner)
	}
	return append(dst, '}')
}

func (m *Match) appendJSON(dst []byte) []byte {
	id, name, preset := m.Integration()
	dst = appendPlain(append(dst, `{"integration":{"id":`...), id)
	dst = appendString(append(dst, `,"name":`...), name)
	dst = appendPlain(append(dst, `,"preset":`...), preset)
	dst = m.appendRecord(append(dst, `},"record":`...))
	dst = m.Name().AppendJSON(append(dst, `,"name":`...))
	dst = m.Company().AppendJSON(append(dst, `,"company":`...))
	dst = m.Label().AppendJSON(append(dst, `,"label":`...))
	dst = appendPlain(append(dst, `,"quality":`...), string(m.Quality))
	dst = m.appendFields(append(dst, `,"fields":`...))
	dst = m.appendNotification(append(dst, `,"notification":`...))
	dst = appendButtons(append(dst, `,"scripts":`...), m.Scripts)
	if m.Total() > cacheListed {
		dst = strconv.AppendInt(append(dst, `,"capped":true,"total":`...), int64(m.Total()), 10)
	}
	g := m.Generation()
	dst = strconv.AppendUint(append(dst, `,"generation":`...), g.Number, 10)
	dst = append(dst, `,"synced_at":"`...)
	dst = g.SyncedAt.UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, `"}`...)
}

// appendRecord names the record; a company alone is no record.
func (m *Match) appendRecord(dst []byte) []byte {
	if m.Quality != Exact {
		return append(dst, `{"id":"","type":"","url":""}`...)
	}
	dst = m.ID().AppendJSON(append(dst, `{"id":`...))
	dst = m.Type().AppendJSON(append(dst, `,"type":`...))
	dst = m.URL().AppendJSON(append(dst, `,"url":`...))
	return append(dst, '}')
}

func (m *Match) appendFields(dst []byte) []byte {
	dst = append(dst, '{')
	if m.Quality != Exact {
		dst = m.Company().AppendJSON(append(dst, `"Company":`...))
		return append(dst, '}')
	}
	dst = m.Match.Name().AppendJSON(append(dst, `"DisplayName":`...))
	if m.Company() != "" {
		dst = m.Company().AppendJSON(append(dst, `,"Company":`...))
	}
	for name, value := range m.Fields() {
		dst = appendString(append(dst, ','), name)
		dst = value.AppendJSON(append(dst, ':'))
	}
	return append(dst, '}')
}

// appendNotification lists the chosen fields that have a value.
func (m *Match) appendNotification(dst []byte) []byte {
	dst = append(dst, '[')
	first := true
	for _, f := range m.integration.notification {
		value := m.field(f.field)
		if value == "" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendString(append(dst, `{"title":`...), f.title)
		dst = value.AppendJSON(append(dst, `,"value":`...))
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendButtons(dst []byte, list []Button) []byte {
	dst = append(dst, '[')
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendPlain(append(dst, `{"id":`...), list[i].ID)
		dst = appendString(append(dst, `,"name":`...), list[i].Name)
		dst = appendString(append(dst, `,"url":`...), list[i].URL)
		if list[i].Pop {
			dst = append(dst, `,"pop":true`...)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// appendPlain appends a text of our own making that needs no escapes.
func appendPlain(dst []byte, s string) []byte {
	return append(append(append(dst, '"'), s...), '"')
}

// appendString appends any text as a JSON string.
func appendString(dst []byte, s string) []byte { return cache.TextOf(s).AppendJSON(dst) }
