package tenant

import (
	"slices"

	"github.com/ringdex/ringdex/phone"
)

// ownNumbers answers whether a number is one of the tenant's.
type ownNumbers struct {
	numbers []phone.Number
	blocks  []phone.Block
}

func readOwn(a Account) ownNumbers {
	var own ownNumbers
	for _, text := range a.OwnNumbers {
		if b, err := phone.ParseBlock(text); err == nil {
			own.blocks = append(own.blocks, b)
			continue
		}
		for _, found := range phone.Find(text, phone.FieldContext{Region: a.Region}) {
			own.numbers = append(own.numbers, found.Number.Fold())
		}
	}
	return own
}

// Own tells whether the number is one of the tenant's trunk or direct numbers. It does not allocate.
func (s *Snapshot) Own(n phone.Number) bool {
	if slices.Contains(s.own.numbers, n.Fold()) {
		return true
	}
	for _, b := range s.own.blocks {
		if of, ok := phone.BlockOf(n, b.Open); ok && of == b {
			return true
		}
	}
	return false
}

// Numbers returns the own numbers that are single ones, as the cache compares them.
func (s *Snapshot) Numbers() []phone.Number { return slices.Clone(s.own.numbers) }

// Form returns how a phone system writes numbers; an unknown one writes as the tenant's region does.
func (s *Snapshot) Form(id SystemID) phone.SystemForm {
	system, _ := s.System(id)
	form := system.Form()
	if form.Region == "" {
		form.Region = s.Account.Region
	}
	return form
}
