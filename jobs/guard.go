package jobs

import (
	"slices"
	"strings"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/presets"
	"github.com/ringdex/ringdex/tenant"
	"github.com/ringdex/ringdex/wording"
)

const (
	guardPercent = 20 // a full run that loses more than this …
	guardRecords = 50 // … and more than this many is held
)

// suspicion says why a full run has to be looked at by a person before it is published; it says nothing if it need not. Deleting
// most of a CRM happens; losing the right to see it, or a field, happens more often.
func suspicion(g tenant.Guard, before, after census) wording.Text {
	limit := allowance(g)
	switch {
	case g.Off:
		return wording.Text{}
	case before.contacts == 0 && after.numbers == 0 && after.values() > 0:
		return wording.New("jobs.no_usable", "none of {Count} phone fields holds a number that can be used", "Count", after.values())
	case before.contacts == 0:
		return wording.Text{}
	case after.contacts == 0:
		return wording.New("jobs.no_contacts", "none of {Count} contacts is left", "Count", before.contacts)
	case limit.exceeded(before.contacts, after.contacts):
		return wording.New("jobs.contacts_gone", "{Gone} of {Count} contacts are gone", "Gone", before.contacts-after.contacts, "Count", before.contacts)
	case before.numbers > 0 && after.numbers == 0:
		return wording.New("jobs.no_numbers", "none of {Count} numbers can be used any more", "Count", before.numbers)
	case limit.exceeded(before.numbers, after.numbers):
		return wording.New("jobs.numbers_gone", "{Gone} of {Count} numbers are gone", "Gone", before.numbers-after.numbers, "Count", before.numbers)
	}
	for _, column := range before.columnNames() {
		if was := before.columns[column]; was > limit.Records && after.columns[column] == 0 {
			return wording.New("jobs.field_gone", "field {Name} is empty or gone; it had {Count} numbers", "Name", column, "Count", was)
		}
	}
	return wording.Text{}
}

// census is the size of a generation, and how many values each phone field had in it.
type census struct {
	contacts, numbers int
	columns           map[string]int
}

func censusOf(c cache.Counts, columns map[string]int) census {
	return census{contacts: c.Contacts, numbers: c.Numbers, columns: columns}
}

// values is how many phone fields hold something.
func (c census) values() int {
	sum := 0
	for _, n := range c.columns {
		sum += n
	}
	return sum
}

func (c census) columnNames() []string {
	names := make([]string, 0, len(c.columns))
	for name := range c.columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

type shrink tenant.Guard

// allowance fills the guard's settings with the defaults.
func allowance(g tenant.Guard) shrink {
	if g.Percent == 0 {
		g.Percent = guardPercent
	}
	if g.Records == 0 {
		g.Records = guardRecords
	}
	return shrink(g)
}

func (s shrink) exceeded(before, after int) bool {
	lost := before - after
	return lost > s.Records && lost*100 > s.Percent*before
}

// compared leaves out of two sizes what was not chosen any more: an object or a phone field that the admin took away is not
// missed. Then only the values of the other fields are compared, and contacts only where every object is still there, as
// nobody counted those of one.
func (a *attempt) compared(before, after census) (census, census) {
	p, kept := a.set.preset, map[string]int{}
	for column, n := range before.columns {
		if stream, field, _ := strings.Cut(column, "/"); hasColumn(p, stream, field) {
			kept[column] = n
		}
	}
	off := false
	for stream := range a.from.Since {
		_, chosen := p.Stream(stream)
		off = off || !chosen
	}
	if len(kept) == len(before.columns) && !off {
		return before, after
	}
	before.columns = kept
	before.numbers, after.numbers = before.values(), after.values()
	if off {
		before.contacts = min(before.contacts, max(after.contacts, 1))
	}
	return before, after
}

// hasColumn tells whether a stream still has a phone field. Only HTTP readers name fields as the preset does; others find them.
func hasColumn(p *presets.Preset, stream, field string) bool {
	s, ok := p.Stream(stream)
	return ok && (p.Kind != "rest" || slices.ContainsFunc(s.Phones, func(one presets.PhonePath) bool { return one.Path == field }))
}
