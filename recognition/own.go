package recognition

import (
	"strings"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// owners are the tenant's own numbers: trunks and DDIs, which belong to nobody in particular, and devices with their agents.
type owners struct {
	numbers map[phone.Number]string // folded
	short   map[string]string       // internal numbers of devices
	ranges  []ownRange
}

// ownRange is a range of DDIs of one length, both ends included.
type ownRange struct{ from, to string }

func ownersOf(s *tenant.Snapshot) owners {
	o := owners{numbers: map[phone.Number]string{}, short: map[string]string{}}
	for _, text := range s.Account.OwnNumbers {
		if from, to, ok := strings.Cut(text, "-"); ok {
			o.ranges = append(o.ranges, ownRange{from, to})
			continue
		}
		if n, err := phone.ParseE164(text); err == nil {
			o.numbers[n.Fold()] = ""
		}
	}
	for number, owner := range s.Devices {
		o.device(number, owner.Name, s.Account.Region)
	}
	return o
}

// device notes whose a device is: under its full number if it has one, else under the internal one.
func (o *owners) device(number, name, region string) {
	found := phone.Find(number, phone.FieldContext{Region: region})
	if len(found) == 1 && !found[0].Number.IsShort() {
		o.numbers[found[0].Number.Fold()] = name
		return
	}
	o.short[number] = name
}

// number tells whether n is the tenant's own, and whose.
func (o *owners) number(n phone.Number) (name string, own bool) {
	if name, own = o.numbers[n.Fold()]; own || len(o.ranges) == 0 {
		return name, own
	}
	text := n.E164()
	for _, r := range o.ranges {
		if len(text) == len(r.from) && r.from <= text && text <= r.to {
			return "", true
		}
	}
	return "", false
}

// internal is the name behind an internal number.
func (o *owners) internal(number string) string { return o.short[tenant.DeviceKey(number)] }
