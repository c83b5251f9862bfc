package phone

import "strings"

// How a number was read, for explain.
const (
	howInternational = "international"
	howExitCode      = "exit_code"
	howNational      = "national"
	howLostZero      = "lost_zero"
	howLostPlus      = "lost_plus"
	howLocal         = "local"
	howShort         = "short"
	howVanity        = "vanity"
	howNeighbour     = "neighbour"
	howDirectDial    = "direct_dial"
	howAsItStands    = "as_it_stands"
)

// context is what is known while one text is read.
type context struct {
	plan     *plan // nil: only international forms are read
	areaCode string
	numeric  bool // leading zero or plus may be lost
	foreign  bool // digits may begin with any calling code (links, columns of such digits)
	column   Column
	only     Form // the form a phone system is said to send; others are not tried
}

// reading is one way to understand digits.
type reading struct {
	number Number
	how    string
}

// readings collects distinct numbers, at most a few.
type readings struct {
	list [4]reading
	n    int
}

func (r *readings) add(n Number, how string) {
	for i := range r.n {
		if r.list[i].number == n {
			return
		}
	}
	if r.n < len(r.list) {
		r.list[r.n] = reading{n, how}
		r.n++
	}
}

// readPlus reads the digits behind a plus.
func (c *context) readPlus(digits string) readings {
	var out readings
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = rest // "+0044…"
	}
	if n, ok := writtenOut(digits); ok {
		out.add(n, howInternational)
	}
	return out
}

// readPlusEight reads "+8 495 123-45-67", a Russian or Kazakh trunk 8 written with a plus. The 8 stands alone in such
// texts; "+84 95…" is a number in Viet Nam.
func (c *context) readPlusEight(digits string, out *readings) {
	if c.plan != nil && c.plan.code == 7 && len(digits) == 11 && c.plan.valid(digits[1:]) {
		n, _ := international(7, digits[1:])
		out.add(n, howInternational)
	}
}

// readCoded reads calling code and national number, also with the trunk prefix left between them.
func readCoded(digits string) (Number, bool) {
	code, width := codeOf(digits)
	if code == 0 {
		return Number{}, false
	}
	nsn := digits[width:]
	if _, kind := classify(code, nsn); kind != KindUnknown {
		n, ok := international(code, nsn)
		return n, ok
	}
	p := mainPlan(code)
	for _, s := range append(p.stripped(nsn), formerly(code, nsn)...) {
		if p.valid(s.nsn) {
			n, ok := international(code, s.nsn)
			return n, ok
		}
	}
	return Number{}, false
}

// writtenOut reads digits that a plus or an exit code marks as international, also in a form that the comparison table
// knows: +39 without the Italian zero, French overseas numbers with +33.
func writtenOut(digits string) (Number, bool) {
	if n, ok := readCoded(digits); ok {
		return n, true
	}
	if n, ok := pack(digits); ok {
		return n.repaired()
	}
	return Number{}, false
}

// readDigits reads digits that have no plus. Two readings of different numbers are both given.
func (c *context) readDigits(digits string) readings {
	var said readings
	if c.plan == nil {
		c.readExit(digits, &said)
		if said.n == 0 && (c.foreign || c.column.Form == FormDigits) {
			c.readForeign(digits, &said)
		}
		return said
	}
	p := c.plan
	if n, ok := insideOf(p, digits); ok {
		said.add(n, howShort)
		return said
	}
	var plain readings
	c.readPrefixed(digits, &said, &plain)
	if said.n == 0 && p.naturalZero(digits) {
		c.readUnprefixed(digits, false, &said)
		return said
	}
	c.readExit(digits, &said)
	if said.n > 0 {
		return said
	}
	c.readBare(digits, &plain)
	return plain
}

// readPrefixed reads national numbers behind a trunk prefix, which says so, or behind a carrier's code, which does not.
func (c *context) readPrefixed(digits string, said, plain *readings) {
	for _, s := range c.plan.stripped(digits) {
		n, ok := international(c.plan.code, s.nsn)
		switch {
		case !ok:
		case !c.plan.valid(s.nsn):
			c.readOverseas(s, said)
		case s.trunk:
			said.add(n, howNational)
		default:
			plain.add(n, howNational)
		}
	}
}

// naturalZero reports whether digits are a national number that begins with zeros of its own, such as Korea's 00798.
func (p *plan) naturalZero(digits string) bool {
	return digits[0] == '0' && p.valid(digits) && (p.trunk == "" || !p.writesTrunk(digits))
}

// readOverseas reads a national number of France that belongs to an overseas department.
func (c *context) readOverseas(s national, out *readings) {
	if c.plan.code != 33 || !s.trunk {
		return
	}
	if n, ok := international(33, s.nsn); ok {
		if m, ok := n.repaired(); ok {
			out.add(m, howNational)
		}
	}
}

// readExit reads digits that begin with an exit code: the region's own, or 00, which people write everywhere. A form that
// only the comparison table knows counts where there is no other.
func (c *context) readExit(digits string, out *readings) {
	if digits[0] != '0' && c.plan == nil {
		return
	}
	c.readExits(digits, readCoded, out)
	if out.n == 0 {
		c.readExits(digits, writtenOut, out)
	}
}

func (c *context) readExits(digits string, read func(string) (Number, bool), out *readings) {
	behind := func(rest string) {
		if rest == "" || rest[0] == '0' {
			return
		}
		if n, ok := read(rest); ok {
			out.add(n, howExitCode)
		}
	}
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		behind(rest)
		if c.plan != nil && strings.HasPrefix(rest, c.plan.codeText) && out.n > 0 {
			return // "0066 2…" in Thailand, where 006 also is an exit code
		}
	}
	if c.plan != nil && c.plan.exit != nil {
		if loc := c.plan.exit.FindStringIndex(digits); loc != nil {
			behind(digits[loc[1]:])
		}
	}
}
