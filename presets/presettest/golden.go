package presettest

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/ringdex/ringdex/presets"
)

// output is what a run gave, in the form of golden files.
type output struct {
	Since   string   `json:"since,omitempty"`
	Full    bool     `json:"full,omitempty"`
	Records []record `json:"records"`
}

type record struct {
	ID         string            `json:"id"`
	Deleted    bool              `json:"deleted,omitempty"`
	Name       string            `json:"name,omitempty"`
	FirstName  string            `json:"first_name,omitempty"`
	LastName   string            `json:"last_name,omitempty"`
	Company    string            `json:"company,omitempty"`
	Email      string            `json:"email,omitempty"`
	Identifier string            `json:"identifier,omitempty"`
	URL        string            `json:"url,omitempty"`
	Changed    string            `json:"changed,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Phones     []phone           `json:"phones,omitempty"`
}

type phone struct {
	Raw     string `json:"raw"`
	Label   string `json:"label,omitempty"`
	Column  string `json:"column,omitempty"`
	Country string `json:"country,omitempty"`
	Numeric bool   `json:"numeric,omitempty"`
	Fax     bool   `json:"fax,omitempty"`
}

func (o *output) add(p presets.Page) {
	for _, r := range p.Records {
		o.Records = append(o.Records, recordOf(r))
	}
	if p.Last {
		o.Since, o.Full = p.Since, p.Full
	}
}

func recordOf(r presets.Record) record {
	out := record{
		ID: r.ID, Deleted: r.Deleted, Name: r.Name, FirstName: r.FirstName, LastName: r.LastName, Company: r.Company,
		Email: r.Email, Identifier: r.Identifier, URL: r.URL,
	}
	if !r.Changed.IsZero() {
		out.Changed = r.Changed.UTC().Format(time.RFC3339Nano)
	}
	for _, f := range r.Fields {
		if out.Fields == nil {
			out.Fields = map[string]string{}
		}
		out.Fields[f.Name] = f.Value
	}
	for _, p := range r.Phones {
		out.Phones = append(out.Phones, phone(p))
	}
	return out
}

// encode writes one record a line, so that a difference is one line.
func (o output) encode() []byte {
	var b bytes.Buffer
	head, _ := json.Marshal(struct {
		Since string `json:"since,omitempty"`
		Full  bool   `json:"full,omitempty"`
	}{o.Since, o.Full})
	b.Write(bytes.TrimSuffix(head, []byte("}")))
	if len(head) > 2 {
		b.WriteString(",")
	}
	b.WriteString("\"records\": [")
	for i, r := range o.Records {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  ")
		b.Write(plainJSON(r))
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}

// plainJSON is JSON in which & and < stand as they are.
func plainJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSpace(b.Bytes())
}
