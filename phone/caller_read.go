package phone

import "strings"

// cutOutside takes the prefix for outside lines off, once, before any other reading.
func (r *Reading) cutOutside(prefix string) bool {
	rest, ok := strings.CutPrefix(r.Cleaned, prefix)
	if !ok || prefix == "" || !hasDigit(rest) {
		return false
	}
	r.step("outside_prefix")
	r.Cleaned = strings.TrimSpace(rest)
	return true
}

// internal recognises internal numbers: codes with a star, and digits as long as the system's internal numbers.
func (r *Reading) internal(sys SystemForm) bool {
	s := r.Cleaned
	star := strings.HasPrefix(s, "*")
	digits := strings.Trim(s, "*#")
	if !isDigits(digits) || !star && !internalLength(len(digits), sys) {
		return false
	}
	r.Kind, r.Internal = CallerInternal, digits
	if star {
		r.step("star_code")
	}
	return true
}

func internalLength(n int, sys SystemForm) bool {
	if len(sys.InternalLengths) == 0 {
		return n >= 2 && n <= 4
	}
	for _, l := range sys.InternalLengths {
		if l == n {
			return true
		}
	}
	return false
}

// callerDigits gives the digits of a caller's number; letters are not turned into digits here.
func callerDigits(s string) (string, bool, bool) {
	plus := strings.HasPrefix(strings.TrimLeft(s, " ("), "+")
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case c == '+' || strings.IndexByte(" -./()", c) >= 0:
		default:
			return "", false, false
		}
	}
	return b.String(), plus, b.Len() >= 2 && b.Len() <= 24
}

// readText reads what a person typed or pasted ("Tel. 020 1234567 ext 12") as a stored text; several numbers are none, and
// letters stay letters. The user part of an address is never read so: phone systems send names of devices there.
func (r *Reading) readText(sys SystemForm) {
	cell := readIn(r.Cleaned, FieldContext{Region: sys.Region, AreaCode: sys.AreaCode})
	if len(cell.Found) == 1 && len(cell.Refused) == 0 && cell.Found[0].How != howVanity {
		r.step("text")
		r.add(cell.Found[0].Number, cell.Found[0].How)
	}
}

// lookUp collects the readings that the system's form allows.
func (r *Reading) lookUp(digits string, plus bool, sys SystemForm) {
	c := newContext(FieldContext{Region: sys.Region, AreaCode: sys.AreaCode})
	if plus {
		r.addPlus(digits, &c)
		return
	}
	switch sys.Form {
	case FormE164Digits:
		r.addPlus(digits, &c)
		if r.count == 0 {
			r.addAll(c.readDigits(digits))
		}
	case FormE164:
		if r.addExit(digits, &c); r.count == 0 {
			r.addAll(c.readDigits(digits))
		}
	case FormAsNational:
		c.only = FormNational
		r.addAll(c.readDigits(digits))
	default:
		r.addAll(c.readDigits(digits))
		if digits[0] != '0' {
			var out readings
			c.readForeign(digits, &out)
			r.addAll(out)
		}
	}
	r.addShort(digits, &c)
}

// addPlus adds the number read with the plan, and the digits as they stand.
func (r *Reading) addPlus(digits string, c *context) {
	r.addAll(c.readPlus(digits))
	if n, ok := pack(digits); ok && len(digits) >= 7 && len(digits) <= maxE164 && n.code() != 0 {
		r.add(n, howAsItStands)
	}
}

func (r *Reading) addExit(digits string, c *context) {
	var out readings
	c.readExit(digits, &out)
	r.addAll(out)
}

func (r *Reading) addAll(rs readings) {
	for i := range rs.n {
		r.add(rs.list[i].number, rs.list[i].how)
	}
}

func (r *Reading) addShort(digits string, c *context) {
	if r.count > 0 || c.plan == nil {
		return
	}
	if n, ok := shortOf(c.plan.region, digits); ok {
		r.add(n, howShort)
	}
}
