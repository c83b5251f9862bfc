package push

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// MediaType is that of a body: one JSON object a line (NDJSON).
const MediaType = "application/x-ndjson"

// The modes of a run.
const (
	Full    = "full"    // all contacts: who is not among them is gone
	Changes = "changes" // changed and deleted contacts only
)

// Header is the first line, {"run": {…}}. Without it a body is a full run.
type Header struct {
	Mode string `json:"mode,omitempty"`
	// Since says, by type, behind which watermark the changes begin; nil does not say.
	Since map[string]string `json:"since,omitempty"`
}

// line is any line of a body; empty lines mean nothing and keep a connection alive.
type line struct {
	Run *Header `json:"run,omitempty"`

	End     bool              `json:"end,omitempty"`
	Records *int              `json:"records,omitempty"` // lines between header and end
	Since   map[string]string `json:"since,omitempty"`   // watermark for the next run, by type

	Type       text            `json:"type,omitempty"`
	ID         text            `json:"id,omitempty"`
	Name       text            `json:"name,omitempty"`
	FirstName  text            `json:"first_name,omitempty"`
	LastName   text            `json:"last_name,omitempty"`
	Company    text            `json:"company,omitempty"`
	Email      text            `json:"email,omitempty"`
	Identifier text            `json:"identifier,omitempty"`
	Country    text            `json:"country,omitempty"` // of its phone numbers
	URL        text            `json:"url,omitempty"`
	Changed    text            `json:"changed,omitempty"` // RFC 3339
	Deleted    bool            `json:"deleted,omitempty"`
	Phones     []phone         `json:"phones,omitempty"`
	Fields     map[string]text `json:"fields,omitempty"`
}

// text is a text; a number or a truth value counts as what it looks like, and null as nothing.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	switch raw[0] {
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = text(s)
		return err
	case '{', '[':
		return errors.New("one text is wanted, not an object or a list")
	case 'n':
		return nil
	}
	*t = text(raw)
	return nil
}

// phone is one phone field. A mere text or number is its number.
type phone struct {
	Number  text `json:"number"`
	Label   text `json:"label,omitempty"`
	Column  text `json:"column,omitempty"` // the field it stands in, if it is not its label
	Country text `json:"country,omitempty"`
	Numeric bool `json:"numeric,omitempty"` // it was a number there: a zero in front may be lost
	Fax     bool `json:"fax,omitempty"`
}

func (p *phone) UnmarshalJSON(raw []byte) error {
	type members phone
	if raw[0] != '{' {
		p.Numeric = raw[0] != '"' && raw[0] != 'n'
		return p.Number.UnmarshalJSON(raw)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode((*members)(p))
}

// errBroken is a line that is no JSON: what follows cannot be trusted either.
var errBroken = errors.New("this is no JSON object")

// parse reads a line. An error that is not errBroken is about this line only.
func parse(raw []byte) (line, error) {
	var l line
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(&l)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			return l, errBroken
		}
		return l, nil
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	unknown, isUnknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return l, errBroken
	case isUnknown:
		return l, fmt.Errorf("there is no member %s", clip(unknown))
	case errors.As(err, &kind) && kind.Field != "":
		return l, fmt.Errorf("member %q cannot be a %s", clip(kind.Field), kind.Value)
	case errors.As(err, &kind):
		return l, errors.New("a JSON object is wanted")
	}
	return l, errors.New(clip(err.Error()))
}

// clip keeps what somebody sent from filling a message.
func clip(s string) string {
	if len(s) > 64 {
		s = strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}

// isHeader and isEnd tell lines apart; whatever else has no record's members.
func (l line) isHeader() bool { return l.Run != nil }

func (l line) isEnd() bool { return l.End }

// record makes the record of a line, or says why it cannot be one.
func (l line) record() (presets.Record, error) {
	r := presets.Record{
		ID: strings.TrimSpace(string(l.ID)), Deleted: l.Deleted, Name: string(l.Name), FirstName: string(l.FirstName), LastName: string(l.LastName),
		Company: string(l.Company), Email: string(l.Email), Identifier: string(l.Identifier), URL: string(l.URL),
	}
	if r.ID == "" {
		return r, errors.New("id is missing")
	}
	if l.Changed != "" {
		var err error
		if r.Changed, err = time.Parse(time.RFC3339, string(l.Changed)); err != nil {
			return r, errors.New("changed is no time such as 2026-11-20T14:03:00Z")
		}
	}
	for _, p := range l.Phones {
		if p.Number == "" {
			continue
		}
		r.Phones = append(r.Phones, presets.Phone{
			Raw: string(p.Number), Label: string(p.Label), Column: string(or(p.Column, p.Label, "phone")),
			Country: string(or(p.Country, l.Country)), Numeric: p.Numeric, Fax: p.Fax || p.Label == "fax",
		})
	}
	for name, value := range l.Fields {
		r.Fields = append(r.Fields, presets.Field{Name: name, Value: string(value)})
	}
	slices.SortFunc(r.Fields, func(a, b presets.Field) int { return strings.Compare(a.Name, b.Name) })
	return r, nil
}

func or(values ...text) text {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// lineOf is record's opposite.
func lineOf(kind string, r presets.Record) line {
	l := line{
		Type: text(kind), ID: text(r.ID), Deleted: r.Deleted, Name: text(r.Name), FirstName: text(r.FirstName), LastName: text(r.LastName),
		Company: text(r.Company), Email: text(r.Email), Identifier: text(r.Identifier), URL: text(r.URL),
	}
	if !r.Changed.IsZero() {
		l.Changed = text(r.Changed.Format(time.RFC3339Nano))
	}
	for _, p := range r.Phones {
		one := phone{Number: text(p.Raw), Label: text(p.Label), Country: text(p.Country), Numeric: p.Numeric, Fax: p.Fax}
		if p.Column != p.Label {
			one.Column = text(p.Column)
		}
		l.Phones = append(l.Phones, one)
	}
	for _, f := range r.Fields {
		if l.Fields == nil {
			l.Fields = map[string]text{}
		}
		l.Fields[f.Name] = text(f.Value)
	}
	return l
}
