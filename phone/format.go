package phone

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// numberFormat is one way of writing national numbers, as far as we need it: which digits stand before the number, and
// whether its own are written in another order (Argentine mobiles: 9 11 … is written 011 15 …).
type numberFormat struct {
	numbers  *automaton     // first bit: the leading digits fit, second bit: the whole pattern fits
	fits     uint16         // the bits that must be set
	before   string         // digits before the national number; trunk prefix, if any
	trunk    bool           // the trunk prefix is part of before
	pattern  *regexp.Regexp // nil where the digits stay in order
	template string         // for pattern
}

const (
	fitsLeading = 1 << iota
	fitsPattern
)

func newFormat(f *metadata.NumberFormat) numberFormat {
	out := numberFormat{fits: fitsPattern}
	leading := ""
	if l := f.GetLeadingDigitsPattern(); len(l) > 0 {
		leading, out.fits = `(?:`+l[len(l)-1]+`)\d*`, fitsLeading|fitsPattern
	}
	out.numbers = automatonOf(leading, f.GetPattern())
	rule := f.GetNationalPrefixFormattingRule()
	out.trunk = hasDigit(strings.ReplaceAll(rule, "$1", ""))
	out.setTemplate(f, rule)
	return out
}

// setTemplate joins the format and the rule for its first group, digits and groups only: "$2 15-$3-$4" with "0$1" is
// "0$215$3$4".
func (f *numberFormat) setTemplate(m *metadata.NumberFormat, rule string) {
	t := m.GetFormat()
	if i := strings.IndexByte(t, '$'); rule != "" && i >= 0 {
		t = t[:i] + strings.ReplaceAll(rule, "$1", t[i:i+2]) + t[i+2:]
	}
	t = strings.Map(func(r rune) rune {
		if r == '$' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, t)
	before, groups, _ := strings.Cut(t, "$")
	if inOrder("$" + groups) {
		f.before = before
		return
	}
	f.pattern, f.template = startsWith(m.GetPattern()), braced(t)
}

// inOrder reports whether a template is "$1$2$3" and nothing else.
func inOrder(t string) bool {
	for i := 0; i < len(t); i += 2 {
		if t[i] != '$' || i+1 >= len(t) || t[i+1] != byte('1'+i/2) {
			return false
		}
	}
	return true
}

// braced writes "$1" as "${1}", so that digits behind it stay digits.
func braced(t string) string {
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		if t[i] == '$' && i+1 < len(t) {
			b.WriteString("${" + t[i+1:i+2] + "}")
			i++
			continue
		}
		b.WriteByte(t[i])
	}
	return b.String()
}

// formatOf gives the format for a national number, nil where the metadata has none.
func (p *plan) formatOf(nsn string) *numberFormat {
	formats := p.formats
	if len(formats) == 0 && p.region != nonGeographic {
		formats = mainPlan(p.code).formats
	}
	for i := range formats {
		if f := &formats[i]; f.numbers.match(nsn)&f.fits == f.fits {
			return f
		}
	}
	return nil
}

// writesTrunk reports whether a national number is written with the trunk prefix before it; where the metadata has no
// format for a number, it is not.
func (p *plan) writesTrunk(nsn string) bool {
	f := p.formatOf(nsn)
	return f != nil && f.trunk
}

// written gives a national number as it is written in its country, digits only.
func (p *plan) written(nsn string) string {
	switch f := p.formatOf(nsn); {
	case f == nil:
		return nsn
	case f.pattern == nil:
		return f.before + nsn
	default:
		return f.pattern.ReplaceAllString(nsn, f.template)
	}
}
