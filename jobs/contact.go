package jobs

import (
	"strconv"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/wording"
)

// readRecord brings one record into the refresh. One that is as it was costs a digest, no reading of numbers.
func (a *attempt) readRecord(st presets.Stream, rec *presets.Record) error {
	a.run.Counts.Read++
	if a.run.Counts.Read > a.s.d.Limits.Records {
		return a.tooMany()
	}
	if rec.ID == "" || len(rec.ID) > maxName {
		a.reject(st, rec, cache.Issue{Reason: string(NoID)})
		return nil
	}
	if rec.Deleted {
		return a.wrote(a.refresh.Delete(st.ID, rec.ID))
	}
	a.look(st, rec)
	raw := a.digest(st, rec)
	if same, err := a.refresh.Unchanged(st.ID, rec.ID, raw); err != nil || same {
		return a.wrote(err)
	}
	contact, numbers := a.set.contact(a.s.read, st, rec, a.mark.Columns)
	contact.Order = a.stream
	for _, issue := range contact.Issues {
		a.reject(st, rec, issue)
	}
	a.run.Counts.Numbers += len(numbers)
	return a.wrote(a.refresh.Put(contact, raw, numbers...))
}

func (a *attempt) tooMany() error {
	return wording.Errorf(errTooMany, "jobs.more_than", "more than {Most}", "Most", a.s.d.Limits.Records)
}

// look counts the values of each phone field, and takes a sample of how they are written.
func (a *attempt) look(st presets.Stream, rec *presets.Record) {
	if a.run.Mode != Full {
		return
	}
	evident := sampled(a.run.Counts.Read, rec.ID)
	for _, p := range rec.Phones {
		if strings.TrimSpace(p.Raw) == "" {
			continue
		}
		column := columnName(st, p)
		a.mark.Values[column]++
		if evident {
			a.evidence.observe(column, p.Raw, a.set.evidence(rec, p))
		}
	}
}

// maxSamples is how many rejected values of each reason a run keeps.
const maxSamples = 10

// reject counts a value that was not indexed, and keeps the first ones.
func (a *attempt) reject(st presets.Stream, rec *presets.Record, issue cache.Issue) {
	if a.run.Counts.Rejected == nil {
		a.run.Counts.Rejected = map[Reason]int{}
	}
	why := Reason(issue.Reason)
	a.run.Counts.Rejected[why]++
	if a.run.Counts.Rejected[why] > maxSamples {
		return
	}
	a.run.Samples = append(a.run.Samples, Row{
		Reason: why, Type: st.ID, ID: clip(rec.ID, maxName), Name: clip(displayName(rec), maxName),
		Company: clip(rec.Company, maxName), Value: issue.Raw,
	})
}

// digest stands for everything of a record that ends up in the cache, and for how its columns are read.
func (a *attempt) digest(st presets.Stream, rec *presets.Record) cache.Digest {
	parts := make([]string, 0, 8+2*len(rec.Fields)+6*len(rec.Phones))
	parts = append(parts, rec.Name, rec.FirstName, rec.LastName, rec.Company, rec.URL, a.set.country(rec))
	for _, f := range a.set.fields.copyFields(rec) {
		parts = append(parts, f.Name, f.Value)
	}
	for _, p := range rec.Phones {
		c := a.mark.Columns[columnName(st, p)]
		parts = append(parts, p.Raw, p.Label, p.Country, string(c.Form), flags(p.Numeric, p.Fax, c.ZeroLost))
	}
	return cache.DigestOf(parts...)
}

func flags(set ...bool) string {
	n := 0
	for i, on := range set {
		if on {
			n |= 1 << i
		}
	}
	return strconv.Itoa(n)
}

// country returns the record's field that the admin mapped as the country of its numbers.
func (s settings) country(rec *presets.Record) string {
	if s.integration.CountryField == "" {
		return ""
	}
	for _, f := range rec.Fields {
		if f.Name == s.integration.CountryField || foldName(f.Name) == foldName(s.integration.CountryField) {
			return f.Value
		}
	}
	return ""
}

// context gathers what decides how a national number is read: the record's own country, the integration's region, the
// tenant's (rule 4). A country that is not known leaves only international forms, rather than a guess. What an admin set
// for the integration holds, unless the column's values show that they are of the tenant's region all the same.
func (s settings) context(rec *presets.Record, p presets.Phone, c phone.Column) phone.FieldContext {
	ctx := s.evidence(rec, p)
	ctx.Column = c
	if c.Region != ctx.Rival {
		ctx.Rival = ""
	}
	return ctx
}

// evidence is context for a value that is looked at to learn how its column is written: with the tenant's region as a
// rival where the integration has another one.
func (s settings) evidence(rec *presets.Record, p presets.Phone) phone.FieldContext {
	ctx := phone.FieldContext{Region: s.region, AreaCode: s.integration.AreaCode, Numeric: p.Numeric}
	for _, country := range []string{s.country(rec), p.Country} {
		if strings.TrimSpace(country) == "" {
			continue
		}
		ctx.Region = presets.Country(country)
		if ctx.Region != s.region {
			ctx.AreaCode = "" // it is a town of the integration's region
		}
		return ctx
	}
	if s.region != s.account.Region {
		ctx.Rival = s.account.Region
	}
	return ctx
}

// reader reads a stored text.
type reader func(raw string, ctx phone.FieldContext) phone.Cell

// contact makes of a record what the cache keeps: its numbers, and what was wrong with the others.
func (s settings) contact(read reader, st presets.Stream, rec *presets.Record, columns map[string]phone.Column) (cache.Contact, []cache.LabelledNumber) {
	c := cache.Contact{
		Type: st.ID, ID: rec.ID, Name: displayName(rec), Company: rec.Company, URL: rec.URL,
		Fields: s.fields.copyFields(rec), Changed: rec.Changed,
	}
	var numbers []cache.LabelledNumber
	for _, p := range rec.Phones[:min(len(rec.Phones), maxPhones)] {
		if p.Fax && !s.integration.Fax || strings.TrimSpace(p.Raw) == "" {
			continue
		}
		cell := read(p.Raw, s.context(rec, p, columns[columnName(st, p)]))
		for _, f := range cell.Found {
			if f.Fax && !s.integration.Fax {
				continue // a word beside it says so (rule 7)
			}
			if s.own.has(f.Number) {
				c.Issues = append(c.Issues, cache.Issue{Reason: string(OwnNumber), Raw: p.Raw})
				continue
			}
			numbers = append(numbers, labelled(f, p)...)
		}
		for _, r := range cell.Refused {
			if r.Reason == phone.ReasonEmpty || r.Reason == phone.ReasonNotPhone {
				continue // a remark, a date: nobody meant a number
			}
			c.Issues = append(c.Issues, cache.Issue{Reason: string(r.Reason), Raw: p.Raw})
		}
	}
	return bounded(c), numbers
}

// labelled gives the number under the CRM's label, or the word beside it, and the company's number it is part of.
func labelled(f phone.Found, p presets.Phone) []cache.LabelledNumber {
	label := clip(p.Label, maxName)
	if f.Label != "" {
		label = f.Label
	}
	numbers := []cache.LabelledNumber{{Number: f.Number, Label: label, Extension: f.Extension, Head: f.Head}}
	if !f.Stem.IsZero() {
		numbers = append(numbers, cache.LabelledNumber{Number: f.Stem, Label: label, Stem: true})
	}
	return numbers
}
