package recognition

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ringdex/ringdex/cache"
)

// AppendJSON appends the body of GET /v1/match.
func (a *Answer) AppendJSON(dst []byte) []byte {
	dst = a.appendNumber(append(dst, `{"number":`...))
	dst = append(dst, `,"matches":[`...)
	told := a.Matches()
	for i := range told {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = a.appendMatch(dst, &told[i])
	}
	dst = append(dst, `],"scripts":`...)
	dst = appendButtons(dst, a.Scripts())
	if a.why != nil {
		if raw, err := json.Marshal(a.why); err == nil {
			dst = append(append(dst, `,"explain":`...), raw...)
		}
	}
	return append(dst, "}\n"...)
}

func (a *Answer) appendNumber(dst []byte) []byte {
	f := a.facts()
	dst = appendString(append(dst, `{"raw":`...), a.q.Number)
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

func (a *Answer) appendMatch(dst []byte, m *Match) []byte {
	dst = append(dst, m.integration.asJSON...)
	dst = m.appendRecord(append(dst, `,"record":`...))
	dst = m.Name().AppendJSON(append(dst, `,"name":`...))
	dst = m.Company().AppendJSON(append(dst, `,"company":`...))
	dst = m.Label().AppendJSON(append(dst, `,"label":`...))
	dst = appendPlain(append(dst, `,"quality":`...), string(m.Quality))
	dst = m.appendFields(append(dst, `,"fields":`...))
	dst = m.appendNotification(append(dst, `,"notification":`...))
	dst = appendButtons(append(dst, `,"scripts":`...), a.ScriptsOf(m))
	if m.Capped() {
		dst = strconv.AppendInt(append(dst, `,"capped":true,"total":`...), int64(m.Total()), 10)
	}
	g := m.Generation()
	dst = strconv.AppendUint(append(dst, `,"generation":`...), g.Number, 10)
	dst = append(dst, `,"synced_at":"`...)
	dst = g.SyncedAt.UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, `"}`...)
}

// appendIntegration begins the JSON of each match of an integration; it is made once.
func (i *integration) appendIntegration(dst []byte) []byte {
	dst = appendPlain(append(dst, `{"integration":{"id":`...), string(i.Integration))
	dst = appendString(append(dst, `,"name":`...), i.name)
	dst = appendString(append(dst, `,"preset":`...), i.preset)
	return append(dst, '}')
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
	dst = m.Name().AppendJSON(append(dst, `"DisplayName":`...))
	if m.Company() != "" {
		dst = m.Company().AppendJSON(append(dst, `,"Company":`...))
	}
	for name, value := range m.Fields() {
		if name == "DisplayName" || name == "Company" {
			continue // a CRM's own field of that name: the contact's is there already
		}
		dst = appendString(append(dst, ','), name)
		dst = value.AppendJSON(append(dst, ':'))
	}
	return append(dst, '}')
}

// appendNotification lists the chosen fields that have a value.
func (m *Match) appendNotification(dst []byte) []byte {
	dst = append(dst, '[')
	first := true
	for i := range m.integration.notification {
		f := &m.integration.notification[i]
		value := m.field(f.field)
		if value == "" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = f.title.AppendJSON(append(dst, `{"title":`...))
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
