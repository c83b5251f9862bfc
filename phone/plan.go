package phone

import (
	"regexp"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// plan is the numbering plan of one region, ready for reading. It never changes once built.
type plan struct {
	region   string
	code     int
	codeText string
	numbers  *automaton     // bits of kind.go
	lengths  [32]uint16     // per length of a national number: the bits that allow it
	leading  *automaton     // nil, or the leading digits that tell this region from others with its calling code
	trunk    string         // "0", "8", "06", "1"; "" where none is dialled
	strip    *regexp.Regexp // nil, or what may stand before a national number
	rewrite  string         // what a national number becomes where strip has caught a group
	exit     *regexp.Regexp // nil, or the ways to dial out of the region
	exitText string         // the usual one
	fixedMax int            // longest fixed-line number
	formats  []numberFormat
	points   bool // the country itself writes numbers with points: 75.41.07 in New Caledonia
}

// atlas holds the plans of the world; each is built when it is first needed.
type atlas struct {
	regions map[string]func() *plan
	codes   [1000][]func() *plan // the main region first
}

var world = sync.OnceValue(newAtlas)

func newAtlas() *atlas {
	a := &atlas{regions: map[string]func() *plan{}}
	for code, regions := range metadata.CountryCodeToRegion() {
		for _, region := range regions {
			a.add(code, region)
		}
	}
	return a
}

func (a *atlas) add(code int, region string) {
	meta, ok := metadata.RegionMetadata(region)
	if region == nonGeographic {
		meta, ok = metadata.NonGeoMetadata(code)
	}
	if !ok {
		return
	}
	get := sync.OnceValue(func() *plan { return newPlan(region, meta) })
	a.codes[code] = append(a.codes[code], get)
	if region != nonGeographic {
		a.regions[region] = get
	}
}

// nonGeographic is the region of calling codes that belong to no country (UN M.49 "world").
const nonGeographic = "001"

// planOf gives the plan of a region, nil if there is no such region.
func planOf(region string) *plan {
	if get, ok := world().regions[region]; ok {
		return get()
	}
	return nil
}

// mainPlan gives the plan of the first region of a calling code, nil for unknown codes.
func mainPlan(code int) *plan {
	if !knownCode(code) {
		return nil
	}
	return world().codes[code][0]()
}

// knownCode reports whether a calling code is in use.
func knownCode(code int) bool { return code > 0 && code < 1000 && len(world().codes[code]) > 0 }

// codeOf gives the calling code full digits begin with and its width; 0 if they begin with none.
func codeOf(digits string) (code, width int) {
	if digits == "" || digits[0] == '0' {
		return 0, 0
	}
	for width < min(3, len(digits)) {
		code = code*10 + int(digits[width]-'0')
		width++
		if knownCode(code) {
			return code, width
		}
	}
	return 0, 0
}

// classify finds the region and kind of a national number under a calling code; nil and KindUnknown if it is not valid.
func classify(code int, nsn string) (*plan, Kind) {
	if !knownCode(code) {
		return nil, KindUnknown
	}
	plans := world().codes[code]
	if len(plans) == 1 {
		return plans[0]().judge(nsn)
	}
	for _, get := range plans {
		p := get()
		if p.leading != nil {
			if p.leading.match(nsn) != 0 {
				return p.judge(nsn)
			}
			continue
		}
		if p, kind := p.judge(nsn); p != nil {
			return p, kind
		}
	}
	return nil, KindUnknown
}

// judge gives the plan itself and the number's kind, or nil and KindUnknown.
func (p *plan) judge(nsn string) (*plan, Kind) {
	if kind := p.kind(nsn); kind != KindUnknown {
		return p, kind
	}
	return nil, KindUnknown
}

func (p *plan) kind(nsn string) Kind {
	if len(nsn) >= len(p.lengths) || p.lengths[len(nsn)] == 0 {
		return KindUnknown
	}
	return kindOfMask(p.numbers.match(nsn) & p.lengths[len(nsn)])
}

// valid reports whether nsn is valid under the plan's calling code, in this region or one that shares it.
func (p *plan) valid(nsn string) bool {
	_, kind := classify(p.code, nsn)
	return kind != KindUnknown
}

// canonicalRegion makes "nl" and "UK" what metadata calls them.
func canonicalRegion(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "UK" {
		return "GB"
	}
	return s
}

// IsRegion reports whether s is the code of a region whose numbers are known, in capital letters.
func IsRegion(s string) bool {
	_, ok := world().regions[s]
	return ok
}

// rulesVersion changes whenever the same text may be read differently by this package.
const rulesVersion = "r2"

// MetadataVersion identifies metadata and rules: texts read under another version must be read again.
func MetadataVersion() string { return metadata.Version + "/" + rulesVersion }
