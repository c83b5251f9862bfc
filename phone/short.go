package phone

import (
	"strings"
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

// localOnly gives what national numbers of a plan begin with that cannot be reached from abroad and are dialled without
// trunk prefix: the Dutch 14 with an area code (ACM, Nummerplan telefoon- en ISDN-diensten). Metadata lists them as
// ordinary numbers.
func localOnly(region string) string {
	if region == "NL" {
		return "14"
	}
	return ""
}

// insideOf gives the short number that a national number of the plan is, if it is one.
func insideOf(p *plan, digits string) (Number, bool) {
	prefix := localOnly(p.region)
	if prefix == "" || len(digits) > 6 || !strings.HasPrefix(digits, prefix) || !p.valid(digits) {
		return Number{}, false
	}
	return shortNumber(p.region, digits), true
}

// short reads a text that is a short number and nothing else: to four digits, five that begin with 1, or a European
// 116 number (Commission Decision 2007/116/EC).
func (e *evaluation) short(g []group) bool {
	p := e.ctx.plan
	if p == nil || e.run.plus || len(g) > 3 {
		return false
	}
	digits := e.digitsOf(g)
	n, ok := shortOf(p.region, digits)
	if !ok || len(digits) > 4 && digits[0] != '1' || len(digits) > 5 && !strings.HasPrefix(digits, "116") || strings.TrimSpace(e.text) != e.textOf(g) || len(digits) == 4 && isYear(e.value(g[0])) || countsUp(digits) {
		return false
	}
	e.add(Found{Number: n, How: howShort})
	return true
}

// countsUp reports whether digits only count up, 123 or 12345, as people fill in where they have no number.
func countsUp(digits string) bool {
	for i := 1; i < len(digits); i++ {
		if digits[i] != digits[i-1]+1 {
			return false
		}
	}
	return true
}

// shortOf gives the short number of a region that digits are, if they are one.
func shortOf(region, digits string) (Number, bool) {
	if p := planOf(region); p != nil {
		if n, ok := insideOf(p, digits); ok {
			return n, true
		}
	}
	get, ok := shortPlans()[region]
	if !ok || len(digits) < 2 || len(digits) > 6 {
		return Number{}, false
	}
	mask := get().numbers.match(digits)
	called := mask&(1<<bitEmergency|1<<bitShortFree|1<<bitShortStandard|1<<bitShortPremium) != 0
	if !called || strings.Trim(digits, "0") == "" || mask&(1<<bitShortText|1<<bitShortCarrier) != 0 && mask&(1<<bitEmergency) == 0 {
		return Number{}, false
	}
	return shortNumber(region, digits), true
}
