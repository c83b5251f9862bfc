package phone

import (
	"sync"

	"github.com/nyaruka/phonenumbers/v2"
)

// shortPlan recognises the short numbers of one region that people call: those whose price is known and emergency
// numbers, not codes of text-message services or of one carrier.
type shortPlan struct{ numbers *automaton }

const (
	bitEmergency = iota
	bitShortFree
	bitShortStandard
	bitShortPremium
	bitShortText
	bitShortCarrier
)

var shortPlans = sync.OnceValue(func() map[string]func() *shortPlan {
	all := map[string]func() *shortPlan{}
	list, err := phonenumbers.ShortNumberMetadataCollection()
	if err != nil {
		return all
	}
	for _, m := range list.GetMetadata() {
		all[m.GetId()] = sync.OnceValue(func() *shortPlan {
			return &shortPlan{automatonOf(
				m.GetEmergency().GetNationalNumberPattern(), m.GetTollFree().GetNationalNumberPattern(),
				m.GetStandardRate().GetNationalNumberPattern(), m.GetPremiumRate().GetNationalNumberPattern(),
				m.GetSmsServices().GetNationalNumberPattern(), m.GetCarrierSpecific().GetNationalNumberPattern(),
			)}
		})
	}
	return all
})

// shortOf gives the short number of a region that digits are, if they are one.
func shortOf(region, digits string) (Number, bool) {
	get, ok := shortPlans()[region]
	if !ok || len(digits) < 2 || len(digits) > 6 {
		return Number{}, false
	}
	mask := get().numbers.match(digits)
	called := mask&(1<<bitEmergency|1<<bitShortFree|1<<bitShortStandard|1<<bitShortPremium) != 0
	if !called || mask&(1<<bitShortText|1<<bitShortCarrier) != 0 && mask&(1<<bitEmergency) == 0 {
		return Number{}, false
	}
	return shortNumber(region, digits), true
}
