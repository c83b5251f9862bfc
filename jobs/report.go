package jobs

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
)

// Reason is why a value of a CRM was not indexed, or should be looked at.
type Reason string

// The reasons of the data-quality report. The first ones are those of package phone.
const (
	Unparsable  = Reason(phone.ReasonUnparsable)  // digits, but no number of any country they could be of
	TwoReadings = Reason(phone.ReasonTwoReadings) // two numbers it could be
	NoRegion    = Reason(phone.ReasonNoRegion)    // a national number of a country that is not known
	TooLong     = Reason(phone.ReasonTooLong)
	Lossy       = Reason(phone.ReasonLossy) // a spreadsheet has rounded it
	OwnNumber   = Reason("own_number")      // the tenant's own, never a caller's
	NoID        = Reason("no_id")           // a record that cannot be told from others
	BadLine     = Reason("bad_line")        // a line of a run that was sent is no record
	Shared      = Reason("shared")          // on more contacts than an answer lists
	Duplicate   = Reason("duplicate")       // contacts of one name on one number
)

// Row is one entry of a data-quality report. It holds texts of the CRM: personal data.
type Row struct {
	Reason  Reason `json:"reason"`
	Type    string `json:"type,omitempty"` // the preset's object
	ID      string `json:"id,omitempty"`   // the CRM's own
	Name    string `json:"name,omitempty"`
	Company string `json:"company,omitempty"`
	Value   string `json:"value,omitempty"` // as it stands in the CRM
	URL     string `json:"url,omitempty"`
	Count   int    `json:"count,omitempty"` // contacts on a shared number
}

const (
	sharedFrom = 10 // contacts from which a number counts as shared
	// ReportMost is how many rows of each reason a [Report] has.
	ReportMost = 1000
)

// Report is the data quality of what is published of an integration.
type Report struct {
	Generation uint64         `json:"generation"`
	SyncedAt   time.Time      `json:"synced_at"`
	Contacts   int            `json:"contacts"`
	Numbers    int            `json:"numbers"`
	Totals     map[Reason]int `json:"totals"`
	Rows       []Row          `json:"rows"` // the first 1,000 of each reason
}

// Report is the data quality of what is published, as it is kept or gathered anew. [cache.ErrNothing] if nothing is yet.
func (s *Scheduler) Report(ctx context.Context, in cache.Ref) (Report, error) {
	g, err := s.published(in)
	if err != nil {
		return Report{}, err
	}
	k, err := s.kept(ctx, in)
	if err != nil {
		return Report{}, err
	}
	if k == nil || !k.of(g) {
		return s.keepReport(ctx, in, g)
	}
	rows := []Row{}
	for _, reason := range k.reasons() {
		for at := 0; at*reportPiece < k.rows(reason); at++ {
			piece, err := s.piece(ctx, in, reason, at)
			if err != nil {
				return Report{}, err
			}
			rows = append(rows, piece...)
		}
	}
	return k.report(rows), nil
}

// gather reads what a report is made of.
func (s *Scheduler) gather(ctx context.Context, in cache.Ref, g *cache.Generation) (Report, error) {
	r := Report{
		Generation: g.Number, SyncedAt: g.SyncedAt, Contacts: g.Counts.Contacts, Numbers: g.Counts.Numbers,
		Totals: map[Reason]int{}, Rows: []Row{},
	}
	for row, err := range s.ReportRows(ctx, in) {
		if err != nil {
			return Report{}, err
		}
		r.Totals[row.Reason]++
		if r.Totals[row.Reason] <= ReportMost {
			r.Rows = append(r.Rows, row)
		}
	}
	return r, nil
}

// ReportRows lists every row of the report, one at a time, for [WriteCSV]. The last element carries the error, if there
// is one.
func (s *Scheduler) ReportRows(ctx context.Context, in cache.Ref) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for one, err := range s.d.Cache.Issues(ctx, in) {
			if err != nil {
				yield(Row{}, fmt.Errorf("report of %s: %w", in.Integration, err))
				return
			}
			for _, row := range issueRows(one) {
				if !yield(row, nil) {
					return
				}
			}
		}
		for shared, err := range s.d.Cache.Shared(ctx, in, 2) {
			if err != nil {
				yield(Row{}, fmt.Errorf("report of %s: %w", in.Integration, err))
				return
			}
			for _, row := range sharedRows(shared) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

func issueRows(c cache.Reported) []Row {
	rows := make([]Row, 0, len(c.Issues))
	for _, issue := range c.Issues {
		rows = append(rows, Row{
			Reason: Reason(issue.Reason), Type: c.Type, ID: c.ID, Name: c.Name, Company: c.Company, URL: c.URL, Value: issue.Raw,
		})
	}
	return rows
}

// sharedRows gives one row for a number of many contacts, and one for each contact that has it under the same name as
// another.
func sharedRows(n cache.Shared) []Row {
	var rows []Row
	if n.Total >= sharedFrom && len(n.Matches) > 0 {
		rows = append(rows, Row{Reason: Shared, Company: n.Matches[0].Company().String(), Value: n.E164, Count: n.Total})
	}
	names := map[string]int{}
	for i := range n.Matches {
		names[foldName(n.Matches[i].Name().String())]++
	}
	for i := range n.Matches {
		m := &n.Matches[i]
		name := m.Name().String()
		if count := names[foldName(name)]; name != "" && count > 1 {
			rows = append(rows, Row{
				Reason: Duplicate, Type: m.Type().String(), ID: m.ID().String(), Name: name, Company: m.Company().String(),
				Value: n.E164, URL: m.URL().String(), Count: count,
			})
		}
	}
	return rows
}
