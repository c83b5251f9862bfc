package jobs

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/presets/outbound"
	"github.com/ringdex/ringdex/wording"
)

const (
	checkWithin  = time.Minute
	checkSamples = 5
)

// CheckReport is what "Test connection" found, read as a sync would read it.
type CheckReport struct {
	Account     string           `json:"account"`
	Notes       wording.List     `json:"notes,omitempty"`   // what was recognised
	Missing     wording.List     `json:"missing,omitempty"` // rights, fields or columns
	Limits      []presets.Quota  `json:"limits,omitempty"`
	Total       int              `json:"total,omitempty"` // records, 0 where the source does not know
	Sample      []CheckedContact `json:"sample"`          // at most five
	Values      int              `json:"values"`          // phone fields that hold something, in all records looked at
	Numbers     int              `json:"numbers"`         // found in them
	Unusable    int              `json:"unusable"`        // of no use, those with two readings included
	TwoReadings int              `json:"two_readings"`
}

// CheckedContact shows how a record is understood.
type CheckedContact struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Company string          `json:"company,omitempty"`
	Numbers []CheckedNumber `json:"numbers"`
	// Values are the record's fields by the names notifications and scripts use, for pages that show what they would look like.
	Values map[string]string `json:"-"`
}

// CheckedNumber is a phone field and what it is recognised as.
type CheckedNumber struct {
	Raw       string `json:"raw"`
	Label     string `json:"label,omitempty"`
	E164      string `json:"e164,omitempty"` // "" if it is of no use
	National  string `json:"national,omitempty"`
	Extension string `json:"extension,omitempty"`
	Reason    Reason `json:"reason,omitempty"` // why not
}

// Check connects an integration, in whatever state it is, and reads a few records. It changes nothing. Private addresses
// that allow allows may be reached this once.
func (s *Scheduler) Check(ctx context.Context, in cache.Ref, allow ...outbound.Rule) (CheckReport, error) {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	set, err := readSettings(ctx, s.d, in)
	if err != nil {
		return CheckReport{}, fmt.Errorf("check: %w", err)
	}
	if err := set.takes(nil); err != nil {
		return CheckReport{}, fmt.Errorf("check %s: %w", in.Integration, err)
	}
	source, err := s.d.Open(ctx, in.Tenant, in.Integration, allow...)
	if err != nil {
		return CheckReport{}, fmt.Errorf("check %s: %w", in.Integration, err)
	}
	defer func() {
		if err := source.Close(); err != nil {
			s.d.Log.Warn("source not closed", "tenant", in.Tenant, "integration", in.Integration, "error", err)
		}
	}()
	found, err := source.Check(ctx)
	if err != nil {
		return CheckReport{}, fmt.Errorf("check %s: %w", in.Integration, err)
	}
	r := CheckReport{
		Account: found.Account, Notes: found.Notes, Missing: found.Missing, Limits: found.Limits, Total: found.Total,
	}
	columns := set.sampleColumns(found.Sample)
	for i := range found.Sample {
		contact := set.checked(s.read, &found.Sample[i], columns, &r)
		if i < checkSamples {
			contact.Values = valuesOf(&found.Sample[i])
			r.Sample = append(r.Sample, contact)
		}
	}
	return r, nil
}

// valuesOf are the fields of a record, the common ones and its own.
func valuesOf(rec *presets.Record) map[string]string {
	values := map[string]string{}
	for _, f := range rec.Fields {
		values[f.Name] = f.Value
	}
	common := map[string]string{
		"DisplayName": displayName(rec), "FirstName": rec.FirstName, "LastName": rec.LastName, "Company": rec.Company,
		"Email": rec.Email, "Identifier": cmp.Or(rec.Identifier, rec.ID), "PopUpUri": rec.URL,
	}
	for name, value := range common {
		if value != "" {
			values[name] = value
		}
	}
	return values
}

// sampleColumns decides from a sample how its columns are written.
func (s settings) sampleColumns(sample []presets.Record) map[string]phone.Column {
	seen := evidence{}
	for i := range sample {
		for _, p := range sample[i].Phones {
			seen.observe(p.Column, p.Raw, s.evidence(&sample[i], p))
		}
	}
	columns := map[string]phone.Column{}
	for name, e := range seen {
		columns[name] = e.Decide()
	}
	return columns
}

// checked reads one record of the sample and counts.
func (s settings) checked(read reader, rec *presets.Record, columns map[string]phone.Column, r *CheckReport) CheckedContact {
	c := CheckedContact{ID: rec.ID, Name: displayName(rec), Company: rec.Company}
	for _, p := range rec.Phones {
		one := presets.Record{ID: rec.ID, Fields: rec.Fields, Phones: []presets.Phone{p}}
		contact, numbers := s.contact(read, presets.Stream{}, &one, map[string]phone.Column{columnName(presets.Stream{}, p): columns[p.Column]})
		if len(numbers)+len(contact.Issues) == 0 {
			continue // empty, a fax or a remark
		}
		r.Values++
		for _, n := range numbers {
			r.Numbers++
			c.Numbers = append(c.Numbers, CheckedNumber{
				Raw: p.Raw, Label: n.Label, E164: n.Number.E164(), National: n.Number.National(), Extension: n.Extension,
			})
		}
		for _, issue := range contact.Issues {
			r.Unusable++
			if Reason(issue.Reason) == TwoReadings {
				r.TwoReadings++
			}
			c.Numbers = append(c.Numbers, CheckedNumber{Raw: p.Raw, Label: p.Label, Reason: Reason(issue.Reason)})
		}
	}
	return c
}
