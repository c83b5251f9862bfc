package tenant

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringdex/ringdex/phone"
)

// ownNumber reads one of a tenant's own numbers as it is dialled in the region, or a range of them of one length
// ("020 123 4500..020 123 4599", "+49 30 123456xx"), and returns it as E.164 or as two E.164 numbers joined by a minus, both
// included.
func ownNumber(raw, region string) (string, bool) {
	if b, err := phone.ParseBlock(raw); err == nil {
		stem := b.Stem.E164()
		return stem + strings.Repeat("0", b.Open) + "-" + stem + strings.Repeat("9", b.Open), true
	}
	from, to, isRange := cutRange(raw)
	first, ok := oneNumber(from, region)
	if !ok || !isRange {
		return first, ok
	}
	last, ok := oneNumber(to, region)
	return first + "-" + last, ok && len(first) == len(last) && first <= last
}

// cutRange parts a range: two dots as people write it, or the minus between two E.164 numbers as it is stored.
func cutRange(raw string) (from, to string, ok bool) {
	if from, to, ok = strings.Cut(raw, ".."); ok {
		return from, to, true
	}
	from, to, ok = strings.Cut(raw, "-+")
	if !ok {
		return raw, "", false
	}
	return from, "+" + to, true
}

func oneNumber(raw, region string) (string, bool) {
	found := phone.Find(raw, phone.FieldContext{Region: region})
	if len(found) != 1 || found[0].Number.IsShort() {
		return "", false
	}
	return found[0].Number.E164(), true
}

// Own answers whether a number is one of a tenant's own.
type Own struct {
	numbers map[phone.Number]bool // folded
	ranges  [][2]string           // first and last, E.164
}

// Own returns the account's own numbers and ranges.
func (a Account) Own() Own {
	own := Own{numbers: make(map[phone.Number]bool, len(a.OwnNumbers))}
	for _, text := range a.OwnNumbers {
		if from, to, isRange := cutRange(text); isRange {
			own.ranges = append(own.ranges, [2]string{from, to})
			continue
		}
		if n, err := phone.ParseE164(text); err == nil {
			own.numbers[n.Fold()] = true
		}
	}
	return own
}

// Has tells whether the number is one of them.
func (o Own) Has(n phone.Number) bool {
	if o.numbers[n.Fold()] {
		return true
	}
	if len(o.ranges) == 0 {
		return false
	}
	text := n.E164()
	return slices.ContainsFunc(o.ranges, func(r [2]string) bool {
		return len(text) == len(r[0]) && r[0] <= text && text <= r[1]
	})
}

// devicesOf says whose devices there are, by the number the phone system calls them.
func devicesOf(people []Person) map[string]Owner {
	devices := map[string]Owner{}
	for _, p := range people {
		for _, device := range p.Devices {
			key := DeviceKey(device.Number)
			owner := devices[key]
			if len(owner.People) == 0 {
				owner.Name = cmp.Or(p.Name, p.Email)
			} else {
				owner.Name = cmp.Or(device.Name, owner.Name)
			}
			owner.People = append(owner.People, p.ID)
			devices[key] = owner
		}
	}
	return devices
}

// DeviceKey makes the spellings of one device's number the same: letter case and blanks do not matter.
func DeviceKey(number string) string {
	return strings.ToLower(strings.Join(strings.Fields(number), ""))
}
