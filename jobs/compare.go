package jobs

import (
	"context"
	"fmt"
	"maps"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// Comparison is what a full run would change.
type Comparison struct {
	Account   string            `json:"account"`         // what was read
	Notes     wording.List      `json:"notes,omitempty"` // what was recognised
	Records   int               `json:"records"`
	Added     int               `json:"added"`
	Changed   int               `json:"changed"`
	Removed   int               `json:"removed"`
	Unchanged int               `json:"unchanged"`
	Numbers   int               `json:"numbers"`            // found in new and changed contacts
	Rejected  map[Reason]int    `json:"rejected,omitempty"` // phone fields of those
	Held      string            `json:"held,omitempty"`     // why the run would wait for a person
	HeldWords wording.Text      `json:"-"`                  // the same in every language
	Samples   ComparisonSamples `json:"samples"`
}

// ComparisonSamples are some of the contacts, at most five of each.
type ComparisonSamples struct {
	Added   []CheckedContact `json:"added"`
	Changed []CheckedContact `json:"changed"`
	Removed []CheckedContact `json:"removed"`
}

// Compare reads everything a source has, as a full run would, and tells what that run would change. It changes nothing itself.
func (s *Scheduler) Compare(ctx context.Context, in cache.Ref, open func(ctx context.Context) (presets.Source, error)) (c Comparison, err error) {
	c.Samples = ComparisonSamples{Added: []CheckedContact{}, Changed: []CheckedContact{}, Removed: []CheckedContact{}}
	c.Rejected = map[Reason]int{}
	set, err := readSettings(ctx, s.d, in)
	if err != nil {
		return c, fmt.Errorf("compare: %w", err)
	}
	status, err := s.d.Cache.Status(ctx, in)
	if err != nil {
		return c, fmt.Errorf("compare: %w", err)
	}
	with, err := s.d.Cache.Compare(ctx, in, set.mapping())
	if err != nil {
		return c, fmt.Errorf("compare: %w", err)
	}
	source, err := open(ctx)
	if err != nil {
		return c, fmt.Errorf("compare %s: %w", in.Integration, err)
	}
	defer func() {
		if err := source.Close(); err != nil {
			s.d.Log.Warn("source not closed", "tenant", in.Tenant, "integration", in.Integration, "error", err)
		}
	}()
	report, err := source.Check(ctx)
	if err != nil {
		return c, fmt.Errorf("compare %s: %w", in.Integration, err)
	}
	c.Account, c.Notes = report.Account, append(report.Notes, report.Missing...)
	a := &attempt{s: s, set: set, run: Run{Mode: Full}, source: source, mark: newWatermark(), evidence: evidence{}}
	a.readFrom(status)
	maps.Copy(a.mark.Columns, a.from.Columns)
	for _, st := range set.preset.Streams {
		if err := a.compareStream(ctx, st, with, &c); err != nil {
			return c, fmt.Errorf("compare %s: read %s: %w", in.Integration, st.ID, err)
		}
	}
	return c, a.missing(ctx, with, &c)
}

// compareStream looks at each record of a stream, read to its explicit end.
func (a *attempt) compareStream(ctx context.Context, st presets.Stream, with *cache.Comparison, c *Comparison) error {
	learn := a.newLearner(st)
	for page, err := range a.source.Read(ctx, st.ID, presets.Cursor{}) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		for _, ready := range learn.add(page) {
			for i := range ready.Records {
				if err := a.compare(st, &ready.Records[i], with, c); err != nil {
					return err
				}
			}
		}
		if page.Last {
			return nil
		}
	}
	return &presets.Error{Text: wording.Of(errNoEnd), Retry: true, Err: errNoEnd}
}

func (a *attempt) compare(st presets.Stream, rec *presets.Record, with *cache.Comparison, c *Comparison) error {
	if c.Records++; c.Records > a.s.d.Limits.Records {
		return a.tooMany()
	}
	if rec.ID == "" || len(rec.ID) > maxName {
		c.Rejected[NoID]++
		return nil
	}
	if rec.Deleted {
		return nil
	}
	var into *[]CheckedContact
	switch with.See(st.ID, rec.ID, a.digest(st, rec)) {
	case cache.Again:
		return nil
	case cache.Unchanged:
		c.Unchanged++
		return nil
	case cache.Added:
		c.Added++
		into = &c.Samples.Added
	case cache.Changed:
		c.Changed++
		into = &c.Samples.Changed
	}
	contact, numbers := a.set.contact(a.s.read, st, rec, a.mark.Columns)
	c.Numbers += len(numbers)
	for _, issue := range contact.Issues {
		c.Rejected[Reason(issue.Reason)]++
	}
	if len(*into) < checkSamples {
		*into = append(*into, a.set.checked(a.s.read, rec, a.columnsOf(st, rec), &CheckReport{}))
	}
	return nil
}

// columnsOf are the decisions for the columns of a record, by their names in it.
func (a *attempt) columnsOf(st presets.Stream, rec *presets.Record) map[string]phone.Column {
	columns := map[string]phone.Column{}
	for _, p := range rec.Phones {
		columns[p.Column] = a.mark.Columns[columnName(st, p)]
	}
	return columns
}

// missing counts whom the source no longer has, and judges the result as the shrink guard would.
func (a *attempt) missing(ctx context.Context, with *cache.Comparison, c *Comparison) error {
	gone, shown, err := with.Unseen(ctx, checkSamples)
	if err != nil {
		return err
	}
	c.Removed = gone
	for i := range shown {
		m := &shown[i]
		facts := m.Facts()
		c.Samples.Removed = append(c.Samples.Removed, CheckedContact{
			ID: m.ID().String(), Name: m.Name().String(), Company: m.Company().String(),
			Numbers: []CheckedNumber{{Raw: facts.E164, Label: m.Label().String(), E164: facts.E164, National: facts.National}},
		})
	}
	if g := with.Published(); g != nil {
		c.HeldWords = suspicion(a.set.integration.Guard, census{contacts: g.Counts.Contacts}, census{contacts: c.Added + c.Changed + c.Unchanged})
		c.Held = c.HeldWords.String()
	}
	return nil
}
