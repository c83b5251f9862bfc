package phone

import "strings"

// maxLostZero is the most digits a number has whose missing trunk prefix is restored: longer ones are order numbers and
// timestamps rather than the few long numbers of open numbering plans.
const maxLostZero = 12

// maxLocal is the most digits a local number has.
const maxLocal = 8

// readBare reads digits without any prefix: a national number whose trunk prefix is not written, or a lost plus.
func (c *context) readBare(digits string, out *readings) {
	local := c.mayBeLocal(digits)
	if c.only != FormDigits && c.plan.valid(digits) {
		c.readUnprefixed(digits, local, out)
	}
	if c.only != FormNational && !local {
		c.readLostPlus(digits, out)
	}
	c.dropLong(digits, out)
	c.preferColumn(out)
	if out.n == 0 || c.numeric && len(digits) < c.plan.fixedMax {
		c.readLocal(digits, out)
	}
}

// readUnprefixed adds a valid national number written without trunk prefix, if that is how it is written or the prefix
// may be lost.
func (c *context) readUnprefixed(digits string, local bool, out *readings) {
	how := howNational
	if c.plan.trunk != "" && c.plan.writesTrunk(digits) {
		if local {
			return
		}
		if c.plan.trunk == "0" {
			how = howLostZero
		}
	}
	if n, ok := international(c.plan.code, digits); ok {
		out.add(n, how)
	}
}

// readLostPlus reads digits that begin with the region's calling code, or with any where the context says so.
func (c *context) readLostPlus(digits string, out *readings) {
	if len(digits) > len(c.plan.codeText) && len(digits) <= maxE164 && strings.HasPrefix(digits, c.plan.codeText) {
		if n, ok := readCoded(digits); ok {
			out.add(n, howLostPlus)
		}
	}
	if c.column.Form == FormDigits || c.foreign && out.n == 0 {
		c.readForeign(digits, out)
	}
}

func (c *context) readForeign(digits string, out *readings) {
	if len(digits) < 8 {
		return
	}
	if n, ok := readCoded(digits); ok {
		out.add(n, howLostPlus)
	}
}

// dropLong drops a restored trunk prefix before more digits than maxLostZero, unless the source says that they are one.
func (c *context) dropLong(digits string, out *readings) {
	if out.n != 1 || out.list[0].how == howLostPlus || len(digits) <= maxLostZero || c.numeric || c.only == FormNational {
		return
	}
	if c.plan.trunk != "" && c.plan.writesTrunk(digits) {
		out.n = 0
	}
}

// preferColumn decides between two readings as the other values of the column are written.
func (c *context) preferColumn(out *readings) {
	if out.n < 2 || c.column.Form == FormUndecided {
		return
	}
	var kept readings
	for _, r := range out.list[:out.n] {
		if (r.how == howLostPlus) == (c.column.Form == FormDigits) {
			kept.add(r.number, r.how)
		}
	}
	if kept.n > 0 {
		*out = kept
	}
}

// mayBeLocal reports whether digits could be a local number of some town: up to eight digits where a full fixed-line
// number is longer and its trunk prefix is not written.
func (c *context) mayBeLocal(digits string) bool {
	if c.numeric || c.column.ZeroLost {
		return false
	}
	return c.plan.trunk != "" && len(digits) <= maxLocal && len(digits) < c.plan.fixedMax
}

// readLocal reads a local number with the area code set for the integration.
func (c *context) readLocal(digits string, out *readings) {
	if c.areaCode == "" || c.plan == nil || len(digits) < 3 || len(digits) > maxLocal || digits[0] == '0' {
		return
	}
	if full := c.areaCode + digits; c.plan.valid(full) {
		if n, ok := international(c.plan.code, full); ok {
			out.add(n, howLocal)
		}
	}
}
