package tenant

import (
	"cmp"
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
