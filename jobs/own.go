package jobs

import (
	"slices"

	"github.com/ringdex/ringdex/cache"
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// ownNumbers are the tenant's own trunk, DDI and device numbers, which are never a caller's (rule 8).
type ownNumbers struct {
	keys    []string // of what follows, sorted
	numbers map[phone.Number]bool
	blocks  map[phone.Block]bool
	open    []int // counts of open digits among the blocks
}

// ownNumbersOf collects what the account lists and the devices that are known by a full number. Short internal numbers
// are left out: no CRM number is one of them.
func ownNumbersOf(account tenant.Account, people []tenant.Person) ownNumbers {
	own := ownNumbers{numbers: map[phone.Number]bool{}, blocks: map[phone.Block]bool{}}
	for _, text := range account.OwnNumbers {
		own.add(text, account.Region)
	}
	for _, p := range people {
		for _, d := range p.Devices {
			own.add(d.Number, account.Region)
		}
	}
	slices.Sort(own.keys)
	own.keys = slices.Compact(own.keys)
	return own
}

func (o *ownNumbers) add(text, region string) {
	if b, err := phone.ParseBlock(text); err == nil {
		o.blocks[b] = true
		o.keys = append(o.keys, b.Key())
		if !slices.Contains(o.open, b.Open) {
			o.open = append(o.open, b.Open)
		}
		return
	}
	for _, f := range phone.Find(text, phone.FieldContext{Region: region}) {
		if !f.Number.IsShort() {
			o.numbers[f.Number.Fold()] = true
			o.keys = append(o.keys, f.Number.E164())
		}
	}
}

// has tells whether a number is the tenant's own.
func (o ownNumbers) has(n phone.Number) bool {
	if o.numbers[n.Fold()] {
		return true
	}
	for _, open := range o.open {
		if b, ok := phone.BlockOf(n, open); ok && o.blocks[b] {
			return true
		}
	}
	return false
}

// blocksOf reads the ranges an admin has typed; they were checked when they were saved.
func blocksOf(texts []string) []cache.Range {
	var ranges []cache.Range
	for _, text := range texts {
		if b, err := phone.ParseBlock(text); err == nil {
			ranges = append(ranges, cache.Range{Block: b})
		}
	}
	return ranges
}
