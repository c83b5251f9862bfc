package recognition

import (
	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/tenant"
)

// owners are the tenant's own numbers: trunks and DDIs, which belong to nobody in particular, and devices with their agents.
type owners struct {
	trunks  tenant.Own
	devices map[phone.Number]string // by full number, folded
	short   map[string]string       // by tenant.DeviceKey
}

func ownersOf(s *tenant.Snapshot) owners {
	o := owners{trunks: s.Account.Own(), devices: map[phone.Number]string{}, short: map[string]string{}}
	for number, owner := range s.Devices {
		o.short[number] = owner.Name
		if n, ok := fullNumber(number, s.Account.Region); ok {
			o.devices[n.Fold()] = owner.Name
		}
	}
	return o
}

// fullNumber reads a device's number, if it is one that can be called from outside.
func fullNumber(text, region string) (phone.Number, bool) {
	found := phone.Find(text, phone.FieldContext{Region: region})
	if len(found) != 1 || found[0].Number.IsShort() {
		return phone.Number{}, false
	}
	return found[0].Number, true
}

// number tells whether n is the tenant's own, and whose.
func (o *owners) number(n phone.Number) (name string, own bool) {
	if len(o.devices) > 0 {
		if name, own = o.devices[n.Fold()]; own {
			return name, true
		}
	}
	return "", o.trunks.Has(n)
}

// device tells whether what is not a number from outside names a device, and whose.
func (o *owners) device(r *phone.Reading) (name string, ok bool) {
	if len(o.short) == 0 {
		return "", false
	}
	for _, text := range [...]string{r.Internal, r.Cleaned} {
		if name, ok = o.short[tenant.DeviceKey(text)]; ok && text != "" {
			return name, true
		}
	}
	return "", false
}
