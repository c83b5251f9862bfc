package phone

// Kind says what sort of line a number is.
type Kind string

// The kinds of numbers, as the API writes them.
const (
	KindUnknown       Kind = "unknown"
	KindFixed         Kind = "fixed"
	KindMobile        Kind = "mobile"
	KindFixedOrMobile Kind = "fixed_or_mobile"
	KindTollFree      Kind = "tollfree"
	KindPremium       Kind = "premium"
	KindSharedCost    Kind = "shared_cost"
	KindVoIP          Kind = "voip"
	KindPersonal      Kind = "personal"
	KindPager         Kind = "pager"
	KindUAN           Kind = "uan"
	KindVoicemail     Kind = "voicemail"
	KindShort         Kind = "short"
)

// Bits of a plan's automaton, in the order in which a kind wins.
const (
	bitGeneral = iota
	bitPremium
	bitTollFree
	bitSharedCost
	bitVoIP
	bitPersonal
	bitPager
	bitUAN
	bitVoicemail
	bitFixed
	bitMobile
	kindBits
)

// kindOfBit gives the kinds between bitPremium and bitVoicemail.
func kindOfBit(bit int) Kind {
	return [...]Kind{
		bitGeneral: KindUnknown, bitPremium: KindPremium, bitTollFree: KindTollFree, bitSharedCost: KindSharedCost,
		bitVoIP: KindVoIP, bitPersonal: KindPersonal, bitPager: KindPager, bitUAN: KindUAN, bitVoicemail: KindVoicemail,
		bitFixed: KindFixed, bitMobile: KindMobile,
	}[bit]
}

// kindOfMask gives the kind for the set of patterns a national number matches; KindUnknown means the number is not valid.
func kindOfMask(mask uint16) Kind {
	if mask&(1<<bitGeneral) == 0 {
		return KindUnknown
	}
	for bit := bitPremium; bit <= bitVoicemail; bit++ {
		if mask&(1<<bit) != 0 {
			return kindOfBit(bit)
		}
	}
	switch fixed, mobile := mask&(1<<bitFixed) != 0, mask&(1<<bitMobile) != 0; {
	case fixed && mobile:
		return KindFixedOrMobile
	case fixed:
		return KindFixed
	case mobile:
		return KindMobile
	}
	return KindUnknown
}

// Kind tells what sort of line the number is; KindUnknown for numbers that are not valid.
func (n Number) Kind() Kind {
	if n.IsShort() {
		return KindShort
	}
	code, nsn := n.split()
	_, kind := classify(code, nsn)
	return kind
}

// Region gives the ISO 3166 region of the number ("NL"), "001" for codes that belong to no country, "" if it is not valid.
func (n Number) Region() string {
	if n.IsShort() {
		region, _ := n.short()
		return region
	}
	code, nsn := n.split()
	p, _ := classify(code, nsn)
	if p == nil {
		return ""
	}
	return p.region
}

// valid reports whether the number exists in the numbering plan of its calling code.
func (n Number) valid() bool {
	code, nsn := n.split()
	_, kind := classify(code, nsn)
	return kind != KindUnknown
}
